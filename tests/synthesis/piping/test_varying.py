"""Variants of pipe queries: about relatives in the schema, longer by another query, in other words; all verified."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from piped_shop import sqlite_shop
from run_folders import files

from querywright import Catalog, pipes
from querywright.databases import Database
from querywright.errors import SettingsError
from querywright.sql import parse
from querywright.synthesis.augment_pipes import augment
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.piping.composition import composed
from querywright.synthesis.piping.substitution import substitutions

RELATIVES = [
    ("SELECT name FROM products WHERE price > 20", "FROM employees WHERE salary > "),
    ("SELECT AVG(price) FROM products", "AVG(salary)"),
    ("SELECT first_name FROM employees ORDER BY salary", "SELECT last_name"),
    ("SELECT COUNT(*) FROM customers WHERE customers.country = 'Norway'", "products.category = "),
]


@pytest.mark.parametrize(("sql", "said"), RELATIVES)
def test_a_relative_takes_the_place_with_a_value_of_its_own(
    sql: str, said: str, shop: Database, lexicon: Lexicon
) -> None:
    found = list(substitutions(parse(sql, "sqlite"), lexicon, "sqlite", random.Random(0)))
    assert any(said in each for each in found), found
    for each in found:
        assert shop.execute(each).columns
        assert each != sql
    assert found == list(substitutions(parse(sql, "sqlite"), lexicon, "sqlite", random.Random(0)))


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("SELECT AVG(price) AS average FROM products", True),
        ("SELECT AVG(price) AS average_price FROM products", False),
        ("SELECT AVG(price) AS avgPrices FROM products", False),
        ("SELECT AVG(product.price) FROM products AS product", False),
        ("SELECT first_name AS name FROM employees ORDER BY salary", True),
    ],
)
def test_no_alias_calls_the_new_by_the_name_of_the_old(sql: str, kept: bool, lexicon: Lexicon) -> None:
    found = list(substitutions(parse(sql, "sqlite"), lexicon, "sqlite", random.Random(0)))
    old = ("salary", "last_name")
    assert any(word in each for each in found for word in old) is kept, found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM products",
        "SELECT t.n FROM (SELECT COUNT(*) AS n FROM products) AS t",
        "SELECT c.name FROM orders AS o JOIN customers AS c ON c.customer_id = o.customer_id WHERE o.customer_id = 3",
    ],
)
def test_what_cannot_be_told_and_keys_are_left_alone(sql: str, lexicon: Lexicon) -> None:
    assert list(substitutions(parse(sql, "sqlite"), lexicon, "sqlite", random.Random(0))) == []


COMPOSED = [
    (
        "FROM t |> WHERE a > 1 |> SELECT b",
        "FROM t |> AGGREGATE COUNT(*) AS n GROUP BY b |> ORDER BY n",
        "FROM t |> WHERE a > 1 |> AGGREGATE COUNT(*) AS n GROUP BY b |> ORDER BY n",
    ),
    (
        "FROM t AS x |> WHERE x.a > 1 |> SELECT x.b",
        "FROM t AS y |> JOIN u ON u.k = y.k |> WHERE y.c = 2 |> SELECT u.d",
        "FROM t AS x |> WHERE x.a > 1 |> JOIN u ON u.k = x.k |> WHERE x.c = 2 |> SELECT u.d",
    ),
    (
        "FROM t |> JOIN u ON u.k = t.k |> WHERE u.a = 1 |> LIMIT 3",
        "FROM t |> JOIN u ON u.k = t.k |> AGGREGATE MAX(u.b) AS m",
        "FROM t |> JOIN u ON u.k = t.k |> WHERE u.a = 1 |> AGGREGATE MAX(u.b) AS m",
    ),
    ("FROM t |> SELECT b", "FROM t |> AGGREGATE COUNT(*) AS n", None),
    ("FROM t |> WHERE a > 1", "FROM u |> AGGREGATE COUNT(*) AS n", None),
    ("FROM t |> WHERE a > 1", "FROM t |> SELECT b", None),
    ("FROM t |> LIMIT 3 |> WHERE a > 1", "FROM t |> AGGREGATE COUNT(*) AS n", None),
    ("FROM t |> WHERE a > 1", "FROM t |> WHERE b IN (FROM u) |> AGGREGATE COUNT(*) AS n", None),
    (
        "FROM t |> JOIN u ON u.k = t.k |> WHERE u.a = 1",
        "FROM t |> JOIN v AS u ON u.j = t.j |> AGGREGATE MAX(u.b) AS m",
        None,
    ),
]


@pytest.mark.parametrize(("first", "second", "whole"), COMPOSED)
def test_what_one_query_keeps_the_other_works_on(first: str, second: str, whole: str | None) -> None:
    found = composed(pipes.parse(first), pipes.parse(second))
    assert (found and str(found)) == (whole and str(pipes.parse(whole)))


ROWS = [
    ("Which customers are older than 30?", "SELECT name FROM customer WHERE age > 30"),
    ("How many customers are there in each city?", "SELECT city, COUNT(*) FROM customer GROUP BY city"),
    ("Which orders have a total above 10?", "SELECT id FROM orders WHERE total > 10"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sqlite_shop(tmp_path / "shop.sqlite")
    rows = [{"db_id": "shop", "question": question, "SQL": sql} for question, sql in ROWS]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return tmp_path


def test_every_row_is_kept_once_with_its_parent_and_verified(folder: Path) -> None:
    run = augment(folder / "rows.jsonl", folder / "shop.sqlite", folder / "run", number=2)
    kept = list(run.examples())
    seeds = {e.id for e in kept if e.augmentation is None}
    assert len(seeds) == len(ROWS)
    kinds = {e.augmentation for e in kept}
    assert {"composition", "paraphrase"} <= kinds
    assert len({(e.SQL, e.question) for e in kept}) == len(kept)
    with Catalog.open(folder / "shop.sqlite") as catalog:
        for example in kept:
            assert example.augmentation is None or example.parent_id in seeds
            assert example.question
            query = pipes.parse(example.pipe_sql or "", example.extra["pipe_dialect"])
            assert pipes.verify(example.SQL, query, catalog["shop"])
    for example in kept:
        if example.augmentation == "paraphrase":
            parent = next(e for e in kept if e.id == example.parent_id)
            assert (example.SQL, example.pipe_sql) == (parent.SQL, parent.pipe_sql)
            assert example.question != parent.question


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers(folder: Path) -> None:
    one = augment(folder / "rows.jsonl", folder / "shop.sqlite", folder / "one")
    two = augment(folder / "rows.jsonl", folder / "shop.sqlite", folder / "two", workers=2)
    assert files(one.folder) == files(two.folder)


def test_a_kind_that_is_none_is_said(folder: Path) -> None:
    with pytest.raises(SettingsError, match="no kind of variant 'x'"):
        augment(folder / "rows.jsonl", folder / "shop.sqlite", folder / "run", kinds=["x"])
