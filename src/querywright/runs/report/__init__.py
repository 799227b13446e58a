"""`write_report`: a run as one page to read in a browser."""

from __future__ import annotations

from querywright.runs.report.writing import write_report

__all__ = ["write_report"]
