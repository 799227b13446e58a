"""What the grammar writes: sound, various, and the same for the same seed."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

import pytest

from querywright.databases import Catalog, Database, Limits
from querywright.runs.steps import Reject
from querywright.sql.features import features, table
from querywright.sql.parsing import exp
from querywright.synthesis.grammar import PLANS, PROFILES, Grammar, Written
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.trees import (
    Item,
    Query,
    Select,
    Shape,
    Source,
    condition,
    render,
    shape,
    text,
)
from querywright.synthesis.lexicon import Lexicon

DRAWS = 250


@pytest.fixture(scope="module")
def written(database: Database, lexicon: Lexicon) -> list[Written]:
    """A few hundred queries on the shop."""
    grammar = Grammar(database, lexicon)
    return [grammar.write(random.Random(f"0:{n}"), n) for n in range(DRAWS)]


def test_the_same_seed_writes_the_same_in_any_order(database: Database, written: list[Written]) -> None:
    again = Grammar(database, Lexicon.read(database))
    for n in (41, 7, 120, 3, 80):
        assert again.write(random.Random(f"0:{n}"), n).sql == written[n].sql


def test_every_query_gives_rows(database: Database, written: list[Written]) -> None:
    for one in written:
        assert database.execute(one.sql, Limits(seconds=5, rows=5)).rows, one.sql


def test_the_mix_is_near_the_profile(written: list[Written]) -> None:
    mix = table([features(w.tree, w.dialect) for w in written])
    wanted = PROFILES["sqlflow"]
    for share in ("window", "set_op", "subquery", "group_by"):
        assert abs(mix[share] - getattr(wanted, share)) < 5, (share, mix[share])
    for count in ("case", "where", "join"):
        assert abs(mix[count] - getattr(wanted, count)) < 0.35, (count, mix[count])


def test_hardly_two_queries_are_one(written: list[Written]) -> None:
    assert len({w.sql for w in written}) >= 0.93 * len(written)
    assert len(Counter(w.plan for w in written)) >= 30


def test_all_tables_are_asked_about(database: Database, written: list[Written]) -> None:
    used = {name for w in written for name in features(w.tree, w.dialect).tables}
    assert used == {t.name for t in database.schema}


def test_a_limit_always_has_an_order(written: list[Written]) -> None:
    limited = [s for w in written for s in w.tree.find_all(exp.Select) if s.args.get("limit")]
    assert limited
    assert all(s.args.get("order") for s in limited)


def test_keys_are_never_measured(written: list[Written]) -> None:
    for one in written:
        for call in one.tree.find_all(exp.Sum, exp.Avg):
            assert not [c.name for c in call.find_all(exp.Column) if c.name.endswith(("_id", "_year"))], one.sql


def test_joins_follow_keys_upward_so_that_no_row_is_counted_twice(database: Database, written: list[Written]) -> None:
    keys = {
        (t.name, a, k.referred_table, b)
        for t in database.schema
        for k in t.foreign_keys
        for a, b in zip(k.columns, k.referred_columns, strict=True)
    }
    joined, stored = 0, {t.name for t in database.schema}
    for one in written:
        for select in one.tree.find_all(exp.Select):
            names = _tables(select)
            for join in select.args.get("joins") or []:
                test = join.args.get("on")
                if not isinstance(test, exp.EQ) or test.this.table not in names or test.expression.table not in names:
                    continue  # a derived table or a CTE: grouped by the key it is joined on
                if test.expression.table in names and names[test.expression.table] not in stored:
                    continue  # the rows reached so far, in a recursive query
                left = (names[test.this.table], test.this.name)
                right = (names[test.expression.table], test.expression.name)
                joined += 1
                assert (*left, *right) in keys, one.sql
    assert joined > 50


def _tables(select: exp.Select) -> dict[str, str]:
    found = [select.args.get("from_") or select.args["from"], *(select.args.get("joins") or [])]
    return {t.this.alias: t.this.name for t in found if isinstance(t.this, exp.Table)}


def test_not_in_never_meets_a_null(database: Database, written: list[Written]) -> None:
    for one in written:
        for test in one.tree.find_all(exp.Not):
            inside = test.find(exp.In)
            query = inside.args.get("query") if inside is not None else None
            if query is not None:
                values = database.execute(query.unnest().sql(dialect=one.dialect)).rows
                assert all(v is not None for (v,) in values), one.sql


def test_names_of_columns_are_plain_words(written: list[Written]) -> None:
    for one in written:
        for alias in re.findall(r" AS ([^\s,()]+)", one.sql):
            assert re.fullmatch(r"[a-z_][a-z0-9_]*|VARCHAR|REAL|INTEGER", alias), alias


@pytest.mark.parametrize("name", list(PLANS))
def test_every_kind_can_be_written(context: Context, name: str) -> None:
    plan = PLANS[name]
    if not plan.exists_in(context.dialect):
        pytest.skip(f"{context.dialect.name} has no such kind of query")
    for seed in range(400):
        rng = random.Random(f"{name}:{seed}")
        letters = rng.choice(sorted(plan.features))
        wanted = Shape(
            "W" in letters, "S" in letters, "Q" in letters, "G" in letters,
            rng.randint(*plan.cases), rng.randint(plan.wheres[0], max(plan.wheres[0], min(3, plan.wheres[1]))),
            rng.randint(plan.joins[0], max(plan.joins[0], min(2, plan.joins[1]))),
        )  # fmt: skip
        try:
            query = plan.write(context, rng, wanted)
        except Reject:
            continue
        if shape(query) == wanted and context.rows(query):
            assert render(query)
            return
    pytest.fail(f"{name} was never written")


def made(context: Context, name: str, letters: str, count: int = 12) -> list[Query]:
    """Some queries of one kind that give rows."""
    found: list[Query] = []
    for seed in range(600):
        rng = random.Random(f"{name}:{seed}")
        low, high = PLANS[name].wheres[0], PLANS[name].joins
        wanted = Shape(subquery="Q" in letters, wheres=rng.randint(low, low + 1), joins=rng.randint(*high))
        try:
            query = PLANS[name].write(context, rng, wanted)
        except Reject:
            continue
        if context.rows(query):
            found.append(query)
        if len(found) == count:
            return found
    return found


def test_the_first_of_each_is_one_row_a_group_and_the_order_decides_which(context: Context) -> None:
    if not context.dialect.has_distinct_on:
        pytest.skip(f"{context.dialect.name} has no DISTINCT ON")
    queries = made(context, "first of each", "")
    assert len(queries) == 12
    for query in queries:
        assert isinstance(query, Select)
        groups = [row[0] for row in context.rows(query)]
        assert len(groups) == len(set(groups)), render(query)
        inner = replace(query, keep=(), order=(), items=(*query.items, _numbered(query)))
        windowed = Select((Item(text("*")),), Source(inner, "t"), (), (condition("n__ = 1"),))
        assert sorted(map(repr, context.rows(query))) == sorted(repr(r[:-1]) for r in context.rows(windowed))


def _numbered(query: Select) -> Item:
    """The number of a row in its group, by the same order."""
    order = ", ".join(str(part) for e in query.order for part in e.parts)
    return Item(text(f"RANK() OVER (PARTITION BY {', '.join(query.keep)} ORDER BY {order})", window=True), "n__")


def test_the_top_few_of_each_are_never_more_and_decided(context: Context) -> None:
    if not context.dialect.has_lateral:
        pytest.skip(f"{context.dialect.name} has no LATERAL")
    queries = made(context, "top few of each", "Q")
    assert len(queries) == 12
    for query in queries:
        assert isinstance(query, Select)
        inner = query.joins[-1].source.relation
        assert isinstance(inner, Select)
        assert inner.limit
        assert inner.order
        more = replace(inner, limit=inner.limit + 1)
        assert len(context.rows(_with_inner(query, more))) > len(context.rows(query)), render(query)


def _with_inner(query: Select, inner: Select) -> Select:
    last = query.joins[-1]
    return replace(query, joins=(*query.joins[:-1], replace(last, source=replace(last.source, relation=inner))))


def test_a_schema_too_poor_for_the_draw_still_gets_queries(tmp_path_factory: pytest.TempPathFactory) -> None:
    import sqlite3

    path = tmp_path_factory.mktemp("poor") / "poor.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE plant (name TEXT PRIMARY KEY, height_cm INTEGER, colour TEXT)")
    connection.executemany(
        "INSERT INTO plant VALUES (?, ?, ?)",
        [(f"Plant {n}", 10 + n * 7 % 90, ("red", "green", "blue")[n % 3]) for n in range(40)],
    )
    connection.commit()
    connection.close()
    with Catalog.open(path) as catalog:
        grammar = Grammar(catalog["poor"], Lexicon.read(catalog["poor"]))
        made = [grammar.write(random.Random(n), n) for n in range(30)]
    assert {w.plan for w in made} >= {"listing", "by category"} or len({w.plan for w in made}) >= 8


def test_a_database_without_rows_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    import sqlite3

    path = tmp_path_factory.mktemp("empty") / "empty.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY)")
    connection.close()
    with Catalog.open(path) as catalog:
        grammar = Grammar(catalog["empty"], Lexicon.read(catalog["empty"]))
        with pytest.raises(Reject, match="no rows to ask about"):
            grammar.write(random.Random(0))


def _said(one: Written) -> int:
    """How many columns are compared with a constant in one WHERE after the other, bookkeeping of plans aside."""
    columns = set()
    for where in one.tree.find_all(exp.Where):
        for test in where.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Like, exp.Is):
            if test.find(exp.Select) or isinstance(test.args.get("expression"), exp.Column):
                continue
            column = test.find(exp.Column)
            if column is not None and column.name not in ("position", "place", "depth"):
                columns.add(column.name)
    return len(columns)


def test_few_conditions_are_said(written: list[Written]) -> None:
    said = Counter(_said(w) for w in written)
    assert max(said) <= 4
    assert said[0] + said[1] + said[2] >= 0.8 * len(written)


def test_an_average_is_compared_under_the_conditions_it_was_taken_under(written: list[Written]) -> None:
    checked = 0
    for one in written:
        if one.plan not in ("above average", "above own group", "extreme", "best of group"):
            continue
        outer = one.tree.args["where"].this
        inner = outer.find(exp.Select)
        constants = sorted(x.sql() for x in outer.find_all(exp.Literal) if not x.find_ancestor(exp.Subquery))
        where = inner.args.get("where")
        assert constants == sorted(x.sql() for x in where.find_all(exp.Literal)) if where else not constants, one.sql
        checked += 1
    assert checked > 10


def test_fewer_than_never_leaves_out_those_with_none(written: list[Written]) -> None:
    for one in written:
        for test in one.tree.find_all(exp.In, exp.SetOperation):
            for having in test.find_all(exp.Having):
                assert not isinstance(having.this, exp.LT), one.sql


def test_tables_that_tie_others_together_are_not_listed(context: Context) -> None:
    assert {t.name for t in context.tables if not t.subject} == {
        t.name for t in context.tables if t.entity.link or t.entity.awkward
    }
    rng = random.Random(1)
    assert all(context.table(rng, rng.randint(0, 2)).subject for _ in range(80))
