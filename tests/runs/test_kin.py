"""Inputs of one database stay with one worker, which has it open; none is left without work."""

from __future__ import annotations

from pathlib import Path

from kin_recipe import DATABASES, Kin, inputs

from querywright.runs import run


def test_a_database_is_mostly_one_worker_s_and_both_work(tmp_path: Path) -> None:
    made = run(tmp_path, Kin(), inputs, count=None, workers=2)
    pairs = {(example.db_id, example.extra["worker"]) for example in made.examples()}
    assert len({worker for _, worker in pairs}) == 2
    assert len(pairs) <= DATABASES + DATABASES // 3
