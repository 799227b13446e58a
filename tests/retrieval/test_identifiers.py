"""Identifiers come apart into the words that people say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.retrieval.identifiers import spoken, words_of


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("OrderDate", "order date"),
        ("hs_grad_yr", "hs grad yr"),
        ("countrylanguage", "country language"),
        ("FIRSTNAME", "first name"),
        ("jobcode", "job code"),
        ("StuID", "stu id"),
        ("custid", "cust id"),
        ("URLName", "url name"),
        ("URLs", "urls"),
        ("T1", "t 1"),
        ("% of x", "of x"),
        ("invoice", "invoice"),
        ("asessment", "asessment"),
        ("Größe_Straße", "größe straße"),
        ("日本", "日本"),
        ("+", "+"),
        ("", ""),
    ],
)
def test_an_identifier_is_said_as_words(identifier: str, words: str) -> None:
    assert spoken(identifier) == words


@given(st.text(max_size=40))
def test_any_text_comes_apart_into_words_in_lower_case(identifier: str) -> None:
    words = words_of(identifier)
    assert all(word and word == word.lower() and "_" not in word for word in words)
