"""Simple queries over the selected schema with their questions, made by rule: what an engine can show its plans on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from querywright.answering.desk import Desk
from querywright.answering.known import Known, Shot
from querywright.databases.literals import literal, qualified, quote
from querywright.databases.rendering import restricted
from querywright.databases.schema import Column, ForeignKey, Table
from querywright.errors import QueryError

PLAIN = re.compile(r"[\w.-]+(?: [\w.-]+){0,4}")
"""A value that can be shown in a query: a few words. What may be an instruction or a tag is none."""
LONGEST = 40
ORIGIN = "made by rule"
NUMBERS = ("integer", "real", "decimal")


def demonstrations(known: Known, desk: Desk) -> tuple[Shot, ...]:
    """At most one query of each kind: rows with a value, a count over a join, the greatest of a column.

    The same for the same database and schema. Tables that are not selected are in none.
    """
    tables = [table for table in restricted(desk.schema, known.columns) if not table.is_view]
    kinds = (_equal(tables, desk), _counted(tables, desk), _greatest(tables, desk))
    return tuple(shot for kind in kinds if (shot := next(kind, None)) is not None)


def _equal(tables: list[Table], desk: Desk) -> Iterator[Shot]:
    """What a table has where a text column has a value."""
    for table in tables:
        for column in _texts(table):
            other = next((each for each in table.columns if each is not column), None)
            value = _plain_value(table, column, desk)
            if other is None or value is None:
                continue
            dialect = desk.database.dialect
            question = (
                f"What is the {_said(other.name)} of each {_said(table.name)} whose {_said(column.name)} is {value}?"
            )
            sql = (
                f"SELECT {quote(other.name, dialect)} FROM {qualified(table, dialect)} "
                f"WHERE {quote(column.name, dialect)} = {literal(value, dialect)}"
            )
            yield Shot(question, sql, origin=ORIGIN)


def _counted(tables: list[Table], desk: Desk) -> Iterator[Shot]:
    """How many rows of a table belong to each row of the one that it refers to."""
    dialect = desk.database.dialect
    shown = {table.full_name: table for table in tables}
    for table in tables:
        for key in table.foreign_keys:
            parent = shown.get(key.referred_table)
            label = None if parent is None or parent is table else next(_texts(parent), None)
            if parent is None or label is None:
                continue
            name = f"T2.{quote(label.name, dialect)}"
            question = (
                f"How many {_said(table.name)} rows are there for each {_said(parent.name)} {_said(label.name)}, "
                "the most first?"
            )
            sql = (
                f"SELECT {name}, COUNT(*) FROM {qualified(table, dialect)} AS T1 "
                f"JOIN {qualified(parent, dialect)} AS T2 ON {_matched(key, dialect)} "
                f"GROUP BY {name} ORDER BY COUNT(*) DESC"
            )
            yield Shot(question, sql, origin=ORIGIN)


def _greatest(tables: list[Table], desk: Desk) -> Iterator[Shot]:
    """What has the greatest number in a column that is no key."""
    dialect = desk.database.dialect
    for table in tables:
        keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
        number = next((each for each in table.columns if each.kind in NUMBERS and each.name not in keys), None)
        label = next(_texts(table), None)
        if number is None or label is None:
            continue
        measured = quote(number.name, dialect)
        question = f"What is the {_said(label.name)} of the {_said(table.name)} with the greatest {_said(number.name)}?"
        sql = (
            f"SELECT {quote(label.name, dialect)} FROM {qualified(table, dialect)} "
            f"WHERE {measured} IS NOT NULL ORDER BY {measured} DESC LIMIT 1"
        )
        yield Shot(question, sql, origin=ORIGIN)


def _texts(table: Table) -> Iterator[Column]:
    return (column for column in table.columns if column.kind == "text")


def _plain_value(table: Table, column: Column, desk: Desk) -> str | None:
    """A value of a column that is no more than a few words."""
    try:
        values = desk.database.values(table.full_name, column.name)
    except QueryError:
        return None
    return next((v for v in values if isinstance(v, str) and len(v) <= LONGEST and PLAIN.fullmatch(v)), None)


def _matched(key: ForeignKey, dialect: str) -> str:
    pairs = zip(key.columns, key.referred_columns, strict=True)
    return " AND ".join(f"T1.{quote(ours, dialect)} = T2.{quote(theirs, dialect)}" for ours, theirs in pairs)


def _said(name: str) -> str:
    return name.replace("_", " ")
