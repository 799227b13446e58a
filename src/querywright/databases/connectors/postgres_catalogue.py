"""Read a PostgreSQL schema from the system catalogue: six queries, whatever the number of tables.

No query here opens a table, so none waits for a lock on one. Row counts are the planner's statistics.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg

from querywright.databases.schema import Column, ForeignKey, Index, Kind, Schema, Table
from querywright.sql.names import full_name

_TABLES: Final = """
    SELECT c.oid, n.nspname, c.relname, c.relkind, d.description, pg_table_is_visible(c.oid),
      c.reltuples, pg_stat_get_live_tuples(c.oid), has_table_privilege(c.oid, 'SELECT'),
      has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT 1 FROM pg_depend e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
    ORDER BY c.relkind IN ('v', 'm'), c.oid"""
_COLUMNS: Final = """
    SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, a.attnotnull,
      a.attgenerated <> '', d.description,
      CASE WHEN a.attrelid = ANY(%(partly)s) THEN has_column_privilege(a.attrelid, a.attnum, 'SELECT') ELSE true END
    FROM pg_attribute a
    LEFT JOIN pg_description d
      ON d.objoid = a.attrelid AND d.classoid = 'pg_class'::regclass AND d.objsubid = a.attnum
    WHERE a.attrelid = ANY(%(tables)s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum"""
_TYPES: Final = """
    SELECT t.oid, t.typname, t.typtype, t.typbasetype, t.typnotnull,
      (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
    FROM pg_type t WHERE t.typtype IN ('b', 'd', 'e') AND t.typcategory <> 'A'"""
_KEYS: Final = """
    SELECT conrelid, contype, conkey, confrelid, confkey FROM pg_constraint
    WHERE contype IN ('p', 'f') AND conrelid = ANY(%(tables)s) ORDER BY conrelid, oid"""
_INDEXES: Final = """
    SELECT i.indrelid, c.relname, i.indkey::int2[], i.indnkeyatts, i.indisunique AND i.indpred IS NULL
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE NOT i.indisprimary AND i.indisvalid AND i.indrelid = ANY(%(tables)s) ORDER BY i.indexrelid"""
_INSIDE: Final = """
    WITH RECURSIVE part (root, oid) AS (
      SELECT oid, oid FROM pg_class WHERE relhassubclass AND oid = ANY(%(tables)s)
      UNION SELECT part.root, i.inhrelid FROM part JOIN pg_inherits i ON i.inhparent = part.oid)
    SELECT part.root, max(c.reltuples), sum(greatest(c.reltuples, 0)), sum(pg_stat_get_live_tuples(c.oid))::bigint
    FROM part JOIN pg_class c ON c.oid = part.oid AND c.relkind <> 'p' GROUP BY part.root"""
"""A table's rows are those of its partitions and heirs too."""
_FOREIGN_TABLES: Final = """
    SELECT CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname END, c.relname
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f'"""
"""Their rows are another server's."""

_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "integer"),
    **dict.fromkeys(("float4", "float8"), "real"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "citext", "uuid", "char"), "text"),
    **dict.fromkeys(("timestamp", "timestamptz"), "datetime"),
    **dict.fromkeys(("time", "timetz"), "time"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    "numeric": "decimal",
    "bool": "boolean",
    "date": "date",
    "bytea": "blob",
}

DIGESTED = 20
"""Rows of a table that count in the fingerprint: the first ones in the order of its key."""
_TOGETHER = 50
_PASSING: Final = ("55P03", "57014")
"""A lock that is held, a time that is over: they say nothing about a table."""


@dataclass(frozen=True, slots=True)
class _Type:
    kind: Kind
    labels: tuple[str, ...] = ()
    """Of an enum."""
    required: bool = False
    """A domain that takes no NULL."""


def read_schema(connection: psycopg.Connection[Any]) -> Schema:
    """Tables and views of every schema the user may use, tables first, each in the order they were created.

    A partitioned table is one table. What belongs to an extension is left out; what the user may not read is left
    out and named in `unreadable`. A table that the search path finds has no namespace.

    Raises:
        psycopg.Error: the catalogue cannot be read.
    """
    listed = connection.execute(_TABLES).fetchall()
    readable = [row for row in listed if row[9]]
    asked = {
        "tables": [row[0] for row in readable],
        "partly": [row[0] for row in readable if not row[8]],
    }
    columns = _columns(connection, asked)
    names = {row[0]: (None if row[5] else row[1], row[2]) for row in readable}
    primary, foreign = _keys(connection, asked, columns, names)
    indexes = _indexes(connection, asked, columns)
    inside = {
        root: (planned if seen >= 0 else -1, live)
        for root, seen, planned, live in connection.execute(_INSIDE, asked).fetchall()
    }
    tables = (
        Table(
            name=names[oid][1],
            columns=tuple(columns[oid].values()),
            primary_key=primary.get(oid, ()),
            foreign_keys=tuple(foreign[oid]),
            indexes=tuple(indexes[oid]),
            is_view=kind in ("v", "m"),
            description=comment,
            row_count=_rows(*inside.get(oid, (rows, live))) if kind not in ("v", "f") else None,
            estimated=True,
            namespace=names[oid][0],
        )
        for oid, _, _, kind, comment, _, rows, live, _, _ in readable
    )
    hidden = tuple(full_name(row[2], None if row[5] else row[1]) for row in listed if not row[9])
    return Schema("", "postgres", tuple(tables), hidden)


