"""What engines write differently, held to what the engines themselves say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from querywright.databases import Database
from querywright.databases.literals import quote
from querywright.errors import SettingsError
from querywright.synthesis.grammar.dialects import DIALECTS, Dialect, dialect, literal


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("price", "price"),
        ("Unit_Price2", "Unit_Price2"),
        ("order", '"order"'),
        ("Group", '"Group"'),
        ("unit price", '"unit price"'),
        ('5" disk', '"5"" disk"'),
        ("Größe", '"Größe"'),
        ("2nd", '"2nd"'),
    ],
)
def test_an_identifier_is_quoted_only_where_it_must_be(name: str, written: str) -> None:
    assert quote(name, "sqlite") == written


def test_mysql_quotes_with_backticks() -> None:
    assert quote("a`b c", "mysql") == "`a``b c`"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, "3"),
        (2.5, "2.5"),
        (Decimal("10.50"), "10.50"),
        ("O'Hara", "'O''Hara'"),
        (True, "TRUE"),
        (dt.date(2020, 2, 3), "'2020-02-03'"),
        (dt.datetime(2020, 2, 3), "'2020-02-03'"),
        (dt.datetime(2020, 2, 3, 4, 5, 6), "'2020-02-03 04:05:06'"),
    ],
)
def test_a_value_is_written_as_this_constant(value: Any, written: str) -> None:
    assert literal(value, "sqlite") == written


def test_bytes_have_no_plain_form() -> None:
    with pytest.raises(TypeError):
        literal(b"x", "sqlite")


def test_an_engine_not_written_yet_is_named() -> None:
    with pytest.raises(SettingsError, match="not oracle yet"):
        dialect("oracle")


DATED = {"sqlite": "'{}'", "duckdb": "DATE '{}'", "postgres": "DATE '{}'", "mysql": "CAST('{}' AS DATE)"}
"""A day as each engine writes one outside of a table."""


@pytest.mark.parametrize(
    ("part", "expected"),
    [("year", 2021), ("month", 5), ("quarter", 2), ("weekday", 0)],
)
def test_every_engine_cuts_a_date_alike(database: Database, part: str, expected: int) -> None:
    cut = getattr(DIALECTS[database.dialect], part)("d")
    day = DATED[database.dialect].format("2021-05-09")
    assert int(database.execute(f"SELECT {cut} FROM (SELECT {day} AS d) AS t").rows[0][0]) == expected


def test_a_month_of_a_year_sorts_by_time(database: Database) -> None:
    month = DIALECTS[database.dialect].year_month("d")
    days = " UNION ALL ".join(
        f"SELECT {DATED[database.dialect].format(d)} AS d" for d in ("2021-02-03", "2020-11-30", "2021-02-28")
    )
    found = database.execute(f"SELECT {month} AS m, COUNT(*) FROM ({days}) AS t GROUP BY {month} ORDER BY m").rows
    assert [(str(m)[:7], n) for m, n in found] == [("2020-11", 1), ("2021-02", 2)]


@pytest.mark.parametrize("whole", [True, False])
def test_every_engine_counts_days_from_the_first_to_the_second(database: Database, whole: bool) -> None:
    first, second = (DATED[database.dialect].format(d) for d in ("2021-02-27", "2021-03-02"))
    days = DIALECTS[database.dialect].days_between("a", "b", whole)
    sql = f"SELECT {days} FROM (SELECT {first} AS a, {second} AS b) AS t"
    assert database.execute(sql).rows[0][0] == 3


def test_a_division_keeps_its_fraction_and_a_figure_is_rounded(database: Database) -> None:
    writes = DIALECTS[database.dialect]
    ratio = f"{writes.real('COUNT(*)')} / COUNT(DISTINCT a)"
    approximate = writes.rounds("SUM(b) / 3", 1, True)
    numbers = "SELECT 1 AS a, CAST(1.0 AS DOUBLE PRECISION) AS b UNION ALL SELECT 1, 1 UNION ALL SELECT 2, 2"
    if database.dialect == "mysql":
        numbers = numbers.replace("DOUBLE PRECISION", "DOUBLE")
    row = database.execute(f"SELECT {ratio}, {approximate} FROM ({numbers}) AS t").rows[0]
    assert [float(v) for v in row] == [1.5, 1.3]


def test_text_comes_back_as_it_was_written(database: Database) -> None:
    for text in ("O'Hara", "back\\slash", "per%cent", '"quoted"', "two\nlines"):
        assert database.execute(f"SELECT {literal(text, database.dialect)}").rows == [(text,)]


def test_like_and_equality_see_capitals_as_the_table_says(database: Database) -> None:
    writes = DIALECTS[database.dialect]
    oslo = "SELECT COUNT(*) FROM city WHERE name {} '{}'"
    assert (database.execute(oslo.format(writes.like, "%OSLO%")).rows[0][0] == 1) is writes.like_folds_case
    assert (database.execute(oslo.format("=", "OSLO")).rows[0][0] == 1) is writes.equality_folds_case


def test_medians_are_taken_where_the_engine_has_them(database: Database) -> None:
    median = DIALECTS[database.dialect].median
    if median is not None:
        rows = "SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 9"
        assert float(database.execute(f"SELECT {median('a')} FROM ({rows}) AS t").rows[0][0]) == 2


WRITTEN = [
    ("postgres", lambda d: d.quote("OrderDate"), '"OrderDate"'),
    ("postgres", lambda d: d.quote("order_date"), "order_date"),
    ("postgres", lambda d: d.quote("name"), "name"),
    ("postgres", lambda d: d.quote("user"), '"user"'),
    ("mysql", lambda d: d.quote("OrderDate"), "OrderDate"),
    ("mysql", lambda d: d.quote("rank"), "`rank`"),
    ("mysql", lambda d: d.quote("condition"), "`condition`"),
    ("mysql", lambda d: d.literal("a\\b"), "'a\\\\b'"),
    ("postgres", lambda d: d.literal("a\\b"), "'a\\b'"),
    ("postgres", lambda d: d.equals("is_open", True), "is_open"),
    ("postgres", lambda d: d.equals("is_open", False), "NOT is_open"),
    ("duckdb", lambda d: d.equals("is_open", True), "is_open = TRUE"),
    ("mysql", lambda d: d.equals("is_open", 1), "is_open = 1"),
    ("postgres", lambda d: d.days_between("a", "b", True), "b - a"),
    ("postgres", lambda d: d.days_between("a", "b", False), "b::date - a::date"),
    (
        "postgres",
        lambda d: d.days_between("LAG(a) OVER (ORDER BY a)", "a", False),
        "a::date - LAG(a::date) OVER (ORDER BY a)",
    ),
    ("mysql", lambda d: d.days_between("a", "b", False), "DATEDIFF(b, a)"),
    ("postgres", lambda d: d.rounds("x / y", 2, True), "ROUND((x / y)::numeric, 2)"),
    ("postgres", lambda d: d.rounds("x / y", 2, False), "ROUND(x / y, 2)"),
]


@pytest.mark.parametrize(("name", "write", "written"), WRITTEN)
def test_servers_are_written_to_as_their_users_write(name: str, write: Callable[[Dialect], str], written: str) -> None:
    assert write(DIALECTS[name]) == written
