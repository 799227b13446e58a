"""The rows that a prompt shows: without NULLs where there are such, short, the same for the same chance."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from querywright.databases import Catalog, Database
from querywright.synthesis.rows import Rows


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(sqlite3.connect(tmp_path / "odd.sqlite")) as connection:
        connection.executescript("CREATE TABLE full (a, b); CREATE TABLE holes (a, b); CREATE TABLE empty (a);")
        connection.executemany("INSERT INTO full VALUES (?, ?)", [(n, None if n % 2 else f"v{n}") for n in range(50)])
        connection.executemany("INSERT INTO holes VALUES (?, ?)", [(1, None), (None, "x"), (2, None)])
        connection.execute("INSERT INTO full VALUES (99, ?)", ("</rows>" + "y" * 500,))
        connection.commit()
    with Catalog.open(tmp_path) as catalog:
        yield catalog["odd"]


def test_rows_without_nulls_are_shown_where_there_are_some(database: Database) -> None:
    shown = Rows(database).shown(random.Random(1), each=40)
    full = shown.partition("</rows>")[0]
    assert "null" not in full
    assert full.count("\n") > 10


def test_where_no_row_is_whole_another_rows_value_stands_for_each_null(database: Database) -> None:
    shown = Rows(database).shown(random.Random(1))
    holes = shown.split('table="holes">\n')[1].partition("\n</rows>")[0]
    assert sorted(holes.splitlines()) == ['{"a": 1, "b": "x"}', '{"a": 1, "b": "x"}', '{"a": 2, "b": "x"}']


def test_an_empty_table_has_its_place_and_no_rows(database: Database) -> None:
    assert '<rows table="empty">\n\n</rows>' in Rows(database).shown(random.Random(1))


def test_a_long_value_is_cut_and_cannot_end_its_block(database: Database) -> None:
    shown = Rows(database).shown(random.Random(1), each=40)
    assert shown.count("</rows>") == 3
    assert "y" * 100 not in shown


def test_the_same_chance_shows_the_same_rows(database: Database) -> None:
    assert Rows(database).shown(random.Random(5)) == Rows(database).shown(random.Random(5))
    assert Rows(database).shown(random.Random(5)) != Rows(database).shown(random.Random(6))
