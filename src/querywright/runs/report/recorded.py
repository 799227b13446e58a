"""What a run's `run.json` says of its databases and its goal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from querywright.databases import Catalog
from querywright.datasets.statistics import TITLES, FeatureTable
from querywright.errors import DatabaseUnavailable
from querywright.runs.opened import Run
from querywright.runs.report.coverage import Coverage


@dataclass(frozen=True, slots=True)
class Recorded:
    """One database of the run, as far as the run knows it."""

    dialect: str = "sqlite"
    location: str | None = None
    tables: Mapping[str, Collection[str]] | None = None


def recorded_databases(run: Run, catalog: Catalog | None = None) -> dict[str, Recorded]:
    """The databases of a run by db_id: from `databases` in its fingerprint, else from the open catalog.

    They are where the run's `about` says the whole catalog was.
    """
    found: dict[str, Recorded] = {}
    entries = run.fingerprint.get("databases")
    for db_id, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict):
            dialect = str(entry.get("dialect") or "sqlite")
            found[db_id] = Recorded(dialect, run.about.get("location"), entry.get("tables"))
    for db_id in catalog or ():
        if db_id not in found or found[db_id].tables is None:
            found[db_id] = _from_catalog(catalog, db_id, found.get(db_id))
    return found


def empty_coverage(databases: Mapping[str, Recorded]) -> dict[str, Coverage]:
    """A coverage to fill for each database whose tables are known."""
    return {
        db_id: Coverage(db_id, database.dialect, database.tables)
        for db_id, database in sorted(databases.items())
        if database.tables
    }


def target(run: Run) -> FeatureTable | None:
    """The feature table the run aimed at: `profile` in its fingerprint."""
    profile: Any = run.fingerprint.get("profile")
    if isinstance(profile, dict) and all(isinstance(profile.get(name), int | float) for name in TITLES):
        return FeatureTable(**{name: float(profile[name]) for name in TITLES})
    return None


def _from_catalog(catalog: Catalog | None, db_id: str, before: Recorded | None) -> Recorded:
    assert catalog is not None
    try:
        schema = catalog[db_id].schema
    except DatabaseUnavailable:
        return before or Recorded()
    tables = {table.full_name: [column.name for column in table.columns] for table in schema}
    return Recorded(schema.dialect, before.location if before else str(catalog.location), tables)
