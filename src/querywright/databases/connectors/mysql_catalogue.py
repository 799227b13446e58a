"""Read a MariaDB or MySQL schema from `information_schema`: five queries, whatever the number of tables."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pymysql

from querywright.databases.literals import quote
from querywright.databases.schema import Column, ForeignKey, Index, Kind, Schema, Table, by_name
from querywright.sql.names import full_name

_TABLES: Final = """
    SELECT TABLE_NAME, TABLE_TYPE, TABLE_ROWS, TABLE_COMMENT FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = %s AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
    ORDER BY TABLE_TYPE = 'VIEW', CREATE_TIME, TABLE_NAME"""
_COLUMNS: Final = """
    SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, IS_NULLABLE, COLUMN_COMMENT, EXTRA, PRIVILEGES
    FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME, ORDINAL_POSITION"""
_INDEXES: Final = """
    SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = %s ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX"""
_FOREIGN_KEYS: Final = """
    SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
    FROM information_schema.KEY_COLUMN_USAGE
    WHERE TABLE_SCHEMA = %s AND REFERENCED_TABLE_SCHEMA = %s
    ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION"""
_JSON_CHECKS: Final = """
    SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS
    WHERE CONSTRAINT_SCHEMA = %s AND CHECK_CLAUSE LIKE 'json_valid(%%'"""
"""MariaDB's JSON is text with a check; MySQL's table of checks does not name their table, and needs none of them."""

_KINDS: Final[Mapping[str, Kind]] = {
    # `tinyint(1)` is how these engines keep truth: as a number.
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), "integer"),
    **dict.fromkeys(("float", "double"), "real"),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"), "text"),
    **dict.fromkeys(("uuid", "inet4", "inet6"), "text"),
    **dict.fromkeys(("datetime", "timestamp"), "datetime"),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"), "blob"),
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "json": "json",
}

DIGESTED = 20
"""Rows of a table that count in the fingerprint: the first ones in the order of its key."""
_TOGETHER = 50
_PASSING: Final = frozenset((1205, 1213, 1317, 1969, 3024))
"""A lock that is held, a time that is over: they say nothing about a table."""


def read_schema(connection: pymysql.connections.Connection[Any], database: str) -> Schema:
    """Tables and views of one database, tables first, each in the order they were created.

    The index that a foreign key brings with it is not told of. What the user may not read, and a view that does not
    work any more, is left out and named in `unreadable`. A table without any privilege is not shown by the server at
    all, and of one of which only columns may be read it tells no foreign keys.

    Raises:
        pymysql.Error: the catalogue cannot be read.
    """
    listed = _ask(connection, _TABLES, database)
    columns = _columns(connection, database)
    primary, indexes = _indexes(connection, database, columns)
    foreign = _foreign_keys(connection, database, columns)
    tables = (
        Table(
            name=name,
            columns=tuple(columns[name].values()),
            primary_key=primary.get(name, ()),
            foreign_keys=tuple(foreign[name]),
            indexes=tuple(i for i in indexes[name] if i.unique or i.columns not in [k.columns for k in foreign[name]]),
            is_view=kind == "VIEW",
            description=(comment if kind != "VIEW" else None) or None,
            row_count=rows,
            estimated=True,
        )
        for name, kind, rows, comment in listed
        if columns.get(name)
    )
    hidden = tuple(row[0] for row in listed if not columns.get(row[0]))
    return Schema("", "mysql", tuple(tables), hidden)


def _ask(connection: pymysql.connections.Connection[Any], query: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _columns(connection: pymysql.connections.Connection[Any], database: str) -> dict[str, dict[str, Column]]:
    """The readable columns of each table by their names in lower case."""
    checked = _json_columns(connection, database)
    found: defaultdict[str, dict[str, Column]] = defaultdict(dict)
    for table, name, type_, plain, nullable, comment, extra, privileges in _ask(connection, _COLUMNS, database):
        if "select" not in privileges.lower():
            continue
        is_json = (table, name.lower()) in checked
        kind = "json" if is_json else _KINDS.get(plain.lower(), "other")
        shown = "json" if is_json else type_
        column = Column(name, shown, kind, nullable == "YES", comment or None, None, " GENERATED" in extra.upper())
        found[table][name.lower()] = column
    return found


def _json_columns(connection: pymysql.connections.Connection[Any], database: str) -> set[tuple[str, str]]:
    if "mariadb" not in connection.get_server_info().lower():
        return set()
    rows = _ask(connection, _JSON_CHECKS, database)
    found = ((table, re.fullmatch(r"json_valid\(`(.*)`\)", clause)) for table, clause in rows)
    return {(table, match[1].replace("``", "`").lower()) for table, match in found if match}


def _indexes(
    connection: pymysql.connections.Connection[Any], database: str, columns: Mapping[str, Mapping[str, Column]]
) -> tuple[dict[str, tuple[str, ...]], defaultdict[str, list[Index]]]:
    """Primary keys and other indexes by table; those on an expression or on what cannot be read are left out."""
    parts: defaultdict[tuple[str, str, bool], list[Column | None]] = defaultdict(list)
    for table, name, non_unique, column in _ask(connection, _INDEXES, database):
        known = columns.get(table, {})
        parts[table, name, not int(non_unique)].append(known.get(column.lower()) if column else None)
    primary: dict[str, tuple[str, ...]] = {}
    found: defaultdict[str, list[Index]] = defaultdict(list)
    for (table, name, unique), over in parts.items():
        names = tuple(column.name for column in over if column is not None)
        if len(names) == len(over) and name == "PRIMARY":
            primary[table] = names
        elif len(names) == len(over):
            found[table].append(Index(name, names, unique))
    return primary, found


def _foreign_keys(
    connection: pymysql.connections.Connection[Any], database: str, columns: Mapping[str, Mapping[str, Column]]
) -> defaultdict[str, list[ForeignKey]]:
    """Keys by table, without those to other databases and to what cannot be read."""
    parts: defaultdict[tuple[str, str, str], list[tuple[Column | None, Column | None]]] = defaultdict(list)
    spelled = by_name(columns, str)
    for table, name, column, target, referred in _ask(connection, _FOREIGN_KEYS, database, database):
        parent = spelled.get(target) or spelled.get(target.lower(), target)
        pair = (columns.get(table, {}).get(column.lower()), columns.get(parent, {}).get(referred.lower()))
        parts[table, name, parent].append(pair)
    found: defaultdict[str, list[ForeignKey]] = defaultdict(list)
    for (table, _, parent), pairs in parts.items():
        ours = tuple(a.name for a, _ in pairs if a is not None)
        theirs = tuple(b.name for _, b in pairs if b is not None)
        if len(ours) == len(pairs) == len(theirs):
            found[table].append(ForeignKey(ours, full_name(parent), theirs))
    return found


def fingerprint(connection: pymysql.connections.Connection[Any], database: str) -> str:
    """SHA-256 of the schema and of the first rows of each table: cheap on any server, blind to what lies further back.

    Raises:
        pymysql.Error: the server does not answer, or a lock is in the way.
    """
    schema = read_schema(connection, database)
    digest = hashlib.sha256()
    for table in schema:
        digest.update(repr((table.name, table.columns, table.primary_key)).encode())
    tables = [table for table in schema if not table.is_view]
    for start in range(0, len(tables), _TOGETHER):
        for seen in _digests(connection, tables[start : start + _TOGETHER]):
            digest.update(seen.encode())
    return digest.hexdigest()


def _digests(connection: pymysql.connections.Connection[Any], tables: Sequence[Table]) -> list[str]:
    """A digest of each table's first rows. A table that cannot be read, one of another server say, has its error's."""
    try:
        return [str(row[0]) for row in _ask(connection, " UNION ALL ".join(map(_digest_query, tables)))]
    except pymysql.Error as error:
        number = error.args[0] if error.args else 0
        if not connection.open or number in _PASSING:
            raise
        return [str(number)] if len(tables) == 1 else [_digests(connection, [table])[0] for table in tables]


def _digest_query(table: Table) -> str:
    """One row: a digest of the table's first rows."""
    names = [quote(column.name, "mysql").replace("%", "%%") for column in table.columns]
    order = ", ".join(quote(name, "mysql") for name in table.primary_key)
    texts = ", ".join(f"COALESCE(HEX(CAST({name} AS BINARY)), 'NULL')" for name in names)
    inner = f"SELECT {', '.join(names)} FROM {quote(table.name, 'mysql')}" + (f" ORDER BY {order}" if order else "")
    return f"(SELECT SUM(CRC32(CONCAT_WS(' ', {texts}))) FROM ({inner} LIMIT {DIGESTED}) AS x)"
