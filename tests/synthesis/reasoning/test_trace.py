"""Reasoning traces name real tables and columns, explain nested parts first and end in the query itself."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from querywright.databases import Database
from querywright.sql import parse
from querywright.synthesis.english import CannotSay
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.reasoning import explain, final_sql

NESTED = (
    "WITH counts AS (SELECT customer_id, COUNT(*) AS n FROM orders WHERE total > 20 GROUP BY customer_id) "
    "SELECT c.name, t.n FROM counts AS t JOIN customers AS c ON t.customer_id = c.customer_id "
    "WHERE t.n > (SELECT AVG(n) FROM counts) ORDER BY t.n DESC, c.name"
)
QUERIES = (
    "SELECT COUNT(*) FROM orders WHERE total > 20 AND status = 'paid'",
    "SELECT c.country, AVG(o.total) FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id "
    "GROUP BY c.country",
    "SELECT name FROM products WHERE price = (SELECT MAX(price) FROM products)",
    "SELECT name FROM products WHERE price > 50 UNION SELECT name FROM products WHERE weight_kg < 1",
    "SELECT name, RANK() OVER (PARTITION BY category ORDER BY price DESC) AS place FROM products",
    "SELECT category, COUNT(*) AS n, 100.0 * COUNT(*) / SUM(COUNT(*)) OVER () AS share FROM products GROUP BY category",
    "SELECT DISTINCT country FROM customers WHERE country IS NOT NULL",
    "SELECT name FROM customers AS c WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.customer_id)",
    NESTED,
)


@pytest.mark.parametrize("sql", QUERIES)
def test_the_trace_ends_in_the_query_and_its_result(sql: str, shop: Database, lexicon: Lexicon) -> None:
    trace = explain(parse(sql, "sqlite"), sql, lexicon)
    found = final_sql(trace)
    assert found == sql
    assert shop.execute(found).rows == shop.execute(sql).rows


@pytest.mark.parametrize("sql", QUERIES)
def test_the_trace_names_every_table_it_uses(sql: str, lexicon: Lexicon) -> None:
    steps = explain(parse(sql, "sqlite"), sql, lexicon).split("```sql")[0]
    for table in lexicon.schema:
        assert (f"`{table.name}`" in steps) == (f" {table.name} " in f"{sql} ".replace("(", " ").replace(")", " "))


@pytest.mark.parametrize(
    ("sql", "construct"),
    [
        ("VALUES (1), (2)", "VALUES"),
        ("SELECT 1 UNION SELECT 2", "without a table"),
        ("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT * FROM c", "without a table"),
    ],
)
def test_what_cannot_be_explained_is_refused_by_name(sql: str, construct: str, lexicon: Lexicon) -> None:
    with pytest.raises(CannotSay, match=construct):
        explain(parse(sql, "sqlite"), sql, lexicon)


def test_what_a_query_rests_on_is_explained_before_it(lexicon: Lexicon) -> None:
    trace = explain(parse(NESTED, "sqlite"), NESTED, lexicon)
    assert trace.index("call it `counts`") < trace.index("AVG(n)") < trace.index("Sort by")


def test_a_window_over_groups_is_explained_once(lexicon: Lexicon) -> None:
    sql = QUERIES[5]
    trace = explain(parse(sql, "sqlite"), sql, lexicon).split("```sql")[0]
    assert trace.count("OVER ()") == 1
    assert "Setting the groups beside each other calls for a window" in trace


def test_functions_are_spelled_as_the_query_spells_them(lexicon: Lexicon) -> None:
    sql = "SELECT strftime('%Y', order_date) AS year, COUNT(*) FROM orders GROUP BY year"
    assert "STRFTIME" not in explain(parse(sql, "sqlite"), sql, lexicon)


def test_filters_are_said_and_shown(lexicon: Lexicon) -> None:
    trace = explain(parse(QUERIES[0], "sqlite"), QUERIES[0], lexicon)
    assert "the total is above 20: `total > 20`" in trace


def steps(sql: str, dialect: str, shop: Database) -> str:
    """The trace of a query of another engine over the same schema."""
    return explain(parse(sql, dialect), sql, Lexicon.of(replace(shop.schema, dialect=dialect))).split("```sql")[0]


def test_distinct_on_is_explained_by_the_order_it_keeps(shop: Database) -> None:
    sql = "SELECT DISTINCT ON (category) category, name FROM products ORDER BY category, price DESC, name"
    said = steps(sql, "postgres", shop)
    assert "`DISTINCT ON (category)` then keeps the first row of each category; the later sort keys decide" in said
    assert "each is wanted once" not in said


def test_what_lateral_looks_up_is_worked_out_before_it_is_joined(shop: Database) -> None:
    sql = (
        "SELECT c.name, t.total FROM customers AS c CROSS JOIN LATERAL (SELECT o.total FROM orders AS o "
        "WHERE o.customer_id = c.customer_id ORDER BY o.total DESC, o.order_id LIMIT 1) AS t"
    )
    said = steps(sql, "postgres", shop)
    joined = "`t` is worked out anew for every row of `customers`, tied to it by `o.customer_id = c.customer_id`"
    assert said.index("keep the first row with `LIMIT 1`") < said.index("call it `t`") < said.index(joined)


def test_casts_and_filters_are_spelled_as_the_query_spells_them(shop: Database) -> None:
    sql = (
        "SELECT status, ROUND((100.0 * SUM(total) / SUM(SUM(total)) OVER ())::numeric, 1) AS share, "
        "COUNT(*) FILTER (WHERE total > 9) AS many, AVG(order_date::date - order_date::date) AS days "
        "FROM orders GROUP BY status"
    )
    said = steps(sql, "postgres", shop)
    for piece in ("OVER ())::numeric, 1)`", "`COUNT(*) FILTER (WHERE total > 9)`", "order_date::date - order_date"):
        assert piece in said
    assert "CAST(" not in said


def test_names_in_back_quotes_are_set_off_with_two(shop: Database) -> None:
    said = steps("SELECT COUNT(*) AS `rank` FROM orders AS `of` WHERE `of`.total > 9", "mysql", shop)
    assert "`` `of`.total > 9 ``" in said


@pytest.mark.parametrize(
    ("trace", "sql"),
    [
        ("no block at all", None),
        ("```sql\n\n```", None),
        ("```sql\nSELECT 1\n```\nthen\n```sql\nSELECT 2\n```", "SELECT 2"),
        ("```\nSELECT 3\n```", "SELECT 3"),
    ],
)
def test_the_last_fenced_block_counts(trace: str, sql: str | None) -> None:
    assert final_sql(trace) == sql


def test_the_same_query_gets_the_same_trace(lexicon: Lexicon) -> None:
    tree = parse(NESTED, "sqlite")
    random.seed(1)
    first = explain(tree, NESTED, lexicon)
    random.seed(2)
    assert explain(tree, NESTED, lexicon) == first
