"""A run from its first input to its files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from run_folders import files
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import Input, Run, Silence, run
from querywright.runs.settling import Tally

Uninterrupted = Callable[[int], tuple[bytes, bytes]]


def test_two_workers_write_the_same_bytes_as_one(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=900, workers=2)
    assert files(tmp_path) == uninterrupted(900)


def test_one_slow_input_changes_nothing(tmp_path: Path) -> None:
    """The first input is overtaken by all the others and still comes first."""
    at = (("0", "slow"),)
    one = run(tmp_path / "1", ToyRecipe(at=at), partial(inputs, 400), count=None)
    two = run(tmp_path / "2", ToyRecipe(at=at), partial(inputs, 400), count=None, workers=2)
    assert files(one.folder) == files(two.folder)


def test_a_run_ends_at_exactly_the_number_asked_for(tmp_path: Path) -> None:
    made = run(tmp_path, ToyRecipe(), partial(inputs, None), count=101)
    assert made.status == "finished"
    assert made.counts.kept == len(list(made.examples())) == 101
    assert len({example.SQL for example in made.examples()}) == 101


def test_a_smaller_run_is_the_beginning_of_a_larger_one(uninterrupted: Uninterrupted) -> None:
    assert uninterrupted(900)[0].startswith(uninterrupted(150)[0])


def test_the_funnel_and_the_files_and_the_counts_agree(tmp_path: Path) -> None:
    made = run(tmp_path, ToyRecipe(at=(("3", "bug"),)), partial(inputs, 500), count=None)
    counts = made.counts
    assert counts.inputs == 500 == counts.fruitful + counts.fruitless
    assert counts.inputs + counts.added == counts.kept + counts.rejected
    assert counts.rejected == sum(n for reasons in made.funnel.values() for n in reasons.values())
    found: dict[str, dict[str, int]] = {}
    for row in made.rejects():
        of_step = found.setdefault(row.step, {})
        of_step[row.reason] = of_step.get(row.reason, 0) + 1
    assert found == made.funnel
    assert list(made.funnel) == ["misbehave", "choose", "grade", "unique"]
    keys = {row.key for row in made.rejects()} | {f"toy#{example.question}" for example in made.examples()}
    assert len(keys) == 500
    assert Run.open(tmp_path) == made


def test_inputs_that_end_before_the_count_leave_the_run_exhausted(tmp_path: Path) -> None:
    made = run(tmp_path, ToyRecipe(), partial(inputs, 50), count=1000)
    assert made.status == "exhausted"
    assert f"only {made.counts.kept} distinct examples of 1,000 asked for" in made.summary()
    assert "the inputs ended" in made.summary()


@pytest.mark.parametrize("workers", [1, 2])
def test_patience_ends_a_run_that_finds_nothing_new(tmp_path: Path, workers: int) -> None:
    at = tuple((str(n), "bug") for n in range(60, 200))
    made = run(tmp_path, ToyRecipe(at=at), partial(inputs, None), count=10**6, patience=25, workers=workers)
    assert made.status == "exhausted"
    last = max(int(example.question) for example in made.examples())
    assert made.counts.inputs == last + 1 + 25
    assert "25 inputs in a row gave no other" in made.summary()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bug_in_a_step_costs_one_example_and_is_shown_loudly(tmp_path: Path, workers: int) -> None:
    made = run(tmp_path, ToyRecipe(at=(("5", "bug"),)), partial(inputs, 30), count=None, workers=workers)
    (row,) = (row for row in made.rejects() if row.step == "misbehave")
    assert (row.key, row.reason) == ("toy#5", "internal error: KeyError")
    assert "no such thing in <object object at 0x…>" in row.detail
    assert "INTERNAL ERRORS: 1 × misbehave: KeyError" in made.summary()


@pytest.mark.parametrize("unwritable", ["surrogate", "unwritable"])
def test_what_json_cannot_say_is_rejected_and_spelled_out(tmp_path: Path, unwritable: str) -> None:
    clean = run(tmp_path / "clean", ToyRecipe(), partial(inputs, 60), count=None)
    number = next(clean.examples()).question
    recipe = ToyRecipe(at=((number, unwritable),))
    made = run(tmp_path / "1", recipe, partial(inputs, 60), count=None)
    (row, *_) = (row for row in made.rejects() if row.step == "record")
    assert (row.key, row.reason) == (f"toy#{number}", "cannot be written as JSON")
    assert "SELECT" in row.example.extra["unwritable"]
    assert made.counts.inputs == 60
    assert made.counts.kept < clean.counts.kept
    run(tmp_path / "2", recipe, partial(inputs, 60), count=None, workers=2)
    assert files(tmp_path / "1") == files(tmp_path / "2")


def test_every_example_has_its_content_hash_as_id(tmp_path: Path) -> None:
    made = run(tmp_path, ToyRecipe(), partial(inputs, None), count=40)
    ids = [example.id for example in made.examples()]
    assert all(isinstance(i, str) and len(i) == 16 for i in ids)
    assert len(set(ids)) == 40


def test_the_dataset_holds_no_time(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    manifest = json.loads(
        (run(tmp_path, ToyRecipe(), partial(inputs, None), count=150).folder / "run.json").read_text()
    )
    assert manifest["times"]["ended"] >= manifest["times"]["started"]
    assert files(tmp_path) == uninterrupted(150)


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, 20), count=None)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dataset.jsonl", "rejects.jsonl", "run.json", "store.sqlite"]


def test_work_runs_ahead_of_a_slow_input_only_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("querywright.runs.session.WINDOW", 20)
    furthest = 0

    def counted() -> Iterator[Input]:
        nonlocal furthest
        for item in inputs(100):
            furthest += 1
            yield item

    class Watch(Silence):
        def update(self, tally: Tally) -> None:
            assert furthest <= tally.inputs + 20

    run(tmp_path, ToyRecipe(at=(("7", "slow"),)), counted, count=None, workers=2, progress=Watch())
    assert furthest == 100


@pytest.mark.parametrize("wrong", [{"count": 0}, {"count": 1, "workers": 0}, {"count": 1, "patience": -1}])
def test_numbers_that_make_no_sense_are_refused_before_anything_is_made(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(RunError, match="must be at least 1"):
        run(tmp_path / "new", ToyRecipe(), partial(inputs, 20), **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()
