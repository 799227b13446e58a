"""Every figure of an evaluation, made of its rows."""

from __future__ import annotations

from querywright.evaluation.summary.figures import Comparison, Excluded, Mean, Share, Summary, SystemFigures
from querywright.evaluation.summary.making import summarise

__all__ = ["Comparison", "Excluded", "Mean", "Share", "Summary", "SystemFigures", "summarise"]
