"""A pipe-wise trace names each operator in turn and ends in both queries."""

from __future__ import annotations

import pytest

from querywright import pipes
from querywright.databases import Database
from querywright.pipes.printing import operator_text
from querywright.sql import parse
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.reasoning import explain_pipe, final_pipe, final_sql

QUERIES = (
    "SELECT COUNT(*) FROM orders WHERE total > 20 AND status = 'paid'",
    "SELECT c.country, AVG(o.total) AS mean FROM orders AS o JOIN customers AS c ON o.customer_id = c.customer_id "
    "GROUP BY c.country HAVING AVG(o.total) > 10 ORDER BY mean DESC LIMIT 3",
    "SELECT name FROM products WHERE price = (SELECT MAX(price) FROM products)",
    "SELECT name FROM products WHERE price > 50 UNION SELECT name FROM products WHERE weight_kg < 1",
    "SELECT name, RANK() OVER (PARTITION BY category ORDER BY price DESC) AS place FROM products",
    "SELECT DISTINCT country FROM customers WHERE country IS NOT NULL",
)


def told(sql: str, shop: Database, lexicon: Lexicon) -> tuple[pipes.PipeQuery, str]:
    query = pipes.decompile(sql, dialect="sqlite", schema=shop.schema)
    return query, explain_pipe(query, query.columns(shop.schema), parse(sql, "sqlite"), sql, lexicon)


@pytest.mark.parametrize("sql", QUERIES)
def test_every_operator_is_told_in_order_and_both_queries_end_the_trace(
    sql: str, shop: Database, lexicon: Lexicon
) -> None:
    query, trace = told(sql, shop, lexicon)
    places = [trace.index(" ".join(operator_text(o, query.dialect).split())) for o in query.operators]
    assert places == sorted(places)
    assert final_sql(trace) == sql
    assert final_pipe(trace) == str(query)
    assert pipes.verify(sql, pipes.parse(final_pipe(trace) or "", query.dialect), shop)


def test_conditions_and_figures_have_words(shop: Database, lexicon: Lexicon) -> None:
    _, trace = told(QUERIES[1], shop, lexicon)
    assert "`mean` is the average order total" in trace or "`mean` is the average total" in trace
    assert "Keep the rows where" in trace
    assert "Start from `orders AS o`: one row per order." in trace


def test_a_trace_without_a_pipe_block_has_none() -> None:
    assert final_pipe("1. x\n```sql\nSELECT 1\n```") is None
