"""Rows as a relation that a query carries in itself: nothing has to be written to the server.

PostgreSQL reads them out of one JSON text, with each column's own type. MariaDB and MySQL take them as a union that
begins with no rows of the table itself, whose types and collations it so keeps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from querywright.databases.literals import literal, qualified, quote
from querywright.databases.schema import Column, Table
from querywright.databases.witnesses.sampling import Row

Collations = Mapping[tuple[str, str], str]
"""Collations that a column's type does not tell, as SQL, by (full name of the table, column)."""


def postgres_relation(table: Table, rows: list[Row], collations: Collations) -> str:
    """A SELECT of these rows."""
    columns = [quote(c.name, "postgres") for c in table.columns]
    shown = [
        f"{name} COLLATE {collations[table.full_name, c.name]} AS {name}"
        if (table.full_name, c.name) in collations
        else name
        for name, c in zip(columns, table.columns, strict=True)
    ]
    types = ", ".join(f"{name} {_spelling(c.type)}" for name, c in zip(columns, table.columns, strict=True))
    objects = [{c.name: _json(v, c) for v, c in zip(row, table.columns, strict=True) if v is not None} for row in rows]
    text = literal(orjson.dumps(objects).decode(), "postgres")
    return f"SELECT {', '.join(shown)} FROM json_to_recordset({text}) AS r({types})"


def _spelling(type_: str) -> str:
    return "varbit" + type_[len("bit varying") :] if type_.startswith("bit varying") else type_


def _json(value: Any, column: Column) -> Any:
    """A value as JSON from which the column's type reads it back: mostly the text that the server would print."""
    if isinstance(value, str) and column.type in ("json", "jsonb"):
        return orjson.Fragment(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (Decimal, date, time)):
        return str(value)
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, list):
        return [_json(item, column) for item in value]
    return value


def mysql_relation(table: Table, rows: list[Row], is_mariadb: bool) -> str:
    """A SELECT of these rows."""
    head = ", ".join(
        f"{quote(c.name, 'mysql')} + 0 AS {quote(c.name, 'mysql')}" if _is_bits(c) else quote(c.name, "mysql")
        for c in table.columns
    )
    selects = [f"SELECT {head} FROM {qualified(table, 'mysql')} WHERE FALSE"]
    for row in rows:
        values = ", ".join(_cast(v, c, is_mariadb) for v, c in zip(row, table.columns, strict=True))
        selects.append(f"SELECT {values}")
    return " UNION ALL ".join(selects)


def _is_bits(column: Column) -> bool:
    return column.type.lower().startswith("bit")


def _cast(value: Any, column: Column, is_mariadb: bool) -> str:
    """A value with a type that does not change the column's in a union."""
    if isinstance(value, timedelta):  # a TIME outside of one day
        return f"TIME '{_clock(value)}'"
    text = literal(value, "mysql")
    type_ = column.type.lower()
    if _is_bits(column):
        return f"CAST({int.from_bytes(value) if isinstance(value, bytes) else text} AS UNSIGNED)"
    if column.kind == "integer" and ("unsigned" in type_ or type_.startswith("year")):
        return f"CAST({text} AS UNSIGNED)"
    if type_.startswith("float"):
        return f"CAST({text} AS FLOAT)"
    if column.kind == "json" and not is_mariadb and value is not None:
        return f"JSON_EXTRACT({text}, '$')"
    return text


def _clock(length: timedelta) -> str:
    seconds, microseconds = divmod(abs(length) // timedelta(microseconds=1), 1_000_000)
    sign = "-" if length < timedelta(0) else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{microseconds:06}"
