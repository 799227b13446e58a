"""Later examples that say the same are found and dropped; which ones are the same is the caller's choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.datasets.deduplication import (
    Match,
    NearQuestions,
    Rule,
    SameKey,
    by_skeleton,
    duplicates,
    exact,
    readable,
    unique,
    without,
)
from querywright.datasets.example import Example
from querywright.errors import QueryRejected

ROME = Example("shops", "Which stores are in Rome?", "SELECT name FROM store WHERE city = 'Rome'")
PARIS = Example("shops", "Which stores are in Paris?", "SELECT name FROM store WHERE city = 'Paris'")


def test_exact_duplicates_are_dropped_and_the_order_is_kept() -> None:
    again = ROME.having(prompt="another prompt")
    assert list(unique([ROME, PARIS, again], exact)) == [ROME, PARIS]


def test_queries_of_one_shape_are_one_by_skeleton() -> None:
    elsewhere = PARIS.having(db_id="trips")
    key = by_skeleton(lambda db_id: "sqlite")
    assert list(unique([ROME, PARIS, elsewhere], key)) == [ROME, elsewhere]


def test_examples_are_taken_one_at_a_time() -> None:
    def endless() -> object:
        while True:
            yield ROME

    assert next(unique(endless(), exact)) == ROME  # type: ignore[arg-type]


def rules() -> list[Rule]:
    return [SameKey(exact), SameKey(readable(by_skeleton(lambda db_id: "sqlite"))), NearQuestions(0.9)]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (0, [Match(3, 1, 1.0, True)]),
        (1, [Match(2, 1, 1.0, False), Match(3, 1, 1.0, True), Match(4, 1, 1.0, False)]),
        (2, [Match(3, 1, 1.0, True), Match(4, 1, 1.0, False)]),
    ],
    ids=["exact", "skeleton", "question"],
)
def test_duplicates_name_both_rows_how_alike_they_are_and_whether_the_sql_is_the_same(
    which: int, expected: list[Match]
) -> None:
    shouted = ROME.having(question="WHICH stores are in Rome", SQL="SELECT id FROM store WHERE city = 'Rome'")
    assert list(duplicates([ROME, PARIS, ROME, shouted], by=rules()[which])) == expected


def test_sql_that_cannot_be_parsed_repeats_nothing_where_it_may_be_there() -> None:
    broken = [ROME.having(SQL="SELECT FROM WHERE"), ROME.having(SQL="SELECT FROM WHERE")]
    assert list(duplicates(broken, by=rules()[1])) == []
    with pytest.raises(QueryRejected):
        list(duplicates(broken, by=SameKey(by_skeleton(lambda db_id: "sqlite"))))


@given(st.lists(st.sampled_from([ROME, PARIS, ROME.having(db_id="trips"), PARIS.having(question="")]), max_size=8))
def test_what_is_left_repeats_nothing_and_every_repeat_names_a_row_that_is_left(examples: list[Example]) -> None:
    for rule, again in zip(rules(), rules(), strict=True):
        found = list(duplicates(iter(examples), by=rule))
        dropped = {match.row for match in found}
        assert all(match.repeats < match.row and match.repeats not in dropped for match in found)
        left = list(without(examples, dropped))
        assert len(left) + len(found) == len(examples)
        assert list(duplicates(left, by=again)) == []
