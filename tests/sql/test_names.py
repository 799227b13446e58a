"""What a query calls a table, and which table that is, where several have one name."""

from __future__ import annotations

import pytest

from querywright.sql import features
from querywright.sql.references import references
from querywright.sql.skeleton import shape_key

SCHEMA = {"users": ["id", "name"], "b.users": ["id", "nick"], '"c.d".users': ["id", "age"]}

RESOLVED = [
    ("select nick from b.users", ["b.users"], [("b.users", "nick")]),
    ("select NAME from Main.Users", ["users"], [("users", "name")]),
    ('select age from "c.d".users', ['"c.d".users'], [('"c.d".users', "age")]),
    ("select name from firm.main.users", ["users"], [("users", "name")]),
    ("select nick from firm.b.users", ["b.users"], [("b.users", "nick")]),
    ("select name from firm.users", ["users"], [("users", "name")]),
    (
        "select u.name, v.nick from users u join b.users v using (id)",
        ["users", "b.users"],
        [("users", "name"), ("b.users", "nick"), ("users", "id"), ("b.users", "id")],
    ),
    (
        "select main.users.name, b.users.id from b.users join users on true",
        ["users", "b.users"],
        [("users", "name"), ("b.users", "id")],
    ),
    ("with users as (select nick from b.users) select * from users", ["b.users"], [("b.users", "nick")]),
    ("with users as (select nick from b.users) select id from main.users", ["b.users", "users"], None),
]


@pytest.mark.parametrize(("sql", "tables", "columns"), RESOLVED)
def test_the_schema_tells_which_one_is_meant(
    sql: str, tables: list[str], columns: list[tuple[str, str]] | None
) -> None:
    found = references(sql, "duckdb", SCHEMA)
    assert sorted(found.tables) == sorted(tables)
    if columns is not None:
        assert sorted(found.columns) == sorted(columns)


def test_without_a_schema_a_table_is_called_as_in_the_query() -> None:
    found = references("select nick from B.users", "duckdb")
    assert (found.tables, found.columns) == (("B.users",), (("B.users", "nick"),))
    assert references("select name from main.users", "duckdb").tables == ("users",)


def test_one_query_over_two_namesakes_is_two_shapes() -> None:
    assert shape_key("select id from users", "duckdb") != shape_key("select id from b.users", "duckdb")
    assert shape_key("select id from users", "duckdb") == shape_key("select id from main.users", "duckdb")


def test_namesakes_are_counted_as_the_tables_they_are() -> None:
    sql = "with users as (select 1) select * from users join b.users on true join c.users on true"
    assert features(sql, "duckdb").tables == ("b.users", "c.users")
