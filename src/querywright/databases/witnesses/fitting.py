"""Whether a column of a server can hold a value: what a copy in an engine of its own would be refused."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from querywright.databases.schema import Column, Table
from querywright.databases.witnesses.sampling import Row

_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "integer": 32, "int": 32, "bigint": 64}
_OPEN_TEXT = re.compile(r"(character varying|varchar|character|char|text|citext|(tiny|medium|long)text)\b(?!\[)", re.I)

_PLAIN = re.compile(r"(real|double( precision)?|float|boolean|date|datetime|timestamp|time)\b(?!.*\[)")
"""Types that hold every value of their kind; a domain over one of them has another name."""


def fitting(rows: list[Row], table: Table, sampled: list[Row]) -> list[Row]:
    """The rows whose values their columns can hold, decimals rounded as the column rounds them.

    Args:
        rows: after an alteration.
        table: says of what type each column is.
        sampled: rows of the table itself. In a column whose type says too little (an enum, a domain, an array) only
            what stands in them is taken to fit.
    """
    known = [{repr(row[place]) for row in sampled} for place in range(len(table.columns))]
    kept = []
    for row in rows:
        found = [
            value if value is None or repr(value) in seen else _fitted(value, column)
            for value, column, seen in zip(row, table.columns, known, strict=True)
        ]
        if all(new is not None or old is None for new, old in zip(found, row, strict=True)):
            kept.append(tuple(found))
    return kept


def _fitted(value: Any, column: Column) -> Any:
    """The value as the column holds it; None where it cannot."""
    type_ = column.type.lower()
    if column.kind == "integer":
        return value if isinstance(value, int) and _in_range(value, type_) else None
    if column.kind == "decimal":
        return _rounded(value, type_)
    if column.kind == "text":
        return value if isinstance(value, str) and _is_text_for(value, type_) else None
    return value if _PLAIN.match(type_) else None


def _in_range(value: int, type_: str) -> bool:
    name = re.split(r"[ (]", type_)[0]
    if name == "year":
        return 1901 <= value <= 2155
    bits = _BITS.get(name)
    if bits is None:
        return False
    return 0 <= value < 1 << bits if "unsigned" in type_ else -(1 << bits - 1) <= value < 1 << bits - 1


def _rounded(value: Any, type_: str) -> Decimal | None:
    if not type_.startswith(("numeric", "decimal")):
        return None
    size = re.search(r"\((\d+)(?:,\s*(\d+))?\)", type_)
    try:
        if size is None:
            return Decimal(value)
        digits, scale = int(size[1]), int(size[2] or 0)
        found = Decimal(value).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    except (InvalidOperation, TypeError, ValueError):
        return None
    return found if found.adjusted() < digits - scale and not ("unsigned" in type_ and found < 0) else None


def _is_text_for(value: str, type_: str) -> bool:
    if type_ == "uuid":
        try:
            return str(UUID(value)) == value
        except ValueError:
            return False
    if not _OPEN_TEXT.match(type_):
        return False
    size = re.search(r"\((\d+)\)", type_)
    length = int(size[1]) if size else 1 if type_ in ("character", "char") else None
    return length is None or len(value) <= length
