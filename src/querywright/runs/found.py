"""What a catalog holds, as a run records it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from querywright.databases import Catalog, Database, Limits
from querywright.databases.addresses import Address
from querywright.databases.literals import qualified
from querywright.errors import DatabaseOutage, DatabaseUnavailable, QueryError

GLANCE = Limits(seconds=2.0, rows=1)
NOT_YOURS = "the user may not read it"


@dataclass(frozen=True, slots=True)
class Found:
    """What a catalog holds, as a run records it.

    `databases` tells what decides the output: dialect, digests of content and schema, tables with their columns.
    `left_out` maps a database, or a file, that cannot be used to the reason; `engines` tells each engine's version.
    """

    location: str | Address
    databases: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, str]
    engines: Mapping[str, str]

    @classmethod
    def of(cls, catalog: Catalog, only: Collection[str] | None = None) -> Found:
        """Look at every database: its schema, and its content's digest.

        Args:
            catalog: the databases.
            only: the ones to look at, which need no rows; None: all, and those without rows are left out.

        Raises:
            DatabaseUnavailable: none can be used, unless only some were to be looked at.
        """
        databases: dict[str, dict[str, Any]] = {}
        left_out = {str(path): reason for path, reason in catalog.broken.items()}
        engines: dict[str, str] = {}
        for db_id in catalog if only is None else (db_id for db_id in catalog if db_id in only):
            try:
                reason = _nothing_to_ask(catalog[db_id]) if only is None else ""
                if not reason:
                    databases[db_id], engines[db_id] = _entry(catalog[db_id]), catalog[db_id].version()
                    left_out |= {f"{db_id}.{name}": NOT_YOURS for name in catalog[db_id].schema.unreadable}
            except DatabaseOutage:
                raise
            except DatabaseUnavailable as error:
                reason = error.message
            if reason:
                left_out[db_id] = reason
        if not databases and only is None:
            why = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
            raise DatabaseUnavailable(f"{catalog.location} holds no database to ask about ({why}): give another folder")
        location = catalog.location
        if isinstance(location, str):
            location = str(Path(location).expanduser().resolve())
        return cls(location, databases, left_out, engines)

    def about(self) -> dict[str, Any]:
        """What `run.json` keeps of it beside what decides the output."""
        return {"location": str(self.location), "engines": dict(self.engines), "left_out": dict(self.left_out)}


def _nothing_to_ask(database: Database) -> str:
    """Why nobody can ask anything about the database; empty as soon as one row is found."""
    if not any(table.columns for table in database.schema):
        return "it has no tables"
    reason = "its tables hold no rows"
    for table in database.schema:
        if table.row_count and not table.estimated:
            return ""
        if table.row_count is None or table.estimated:  # a view, a huge table, statistics; or damage forbids counting
            try:
                if database.execute(f"SELECT 1 FROM {qualified(table, database.dialect)} LIMIT 1", GLANCE).rows:
                    return ""
            except QueryError as error:
                reason = f"its tables cannot be read: {error.message}"
    return reason


def _entry(database: Database) -> dict[str, Any]:
    tables = {table.full_name: [column.name for column in table.columns] for table in database.schema if table.columns}
    # Descriptions may lie outside the file, and decide what is asked; row counts are in the content.
    said = [
        (t.full_name, t.description, [(c.name, c.type, c.description, c.value_description) for c in t.columns])
        for t in database.schema
    ]
    words = hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()
    return {"dialect": database.dialect, "content": database.fingerprint(), "words": words, "tables": tables}
