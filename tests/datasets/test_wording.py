"""Questions as words: case, spaces and punctuation do not count, signs of comparison do."""

from __future__ import annotations

import pytest

from querywright.datasets.wording import masked, ngrams, numbers, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many  Books, please?", ["how", "many", "books", "please"]),
        ("order_date > 5%", ["order", "date", ">", "5", "%"]),
        ("Straße ﬁve", ["strasse", "five"]),
        ("有多少本书？", ["有多少本书"]),
        ("?!", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_numbers_are_runs_of_digits_in_order() -> None:
    assert numbers("from 2015-01 to 2014") == ("01", "2014", "2015")


def test_ngrams_are_words_in_a_row() -> None:
    assert list(ngrams(["a", "b", "c"], 2)) == ["a b", "b c"]
    assert list(ngrams(["a"], 2)) == []


@pytest.mark.parametrize(
    ("question", "sql", "expected"),
    [
        (
            "How many singers are from France?",
            "SELECT COUNT(*) FROM singer WHERE country = 'France'",
            "how many _ are from _",
        ),
        ("Which cities have boxes?", "SELECT city FROM box", "which _ have _"),
        ("List the order date after 2014.", "SELECT order_date FROM orders WHERE y > 2014", "list the _ after _"),
        ("Which class is best?", "SELECT class FROM t", "which _ is best"),
        ("How many are there?", "", "how many are there"),
    ],
)
def test_a_masked_question_hides_what_its_sql_names(question: str, sql: str, expected: str) -> None:
    assert masked(question, sql) == expected
