"""What engines write differently, held to what the engines themselves say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from querywright.databases import Database
from querywright.databases.literals import quote
from querywright.errors import SettingsError
from querywright.synthesis.grammar.dialects import DIALECTS, dialect, literal


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


@pytest.mark.parametrize(
    ("part", "expected"),
    [("year", 2021), ("month", 5), ("quarter", 2), ("weekday", 0)],
)
def test_both_engines_cut_a_date_alike(database: Database, part: str, expected: int) -> None:
    cut = getattr(DIALECTS[database.dialect], part)("d")
    day = "DATE '2021-05-09'" if database.dialect == "duckdb" else "'2021-05-09'"
    assert int(database.execute(f"SELECT {cut} FROM (SELECT {day} AS d) AS t").rows[0][0]) == expected


def test_both_engines_count_days_from_the_first_to_the_second(database: Database) -> None:
    cast = "DATE " if database.dialect == "duckdb" else ""
    days = DIALECTS[database.dialect].days_between(f"{cast}'2021-02-27'", f"{cast}'2021-03-02'", True)
    assert database.execute(f"SELECT {days}").rows[0][0] == 3
