"""Right by luck or right: what altered copies of a database say of altered predictions, under each rule's own view."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from altered_predictions import altered
from bookshop import GOLD

from querywright import Example
from querywright.evaluation import RULES, evaluate

EQUAL = ("nothing changed", "wrapped in SELECT *", "columns renamed", "other spacing and case", "1 as 1.0")
"""Alterations that change no verdict, whatever the rows."""
BLIND = {
    "strict": EQUAL,
    "bird": (*EQUAL, "DISTINCT added"),
    "spider": (*EQUAL, "DISTINCT added", "columns permuted"),
}
"""And those that the rule does not see."""


def witnessed(gold: list[Example], names: tuple[str, ...], rule: str, databases: Path) -> dict[str, set[bool | None]]:
    """What copies said of the predictions that are right on the database, by alteration."""
    pairs = [(row, name, sql) for row in gold for name, sql in altered(row.SQL, 0, names).items()]
    rows = [row.having(id=f"{row.id}, {name}") for row, name, _ in pairs]
    said = {str(row.id): sql for row, (_, _, sql) in zip(rows, pairs, strict=True)}
    found: defaultdict[str, set[bool | None]] = defaultdict(set)
    for row in evaluate(said, rows, databases, metrics=["ex"], rule=rule, witnesses=3).rows():
        score = row.scores["predictions"]
        if score.verdicts[rule]:
            found[row.facts.key.partition(", ")[2]].add(score.witnessed)
    return dict(found)


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_cannot_see_no_copy_tells_apart(rule: str, bookshop: Path) -> None:
    gold = [Example("bookshop", SQL=sql, id=f"q{n}") for n, sql in enumerate(GOLD)]
    found = witnessed(gold, BLIND[rule], rule, bookshop)
    assert found == {name: {True} for name in BLIND[rule]}


def test_what_is_right_on_these_rows_only_is_told(bookshop: Path) -> None:
    gold = [Example("bookshop", SQL="SELECT title FROM book WHERE pages > 100", id="q")]
    for sql, right in (
        ("SELECT title FROM book WHERE pages >= 101", True),
        ("SELECT title FROM book WHERE pages > 101", False),
    ):
        (row,) = evaluate({"q": sql}, gold, bookshop, metrics=["ex"], witnesses=8).rows()
        score = row.scores["predictions"]
        assert score.verdicts == {"strict": True}
        assert score.witnessed is right
        assert bool(score.witness) is not right
