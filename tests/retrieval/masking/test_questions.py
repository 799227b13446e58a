"""What a question names of its database is masked; what it asks for stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from querywright.databases import Column, Schema, Table
from querywright.retrieval.masking import NAME, VALUE, Masker, looks_like_a_name, mask_question


def schema(**tables: str) -> Schema:
    return Schema(
        "db",
        "sqlite",
        tuple(
            Table(name, tuple(Column(column, "TEXT", "text") for column in columns.split()))
            for name, columns in tables.items()
        ),
    )


MUSIC = schema(
    singer="singer_id Name country songReleaseYear age", concert="concert_id stadiumname number_of_visitors theme"
)
VALUES = {"france", "new york", "free choice", "the who", "rock"}


def known(text: str) -> bool:
    return text.lower() in VALUES


@pytest.mark.parametrize(
    ("question", "masked"),
    [
        ("How many singers are there?", "How many <mask> are there ?"),
        ("List the names of all singers.", "List the <mask> of all <mask> ."),
        # A name of three words is one mask, and so is a table's name with its column's.
        ("Show the song release year of each singer", "Show the <mask> of each <mask>"),
        ("What is the singer name?", "What is the <mask> ?"),
        # A part of a name is enough, but not a word that only says what is computed.
        ("Which release years are there?", "Which <mask> are there ?"),
        ("What is the number of concerts?", "What is the number of <mask> ?"),
        ("What is the number of visitors?", "What is the <mask> ?"),
        ("In which stadium?", "In which <mask> ?"),
        # Identifiers as they are written, in any case.
        ("the SONG_RELEASE_YEAR and stadiumName", "the <mask> and <mask>"),
        # Values: numbers, quoted texts, and what the database holds, longest first.
        ("singers older than 25", "<mask> older than <unk>"),
        ("concerts on 2014-01-05 or the 3rd", "<mask> on <unk> or the <unk>"),
        ("a theme of 'Free choice' or \"x y\"", "a <mask> of <unk> or <unk>"),
        ("Which singers come from New York or France?", "Which <mask> come from <unk> or <unk> ?"),
        ("themes like free choice", "<mask> like <unk>"),
        ("the singers' names in new york", "the <mask> ' <mask> in <unk>"),
        # A word that is a name and a value is a name.
        ("country music", "<mask> music"),
        ("Nothing of it", "Nothing of it"),
        ("", ""),
        ("  \n ", ""),
        ("歌手は何人ですか", "歌手は何人ですか"),
    ],
)
def test_names_and_values_are_masked(question: str, masked: str) -> None:
    assert mask_question(question, MUSIC, known) == masked


@pytest.mark.parametrize(
    ("names", "question", "masked"),
    [
        ("movie", "all movies", "all <mask>"),
        ("courses", "each course", "each <mask>"),
        ("CountryLanguage", "the country languages", "the <mask>"),
        ("countrylanguage", "the country languages", "the <mask>"),
        ("country_language", "the countrylanguages", "the <mask>"),
        ("city", "the cities", "the <mask>"),
        ("class", "the classes", "the <mask>"),
        ("status", "their status", "their <mask>"),
        ("of", "a list of things", "a list of things"),
        ("average", "the average of things", "the <mask> of things"),
        ("average price", "the average of things", "the average of things"),
        ("theme", "themes of them", "<mask> of them"),
    ],
)
def test_plurals_and_glued_words_are_the_same_name(names: str, question: str, masked: str) -> None:
    assert Masker([names]).mask(question) == masked


def test_without_a_lookup_only_numbers_and_quoted_texts_are_values() -> None:
    assert mask_question("singers from France after 2000", MUSIC) == "<mask> from France after <unk>"


@pytest.mark.parametrize(
    ("text", "is_one"), [("New York", True), ("France", True), ("free Choice", False), ("x", False)]
)
def test_a_name_is_known_by_its_capitals(text: str, is_one: bool) -> None:
    assert looks_like_a_name(text) is is_one


def test_a_lookup_is_not_asked_about_words_that_name_nothing() -> None:
    asked: list[str] = []

    def lookup(text: str) -> bool:
        asked.append(text)
        return False

    mask_question("How many of them are in the north?", MUSIC, lookup)
    assert asked == ["north"]


@given(st.text(max_size=80))
def test_any_text_is_masked_and_the_same_each_time(question: str) -> None:
    once = mask_question(question, MUSIC, looks_like_a_name)
    assert once == mask_question(question, MUSIC, looks_like_a_name)
    assert f"{NAME} {NAME}" not in once
    assert f"{VALUE} {VALUE}" not in once


@given(st.sampled_from(["singer", "concert", "theme", "country"]), st.integers(0, 10**6))
def test_questions_that_differ_in_names_and_numbers_are_masked_alike(name: str, number: int) -> None:
    assert (
        mask_question(f"How many {name}s have more than {number}?", MUSIC) == "How many <mask> have more than <unk> ?"
    )
