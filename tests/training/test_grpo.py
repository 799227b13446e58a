"""Learning by reward for real, a few steps of a tiny model."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from school import lessons, write_lessons

import querywright as qw
from querywright.datasets import write_jsonl
from querywright.errors import TrainingError
from querywright.training.grpo import rewards_of, train_grpo
from querywright.training.lessons.settings import LessonSettings
from querywright.training.rewards import Scorer, tasks_of
from querywright.training.settings import Grpo

SHORT = Grpo(
    method="full", completions=4, batch=8, device_batch=4, steps=3, check_every=2, log_every=1, max_new_tokens=8,
    learning_rate=1e-4, questions=2,
)  # fmt: skip
SQL = LessonSettings(format="sql", style="compact")


def test_each_part_is_a_function_of_its_own_and_a_completion_is_executed_once(catalog: qw.Catalog) -> None:
    examples = lessons(2)[:2]
    said = [[{"role": "assistant", "content": text}] for text in (examples[0].SQL, "SELECT 1", examples[1].SQL)]
    with Scorer(catalog) as scorer:
        tasks = list(scorer.check(tasks_of(examples)).kept)
        functions = rewards_of(scorer, tasks)
        executed = scorer.executed

        async def all_parts() -> dict[str, Any]:
            found = await asyncio.gather(*(each(completions=said, task=[0, 0, 1], other=None) for each in functions))
            return {function.__name__: values for function, values in zip(functions, found, strict=True)}

        found = asyncio.run(all_parts())
        assert list(found) == ["executes", "rows", "schema", "structure"]
        assert all(values[0] == values[2] == 1.0 for values in found.values())
        assert found["rows"][1] == found["executes"][1] == 0.0
        assert scorer.executed <= executed + 1  # the two gold queries are known from the check


@pytest.mark.weights
def test_it_runs_logs_every_part_and_leaves_a_model(beginner: Path, school: Path, tmp_path: Path) -> None:
    data = write_lessons(tmp_path / "lessons.jsonl", 3)
    told: list[str] = []
    folder = train_grpo(
        data, str(beginner), tmp_path / "t", databases=school, course=SHORT, lessons=SQL, tell=told.append
    )
    logged = [entry for entry in folder.logged() if "reward" in entry]
    assert [entry["step"] for entry in logged] == [1, 2, 3]
    assert {f"rewards/{part}/mean" for part in ("executes", "rows", "schema", "structure")} <= logged[0].keys()
    assert (folder.model / "config.json").exists()
    record = folder.record()
    assert (record["kind"], record["status"], record["questions"], record["asked"]) == ("grpo", "finished", 3, 2)
    assert record["split"]["by"] == "database"
    assert [entry["step"] for entry in folder.logged() if "ex" in entry] == [2, 3]
    assert record["decided_by"]["course"]["completions"] == 4
    assert any(line.startswith("to be asked: 3 lessons") for line in told)


@pytest.mark.weights
def test_what_cannot_be_rewarded_is_told(beginner: Path, school: Path, tmp_path: Path) -> None:
    empty = qw.Example("zoo", "Which animals are as heavy as a whale?", "SELECT name FROM animal WHERE weight > 9999")
    write_jsonl(tmp_path / "d.jsonl", [empty])
    with pytest.raises(TrainingError, match="the gold query has no rows"):
        train_grpo(
            tmp_path / "d.jsonl", str(beginner), tmp_path / "t", databases=school,
            course=replace(SHORT, split="none"), lessons=SQL,
        )  # fmt: skip
    with pytest.raises(TrainingError, match="whole queries"):
        train_grpo(
            tmp_path / "d.jsonl", str(beginner), tmp_path / "u", databases=school,
            lessons=LessonSettings(format="pipe-steps"),
        )  # fmt: skip
