"""Read a DuckDB schema from its catalogue functions: six queries, whatever the number of tables."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from querywright.databases.schema import Column, ForeignKey, Index, Kind, Schema, Table
from querywright.sql.names import DEFAULT_NAMESPACES, full_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Key = tuple[str, str]
"""The schema's name and the table's: what a table is known by inside one file."""

_TABLES = """
    SELECT schema_name, table_name, comment, estimated_size FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal AND NOT temporary ORDER BY table_oid"""
_VIEWS = """
    SELECT schema_name, view_name, comment FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal AND NOT temporary ORDER BY view_oid"""
_COLUMNS = """
    SELECT schema_name, table_name, column_name, data_type, is_nullable, comment, {generated}
    FROM duckdb_columns() WHERE database_name = current_database() AND NOT internal
    ORDER BY table_oid, column_index"""
_KEYS = """
    SELECT schema_name, table_name, constraint_type, constraint_column_names, {name}, constraint_text
    FROM duckdb_constraints() WHERE database_name = current_database()
    AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') ORDER BY table_oid, constraint_index"""
_INDEXES = """
    SELECT schema_name, table_name, index_name, is_unique, expressions
    FROM duckdb_indexes() WHERE database_name = current_database() ORDER BY index_oid"""


def read_schema(cursor: DuckDBPyConnection, db_id: str) -> Schema:
    """Every table and view of the file, tables first, each in the order it was created.

    Args:
        cursor: an open connection; used for catalogue queries only.
        db_id: goes into the schema.

    Raises:
        duckdb.Error: the catalogue cannot be read.
    """
    columns = _columns(cursor)
    primary, unique, foreign = _keys(cursor)
    indexes = _indexes(cursor)
    tables = []
    for namespace, name, comment, rows in cursor.execute(_TABLES).fetchall():
        key = (namespace, name)
        table = Table(
            name=name,
            columns=tuple(columns[key]),
            primary_key=primary.get(key, ()),
            foreign_keys=tuple(foreign[key]),
            indexes=(*unique[key], *indexes[key]),
            description=comment,
            row_count=rows,
            estimated=True,
            namespace=_namespace(namespace),
        )
        tables.append(table)
    for namespace, name, comment in cursor.execute(_VIEWS).fetchall():
        found = tuple(columns[namespace, name])
        tables.append(Table(name, found, is_view=True, description=comment, namespace=_namespace(namespace)))
    return Schema(db_id, "duckdb", tuple(tables))


def _namespace(schema: str) -> str | None:
    return None if schema == DEFAULT_NAMESPACES["duckdb"] else schema


def _columns(cursor: DuckDBPyConnection) -> defaultdict[Key, list[Column]]:
    found: defaultdict[Key, list[Column]] = defaultdict(list)
    known = {row[0] for row in cursor.execute("DESCRIBE SELECT * FROM duckdb_columns()").fetchall()}
    query = _COLUMNS.format(generated="is_generated" if "is_generated" in known else "false")  # since DuckDB 2
    for namespace, table, name, kind, nullable, comment, generated in cursor.execute(query).fetchall():
        found[namespace, table].append(
            Column(name, kind, kind_of(kind), bool(nullable), comment, None, bool(generated))
        )
    return found


def _keys(
    cursor: DuckDBPyConnection,
) -> tuple[dict[Key, tuple[str, ...]], defaultdict[Key, list[Index]], defaultdict[Key, list[ForeignKey]]]:
    primary: dict[Key, tuple[str, ...]] = {}
    unique: defaultdict[Key, list[Index]] = defaultdict(list)
    foreign: defaultdict[Key, list[ForeignKey]] = defaultdict(list)
    query = _KEYS.format(name="constraint_name, referenced_table, referenced_column_names")
    for namespace, table, kind, columns, name, referred, referred_columns, _ in cursor.execute(query).fetchall():
        key = (namespace, table)
        if kind == "PRIMARY KEY":
            primary[key] = tuple(columns)
        elif kind == "UNIQUE":
            unique[key].append(Index(name, tuple(columns), unique=True))
        else:
            target = full_name(referred, _namespace(namespace))  # DuckDB has no keys across schemas
            foreign[key].append(ForeignKey(tuple(columns), target, tuple(referred_columns)))
    return primary, unique, foreign


def _indexes(cursor: DuckDBPyConnection) -> defaultdict[Key, list[Index]]:
    found: defaultdict[Key, list[Index]] = defaultdict(list)
    for namespace, table, name, is_unique, expressions in cursor.execute(_INDEXES).fetchall():
        columns = _index_columns(expressions)
        if columns:  # an index on an expression says nothing about a column
            found[namespace, table].append(Index(name, columns, bool(is_unique)))
    return found


def _index_columns(expressions: Any) -> tuple[str, ...]:
    """The columns of `[a, '"b c"']`, DuckDB's text for an index; empty if one of them is an expression."""
    text = str(expressions or "")[1:-1]
    parts = re.findall(r"""'((?:[^']|'')*)'|("(?:[^"]|"")*")|([^,\s]+)""", text)
    names = []
    for quoted, double, bare in parts:
        name = (quoted or double or bare).strip()
        if name.startswith("(") or not name:
            return ()
        names.append(name[1:-1].replace('""', '"') if name.startswith('"') else name)
    return tuple(names)


_KINDS: tuple[tuple[str, Kind], ...] = (
    (r".*\]$|^(STRUCT|MAP|UNION|TUPLE|LIST|VARIANT|GEOMETRY|BIT|INTERVAL|TYPE)\b", "other"),
    (r"^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|BIGNUM|VARINT)\b", "integer"),
    (r"^(DOUBLE|FLOAT|REAL)\b", "real"),
    (r"^DECIMAL\b", "decimal"),
    (r"^BOOLEAN\b", "boolean"),
    (r"^TIMESTAMP", "datetime"),
    (r"^DATE\b", "date"),
    (r"^TIME\b", "time"),
    (r"^BLOB\b", "blob"),
    (r"^JSON\b", "json"),
    (r"^(VARCHAR|ENUM|UUID|CHAR)\b", "text"),
)


def kind_of(type_: str) -> Kind:
    """What a column of this DuckDB type holds.

    >>> kind_of("DECIMAL(10,2)"), kind_of("INTEGER[]"), kind_of("TIMESTAMP WITH TIME ZONE")
    ('decimal', 'other', 'datetime')
    """
    return next((kind for pattern, kind in _KINDS if re.match(pattern, type_, re.IGNORECASE)), "other")
