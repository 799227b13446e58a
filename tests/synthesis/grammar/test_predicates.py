"""Every condition is true for real rows, and what the sample says of it is what the engine says."""

from __future__ import annotations

import random

import pytest

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.predicates import mask_of
from querywright.synthesis.grammar.trees import Item, Select, render, text


def test_the_sample_and_the_engine_agree_on_every_condition(context: Context) -> None:
    kinds = set()
    for seed in range(250):
        rng = random.Random(seed)
        table = rng.choice([t for t in context.tables if t.rows <= 200])
        block = context.block(table, 0, rng)
        row = rng.choice(block.rows)
        for ref in block.refs:
            value = row[0][ref.column.name]
            one = context.finder.one(ref, value, block, rng)
            for made in (*context.finder.pair(ref, value, block, rng), *((one,) if one else ())):
                kinds.add(made.kind)
                told = mask_of(made, block).bit_count()
                found = context.database.execute(f"SELECT COUNT(*) FROM {table.sql} WHERE {made.sql}").rows[0][0]
                assert told == found, made.sql
                assert made.test(value), made.sql
    assert {"=", "like", ">", ">=", "<", "<=", "either", "year", "null"} <= kinds


@pytest.mark.parametrize("joins", [0, 1, 2])
def test_no_condition_is_idle_beside_the_others(context: Context, joins: int) -> None:
    checked = 0
    for seed in range(60):
        rng = random.Random(seed)
        try:
            block = context.block(context.table(rng, joins), joins, rng)
            chosen = context.where(block, rng, rng.randint(1, 3))
        except Reject:
            continue
        query = Select((Item(text("COUNT(*)")),), block.source, block.joins, chosen.conditions)
        count = context.rows(query)[0][0]
        assert count > 0
        for one in chosen.conditions:
            for node in one.branches if len(one.branches) > 1 else (one,):
                other = context.database.execute(render(query, without=node)).rows[0][0]
                assert other != count, render(query)
                checked += 1
    assert checked > 40


def test_keys_and_foreign_keys_get_no_conditions(context: Context) -> None:
    for seed in range(120):
        rng = random.Random(seed)
        try:
            block = context.block(context.table(rng, 1), 1, rng)
            chosen = context.where(block, rng, 2)
        except Reject:
            continue
        assert not [r.sql for r in chosen.refs if r.column.name.endswith("_id")]


def test_a_needed_table_gets_a_condition(context: Context) -> None:
    rng = random.Random(5)
    block = context.block(context.graph.tables["customer"], 1, rng)
    for _ in range(20):
        chosen = context.where(block, rng, 1, need=[1])
        assert {r.node for r in chosen.refs} == {1}


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_many_comparisons_are_few_conditions(context: Context, count: int) -> None:
    found = 0
    for seed in range(60):
        rng = random.Random(seed)
        block = context.block(context.graph.tables["order"], 1, rng)
        try:
            chosen = context.where(block, rng, count, said=3)
        except Reject:
            continue
        found += 1
        assert len({r.sql for r in chosen.refs}) <= 3
        assert sum(len(c.branches) for c in chosen.conditions) == count
    assert found > 5


def test_the_same_conditions_can_be_written_in_another_block(context: Context) -> None:
    table = context.graph.tables["employee"]
    for seed in range(30):
        rng = random.Random(seed)
        plain = context.block(table, 0, rng)
        try:
            chosen = context.where(plain, rng, 2)
        except Reject:
            continue
        named = context.block(table, 0, rng, alias=True)
        again = chosen.on(named)
        query = Select((Item(text("COUNT(*)")),), plain.source, (), chosen.conditions)
        other = Select((Item(text("COUNT(*)")),), named.source, (), again.conditions)
        assert context.rows(query) == context.rows(other)
        assert all(r.sql.startswith("e.") for r in again.refs)
