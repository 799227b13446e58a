"""Questions with several right answers: each of them, predicted alone, is right; and which one it was is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywright import Example
from querywright.databases import Limits
from querywright.datasets import read_jsonl
from querywright.evaluation import RULES, Evaluation, evaluate

UNREADABLE = {
    "defog_questions_gen_203": "not valid SQL at line 1, column 454: Expecting ) near '2'",  # LIMIT 2 - (SELECT …)
}
"""Gold queries that SQLite runs and our parser cannot read, so that they are excluded with this reason."""


def evaluated(pairs: list[tuple[Example, str]], databases: Path) -> Evaluation:
    """Pairs of a gold row and what is predicted for it."""
    said = {str(row.id): sql for row, sql in pairs}
    limits = Limits(30.0, 500_000, 64_000_000)
    return evaluate(said, [row for row, _ in pairs], databases, metrics=["rules"], limits=limits, cached=False)


def test_an_alternative_is_right_under_every_rule_and_named(bookshop: Path) -> None:
    accepted = ["SELECT COUNT(*) FROM book", "SELECT 6, 'books'", "SELECT absent FROM book", "SELECT 7"]
    row = Example("bookshop", SQL=accepted[0], extra={"alternatives": accepted[1:]})
    said = ["SELECT COUNT(id) FROM book", "SELECT COUNT(*), 'books' FROM book", "SELECT 5 + 2", "SELECT 5", accepted[2]]
    found = evaluated([(row.having(id=str(n)), sql) for n, sql in enumerate(said)], bookshop)
    scores = [row.scores["predictions"] for row in found.rows()]
    assert [score.alternative for score in scores] == [0, 1, 3, None, None]
    assert [set(score.verdicts.values()) for score in scores] == [{True}, {True}, {True}, {False}, {False}]
    assert scores[3].reasons["strict"] == "in (6,), column 1 (COUNT(*)): gold 6, predicted 5"


def test_alternatives_do_not_save_a_gold_query_that_fails(bookshop: Path) -> None:
    row = Example("bookshop", SQL="SELECT absent FROM book", id="q", extra={"alternatives": ["SELECT 6"]})
    (excluded,) = evaluated([(row, "SELECT 6")], bookshop).excluded()
    assert excluded.reason == "the gold query fails"


@pytest.mark.shared
@pytest.mark.parametrize("name", ["questions_gen", "instruct_basic", "instruct_advanced"])
def test_every_alternative_of_defogs_questions_is_right_when_it_alone_is_predicted(name: str, shared: Path) -> None:
    rows = list(read_jsonl(shared / "defog" / f"{name}.jsonl"))
    pairs = [
        (row.having(id=f"{row.id} {n}"), sql)
        for row in rows
        for n, sql in enumerate([row.SQL, *(row.extra.get("alternatives") or [])])
    ]
    found = evaluated(pairs, shared / "defog" / "database")
    wrong = {
        row.facts.key: dict(score.reasons)
        for row in found.rows()
        for score in row.scores.values()
        if not all(score.verdicts.get(rule) for rule in RULES)
    }
    assert wrong == {}
    excluded = {each.key.partition(" ")[0]: each.detail for each in found.excluded()}
    expected = {key: reason for key, reason in UNREADABLE.items() if any(row.id == key for row in rows)}
    assert set(excluded) == set(expected)
    assert all(expected[key] in excluded[key] for key in expected)


@pytest.mark.shared
def test_without_its_alternatives_most_of_defogs_other_answers_would_be_wrong(shared: Path) -> None:
    rows = [row for row in read_jsonl(shared / "defog" / "questions_gen.jsonl") if row.extra.get("alternatives")]
    others = [
        (row.having(id=f"{row.id} {n}", extra={}), sql)
        for row in rows
        for n, sql in enumerate(row.extra["alternatives"])
    ]
    (system,) = evaluated(others, shared / "defog" / "database").summary().systems
    assert system.ex.count < len(others) / 20
