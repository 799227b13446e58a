from __future__ import annotations

import json
from dataclasses import replace

import pytest
from answering_table import database, desk, known, numbers_of, prompt_of, query, said

from querywright.answering.stages.selection import Settings, select

RANKER, UNIT_TESTS = Settings(by="ranker"), Settings(by="unit-tests")


def ranked(best):
    """Ranks the results that it is shown: the numbers of the queries, those with the result that `best` takes first."""

    def answer(messages, schema, sample):
        shown = dict(enumerate(numbers_of(prompt_of(messages)), 1))
        order = sorted(shown, key=lambda place: shown[place] != best(shown.values()))
        return json.dumps({"reasoning": "", "order": order})

    return answer


def test_the_ranker_asks_once_and_takes_the_first(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {"RankedQueries": ranked(max)}) as (at, server):
        choice = select(known(at, [query(1), query(5), query(1, 1), query(3)]), at, RANKER).choice
        assert server.tally.calls == 1
    assert choice is not None
    assert (choice.candidate, choice.by, choice.confidence) == (1, "ranker", 0.25)
    assert choice.scores[1] > max(score for place, score in choice.scores.items() if place != 1)


def test_where_a_query_stands_is_chance_of_the_seed(tmp_path) -> None:
    seen: list[list[int]] = []

    def answer(messages, schema, sample):
        seen.append(numbers_of(prompt_of(messages)))
        return '{"reasoning": "", "order": [1]}'

    with database(tmp_path) as things, desk(things, {"RankedQueries": answer}) as (at, _):
        for seed in (0, 0, 1, 2, 3):
            at.seed = seed
            select(known(at, [query(n) for n in range(6)]), at, RANKER)
    assert seen[0] == seen[1]
    assert len({tuple(order) for order in seen}) > 2


@pytest.mark.parametrize("answer", [said(reasoning="", order=[]), said(reasoning="", order=[7, -1]), None])
def test_without_an_order_the_majority_decides(tmp_path, answer) -> None:
    faults = {} if answer else {"filter": 1.0}
    with database(tmp_path) as things, desk(things, {"RankedQueries": answer}, faults=faults) as (at, _):
        choice = select(known(at, [query(1), query(2), query(2, 1)]), at, RANKER).choice
    assert choice is not None
    assert (choice.candidate, choice.by) == (1, "majority")
    assert "there is no order" in choice.why


@pytest.mark.parametrize(
    ("verdicts", "taken", "confidence"),
    [
        ([(0,), (0,), (1, 2)], 0, 2 / 3),
        ([(1, 2), None, (0, 1, 2)], 1, 1.0),
        ([(0,), (1, 2)], 1, 0.5),
        ([(), ()], 1, 2 / 3),
        ([(0, 1, 2)], 1, 2 / 3),
    ],
)
def test_the_result_that_passes_most_tests_is_taken(tmp_path, verdicts, taken, confidence) -> None:
    with database(tmp_path) as things, desk(things, {}) as (at, server):
        asked = replace(known(at, [query(1), query(2), query(2, 1)]), extra={"unit_test_verdicts": verdicts})
        choice = select(asked, at, UNIT_TESTS).choice
        assert server.tally.calls == 0
    assert choice is not None
    assert (choice.candidate, choice.by, choice.confidence) == (taken, "unit-tests", confidence)


def test_without_judged_tests_the_majority_decides(tmp_path) -> None:
    with database(tmp_path) as things, desk(things, {}) as (at, _):
        asked = known(at, [query(1), query(2), query(2, 1)])
        for extra in ({}, {"unit_test_verdicts": [None, None]}):
            choice = select(replace(asked, extra=extra), at, UNIT_TESTS).choice
            assert choice is not None
            assert (choice.candidate, choice.by) == (1, "majority")
            assert "no test was judged" in choice.why
