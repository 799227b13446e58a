"""`write_report`: a run as one page to read in a browser."""

from __future__ import annotations

from pathlib import Path

from querywright.databases import Catalog
from querywright.runs.opened import Run


def write_report(run: Run | Path | str, catalog: Catalog | None = None) -> Path:
    """Write `report.html` into a run's folder and give its path; see `querywright.runs.report.writing`."""
    from querywright.runs.report.writing import write_report as write  # the page is heavy; importing us is not

    return write(run, catalog)


__all__ = ["write_report"]
