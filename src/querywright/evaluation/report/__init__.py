"""`write_evaluation_report`: an evaluation as one page to read in a browser."""

from __future__ import annotations

from pathlib import Path

from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.summary import Summary


def write_evaluation_report(evaluation: Evaluation, summary: Summary | None = None) -> Path:
    """Write `report.html` into an evaluation's folder and give its path; see `evaluation.report.writing`."""
    from querywright.evaluation.report.writing import write_evaluation_report as write  # read the page when it is made

    return write(evaluation, summary)


__all__ = ["write_evaluation_report"]
