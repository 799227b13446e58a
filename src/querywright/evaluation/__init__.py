"""Evaluation: how right predictions are, measured on databases that are only read."""

from __future__ import annotations

from querywright.evaluation.evaluate import evaluate
from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.metrics import METRICS, RULES
from querywright.evaluation.predictions.reading import read_predictions
from querywright.evaluation.summary import Summary

__all__ = ["METRICS", "RULES", "Evaluation", "Summary", "evaluate", "read_predictions"]
