"""Change sampled rows so that queries which only happen to agree stop agreeing.

Each alteration answers one way in which two queries can agree by luck. After them `repaired` takes out what the
schema does not allow: a doubled key, a NULL where none may be, a child without its parent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import combining, normalize
from uuid import UUID

from querywright.databases.schema import Column, Table
from querywright.databases.witnesses.sampling import Mentioned, Row, Rows, place_of, places_of


def altered(name: str, rows: Rows, tables: list[Table], mentioned: Mentioned, rng: random.Random) -> Rows:
    """A copy of the rows after one alteration (or `mixed`: all of them), within the schema's constraints."""
    names = list(ALTERATIONS) if name == "mixed" else [name]
    result = {table: list(found) for table, found in rows.items()}
    for each in names:
        for table in tables:
            result[table.full_name] = ALTERATIONS[each](result[table.full_name], table, mentioned, rng)
    return repaired(result, tables)


def _same(rows: list[Row], table: Table, mentioned: Mentioned, rng: random.Random) -> list[Row]:
    return rows


def _boundaries(rows: list[Row], table: Table, mentioned: Mentioned, rng: random.Random) -> list[Row]:
    """Values on, just under and just over what a filter compares with: `>` is not `>=`, `=` is not `LIKE`."""
    for place, column in enumerate(table.columns):
        values = mentioned.get((table.full_name.lower(), column.name.lower()), [])
        around = [v for value in values for v in _around(value, column)]
        if around and not _is_key(table, column.name):
            rows = [_put(row, place, rng.choice(around)) if rng.random() < 0.5 else row for row in rows]
    return rows


def _nulls(rows: list[Row], table: Table, mentioned: Mentioned, rng: random.Random) -> list[Row]:
    """NULLs where the schema allows them: COUNT(*) is not COUNT(x), NOT IN is not NOT EXISTS."""
    for place, column in enumerate(table.columns):
        if column.nullable and column.name not in table.primary_key:
            rows = [_put(row, place, None) if rng.random() < 0.15 else row for row in rows]
    return rows


def _duplicates(rows: list[Row], table: Table, mentioned: Mentioned, rng: random.Random) -> list[Row]:
    """Rows again under a new key, and ties in single columns: DISTINCT, UNION ALL and LIMIT 1 show."""
    again = [_rekeyed(row, table, rows, number) for number, row in enumerate(rows, 1) if rng.random() < 0.5]
    return rows + again


def _swaps(rows: list[Row], table: Table, mentioned: Mentioned, rng: random.Random) -> list[Row]:
    """Values of a column exchanged between rows: columns that always agreed come apart."""
    for place, column in enumerate(table.columns):
        if column.name not in table.primary_key and rng.random() < 0.5:
            values = [row[place] for row in rows]
            rng.shuffle(values)
            rows = [_put(row, place, value) for row, value in zip(rows, values, strict=True)]
    return rows


def _orphans(rows: list[Row], table: Table, mentioned: Mentioned, rng: random.Random) -> list[Row]:
    """Children taken away, so that some parents have none: an inner join is not an outer one."""
    return [row for row in rows if rng.random() < 0.5] if table.foreign_keys else rows


ALTERATIONS: dict[str, Callable[[list[Row], Table, Mentioned, random.Random], list[Row]]] = {
    "sample": _same,
    "boundaries": _boundaries,
    "nulls": _nulls,
    "duplicates": _duplicates,
    "childless": _orphans,
    "swaps": _swaps,
}
ORDER = (*ALTERATIONS, "mixed")
"""The alterations in the order in which witnesses are made; after the last one come more mixed ones."""


def _is_key(table: Table, name: str) -> bool:
    keys = [*table.primary_key, *(c for k in table.foreign_keys for c in k.columns)]
    return name.lower() in {key.lower() for key in keys}


def _put(row: Row, place: int, value: Any) -> Row:
    return (*row[:place], value, *row[place + 1 :])


def _around(value: Any, column: Column) -> list[Any]:
    """The value as the column would hold it, and its neighbours."""
    if column.kind in ("integer", "real", "decimal"):
        if isinstance(value, str):
            return []
        step = 1 if column.kind == "integer" else 0.01
        number = int(value) if column.kind == "integer" else float(value)
        around: list[Any] = [number, number - step, number + step]
        return [Decimal(str(n)) for n in around] if column.kind == "decimal" else around
    if column.kind in ("date", "datetime"):
        return _days(str(value))
    if column.kind == "text" and isinstance(value, str):
        bare = value.strip("%_")
        days = [str(day) for day in _days(value)] if len(value) == 10 else []
        return [value, bare, bare.swapcase(), bare + "~", "~" + bare, *days]
    return []


def _days(text: str) -> list[Any]:
    try:
        day = date.fromisoformat(text[:10])
        return [day, day - timedelta(days=1), day + timedelta(days=1)]
    except (ValueError, OverflowError):
        return []


def _rekeyed(row: Row, table: Table, rows: list[Row], number: int) -> Row:
    """The row with another value in one column of each of its keys; the last column, which joins least often."""
    for key in table.unique_keys:
        place = place_of(table, key[-1])
        value = row[place]
        if isinstance(value, int):
            top = max((r[place] for r in rows if isinstance(r[place], int)), default=0)
            row = _put(row, place, top + number)
        elif isinstance(value, str) and table.columns[place].type.lower() == "uuid":
            row = _put(row, place, str(UUID(int=(UUID(value).int + number) % 2**128)))
        elif isinstance(value, str):
            row = _put(row, place, f"{value}~{number}")
    return row


def repaired(rows: Rows, tables: list[Table], blind: bool = False) -> Rows:
    """The rows without what the schema forbids: NULLs, doubled keys, then children without a parent, to the end.

    Args:
        rows: by table.
        tables: say what is forbidden.
        blind: whether texts that differ in case or in spaces at the end are one key.
    """
    result = {table.full_name: _valid(rows[table.full_name], table, blind) for table in tables}
    by_name = {table.full_name.lower(): table for table in tables}
    changed = True
    while changed:
        changed = False
        for table in tables:
            for key in table.foreign_keys:
                parent = by_name.get(key.referred_table.lower())
                if parent is None or not all(map(parent.column, key.referred_columns)) or not key.referred_columns:
                    continue
                ours, theirs = places_of(table, key.columns), places_of(parent, key.referred_columns)
                there = {_key(row, theirs) for row in result[parent.full_name]}
                kept = [r for r in result[table.full_name] if None in (k := _key(r, ours)) or k in there]
                changed = changed or len(kept) < len(result[table.full_name])
                result[table.full_name] = kept
    return result


def _valid(rows: list[Row], table: Table, blind: bool) -> list[Row]:
    required = [i for i, c in enumerate(table.columns) if not c.nullable]
    if required:
        rows = [row for row in rows if None not in [row[place] for place in required]]
    for key in table.unique_keys:
        if not all(map(table.column, key)):
            continue
        seen: set[Row] = set()
        kept = []
        places = places_of(table, key)
        for row in rows:
            values = _key(row, places)
            if blind:
                values = tuple(map(_folded, values))
            if values not in seen or None in values:
                kept.append(row)
            seen.add(values)
        rows = kept
    return rows


def _folded(value: Any) -> Any:
    """A text without what a collation may not see; too much of it costs a row, too little would double a key."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in normalize("NFKD", value.casefold()) if not combining(c)).rstrip()


def _key(row: Row, places: list[int]) -> Row:
    values = [row[place] for place in places]
    return tuple([repr(v) if isinstance(v, (list, dict)) else v for v in values])
