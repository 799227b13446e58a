"""Reading an SQLite schema: five statements over `sqlite_master` and the pragma table functions, whatever its size."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass

from querywright.databases.schema import Column, ForeignKey, Index, Kind, Schema, Table

COUNT_SECONDS = 2.0
"""What counting the rows of all tables together may take; tables not reached keep `row_count=None`."""

_TABLES = """
SELECT l.name, l.type FROM pragma_table_list AS l JOIN sqlite_master AS m ON m.name = l.name
WHERE l.schema = 'main' AND l.type <> 'shadow' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.rowid
"""
_COLUMNS = """
SELECT m.name, c.name, c.type, c."notnull", c.pk, c.hidden
FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS c
WHERE m.rootpage > 0 AND m.type = 'table' ORDER BY m.rowid, c.cid
"""
_COLUMNS_OF = 'SELECT ?1, c.name, c.type, c."notnull", c.pk, c.hidden FROM pragma_table_xinfo(?1) AS c ORDER BY c.cid'
_FOREIGN_KEYS = """
SELECT m.name, f.id, f."table", f."from", f."to"
FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f
WHERE m.rootpage > 0 AND m.type = 'table' ORDER BY m.rowid, f.id DESC, f.seq
"""
_INDEXES = """
SELECT m.name, i.name, i."unique", i.origin, i.partial, c.name
FROM sqlite_master AS m, pragma_index_list(m.name) AS i, pragma_index_info(i.name) AS c
WHERE m.rootpage > 0 AND m.type = 'table' ORDER BY m.rowid, i.seq DESC, c.seqno
"""

_KINDS: tuple[tuple[Kind, str], ...] = (
    ("boolean", r"bool|^bit$"),
    ("datetime", r"datetime|timestamp"),
    ("date", r"date"),
    ("time", r"^time\b"),
    ("json", r"json"),
    ("integer", r"(?<!po)int\d*\b|integer|serial|^year$"),
    ("real", r"real|floa|doub"),
    ("decimal", r"num|dec|money|currency"),
    ("blob", r"blob|binary|bytea|image"),
    ("text", r"char|clob|text|string|enum|uuid|^set\b"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One column as the pragma tells it."""

    table: str
    name: str
    type: str
    notnull: int
    pk: int
    hidden: int


def read_schema(connection: sqlite3.Connection) -> Schema:
    """The tables and views of `main`, without SQLite's own and without views that do not compile.

    Raises sqlite3.Error where the file is broken.
    """
    listed = connection.execute(_TABLES).fetchall()
    columns: dict[str, list[_Row]] = defaultdict(list)
    for row in connection.execute(_COLUMNS):
        columns[row[0]].append(_Row(*row))
    for name, kind in listed:
        if kind in ("view", "virtual"):
            columns[name] = _computed_columns(connection, name)
    known = {name.lower(): name for name, kind in listed if kind == "table"}
    keys = {name: _primary_key(rows) for name, rows in columns.items()}
    references = _foreign_keys(connection, known, keys, columns)
    indexes = _indexes(connection)
    counts = _row_counts(connection, [name for name, kind in listed if kind != "view"])
    tables = (
        Table(
            name,
            tuple(_column(row, keys[name]) for row in columns[name] if row.hidden != 1),
            primary_key=keys[name],
            foreign_keys=references.get(name, ()),
            indexes=indexes.get(name, ()),
            is_view=kind == "view",
            row_count=counts.get(name),
        )
        for name, kind in listed
        if columns.get(name)
    )
    return Schema("", "sqlite", tuple(tables))


def kind_of(declared: str) -> Kind:
    """What a declared type means. An empty one is text: SQLite says nothing about such a column's values."""
    name = declared.strip().lower()
    if not name:
        return "text"
    return next((kind for kind, pattern in _KINDS if re.search(pattern, name)), "other")


def _column(row: _Row, key: tuple[str, ...]) -> Column:
    kind = kind_of(row.type)
    nullable = not row.notnull and not (row.name in key and kind == "integer" and len(key) == 1)
    return Column(row.name, row.type, kind, nullable=nullable, generated=row.hidden in (2, 3))


def _computed_columns(connection: sqlite3.Connection, name: str) -> list[_Row]:
    """The columns of a view or virtual table; none where what it is made of (a table, a column, a module) is gone."""
    try:
        return [_Row(*row) for row in connection.execute(_COLUMNS_OF, (name,))]
    except sqlite3.OperationalError:
        return []


def _primary_key(rows: list[_Row]) -> tuple[str, ...]:
    return tuple(row.name for row in sorted(rows, key=lambda row: row.pk) if row.pk)


def _foreign_keys(
    connection: sqlite3.Connection,
    known: dict[str, str],
    keys: dict[str, tuple[str, ...]],
    columns: dict[str, list[_Row]],
) -> dict[str, tuple[ForeignKey, ...]]:
    """Keys by table. Left out: those to a table that is not there, or that name no column of it."""
    parts: dict[tuple[str, int, str], list[tuple[str, str | None]]] = defaultdict(list)
    for table, number, parent, child_column, parent_column in connection.execute(_FOREIGN_KEYS):
        parts[table, number, parent].append((child_column, parent_column))
    found: dict[str, list[ForeignKey]] = defaultdict(list)
    for (table, _, parent), pairs in parts.items():
        target = known.get(parent.lower())
        if target is None:
            continue
        theirs = {row.name.lower(): row.name for row in columns[target]}
        ours = {row.name.lower(): row.name for row in columns[table]}
        referred = keys[target] if pairs[0][1] is None else [theirs.get((to or "").lower()) for _, to in pairs]
        referring = [ours.get(name.lower()) for name, _ in pairs]
        if len(referred) == len(referring) and all(referred) and all(referring):
            found[table].append(ForeignKey(tuple(map(str, referring)), target, tuple(map(str, referred))))
    return {table: tuple(dict.fromkeys(list_)) for table, list_ in found.items()}


def _indexes(connection: sqlite3.Connection) -> dict[str, tuple[Index, ...]]:
    """Indexes by table, without the primary key's own. One on an expression is left out; a partial one is not unique:
    it says nothing about rows outside it."""
    parts: dict[tuple[str, str, bool], list[str | None]] = defaultdict(list)
    for table, name, unique, origin, partial, column in connection.execute(_INDEXES):
        if origin != "pk":
            parts[table, name, bool(unique and not partial)].append(column)
    found: dict[str, list[Index]] = defaultdict(list)
    for (table, name, unique), names in parts.items():
        if all(names):
            found[table].append(Index(name, tuple(map(str, names)), unique))
    return {table: tuple(list_) for table, list_ in found.items()}


def _row_counts(connection: sqlite3.Connection, tables: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    deadline = time.monotonic() + COUNT_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
    try:
        for table in tables:
            if time.monotonic() > deadline:
                break
            quoted = '"' + table.replace('"', '""') + '"'
            try:
                counts[table] = connection.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]
            except sqlite3.Error:  # too slow, or a virtual table whose module is missing: simply not counted
                continue
    finally:
        connection.set_progress_handler(None, 0)
    return counts
