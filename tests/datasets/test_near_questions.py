"""Near questions are found exactly: as if every two had been compared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from querywright.datasets.example import Example
from querywright.datasets.near_questions import NearQuestions, triples
from querywright.errors import SettingsError

WORDS = st.sampled_from(["how", "many", "books", "book", "are", "there", "in", "rome", "2014", "2015", "?", "The"])
QUESTIONS = st.lists(WORDS, max_size=6).map(" ".join)


def repeats(questions: list[str], threshold: float = 0.9) -> list[tuple[int, int, float]]:
    rule = NearQuestions(threshold)
    for question in questions:
        rule.add(Example("shops", question))
    return list(rule.repeats())


def compared_with_every_other(questions: list[str], threshold: float) -> list[tuple[int, int, float]]:
    """The plain way: each question against all that were kept before it."""
    kept: list[int] = []
    found = []
    for index, question in enumerate(questions):
        mine = triples(question)
        alike = [
            (len(mine & triples(questions[k])) / len(mine | triples(questions[k])), -k)
            for k in kept
            if mine and _digits(questions[k]) == _digits(question)
        ]
        best = max(alike, default=(0.0, 0))
        if best[0] >= threshold:
            found.append((index, -best[1], best[0]))
        elif mine:
            kept.append(index)
    return found


def _digits(question: str) -> list[str]:
    return sorted(word for word in question.split() if word.isdigit())


@settings(max_examples=200, deadline=None)
@given(st.lists(QUESTIONS, max_size=12), st.sampled_from([0.1, 0.3, 0.5, 0.6, 0.75, 0.8, 0.9, 1.0]))
def test_the_same_are_found_as_by_comparing_every_two(questions: list[str], threshold: float) -> None:
    assert repeats(questions, threshold) == compared_with_every_other(questions, threshold)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How many books are there?", "how many  BOOKS are there"),
        (
            "Which authors of novels wrote more than one book in Rome?",
            "Which author of novels wrote more than one book in Rome?",
        ),
    ],
)
def test_case_spaces_marks_and_a_letter_make_no_other_question(one: str, other: str) -> None:
    assert [(index, first) for index, first, _ in repeats([one, other])] == [(1, 0)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Which of the orders were placed after 2014?", "Which of the orders were placed after 2015?"),
        ("Which stores are in Rome?", "Which stores are in Paris?"),
        ("price > 5", "price < 5"),
        ("", ""),
        ("?", "!"),
    ],
)
def test_another_number_name_or_sign_and_no_question_at_all_are_no_repeat(one: str, other: str) -> None:
    assert repeats([one, other]) == []


def test_questions_of_two_databases_are_not_compared() -> None:
    rule = NearQuestions()
    for db_id in ("shops", "trips", "shops"):
        rule.add(Example(db_id, "How many are there?"))
    assert list(rule.repeats()) == [(2, 0, 1.0)]


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.1, float("nan")])
def test_a_threshold_that_means_nothing_is_refused(threshold: float) -> None:
    with pytest.raises(SettingsError, match="above 0 and up to 1"):
        NearQuestions(threshold)
