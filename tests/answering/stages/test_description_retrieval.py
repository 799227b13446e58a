from __future__ import annotations

import pytest
from racing import Found, Index

from querywright.answering.stages.description_retrieval import Settings, retrieve_descriptions
from querywright.errors import ModelFailed


def test_without_an_index_there_are_none_and_a_note(races, desk_of, known_of) -> None:
    desk = desk_of(races)
    after = retrieve_descriptions(known_of(desk), desk, Settings())
    assert (after.descriptions, after.notes) == ((), ("there is no description index",))


def test_question_and_keywords_are_searched_and_the_nearest_of_each_come_first(races, desk_of, known_of) -> None:
    index = Index(
        {
            "Who won?": [Found("result", "points", score=0.4, text="points won"), Found("race", "title", score=0.3)],
            "won": [Found("RESULT", "Points", score=0.9), Found("sponsor", "", score=0.8, text="who pays")],
        }
    )
    desk = desk_of(races, descriptions=index)
    after = retrieve_descriptions(known_of(desk, "Who won?", keywords=("won",)), desk, Settings())
    assert sorted(index.asked) == [("Who won?", 5), ("won", 5)]
    assert [(hint.keyword, hint.table, hint.column) for hint in after.descriptions] == [
        ("won", "result", "points"),
        ("Who won?", "result", "points"),
        ("won", "sponsor", ""),
        ("Who won?", "race", "title"),
    ]


def test_what_is_gone_or_fails_is_a_note(races, desk_of, known_of) -> None:
    index = Index({"Who won?": [Found("lap", "x")], "won": ModelFailed("no vector")})
    desk = desk_of(races, descriptions=index)
    after = retrieve_descriptions(known_of(desk, "Who won?", keywords=("won",)), desk, Settings())
    assert after.descriptions == ()
    assert after.notes == ("no vector", 'the description index knows what is no longer there: "lap.x"')


def test_a_huge_description_is_cut(races, desk_of, known_of) -> None:
    desk = desk_of(races, descriptions=Index({"Who won?": [Found("race", "title", text="x" * 1_000_000)]}))
    after = retrieve_descriptions(known_of(desk, "Who won?"), desk, Settings())
    assert len(after.descriptions[0].text) < 1000


def test_the_real_index_knows_columns_and_tables(races, desk_of, known_of, tmp_path) -> None:
    descriptions = pytest.importorskip("querywright.retrieval.descriptions", reason="there is no such index yet")
    embedding = pytest.importorskip("querywright.retrieval.embedding")
    index = descriptions.DescriptionIndex.build(races, tmp_path / "index", embedding.embedded())
    desk = desk_of(races, descriptions=index)
    after = retrieve_descriptions(known_of(desk, "?", keywords=("fastest lap", "sponsor")), desk, Settings())
    assert {("result", "fastest_lap"), ("sponsor", "")} <= {(hint.table, hint.column) for hint in after.descriptions}
    assert after.notes == ()
