"""Write names and values as SQL of one dialect, so that reading them back gives the same name and value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from querywright.databases.reserved import RESERVED
from querywright.databases.schema import Table

_PLAIN = {"postgres": re.compile(r"[a-z_][a-z0-9_]*")}
_PLAIN_ANY_CASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quote(name: str, dialect: str) -> str:
    """An identifier, in quotes only where the dialect needs them.

    >>> quote("name", "sqlite"), quote("order", "sqlite"), quote("a b", "mysql")
    ('name', '"order"', '`a b`')

    PostgreSQL folds a bare name to lower case, so one with capitals is quoted there.

    >>> quote("OrderDate", "postgres"), quote("OrderDate", "duckdb")
    ('"OrderDate"', 'OrderDate')
    """
    if _PLAIN.get(dialect, _PLAIN_ANY_CASE).fullmatch(name) and name.lower() not in _keywords(dialect):
        return name
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def qualified(table: Table, dialect: str) -> str:
    """A table's name as a query writes it: with its namespace where it has one, each part quoted by itself.

    >>> qualified(Table("order", (), namespace="my shop"), "duckdb")
    '"my shop"."order"'
    """
    return ".".join(quote(part, dialect) for part in table.parts)


@cache
def _keywords(dialect: str) -> frozenset[str]:
    """The words this dialect keeps for itself, in lower case."""
    if dialect in RESERVED:
        return RESERVED[dialect]
    from sqlglot.dialects.dialect import Dialect

    words = Dialect.get_or_raise(dialect).tokenizer_class.KEYWORDS
    return frozenset(part.lower() for word in words for part in word.split()) | _MORE_KEYWORDS


_MORE_KEYWORDS = frozenset(
    """
    CAST PIVOT_LONGER LAMBDA VERBOSE COLUMNS CONCURRENTLY COLLATION TRY_CAST AT FREEZE AUTHORIZATION TUPLE UNPACK
    ABORT ACTION ADD AFTER ATTACH AUTOINCREMENT BEFORE BOTH CASCADE CHECK COLLATE CONSTRAINT CROSS DATABASE DEFAULT
    DEFERRABLE DEFERRED DETACH DO EACH EXCLUSIVE FAIL FOREIGN FROM GENERATED GLOB GROUP IF IGNORE INDEX INITIALLY
    INSTEAD KEY LEADING LEFT LIKE MATCH NATURAL NO NOTHING OF OFFSET ON OTHERS PLACING PLAN PRAGMA PRIMARY QUERY
    RAISE RECURSIVE REFERENCES REGEXP REINDEX RELEASE RENAME RESTRICT RIGHT ROLLBACK ROW ROWS SAVEPOINT SYMMETRIC
    TABLE TEMPORARY THEN TIES TO TRAILING TRANSACTION TRIGGER UNBOUNDED UNIQUE USER USING VACUUM VARIADIC VIEW
    VIRTUAL WHEN WITHOUT ANALYSE ASYMMETRIC CURRENT_CATALOG SESSION_USER ONLY SOME
    """.lower().split()
)


def literal(value: Any, dialect: str, type_: str = "") -> str:
    """A value as a literal of the dialect.

    Args:
        value: any value a `Result` may hold.
        dialect: `sqlite`, `duckdb`, `postgres` or `mysql`.
        type_: the column's type; only needed to tell DuckDB's MAP from its STRUCT.

    Raises:
        TypeError: the value is of a kind no result holds.

    >>> literal("it's", "sqlite"), literal(b"\\x01", "duckdb"), literal(True, "sqlite")
    ("'it''s'", "'\\\\x01'::BLOB", '1')
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value)) if dialect == "sqlite" else str(value).upper()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value, dialect)
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else _float(float(value), dialect)
    if isinstance(value, str):
        return _text(value, dialect)
    if isinstance(value, bytes):
        return _blob(value, dialect)
    if isinstance(value, (datetime, date, time, timedelta)):
        return _moment(value, dialect)
    if isinstance(value, (Mapping, Sequence)):
        return _nested(value, dialect, type_)
    raise TypeError(f"a {type(value).__name__} has no literal in {dialect}")


def _float(value: float, dialect: str) -> str:
    if math.isfinite(value):
        return repr(value)
    name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if dialect == "sqlite":  # it has no NaN: storing one stores NULL
        return {"NaN": "NULL", "Infinity": "9e999", "-Infinity": "-9e999"}[name]
    if dialect == "mysql":
        return "NULL"
    return f"CAST('{name}' AS DOUBLE{' PRECISION' if dialect == 'postgres' else ''})"


def _text(value: str, dialect: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    if "\0" in value or _has_surrogates(value):
        if dialect == "sqlite":
            return f"CAST(X'{raw.hex()}' AS TEXT)"
        if dialect == "duckdb":
            parts = "".join("�" if "\ud800" <= c <= "\udfff" else c for c in value).split("\0")
            return "(" + " || chr(0) || ".join("'" + p.replace("'", "''") + "'" for p in parts) + ")"
        if dialect == "mysql":
            return f"CONVERT(X'{raw.hex()}' USING utf8mb4)"
        value = "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in value)
    if dialect == "mysql":
        value = value.replace("\\", "\\\\")
    return "'" + value.replace("'", "''") + "'"


def _has_surrogates(value: str) -> bool:
    return not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value)


def _blob(value: bytes, dialect: str) -> str:
    if dialect == "duckdb":
        return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::BLOB"
    return f"'\\x{value.hex()}'::bytea" if dialect == "postgres" else f"X'{value.hex()}'"


def _moment(value: datetime | date | time | timedelta, dialect: str) -> str:
    if isinstance(value, timedelta):
        microseconds = (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds
        return f"to_microseconds({microseconds})" if dialect == "duckdb" else f"INTERVAL '{microseconds}' MICROSECOND"
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if dialect == "sqlite":
        return f"'{text}'"
    zone = isinstance(value, (datetime, time)) and value.tzinfo is not None
    if isinstance(value, datetime):
        return f"{'TIMESTAMPTZ' if zone else 'TIMESTAMP'} '{text}'"
    return f"{'DATE' if isinstance(value, date) else 'TIMETZ' if zone else 'TIME'} '{text}'"


def _nested(value: Any, dialect: str, type_: str) -> str:
    if dialect != "duckdb":
        import orjson

        return _text(orjson.dumps(value, default=str).decode(), dialect)
    if isinstance(value, Mapping):
        items = [(literal(k, dialect), literal(v, dialect)) for k, v in value.items()]
        inner = ", ".join(f"{k}: {v}" for k, v in items)
        return ("MAP " if type_.upper().startswith("MAP") or not items else "") + "{" + inner + "}"
    return "[" + ", ".join(literal(item, dialect, type_.removesuffix("[]")) for item in value) + "]"
