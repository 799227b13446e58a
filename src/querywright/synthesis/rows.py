"""A few real rows of each table, for a prompt: without NULLs where there are such, short, delimited as data."""

from __future__ import annotations

import random
from typing import Any

from querywright.databases import Database, Limits, Table
from querywright.databases.literals import qualified, quote
from querywright.errors import QueryError
from querywright.models.templates import as_data

GLANCE = Limits(seconds=2.0, rows=40)
LONGEST = 80
"""Characters of a value that are shown."""


class Rows:
    """The rows of one database that prompts draw from; read once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[str, list[dict[str, Any]]] = {}

    def shown(self, rng: random.Random, each: int = 3) -> str:
        """`each` rows of every table, between tags, one JSON object a line."""
        blocks = []
        for table in self._database.schema:
            rows = self._of(table)
            picked = rng.sample(rows, min(each, len(rows)))
            lines = "\n".join(as_data(row) for row in picked)
            blocks.append(f"<rows table={as_data(table.full_name)}>\n{lines}\n</rows>")
        return "\n".join(blocks)

    def _of(self, table: Table) -> list[dict[str, Any]]:
        name = table.full_name
        if name not in self._read:
            self._read[name] = self._full(table) or self._any(table)
        return self._read[name]

    def _full(self, table: Table) -> list[dict[str, Any]]:
        dialect = self._database.dialect
        known = " AND ".join(f"{quote(column.name, dialect)} IS NOT NULL" for column in table.columns)
        return self._select(table, f" WHERE {known}" if known else "")

    def _any(self, table: Table) -> list[dict[str, Any]]:
        """Where no row is without NULLs: rows in which another row's value stands for each."""
        rows = self._select(table, "")
        spare = {name: next((r[name] for r in rows if r[name] is not None), None) for name in (rows[0] if rows else ())}
        return [{name: spare[name] if value is None else value for name, value in row.items()} for row in rows]

    def _select(self, table: Table, where: str) -> list[dict[str, Any]]:
        dialect = self._database.dialect
        columns = [column.name for column in table.columns]
        if not columns:
            return []
        named = ", ".join(quote(name, dialect) for name in columns)
        key = ", ".join(quote(name, dialect) for name in table.primary_key)
        order = f" ORDER BY {key}" if key else ""
        sql = f"SELECT {named} FROM {qualified(table, dialect)}{where}{order} LIMIT {GLANCE.rows}"
        try:
            found = self._database.execute(sql, GLANCE).rows
        except QueryError:  # a table that takes too long to look at is shown without rows
            return []
        return [dict(zip(columns, map(_short, row), strict=True)) for row in found]


def _short(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, str) and len(value) > LONGEST:
        return value[: LONGEST - 1] + "…"
    return value
