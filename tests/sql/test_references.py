"""Which tables, columns and values a query names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from querywright.errors import QueryRejected
from querywright.sql.parsing import parse
from querywright.sql.references import References, references

SCHEMA = {
    "Singer": ["id", "Name", "age", "band_id"],
    "Band": ["id", "title", "Since Year"],
    "concert": ["singer_id", "year"],
}

RESOLVED = [
    ("select 1", [], [], [1]),
    ("select * from singer", ["Singer"], [], []),
    ("select NAME, s.age from SINGER s", ["Singer"], [("Singer", "Name"), ("Singer", "age")], []),
    (
        "select name from singer join band on band_id = band.id where title = 'Abba' and age > -5",
        ["Singer", "Band"],
        [("Singer", "Name"), ("Singer", "age"), ("Singer", "band_id"), ("Band", "id"), ("Band", "title")],
        ["Abba", -5],
    ),
    (
        "select name from singer where exists (select 1 from concert where singer_id = singer.id and age > year)",
        ["Singer", "concert"],
        [("Singer", "Name"), ("Singer", "id"), ("Singer", "age"), ("concert", "singer_id"), ("concert", "year")],
        [1],
    ),
    (
        "with old as (select id, age as years from singer) select o.years from old o order by years limit 3",
        ["Singer"],
        [("Singer", "id"), ("Singer", "age")],
        [3],
    ),
    (
        "select n from (select count(*) n, band_id from singer group by band_id) where n > 1.5",
        ["Singer"],
        [("Singer", "band_id")],
        [1.5],
    ),
    ("select id from singer join band using (id)", ["Singer", "Band"], [("Singer", "id"), ("Band", "id")], []),
    (
        "select name from singer union select title from band",
        ["Singer", "Band"],
        [("Singer", "Name"), ("Band", "title")],
        [],
    ),
    (
        'select "Since Year" from band where title = "Abba"',
        ["Band"],
        [("Band", "Since Year"), ("Band", "title")],
        ["Abba"],
    ),
    (
        "select a.name, b.name from singer a, singer b where a.age = b.id",
        ["Singer"],
        [("Singer", "Name"), ("Singer", "age"), ("Singer", "id")],
        [],
    ),
    (
        "select name from singer where age = 1 or age = '1' or age = 2.5",
        ["Singer"],
        [("Singer", "Name"), ("Singer", "age")],
        [1, "1", 2.5],
    ),
    (
        "select band_id from singer group by band_id having avg(age) > 2 order by max(name)",
        ["Singer"],
        [("Singer", "band_id"), ("Singer", "age"), ("Singer", "Name")],
        [2],
    ),
    ("select x from unknown", ["unknown"], [], []),
    ("with singer as (select year from concert) select year from singer", ["concert"], [("concert", "year")], []),
]


@pytest.mark.parametrize(("sql", "tables", "columns", "literals"), RESOLVED)
def test_columns_are_told_by_the_schema(
    sql: str, tables: list[str], columns: list[tuple[str, str]], literals: list[object]
) -> None:
    found = references(sql, "sqlite", SCHEMA)
    assert set(found.tables) == set(tables)
    assert set(found.columns) == set(columns)
    assert sorted(map(repr, found.literals)) == sorted(map(repr, literals))
    assert references(parse(sql, "sqlite"), "sqlite", SCHEMA) == found


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select a from t", {("t", "a")}),
        ("select u.a from t join u on t.b = u.b", {("u", "a"), ("t", "b"), ("u", "b")}),
        ("select a from t join u on t.b = u.b", {("", "a"), ("t", "b"), ("u", "b")}),
        ("select a as x from t order by x", {("t", "a")}),
        ("select a from (select b as a from t)", {("t", "b")}),
    ],
)
def test_without_a_schema_a_column_is_told_where_it_can_be(sql: str, columns: set[tuple[str, str]]) -> None:
    assert set(references(sql).columns) == columns


def test_a_quoted_text_is_a_column_where_no_schema_says_otherwise() -> None:
    assert references('select a from t where b = "x"').literals == ()
    assert references('select a from t where b = "x"', "duckdb", {"t": ["a", "b"]}).literals == ()
    assert references('select a from t where b = "x"', "sqlite", {"t": ["a", "b"]}).literals == ("x",)


def test_the_tree_is_not_changed() -> None:
    tree = parse("select a from t join u using (b) where c in (1, 2)", "sqlite")
    before = tree.sql()
    references(tree, "sqlite", {"t": ["a", "b", "c"], "u": ["b"]})
    assert tree.sql() == before


def test_two_sources_of_one_name_leave_a_column_undecided() -> None:
    assert references("select a from t, t") == References(("t",), (("", "a"),), ())


def test_a_text_that_is_no_query_is_refused() -> None:
    with pytest.raises(QueryRejected):
        references("drop table t")


def _columns_read(connection: sqlite3.Connection, sql: str) -> set[tuple[str, str]] | None:
    """What SQLite itself says a query reads, asked of its authorizer; None where it does not compile."""
    read: set[tuple[str, str]] = set()

    def note(action: int, table: str | None, column: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_READ and column:
            read.add((str(table).lower(), column.lower()))
        return sqlite3.SQLITE_OK

    connection.set_authorizer(note)
    try:
        connection.execute(f"explain {sql}")
    except sqlite3.Error:
        return None
    finally:
        connection.set_authorizer(None)
    return read


@pytest.mark.shared
def test_sqlite_reads_just_the_columns_we_tell(
    spider: Callable[[str], list[dict[str, Any]]], spider_folder: Path
) -> None:
    rows = spider("dev.jsonl") + spider("train.jsonl")[::10]
    checked = 0
    for db_id, group in groupby(sorted(rows, key=itemgetter("db_id")), key=itemgetter("db_id")):
        path = spider_folder / "database" / db_id / f"{db_id}.sqlite"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
            schema = {t: [c[1] for c in connection.execute(f'pragma table_info("{t}")')] for t in tables}
            for row in group:
                read = _columns_read(connection, row["SQL"])
                if read is None:
                    continue
                named = {(t.lower(), c.lower()) for t, c in references(row["SQL"], "sqlite", schema).columns}
                has_star = "*" in row["SQL"].lower().replace("count(*)", "")
                assert named == read or (has_star and named <= read), row["SQL"]
                checked += 1
    assert checked > 1700
