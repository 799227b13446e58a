"""A pipe query that means another thing is found out, with a record that says where; one that means the same passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from piped_shop import duckdb_shop, sqlite_shop

from querywright import Catalog, pipes
from querywright.databases import Database
from querywright.errors import QueryFailed


@pytest.fixture(scope="module", params=["sqlite", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    make = {"sqlite": sqlite_shop, "duckdb": duckdb_shop}[request.param]
    path: Path = make(tmp_path_factory.mktemp("shop") / f"shop.{request.param}")
    with Catalog.open(path) as catalog:
        yield catalog["shop"]


THE_SAME = [
    ("SELECT name FROM customer WHERE age > 40", "FROM customer |> WHERE age > 40 |> SELECT name"),
    (
        "SELECT city, COUNT(*) FROM customer GROUP BY city HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC, city",
        "FROM customer |> AGGREGATE COUNT(*) AS n GROUP BY city |> WHERE n > 1 |> ORDER BY n DESC, city",
    ),
    (
        "SELECT name FROM customer ORDER BY age DESC LIMIT 2",
        "FROM customer |> ORDER BY age DESC |> LIMIT 2 |> SELECT name",
    ),
    ("SELECT DISTINCT city FROM customer", "FROM customer |> SELECT city |> DISTINCT"),
    (
        "SELECT city FROM customer UNION SELECT name FROM customer",
        "FROM customer |> SELECT city |> UNION DISTINCT (FROM customer |> SELECT name)",
    ),
    ("SELECT name FROM customer WHERE city = 'Nowhere'", "FROM customer |> WHERE city = 'Nowhere' |> SELECT name"),
]

NOT_THE_SAME = [
    ("SELECT name FROM customer WHERE age > 40", "FROM customer |> WHERE age >= 40 |> SELECT name", "WHERE age > 40"),
    ("SELECT city FROM customer", "FROM customer |> SELECT DISTINCT city", "DISTINCT"),
    (
        "SELECT name FROM customer ORDER BY age DESC LIMIT 2",
        "FROM customer |> LIMIT 2 |> ORDER BY age DESC |> SELECT name",
        "",
    ),
    ("SELECT COUNT(*) FROM customer", "FROM customer |> AGGREGATE COUNT(city) AS n", "AGGREGATE COUNT(*)"),
    ("SELECT name FROM customer ORDER BY name", "FROM customer |> SELECT name |> ORDER BY name DESC", "ORDER BY name"),
    (
        "SELECT c.name, o.total FROM customer AS c JOIN orders AS o ON o.customer_id = c.id",
        "FROM customer AS c |> LEFT JOIN orders AS o ON o.customer_id = c.id |> SELECT c.name, o.total",
        "LEFT JOIN",
    ),
]


@pytest.mark.parametrize(("sql", "pipe"), THE_SAME)
def test_what_means_the_same_is_shown_to(shop: Database, sql: str, pipe: str) -> None:
    found = pipes.verify(sql, pipes.parse(pipe, shop.dialect), shop)
    assert found, found.reason
    assert found.quarantine is None
    assert found.rows == len(shop.execute(sql).rows)


@pytest.mark.parametrize(("sql", "pipe", "said"), NOT_THE_SAME)
def test_what_means_another_thing_is_told_with_where_and_how(shop: Database, sql: str, pipe: str, said: str) -> None:
    found = pipes.verify(sql, pipes.parse(pipe, shop.dialect), shop)
    assert not found
    record = found.quarantine
    assert record is not None
    assert record.outcome == "another result"
    assert record.difference in found.reason
    assert record.sql == sql
    assert str(pipes.parse(record.pipe, shop.dialect)) == record.pipe
    assert said in "\n".join(record.tree)
    assert (record.witness is None) == record.difference.startswith("on the database")
    assert (record.witness is None) == (not record.witness_rows)
    assert record.original != record.piped
    written = json.loads(json.dumps(record.as_record()))
    assert written["difference"] == record.difference


def test_a_pipe_that_names_what_is_not_there_is_quarantined(shop: Database) -> None:
    found = pipes.verify("SELECT name FROM customer", pipes.parse("FROM customer |> SELECT nam"), shop)
    assert found.outcome == "does not compile"
    assert found.quarantine is not None
    assert "nam" in found.quarantine.difference


def test_an_original_that_does_not_run_is_an_error(shop: Database) -> None:
    with pytest.raises(QueryFailed):
        pipes.verify("SELECT nam FROM customer", pipes.parse("FROM customer |> SELECT name"), shop)


def test_two_answers_that_are_always_empty_prove_nothing(shop: Database) -> None:
    sql = "SELECT name FROM customer WHERE age > 3 AND age < 2"
    found = pipes.verify(sql, pipes.parse("FROM customer |> WHERE age > 5 AND age < 4 |> SELECT name"), shop)
    assert found.outcome == "not shown equal"
    assert not found
