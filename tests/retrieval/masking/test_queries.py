"""Queries keep their clauses and lose names and values, with the words that questions are masked with."""

from __future__ import annotations

import pytest

from querywright.databases import Column, Schema, Table
from querywright.errors import QueryRejected
from querywright.retrieval.masking import mask_sql

SINGER = Schema("db", "sqlite", (Table("singer", (Column("name", "TEXT", "text"), Column("age", "INT", "integer"))),))


@pytest.mark.parametrize(
    ("sql", "masked"),
    [
        ("SELECT count(*) FROM singer", "SELECT COUNT(*) FROM <mask>"),
        ("select T1.name from singer as T1 where T1.age > 5", "SELECT <mask> FROM <mask> WHERE <mask> > <unk>"),
        ("SELECT name FROM singer WHERE name = 'Bo'", "SELECT <mask> FROM <mask> WHERE <mask> = <unk>"),
        # What stands in double quotes is a text where the schema has no such column.
        ('SELECT name FROM singer WHERE name = "Bo"', "SELECT <mask> FROM <mask> WHERE <mask> = <unk>"),
        ('SELECT "name" FROM singer', "SELECT <mask> FROM <mask>"),
        ('SELECT age AS "years" FROM singer ORDER BY "years"', "SELECT <mask> FROM <mask> ORDER BY <mask>"),
        (
            "SELECT name FROM singer ORDER BY age DESC LIMIT 3",
            "SELECT <mask> FROM <mask> ORDER BY <mask> DESC LIMIT <unk>",
        ),
        ("SELECT name FROM singer WHERE age IN (1, 2, 3)", "SELECT <mask> FROM <mask> WHERE <mask> IN (<unk>)"),
    ],
)
def test_names_and_values_are_masked(sql: str, masked: str) -> None:
    assert mask_sql(sql, "sqlite", SINGER) == masked


def test_without_a_schema_double_quotes_are_a_name() -> None:
    assert mask_sql('SELECT name FROM singer WHERE name = "Bo"', "sqlite").endswith("<mask> = <mask>")


def test_in_postgres_double_quotes_are_always_a_name() -> None:
    assert mask_sql('SELECT name FROM singer WHERE name = "Bo"', "postgres", SINGER).endswith("<mask> = <mask>")


@pytest.mark.parametrize("sql", ["", "SELEC", "DROP TABLE singer", "SELECT 1; SELECT 2"])
def test_what_is_no_query_is_refused(sql: str) -> None:
    with pytest.raises(QueryRejected):
        mask_sql(sql, "sqlite", SINGER)
