from __future__ import annotations

import pytest

from querywright.answering.selection.comparing import Comparison
from querywright.training.selector.accuracy import accuracy, by_question
from querywright.training.selector.pair import Pair


def pair(number: int, answer: str, question: int | None = None) -> Pair:
    right, wrong = f"right {number}", f"wrong {number}"
    first, second = (right, wrong) if answer == "A" else (wrong, right)
    key = f"q{number if question is None else question}"
    asked = Comparison(f"{first} or {second}", key, first, second)
    return Pair(key, f"db{number % 2}", key, asked, Comparison(f"{second} or {first}", key, second, first), answer)


PAIRS = [pair(number, "AB"[number % 2]) for number in range(10)]


class Says:
    name, prompt_tokens = "says", None

    def __init__(self, says) -> None:
        self.says = says

    def prefers(self, comparisons):
        return [self.says(each) for each in comparisons]


def test_a_judge_that_knows_is_always_right() -> None:
    found = accuracy(Says(lambda each: 0.7 if each.first.startswith("right") else 0.3), PAIRS)
    assert (found.accuracy, found.one_order, found.torn, found.low, found.high) == (100, 100, 0, 100, 100)
    assert (found.pairs, found.questions, found.databases, found.unread) == (10, 10, 2, 0)


def test_a_judge_that_takes_the_first_is_right_half_the_time_whichever_comes_first() -> None:
    found = accuracy(Says(lambda each: 0.9), PAIRS)
    assert (found.accuracy, found.one_order, found.torn) == (50, 50, 100)


def test_both_orders_may_be_right_where_one_alone_is_not() -> None:
    def says(each: Comparison) -> float:
        return 0.9 if each.first.startswith("right") else 0.6  # A, and surer of it where that is right

    found = accuracy(Says(says), PAIRS)
    assert (found.accuracy, found.one_order, found.torn) == (100, 50, 100)


def test_what_a_judge_cannot_read_is_half_right_and_counted() -> None:
    found = accuracy(Says(lambda each: None), PAIRS)
    assert (found.accuracy, found.one_order, found.unread) == (50, 50, 10)


def test_the_interval_draws_questions_with_all_their_pairs() -> None:
    alike = [f"q{n // 25}" for n in range(100)]  # four questions of 25 pairs each
    values = [float(n // 25 < 2) for n in range(100)]
    grouped, single = by_question(alike, values), by_question([str(n) for n in range(100)], values)
    assert grouped.high - grouped.low > 2 * (single.high - single.low)
    assert by_question(alike, values) == grouped


def test_no_pairs_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no pairs"):
        accuracy(Says(lambda each: 0.5), [])
