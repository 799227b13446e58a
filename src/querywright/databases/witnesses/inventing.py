"""Rows made up where a database has none that queries would let through: an empty answer proves nothing.

A row of number n holds in every column the value of number n: one that the queries compare the column with, or n
itself. So rows of one number join with each other along any columns, declared as keys or not, and pass any filter that
asks for equality; rows of mixed numbers are what filters and joins then leave out. Texts that are no keys repeat, so
that there is something to group.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from querywright.databases.schema import Column, Table
from querywright.databases.witnesses.sampling import Mentioned, Row, Rows
from querywright.sql.parsing import Tree, exp

WHOLE = 6
"""Rows of one number, each once."""
_NUMERIC = ("integer", "real", "decimal")
MIXED = 10
"""Rows of mixed numbers."""


def invented(tables: list[Table], trees: Iterable[Tree], mentioned: Mentioned, rng: random.Random) -> Rows:
    """Some rows for each table. What the schema forbids is among them and has to be taken out.

    Args:
        tables: to be filled.
        trees: the queries.
        mentioned: what the queries compare their columns with.
        rng: of the mixed rows.
    """
    known = {column.name.lower() for table in tables for column in table.columns}
    pairs = [pair for pair in _joined(trees) if known.issuperset(pair)]  # a text in double quotes looks like a column
    keys = {name.lower() for table in tables for name in _keys(table)} | {name for pair in pairs for name in pair}
    shared = _shared(tables, pairs, mentioned)
    return {table.full_name: _rows(_with_kinds_of_parents(table, tables), keys, shared, rng) for table in tables}


def _keys(table: Table) -> Iterator[str]:
    for key in (*table.unique_keys, *(k.columns for k in table.foreign_keys)):
        yield from key


def _joined(trees: Iterable[Tree]) -> Iterator[tuple[str, str]]:
    """The names of columns that are compared with columns."""
    for tree in trees:
        for equality in tree.find_all(exp.EQ):
            if isinstance(equality.this, exp.Column) and isinstance(equality.expression, exp.Column):
                yield equality.this.name.lower(), equality.expression.name.lower()
        for membership in tree.find_all(exp.In):
            query = membership.args.get("query")
            for output in query.unnest().selects if query is not None else ():
                if isinstance(output.unalias(), exp.Column) and isinstance(membership.this, exp.Column):
                    yield membership.this.name.lower(), output.unalias().name.lower()


def _shared(tables: list[Table], pairs: Iterable[tuple[str, str]], mentioned: Mentioned) -> Mentioned:
    """What is mentioned, each column's with that of the columns it refers to, is referred to by or is joined with."""
    alike = [
        ({(table.full_name.lower(), name.lower())}, {(key.referred_table.lower(), referred.lower())})
        for table in tables
        for key in table.foreign_keys
        for name, referred in zip(key.columns, key.referred_columns, strict=False)
    ]
    alike += [(_named(tables, first), _named(tables, second)) for first, second in pairs]
    found = {column: list(values) for column, values in mentioned.items()}
    for _ in range(len(alike)):
        before = sum(map(len, found.values()))
        for some, others in alike:
            values = list(
                dict.fromkeys(v for column in (*sorted(some), *sorted(others)) for v in found.get(column, ()))
            )
            for column in some | others if values else ():
                found[column] = list(dict.fromkeys([*found.get(column, ()), *values]))
        if sum(map(len, found.values())) == before:
            break
    return found


def _named(tables: list[Table], name: str) -> set[tuple[str, str]]:
    return {(table.full_name.lower(), name) for table in tables if table.column(name) is not None}


def _with_kinds_of_parents(table: Table, tables: list[Table]) -> Table:
    """The table with its foreign keys holding what the columns they refer to hold: a text may refer to a number."""
    by_name = {other.full_name.lower(): other for other in tables}
    kinds: dict[str, Column] = {}
    for key in table.foreign_keys:
        parent = by_name.get(key.referred_table.lower())
        for name, referred in zip(key.columns, key.referred_columns, strict=False):
            if parent is not None and (found := parent.column(referred)) is not None:
                kinds[name.lower()] = found
    columns = [replace(c, kind=kinds[c.name.lower()].kind) if c.name.lower() in kinds else c for c in table.columns]
    return replace(table, columns=tuple(columns))


