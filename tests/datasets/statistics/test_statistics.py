"""A dataset's figures: checked by hand on small ones, against the published row on Spider's own."""

from __future__ import annotations

from dataclasses import asdict
from io import StringIO
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from querywright.datasets.example import Example
from querywright.datasets.jsonl import read_jsonl
from querywright.datasets.statistics import PUBLISHED, TITLES, FeatureTable, by_level, render, statistics

SPIDER = Path(__file__).parents[3].parent / "shared/data/spider"
GROUPED = "SELECT city, COUNT(*) FROM store GROUP BY city"
NESTED = "SELECT name FROM store WHERE size > (SELECT AVG(size) FROM store) AND city = 'Rome'"
EXAMPLES = [
    Example("shops", "How many stores does each city have?", GROUPED, question_style="formal"),
    Example(
        "shops", "how many stores does each  city have", GROUPED.replace("city", "country"), question_style="formal"
    ),
    Example("shops", "Which Roman stores are larger than average?", NESTED, sql_component_difficulty="my own label"),
    Example("trips", "How many stores does each city have?", "SELEC"),
]


def _sqlite(db_id: str) -> str:
    return "sqlite"


def test_sizes_databases_and_styles_are_counted() -> None:
    found = statistics(iter(EXAMPLES), _sqlite)
    assert (found.size, found.parsed, found.unparsed) == (4, 3, 1)
    assert found.databases == {"shops": 3, "trips": 1}
    assert found.styles == {"formal": 2, "no style": 2}
    assert (found.question_words.shortest, found.question_words.median, found.question_words.longest) == (7, 7.0, 7)


def test_features_are_shares_and_means_of_the_queries_that_parse() -> None:
    found = statistics(EXAMPLES, _sqlite)
    assert found.features == FeatureTable(group_by=66.67, subquery=33.33, where=0.67)
    assert found.all_features["aggregate"] == 1.0


def test_skeletons_differ_in_shape_not_in_names() -> None:
    found = statistics(EXAMPLES, _sqlite)
    assert found.skeletons == 2
    assert found.skeleton_share == pytest.approx(2 / 3)


def test_a_question_asked_twice_of_one_database_is_a_duplicate() -> None:
    assert statistics(EXAMPLES, _sqlite).duplicate_questions == 1


def test_hardness_is_the_examples_own_label_or_that_of_its_tree() -> None:
    found = statistics(EXAMPLES, _sqlite)
    assert found.hardness == {"medium": 2, "my own label": 1, "not parsed": 1}
    assert list(by_level({"zzz": 1, "extra": 2, "easy": 3, "aaa": 4})) == ["easy", "extra", "aaa", "zzz"]


def test_the_dialect_is_asked_for_each_database() -> None:
    example = Example("ducks", "When?", "SELECT DATE_TRUNC('month', hatched)::DATE FROM duck QUALIFY TRUE")
    assert statistics([example], lambda db_id: {"ducks": "duckdb"}[db_id]).unparsed == 0


def test_an_empty_dataset_has_statistics_too() -> None:
    found = statistics([], _sqlite)
    assert (found.size, found.skeleton_share, found.features) == (0, 0.0, FeatureTable())
    assert "0.00" in _printed(found)


def test_statistics_are_json() -> None:
    found = statistics(EXAMPLES, _sqlite)
    assert orjson.loads(orjson.dumps(found.to_dict()))["features"]["group_by"] == 66.67


def test_the_table_shows_this_dataset_the_target_and_the_published_ones() -> None:
    printed = _printed(statistics(EXAMPLES, _sqlite), target=FeatureTable(window=14.63))
    for words in (*TITLES.values(), *PUBLISHED, "my dataset", "target profile", "66.67", "75,386", "my own label"):
        assert words in printed


def test_the_published_whole_is_the_sum_of_its_parts() -> None:
    parts = ("SQLFlow-Spider", "SQLFlow-BIRD", "SQLFlow-EHRSQL")
    assert sum(PUBLISHED[part].size for part in parts) == PUBLISHED["SQLFlow"].size
    for feature, value in asdict(PUBLISHED["SQLFlow"].features).items():
        weighted = sum(getattr(PUBLISHED[p].features, feature) * PUBLISHED[p].size for p in parts)
        assert weighted / PUBLISHED["SQLFlow"].size == pytest.approx(value, abs=0.011)


@pytest.mark.shared
def test_spiders_own_training_set_comes_out_at_its_published_row() -> None:
    if not SPIDER.is_dir():
        pytest.skip("the shared Spider data is not here")
    rows = (row for number, row in enumerate(read_jsonl(SPIDER / "train.jsonl")) if number % 4 == 0)
    found = statistics(rows, _sqlite)
    published = PUBLISHED["Spider-train"].features
    assert found.unparsed <= 0.01 * found.size
    for share in ("window", "set_op", "subquery", "group_by"):
        assert getattr(found.features, share) == pytest.approx(getattr(published, share), abs=1.5)
    for count in ("case", "where", "join"):
        assert getattr(found.features, count) == pytest.approx(getattr(published, count), abs=0.05)


def _printed(found: object, target: FeatureTable | None = None) -> str:
    console = Console(file=StringIO(), width=160)
    console.print(render(found, "my dataset", target))  # type: ignore[arg-type]
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()
