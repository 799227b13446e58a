"""Answering: from a question to a checked query and its rows, with the trace of every decision."""

from __future__ import annotations

from querywright.answering.answer import Answer
from querywright.answering.ask import ask
from querywright.answering.predict import estimate_predict, predict
from querywright.answering.preset import Preset

__all__ = ["Answer", "Preset", "ask", "estimate_predict", "predict"]
