"""Numbers as people write them."""

from __future__ import annotations

import pytest

from querywright.synthesis.correspondence.spoken_numbers import spoken_numbers, tokens

NUMBERS = [
    ("the 3 cheapest", [3]),
    ("the three cheapest", [3]),
    ("more than 12,500 inhabitants", [12500]),
    ("two hundred and five rooms", [205]),
    ("forty thousand", [40000]),
    ("twenty-five or thirty", [25, 30]),
    ("two dozen eggs", [24]),
    ("between 0.5 and 1.5 million", [0.5, 1500000]),
    ("-3 degrees", [-3]),
    ("40k a year", [40000]),
    ("the second highest", [2]),
    ("ordered twice", [2]),
    ("at least half", [0.5]),
    ("900 m2 of floor", [900]),
    ("nobody", []),
]


@pytest.mark.parametrize(("text", "values"), NUMBERS)
def test_numbers_are_heard_in_digits_and_in_words(text: str, values: list[float]) -> None:
    assert [number.value for number in spoken_numbers(tokens(text))] == values


def test_words_that_may_be_no_numbers_are_not_firm() -> None:
    assert [n.firm for n in spoken_numbers(tokens("one of the first 3, three at once"))] == [
        False,
        False,
        True,
        True,
        False,
    ]