def _rows(planned: float, live: int) -> int | None:
    """The planner's count, or that of the live rows; None where nobody has looked yet."""
    if planned > 0:
        return int(planned)
    return live or (0 if planned == 0 else None)


def _columns(connection: psycopg.Connection[Any], asked: Mapping[str, Any]) -> dict[int, dict[int, Column]]:
    """The readable columns of each table by their numbers."""
    types = _types(connection)
    found: defaultdict[int, dict[int, Column]] = defaultdict(dict)
    for table, number, name, spelling, oid, required, generated, comment, may in connection.execute(_COLUMNS, asked):
        if may:
            type_ = types.get(oid, _OTHER)
            values = "one of " + ", ".join(type_.labels) if type_.labels else None
            nullable = not (required or type_.required)
            found[table][number] = Column(name, spelling, type_.kind, nullable, comment, values, generated)
    return found


_OTHER: Final = _Type("other")


def _types(connection: psycopg.Connection[Any]) -> dict[int, _Type]:
    """What each type means; a domain means what the type under it does."""
    rows = {row[0]: row for row in connection.execute(_TYPES)}
    found = {}
    for oid, row in rows.items():
        under, required = row, row[4]
        while under[2] == "d" and under[3] in rows:
            under = rows[under[3]]
            required = required or under[4]
        labels = tuple(under[5] or ())
        found[oid] = _Type("text" if under[2] == "e" else _KINDS.get(under[1], "other"), labels, required)
    return found


def _keys(
    connection: psycopg.Connection[Any],
    asked: Mapping[str, Any],
    columns: Mapping[int, Mapping[int, Column]],
    names: Mapping[int, tuple[str | None, str]],
) -> tuple[dict[int, tuple[str, ...]], defaultdict[int, list[ForeignKey]]]:
    """Primary and foreign keys by table, without those that involve what the user may not read."""
    primary: dict[int, tuple[str, ...]] = {}
    foreign: defaultdict[int, list[ForeignKey]] = defaultdict(list)
    for table, kind, numbers, target, referred in connection.execute(_KEYS, asked):
        ours = _named(columns[table], numbers)
        if ours and kind == "p":
            primary[table] = ours
        elif ours and target in names and (theirs := _named(columns[target], referred)):
            foreign[table].append(ForeignKey(ours, full_name(names[target][1], names[target][0]), theirs))
    return primary, foreign


def _indexes(
    connection: psycopg.Connection[Any], asked: Mapping[str, Any], columns: Mapping[int, Mapping[int, Column]]
) -> defaultdict[int, list[Index]]:
    """Indexes by table, without those on expressions; a partial one is not unique for the rows outside of it."""
    found: defaultdict[int, list[Index]] = defaultdict(list)
    for table, name, numbers, width, unique in connection.execute(_INDEXES, asked):
        over = _named(columns[table], numbers[:width])
        if over:
            found[table].append(Index(name, over, unique))
    return found


def _named(columns: Mapping[int, Column], numbers: Iterable[int]) -> tuple[str, ...]:
    """The names of columns by number; empty if one is an expression or not readable."""
    found = [columns[number].name for number in numbers if number in columns]
    return tuple(found) if len(found) == len(list(numbers)) else ()


def fingerprint(reading: Callable[[Callable[[psycopg.Connection[Any]], Any]], Any]) -> str:
    """SHA-256 of the schema and of the first rows of each table: cheap on any server, blind to what lies further back.

    Args:
        reading: answers what a function reads on a connection, in a transaction of its own. Each lot of tables gets
            one: a server can lock only so many tables in one.
    """
    schema: Schema = reading(read_schema)
    elsewhere = set(reading(lambda connection: connection.execute(_FOREIGN_TABLES).fetchall()))
    digest = hashlib.sha256()
    for table in schema:
        digest.update(repr((table.namespace, table.name, table.columns, table.primary_key)).encode())
    tables = [t for t in schema if not t.is_view and t.columns and (t.namespace, t.name) not in elsewhere]
    for start in range(0, len(tables), _TOGETHER):
        for seen in reading(partial(_digests, tables=tables[start : start + _TOGETHER])):
            digest.update(seen.encode())
    return digest.hexdigest()


def _digests(connection: psycopg.Connection[Any], tables: Sequence[Table]) -> list[str]:
    """A digest of each table's first rows. A table that cannot be read counts as its error does."""
    try:
        with connection.transaction():
            together = " UNION ALL ".join(map(_digest_query, tables))
            # Bytes, for a database without an encoding may have names that are none.
            return [str(row[0]) for row in connection.execute(together.encode("utf-8", "surrogateescape"))]
    except psycopg.Error as error:
        if connection.broken or error.sqlstate in _PASSING:
            raise
        return [error.sqlstate or ""] if len(tables) == 1 else [_digests(connection, [t])[0] for t in tables]


def _digest_query(table: Table) -> str:
    """One row: a digest of the table's first rows."""
    keys = _list(table.primary_key)
    order = f" ORDER BY {keys}" if keys else ""
    rows = f"SELECT {_list(c.name for c in table.columns)} FROM {_list(table.parts, '.')}{order} LIMIT {DIGESTED}"
    return f"(SELECT md5(string_agg((x.*)::text, ' ')) FROM ({rows}) AS x)"


def _list(names: Iterable[str], between: str = ", ") -> str:
    """Names, each in quotes: a keyword of a server to come needs them too."""
    return between.join('"' + name.replace('"', '""') + '"' for name in names)