def _rows(table: Table, keys: set[str], mentioned: Mentioned, rng: random.Random) -> list[Row]:
    known = [mentioned.get((table.full_name.lower(), column.name.lower()), []) for column in table.columns]
    pairs = list(zip(table.columns, known, strict=True))
    whole = [
        tuple(_whole(column, values, n, is_key=column.name.lower() in keys) for column, values in pairs)
        for n in range(WHOLE)
    ]
    alone = {key[0].lower() for key in table.unique_keys if len(key) == 1}
    mixed = [
        tuple(
            _value(column, [], WHOLE + n) if column.name.lower() in alone else _value(column, values, rng.randrange(4))
            for column, values in pairs
        )
        for n in range(MIXED)
    ]
    return whole + mixed


def _whole(column: Column, mentioned: list[Any], number: int, *, is_key: bool) -> Any:
    """The value of this number in a row of one number: keys differ from row to row, other texts repeat."""
    if is_key and number % 2:
        return _plain(column, number + 1)
    if not mentioned and not is_key and column.kind == "text":
        return str(number // 3)
    return _value(column, mentioned, number)


def _value(column: Column, mentioned: list[Any], number: int) -> Any:
    """The value of this number: even numbers take what is mentioned as it is, odd ones step over or under it."""
    if mentioned and number < 4:
        if (
            column.kind in _NUMERIC
            and number < 2
            and isinstance(mentioned[0], str)
            and _number(column, mentioned[0]) is None
        ):
            return mentioned[0]  # which SQLite's columns of numbers may hold, and others refuse
        found = _fit(column, mentioned[(number // 2) % len(mentioned)], number % 2 * (1 if number < 2 else -1))
        if found is not None:
            return found
    return _plain(column, number + 1)


def _fit(column: Column, value: Any, step: int) -> Any:
    """A mentioned value as the column holds it, `step` beside it; None where it does not fit."""
    match column.kind:
        case "integer" | "real" | "decimal":
            if isinstance(value, str):
                return _number(column, value)
            number = value + step
            if column.kind == "decimal":
                return Decimal(str(number))
            return int(number) if column.kind == "integer" else float(number)
        case "boolean":
            return bool(value) if not isinstance(value, str) else None
        case "date" | "datetime" | "time":
            return _moment(column, str(value), step)
        case "text" | "other":
            return str(value).strip("%").replace("%", " ").replace("_", "a") if "%" in str(value) else str(value)
    return None


def _number(column: Column, text: str) -> Any:
    """SQLite's columns of numbers hold whatever text they are compared with."""
    try:
        return int(text) if column.kind == "integer" else float(text)
    except ValueError:
        return None


def _moment(column: Column, text: str, step: int) -> Any:
    try:
        if column.kind == "time":
            return time.fromisoformat(text)
        if column.kind == "date":
            return date.fromisoformat(text[:10]) + timedelta(days=step)
        return datetime.fromisoformat(text) + timedelta(days=step)
    except (ValueError, OverflowError):
        return None


def _plain(column: Column, number: int) -> Any:
    """The value of this number where nothing is mentioned."""
    match column.kind:
        case "integer":
            return number
        case "real":
            return float(number)
        case "decimal":
            return Decimal(number)
        case "boolean":
            return number % 2 == 1
        case "date":
            return date(2000 + number % 30, 1 + number % 12, 1 + number % 28)
        case "datetime":
            return datetime(2000 + number % 30, 1 + number % 12, 1 + number % 28, number % 24)
        case "time":
            return time(number % 24, 30)
        case "blob":
            return bytes([number % 256])
        case "json":
            return "{}"
    return str(UUID(int=number)) if column.type.lower() == "uuid" else str(number)
