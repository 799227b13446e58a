"""Evaluation: how right predictions are, measured on databases that are only read.

Each metric is a function of its own, of two results or of what two queries say; `evaluate` measures whole files.
"""

from __future__ import annotations

from querywright.evaluation.candidates import CandidateFigures, Pool, candidate_figures, majority, pass_at_k
from querywright.evaluation.confidence import Interval, McNemar, bootstrap, mcnemar
from querywright.evaluation.evaluate import evaluate
from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.metrics import METRICS, RULES
from querywright.evaluation.predictions.reading import read_predictions
from querywright.evaluation.queries.exact_match import Clauses, exact_match
from querywright.evaluation.queries.failures import KINDS, failures
from querywright.evaluation.queries.linking import Linking, linked, linking
from querywright.evaluation.records import Row, Score
from querywright.evaluation.soft_f1 import soft_f1, soft_f1_by_position
from querywright.evaluation.summary import Summary

__all__ = [
    "KINDS",
    "METRICS",
    "RULES",
    "CandidateFigures",
    "Clauses",
    "Evaluation",
    "Interval",
    "Linking",
    "McNemar",
    "Pool",
    "Row",
    "Score",
    "Summary",
    "bootstrap",
    "candidate_figures",
    "evaluate",
    "exact_match",
    "failures",
    "linked",
    "linking",
    "majority",
    "mcnemar",
    "pass_at_k",
    "read_predictions",
    "soft_f1",
    "soft_f1_by_position",
]
