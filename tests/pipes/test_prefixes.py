"""Every beginning of a pipe query is a query: it compiles, runs, and its columns and rows are known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from piped_shop import duckdb_shop, sqlite_shop

from querywright import Catalog, pipes
from querywright.databases import Database


@pytest.fixture(scope="module", params=["sqlite", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    make = {"sqlite": sqlite_shop, "duckdb": duckdb_shop}[request.param]
    path: Path = make(tmp_path_factory.mktemp("shop") / f"shop.{request.param}")
    with Catalog.open(path) as catalog:
        yield catalog["shop"]


def test_each_step_tells_its_columns_and_rows(shop: Database) -> None:
    query = pipes.parse(
        "FROM customer AS c |> JOIN orders AS o ON o.customer_id = c.id |> WHERE o.total > 6"
        "|> AGGREGATE SUM(o.total) AS spent GROUP BY c.city |> ORDER BY spent DESC |> LIMIT 1"
    )
    steps = pipes.measure(query, shop)
    assert [step.rows for step in steps] == [6, 7, 4, 2, 2, 1]
    assert [len(step.columns) for step in steps] == [4, 8, 8, 2, 2, 2]
    assert [f"{c.name} {c.type}" for c in steps[-1].columns] == ["city STRING", "spent FLOAT64"]
    assert [tuple(step.aliases) for step in steps][:4] == [("c",), ("c", "o"), ("c", "o"), ()]
    assert steps[0].text == "FROM customer AS c"
    assert steps[-1].text == "|> LIMIT 1"
    assert all(steps)


def test_a_step_counts_what_the_query_so_far_gives(shop: Database) -> None:
    query = pipes.parse("FROM orders |> EXTEND total * 2 AS twice |> WHERE twice > 20 |> DISTINCT |> SELECT id, id")
    for step, beginning in zip(pipes.measure(query, shop), query.prefixes(), strict=True):
        compiled = pipes.compile(beginning, dialect=shop.dialect, schema=shop.schema)
        assert step.rows == len(shop.execute(compiled).rows)


def test_the_step_that_fails_says_why_and_the_ones_before_it_are_fine(shop: Database) -> None:
    steps = pipes.measure(pipes.parse("FROM customer |> WHERE age > 3 |> SELECT nam |> LIMIT 2"), shop)
    assert [bool(step) for step in steps] == [True, True, False, False]
    assert "nam" in steps[2].error
    assert [c.name for c in steps[1].columns] == ["id", "name", "city", "age"]


def test_what_was_found_before_is_not_asked_for_again(shop: Database) -> None:
    known: dict[str, pipes.Prefix] = {}
    pipes.measure(pipes.parse("FROM customer |> WHERE age > 3"), shop, known=known)
    head = next(iter(known))
    known[head] = replace(known[head], rows=77)
    steps = pipes.measure(pipes.parse("FROM customer |> LIMIT 1"), shop, known=known)
    assert [step.rows for step in steps] == [77, 1]
    assert len(known) == 3
