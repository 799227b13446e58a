"""The pipeline itself loses nothing: with a model that knows the answers, every preset reaches what it can reach."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from bookshop import GOLD, write_bookshop
from model_server import ModelServer
from oracle_model import Gold, Oracle

import querywright as qw
from querywright import Catalog, Example
from querywright.answering.predict import predict
from querywright.answering.preset import Preset
from querywright.models import ModelSettings, Roles
from querywright.sql.references import references

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "spider"
SEVEN = """
about = "seven candidates, nothing else"
[[stages]]
use = "generate"
candidates = 7
hottest = 1.0
[[stages]]
use = "select"
by = "{selector}"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog.open(write_bookshop(tmp_path / "databases")) as catalog:
        yield catalog


@pytest.fixture
def examples(shop: Catalog) -> list[Example]:
    """Questions whose answer has rows: without rows a vote does not count as much."""
    (db_id,) = shop
    asked = [sql for sql in GOLD if shop[db_id].execute(sql).rows]
    return [Example(db_id, f"Question number {n}?", sql, id=str(n)) for n, sql in enumerate(asked)]


def known(examples: Sequence[Example], catalog: Catalog) -> dict[str, Gold]:
    """What the oracle knows of each question."""
    found = {}
    for example in examples:
        names = {table.full_name: [c.name for c in table.columns] for table in catalog[example.db_id].schema}
        named = references(example.SQL, "sqlite", names)
        found[example.question] = Gold(example.SQL, named.tables, named.columns)
    return found


def run_of(oracle: Oracle, examples: Sequence[Example], catalog: Catalog, folder: Path, preset: str | Preset, **faults):
    (folder / "indexes").mkdir()
    with ModelServer(oracle.answers(), **faults) as server:
        roles = Roles(ModelSettings("compatible", "compatible", "oracle", base_url=server.url))
        return predict(examples, catalog, folder / "run", roles=roles, preset=preset, indexes=folder / "indexes")


@pytest.mark.parametrize("preset", ["fast", "chess", "chess-tests", "chase"])
def test_a_model_that_knows_the_answers_is_right_in_every_question(preset, examples, shop, tmp_path) -> None:
    run_of(Oracle(known(examples, shop)), examples, shop, tmp_path, preset)
    system = qw.evaluate(tmp_path / "run", examples, shop, metrics=["ex"], cached=False).summary().systems[0]
    assert (system.ex.count, system.ex.of) == (len(examples), len(examples))


@pytest.mark.parametrize("selector", ["majority", "tournament"])
def test_bounds_and_picks_are_those_that_the_candidates_allow(selector, examples, shop, tmp_path) -> None:
    oracle = Oracle(known(examples, shop), share=0.4)
    preset = Preset.parse(SEVEN.format(selector=selector), "seven", "seven")
    run_of(oracle, examples, shop, tmp_path, preset)
    found = qw.evaluate(tmp_path / "run", examples, shop, metrics=["candidates"], cached=False)
    measured = found.summary().systems[0].candidates
    by_text = [Counter(each.SQL for each in row.scores["run"].candidates) for row in found.rows()]
    golds = [row.example.SQL for row in found.rows()]
    pairs = list(zip(by_text, golds, strict=True))
    assert sum(map(Counter.total, by_text)) == 7 * len(examples)
    assert measured.upper == pytest.approx(100 * sum(gold in texts for texts, gold in pairs) / len(pairs))
    assert measured.lower == pytest.approx(100 * sum(set(texts) == {gold} for texts, gold in pairs) / len(pairs))
    assert 0 < measured.lower < measured.self_consistency < measured.upper < 100
    if selector == "tournament":
        assert measured.picks["tournament"] == pytest.approx(measured.upper)
    else:
        assert measured.picks["majority"] == pytest.approx(measured.self_consistency)


def test_a_third_of_all_calls_may_fail(examples, shop, tmp_path) -> None:
    faults = {"500": 0.1, "reset": 0.05, "prose": 0.05, "cut": 0.05, "empty": 0.05}
    run = run_of(Oracle(known(examples, shop)), examples, shop, tmp_path, "chess", faults=faults)
    ended = [json.loads(line) for line in (tmp_path / "run" / "dataset.jsonl").read_text().splitlines()]
    assert len(ended) + run.counts.rejected == len(examples)
    assert all(row["SQL"] or row["problem"] for row in ended)


@pytest.mark.shared
@pytest.mark.parametrize("preset", ["chess", "chase"])
def test_two_hundred_questions_of_spider_lose_nothing_in_the_pipeline(preset, tmp_path) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    rows = [json.loads(line) for line in (SHARED / "dev.jsonl").read_text(encoding="utf-8").splitlines()]
    different = list({row["question"]: row for row in rows}.values())[::4][:200]
    examples = [Example(row["db_id"], row["question"], row["SQL"], id=row["id"]) for row in different]
    with Catalog.open(SHARED / "database") as catalog:
        run_of(Oracle(known(examples, catalog)), examples, catalog, tmp_path, preset)
        system = qw.evaluate(tmp_path / "run", examples, catalog, metrics=["ex"], cached=False).summary().systems[0]
    assert (system.ex.count, system.ex.of) == (200, 200)
