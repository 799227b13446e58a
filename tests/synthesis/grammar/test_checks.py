"""What is dropped before anybody sees it: queries that fail, say nothing, or hold something idle."""

from __future__ import annotations

import pytest

from querywright.databases import Database
from querywright.runs.steps import Reject
from querywright.synthesis.grammar.checks import check
from querywright.synthesis.grammar.trees import (
    Compound,
    Condition,
    Item,
    Query,
    Select,
    Source,
    condition,
    render,
    text,
)


def names(*where: Condition, table: str = "city", column: str = "name", distinct: bool = False) -> Select:
    return Select((Item(text(column)),), Source(table), where=where, distinct=distinct)


NORWAY = condition("country = 'Norway'")
BAD: list[tuple[str, Query]] = [
    ("does not run", names(column="nowhere")),
    ("no rows", names(condition("country = 'Peru'"))),
    ("too many rows", names(table="order_line", column="order_id")),
    ("a column is all NULL", names(condition("manager_id IS NULL"), table="employee", column="manager_id")),
    ("every row the same", names(NORWAY, column="country")),
    ("nothing but zero", names(condition("price < 0"), table="product", column="COUNT(*)")),
    ("idle where", names(NORWAY, condition("population > 0"))),
    ("idle where", names(condition("price > 0"), table="product", column="AVG(price)")),
    ("idle where", names(Condition((text("country = 'Norway'"), text("name = 'Oslo'"))))),
    ("idle distinct", names(NORWAY, distinct=True)),
    ("idle set operation", Compound("EXCEPT", names(NORWAY), names(condition("country = 'Sweden'")))),
    ("idle set operation", Compound("UNION", names(NORWAY), names(condition("name = 'Oslo'")))),
    (
        "idle set operation",
        Compound("INTERSECT", names(condition("quantity > 11"), table="order_line", column="product_id"),
                 names(table="order_line", column="product_id")),
    ),
    (
        "idle having",
        Select(
            (Item(text("country")), Item(text("COUNT(*)"), "n")),
            Source("city"),
            group=("country",),
            having=(condition("COUNT(*) >= 1"),),
        ),
    ),
    (
        "idle where",
        names(condition("city_id IN ", names(condition("birth_year > 1900 OR birth_year IS NULL"), table="customer",
                                             column="city_id")), NORWAY),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "query"), BAD, ids=[f"{n} {r}" for n, (r, _) in enumerate(BAD)])
def test_a_query_like_this_is_dropped(database: Database, reason: str, query: Query) -> None:
    with pytest.raises(Reject) as dropped:
        check(database, query, render(query))
    assert dropped.value.reason == reason


GOOD: list[Query] = [
    names(NORWAY),
    names(NORWAY, condition("name LIKE 'O%'")),
    names(condition("country <> 'Norway'"), column="country", distinct=True),
    Compound("UNION", names(NORWAY), names(condition("country = 'Sweden'"))),
    names(condition("price > 100"), table="product", column="AVG(price)"),
]


@pytest.mark.parametrize("query", GOOD, ids=[render(q)[:50] for q in GOOD])
def test_a_query_like_this_is_kept(database: Database, query: Query) -> None:
    assert check(database, query, render(query)).rows
