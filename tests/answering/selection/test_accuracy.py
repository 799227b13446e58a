"""Selectors with a judge of a known accuracy: what they reach is what can be computed beforehand."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from answering_table import BROKEN, NOTHING, database, desk, known, prompt_of, query, question_of, said
from naive_tournament import Judge, judged, naive

from querywright.answering.preset import Preset
from querywright.answering.stages.selection import Settings, select
from querywright.answering.trace import answered

QUESTIONS = [f"Question number {n}?" for n in range(60)]
RIGHT = 0


def results_of(question: str, accuracy: float = 0.45, number: int = 7) -> list[int]:
    """What the candidates of a question give; so many in a hundred are right."""
    chance = random.Random(question)
    return [RIGHT if chance.random() < accuracy else chance.randint(1, 3) for _ in range(number)]


def judge_of(question: str, accuracy: float) -> Judge:
    """A judge that finds the right one of a pair so often, and of two wrong ones takes any."""

    def judge(first: int, second: int) -> int:
        chance = random.Random(f"{question} {first} {second} {accuracy}")
        if RIGHT not in (first, second):
            return chance.choice((first, second))
        return RIGHT if chance.random() < accuracy else first + second

    return judge


def picked_by_algorithm_3(question: str, accuracy: float) -> int:
    results = results_of(question)
    scores = naive(results, judge_of(question, accuracy))
    votes = Counter(results)
    best = max(range(len(results)), key=lambda n: (scores[n], votes[results[n]], -results.index(results[n])))
    return results[best]


def picked_by_majority(question: str) -> int:
    results = results_of(question)
    votes = Counter(results)
    return max(results, key=lambda result: (votes[result], -results.index(result)))


@pytest.mark.parametrize("accuracy", [0.0, 0.6, 0.8, 1.0])
def test_majority_and_tournament_reach_what_is_computed(tmp_path, accuracy: float) -> None:
    def answer(messages, schema, sample):
        judge = judge_of(question_of(prompt_of(messages)), accuracy)
        return judged(judge)(messages, schema, sample)

    picked: dict[str, list[int]] = {"majority": [], "tournament": []}
    with database(tmp_path) as things, desk(things, {"PickedQuery": answer}) as (at, server):
        for question in QUESTIONS:
            results = results_of(question)
            asked = known(at, [query(result, n) for n, result in enumerate(results)], question)
            for selector, found in picked.items():
                choice = select(asked, at, Settings(by=selector)).choice
                assert choice is not None
                found.append(results[choice.candidate])
        calls = server.tally.calls
    different = [len(set(results_of(question))) for question in QUESTIONS]
    assert calls == sum(number * (number - 1) for number in different)
    assert picked["majority"] == list(map(picked_by_majority, QUESTIONS))
    assert picked["tournament"] == [picked_by_algorithm_3(question, accuracy) for question in QUESTIONS]
    right = {selector: found.count(RIGHT) for selector, found in picked.items()}
    upper = sum(RIGHT in results_of(question) for question in QUESTIONS)
    lower = sum(set(results_of(question)) == {RIGHT} for question in QUESTIONS)
    assert lower <= right["tournament"] <= upper
    if accuracy == 1.0:
        assert right["tournament"] == upper > right["majority"]
    if accuracy == 0.0:
        assert right["tournament"] < right["majority"]


CHECKING = """
[[stages]]
use = "repair"
[[stages]]
use = "answerable"
[[stages]]
use = "revise"
[[stages]]
use = "unit-tests"
tests = 4
[[stages]]
use = "select"
by = "{selector}"
"""


@pytest.mark.parametrize("selector", ["majority", "tournament", "ranker", "unit-tests"])
def test_every_question_ends_though_a_third_of_all_calls_fails(tmp_path, selector: str) -> None:
    preset = Preset.parse(CHECKING.format(selector=selector), "checking", "checking")
    answers = {
        "RepairedSQL": said(reasoning="", sql=query(RIGHT)),
        "RevisedSQL": said(reasoning="", sql="SELECT"),
        "WrittenTests": said(tests=["It is small.", "It is round.", "It is even.", "It is new."]),
        "JudgedTest": said(reasoning="", passed=[1]),
        "PickedQuery": judged(lambda first, second: min(first, second)),
        "RankedQueries": said(reasoning="", order=[2, 1]),
        "Answerability": said(reasoning="", answerable=True, missing=""),
    }
    faults = {"shape": 0.1, "filter": 0.1, "refusal": 0.05, "cut": 0.05}
    failed = 0
    with database(tmp_path) as things, desk(things, answers, faults=faults, seed=5) as (at, server):
        for question in QUESTIONS[:12]:
            texts = [query(result, n) for n, result in enumerate(results_of(question))]
            after, trace = answered(known(at, [*texts, BROKEN, NOTHING], question), at, preset)
            assert after.choice is not None
            assert after.problem == ""
            failed += sum(record.failed for record in trace)
        assert sum(count for kind, count in server.tally.did.items() if kind != "ok") > 0.2 * server.tally.calls
    assert failed > 10
