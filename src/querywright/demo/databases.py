"""The demo's databases, made afresh: the same bytes every time."""

from __future__ import annotations

from pathlib import Path

from querywright.demo import airline, clinic, library, webshop
from querywright.demo.writing import write

BLUEPRINTS = (library.blueprint, clinic.blueprint, webshop.blueprint, airline.blueprint)


def create_databases(folder: Path) -> list[Path]:
    """Write the demo databases under `folder` (made if need be), one sub-folder each, and return the files' paths.

    Files of an earlier creation are replaced; the SQLite ones come out byte-identical, the DuckDB ones with the
    same rows. Raises QuerywrightError when DuckDB is not installed, OSError when `folder` cannot be written.
    """
    return [write(blueprint(), Path(folder)) for blueprint in BLUEPRINTS]
