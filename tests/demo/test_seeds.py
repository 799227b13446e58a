"""The seed questions: enough of them, all different, and every gold query answers on the real engine."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from querywright.databases import Catalog, Limits
from querywright.demo import create_databases, write_seeds


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    path = write_seeds(tmp_path_factory.mktemp("seeds") / "made" / "seeds.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_database_has_at_least_fifteen_seeds(seeds: list[dict[str, str]], files: dict[str, Path]):
    counts = Counter(seed["db_id"] for seed in seeds)
    assert counts.keys() == files.keys()
    assert min(counts.values()) >= 15
    assert sum(counts.values()) >= 60


def test_seeds_have_the_usual_keys_and_no_question_or_query_twice(seeds: list[dict[str, str]]):
    assert {tuple(seed) for seed in seeds} == {("db_id", "question", "SQL", "evidence")}
    assert len({seed["question"] for seed in seeds}) == len({seed["SQL"] for seed in seeds}) == len(seeds)
    assert all(seed["question"] == seed["question"].strip() and seed["question"][-1] in ".?" for seed in seeds)


def test_every_gold_query_returns_rows_that_say_something(seeds: list[dict[str, str]], ask: Any):
    for seed in seeds:
        rows = ask(seed["db_id"], seed["SQL"])
        assert 1 <= len(rows) <= 100, seed["question"]
        assert any(value not in (None, 0) for row in rows for value in row), seed["question"]


def test_the_rows_of_a_limited_query_are_decided(seeds: list[dict[str, str]], ask: Any):
    """A LIMIT comes with an order, and what ties says the evidence."""
    limited = [seed for seed in seeds if " LIMIT " in seed["SQL"]]
    assert len(limited) >= 5
    for seed in limited:
        assert " ORDER BY " in seed["SQL"]
        assert seed["evidence"], seed["question"]


@pytest.mark.parametrize(
    "words", ["RECURSIVE", " OVER (", "EXISTS", "HAVING", "INTERSECT", "EXCEPT", "CASE", "date_trunc"]
)
def test_the_seeds_show_the_breadth_of_sql(seeds: list[dict[str, str]], words: str):
    assert any(words in seed["SQL"] for seed in seeds)


def test_every_gold_query_passes_our_own_guard_and_limits(seeds: list[dict[str, str]], tmp_path: Path):
    """In files of their own: DuckDB opens a file once in a process."""
    create_databases(tmp_path)
    with Catalog.open(tmp_path) as catalog:
        for seed in seeds:
            assert catalog[seed["db_id"]].execute(seed["SQL"], Limits(seconds=5, rows=1000)).rows, seed["question"]
