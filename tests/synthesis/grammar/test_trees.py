"""A tree becomes text; leaving a node out leaves out just that; its shape is what the text has."""

from __future__ import annotations

import pytest

from querywright.sql.features import features
from querywright.synthesis.grammar.trees import (
    Case,
    Compound,
    Condition,
    Cte,
    Item,
    Join,
    Query,
    Select,
    Source,
    condition,
    droppable,
    render,
    shape,
    text,
)

CHEAP, OLD = condition("price < 5"), condition("age > 3")
COUNTS = Select((Item(text("shop_id")), Item(text("COUNT(*)"), "n")), Source("sale"), group=("shop_id",))
NAMES = Select((Item(text("name")),), Source("item"), where=(CHEAP, OLD))

TREES: list[tuple[Query, str]] = [
    (NAMES, "SELECT name FROM item WHERE price < 5 AND age > 3"),
    (
        Select((Item(text("name")),), Source("item"), where=(Condition((text("a = 1"), text("b = 2"))), OLD)),
        "SELECT name FROM item WHERE (a = 1 OR b = 2) AND age > 3",
    ),
    (
        Select(
            (Item(text("i.name")),),
            Source("item", "i"),
            (Join(Source("shop", "s"), "i.shop_id = s.shop_id", "LEFT JOIN"),),
            order=(text("i.name DESC"), text("i.item_id")),
            limit=3,
        ),
        "SELECT i.name FROM item AS i LEFT JOIN shop AS s ON i.shop_id = s.shop_id "
        "ORDER BY i.name DESC, i.item_id LIMIT 3",
    ),
    (
        Select((Item(text("kind")),), Source("item"), order=(text("kind"), text("price")), keep=("kind",)),
        "SELECT DISTINCT ON (kind) kind FROM item ORDER BY kind, price",
    ),
    (
        Select((Item(text("s.name")),), Source("shop", "s"), (Join(Source(NAMES, "top"), "", "CROSS JOIN LATERAL"),)),
        "SELECT s.name FROM shop AS s CROSS JOIN LATERAL (SELECT name FROM item WHERE price < 5 AND age > 3) AS top",
    ),
    (
        Compound("EXCEPT", Select((Item(text("a")),), Source("t")), Select((Item(text("b")),), Source("u"))),
        "SELECT a FROM t EXCEPT SELECT b FROM u",
    ),
    (
        Select((Item(text("AVG(n)"), "mean"),), Source("counts"), ctes=(Cte("counts", COUNTS),)),
        "WITH counts AS (SELECT shop_id, COUNT(*) AS n FROM sale GROUP BY shop_id) SELECT AVG(n) AS mean FROM counts",
    ),
    (
        Select((Item(text("AVG(n)")),), Source(COUNTS, "counts")),
        "SELECT AVG(n) FROM (SELECT shop_id, COUNT(*) AS n FROM sale GROUP BY shop_id) AS counts",
    ),
    (
        Select((Item(text("SUM(", Case(((text("a > 1"), "1"),), "0"), ")"), "many"),), Source("t")),
        "SELECT SUM(CASE WHEN a > 1 THEN 1 ELSE 0 END) AS many FROM t",
    ),
    (
        Select((Item(text("a")),), Source("t"), where=(condition("id IN ", NAMES),), distinct=True),
        "SELECT DISTINCT a FROM t WHERE id IN (SELECT name FROM item WHERE price < 5 AND age > 3)",
    ),
    (
        Select((Item(text("RANK() OVER (ORDER BY a)", window=True), "r"),), Source("t"), having=(condition("a > 1"),),
               group=("a",)),
        "SELECT RANK() OVER (ORDER BY a) AS r FROM t GROUP BY a HAVING a > 1",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "sql"), TREES, ids=[sql[:40] for _, sql in TREES])
def test_a_tree_becomes_this_text(tree: Query, sql: str) -> None:
    assert render(tree) == sql


@pytest.mark.parametrize("tree", [tree for tree, _ in TREES], ids=[sql[:40] for _, sql in TREES])
def test_the_shape_of_a_tree_is_what_its_text_has(tree: Query) -> None:
    found, told = features(render(tree), "postgres"), shape(tree)
    assert (told.window, told.set_op) == (found.has_window, found.has_set_operation)
    assert (told.subquery, told.group_by) == (found.has_subquery, found.has_group_by)
    assert (told.cases, told.wheres, told.joins) == (found.cases, found.where, found.joins)


def test_without_a_condition_the_rest_stays() -> None:
    outer = Select((Item(text("a")),), Source("t"), where=(condition("id IN ", NAMES),))
    assert render(outer, without=OLD) == "SELECT a FROM t WHERE id IN (SELECT name FROM item WHERE price < 5)"


def test_without_its_only_condition_a_query_has_no_where() -> None:
    assert render(Select((Item(text("a")),), Source("t"), where=(OLD,)), without=OLD) == "SELECT a FROM t"


def test_without_a_branch_a_set_operation_is_the_other_branch() -> None:
    left, right = Select((Item(text("a")),), Source("t")), Select((Item(text("b")),), Source("u"))
    assert render(Compound("UNION", left, right), without=left) == "SELECT b FROM u"
    assert render(Compound("UNION", left, right), without=right) == "SELECT a FROM t"


def test_distinct_on_can_be_left_out() -> None:
    tree = Select((Item(text("a")),), Source("t"), order=(text("a"), text("b")), keep=("a",))
    ((what, node),) = droppable(tree)
    assert (what, render(tree, without=node)) == ("distinct", "SELECT a FROM t ORDER BY a, b")


def test_half_an_or_can_be_left_out() -> None:
    half = text("b = 2")
    tree = Select((Item(text("a")),), Source("t"), where=(Condition((text("a = 1"), half)),))
    assert render(tree, without=half) == "SELECT a FROM t WHERE a = 1"


def test_what_is_proved_or_structural_is_not_suspected() -> None:
    where = (condition("a = 1", proved=True), condition("x.b = y.b", structural=True), OLD)
    tree = Select((Item(text("a")),), Source("t"), where=where, distinct=True)
    assert [what for what, _ in droppable(tree)] == ["distinct", "where"]
