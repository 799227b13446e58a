"""Choices every plan makes alike: which tables, which families, how far keys lead."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.context import Context, crowd, label, word
from querywright.synthesis.grammar.dialects import DIALECTS


@pytest.mark.parametrize(
    ("name", "without", "reach"),
    [("city", "", 0), ("customer", "", 1), ("order", "", 3), ("order_line", "", 6), ("order_line", "order", 2)],
)
def test_a_table_reaches_this_many_others_upward(context: Context, name: str, without: str, reach: int) -> None:
    assert context.graph.reach(name, without) == reach


def test_a_block_has_as_many_joins_as_asked_and_no_table_twice(context: Context) -> None:
    for seed in range(60):
        rng = random.Random(seed)
        joins = rng.randint(0, 3)
        block = context.block(context.table(rng, joins), joins, rng)
        names = [n.table.name for n in block.nodes]
        assert len(block.joins) == joins
        assert len(set(names)) == len(names)


def test_a_join_keeps_one_row_for_each_row_of_the_grain(context: Context) -> None:
    for seed in range(40):
        rng = random.Random(seed)
        block = context.block(context.table(rng, 2), 2, rng)
        tables = " ".join(f"{j.kind} {j.source.relation} AS {j.source.alias} ON {j.on}" for j in block.joins)
        start = f"{block.source.relation} AS {block.source.alias}"
        count = context.database.execute(f"SELECT COUNT(*) FROM {start} {tables}").rows[0][0]
        assert count <= block.grain.rows
        assert count == block.grain.rows or any(block.optional(n) for n in range(1, 3))


def test_too_many_joins_are_refused(context: Context) -> None:
    with pytest.raises(Reject, match="no table for this plan"):
        context.table(random.Random(0), 9)


def test_a_family_is_an_entity_and_a_key_that_points_at_it(context: Context) -> None:
    for seed in range(60):
        rng = random.Random(seed)
        parent, edge, outer, inner = context.family(rng, 1)
        assert edge.parent == parent.name
        assert parent.label
        assert outer + inner == 1


def test_a_link_table_counts_as_children_of_both_ends(context: Context) -> None:
    children = {(t.name, e.child) for t, e in context.graph.families}
    assert {("product", "order_line"), ("customer", "order"), ("city", "customer")} <= children


def test_a_lookup_row_by_row_needs_an_index_where_the_engine_does_not_rewrite_it(context: Context) -> None:
    tables = context.graph.tables
    big = replace(tables["order_line"], rows=100_000)
    slow = replace(context, dialect=DIALECTS["sqlite"])
    assert not slow.correlates(big, big, big.by_name["quantity"])
    assert slow.correlates(big, big, big.by_name["order_id"])
    assert replace(context, dialect=DIALECTS["duckdb"]).correlates(big, big, big.by_name["quantity"])


def test_crowded_entities_ask_for_rare_children(context: Context) -> None:
    tables = context.graph.tables
    assert crowd(tables["city"], tables["customer"]) < crowd(tables["customer"], tables["order"]) < 1


def test_one_column_has_one_reference(context: Context) -> None:
    block = context.block(context.graph.tables["customer"], 1, random.Random(0))
    assert label(block, 1)[0] in block.refs


@pytest.mark.parametrize(
    ("phrase", "alias"),
    [("order count", "order_count"), ("Größe in cm", "gr_e_in_cm"), ("2nd name", "n_2nd_name"),
     ("average average price", "average_price"), ("", "value")],
)  # fmt: skip
def test_a_phrase_becomes_an_alias(phrase: str, alias: str) -> None:
    assert word(phrase) == alias
