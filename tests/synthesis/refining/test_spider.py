"""Refining seeds that people wrote: Spider's, by rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from querywright.databases import Catalog
from querywright.synthesis import refine

SPIDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "spider"


@pytest.mark.shared
def test_every_record_kept_of_spiders_seeds_executes_and_the_counts_add_up(tmp_path: Path) -> None:
    if not SPIDER.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    lines = (SPIDER / "train.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "seeds.jsonl").write_bytes(b"".join(lines[3000:3060]))
    run = refine(tmp_path / "seeds.jsonl", SPIDER / "database", tmp_path / "run", augment=6)
    counts = run.counts
    assert counts.inputs == 60
    assert counts.inputs + counts.added == counts.kept + counts.rejected
    assert counts.kept > 150
    assert run.internal_errors == {}
    kept = list(run.examples())
    assert {example.augmentation for example in kept} == {None, "dvt", "qsm", "blc", "ce", "asf", "po"}
    with Catalog.open(SPIDER / "database") as catalog:
        for example in kept:
            assert catalog[example.db_id].execute(example.SQL).columns
