"""A run that was cut off and resumed is the run that was not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_folders import files
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import Run, Silence, run
from querywright.runs.settling import Tally

Uninterrupted = Callable[[int], tuple[bytes, bytes]]


class Cut(Exception):
    """The process is as good as dead."""


class CutAfter(Silence):
    """Tears the engine out of its loop at the nth piece of news."""

    def __init__(self, updates: int) -> None:
        self._left = updates

    def update(self, tally: Tally) -> None:
        self._left -= 1
        if self._left <= 0:
            raise Cut


def attempt(folder: Path, count: int, workers: int, cut: int | None) -> None:
    progress = Silence() if cut is None else CutAfter(cut)
    try:
        run(folder, ToyRecipe(), partial(inputs, None), count=count, workers=workers, resume=True, progress=progress)
    except Cut:
        assert Run.open(folder).status == "interrupted"


legs = st.lists(st.tuples(st.integers(1, 12), st.sampled_from([1, 1, 1, 2])), max_size=3)


@settings(max_examples=15, deadline=None)
@given(count=st.sampled_from([1, 60, 400]), legs=legs, last=st.sampled_from([1, 1, 2]))
def test_resumed_is_uninterrupted(
    uninterrupted: Uninterrupted, count: int, legs: list[tuple[int, int]], last: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for cut, workers in legs:
            attempt(folder, count, workers, cut)
        attempt(folder, count, last, None)
        assert files(folder) == uninterrupted(count)
        assert Run.open(folder).status == "finished"


def test_without_resume_a_run_is_not_touched(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=10)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RunError, match=r"holds a run already: pass --resume .* or choose another folder"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_with_somebody_elses_dataset_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "dataset.jsonl").write_text("precious")
    with pytest.raises(RunError, match=r"holds dataset\.jsonl but no run\.json"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, resume=True)
    assert (tmp_path / "dataset.jsonl").read_text() == "precious"


def test_resuming_where_nothing_is_starts(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    run(tmp_path / "a" / "b", ToyRecipe(), partial(inputs, None), count=150, resume=True)
    assert files(tmp_path / "a" / "b") == uninterrupted(150)


def test_other_settings_are_refused_with_the_difference_named(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(seed=0), partial(inputs, None), count=10)
    with pytest.raises(RunError, match=r"made differently \(seed was 0, now 7\)"):
        run(tmp_path, ToyRecipe(seed=7), partial(inputs, None), count=10, resume=True)


def test_many_differences_are_counted_after_the_first_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=10)
    monkeypatch.setattr(ToyRecipe, "fingerprint", lambda self: {f"k{n}": n for n in range(20)})
    with pytest.raises(RunError, match=r"\(recipe was .*; and 18 more\)"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, resume=True)


def test_other_inputs_under_the_same_fingerprint_are_noticed(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, 20), count=None)
    with pytest.raises(RunError, match="fewer inputs than when this run was made"):
        run(tmp_path, ToyRecipe(), partial(inputs, 10), count=None, resume=True)

    def renamed() -> object:
        for item in inputs(20):
            yield type(item)("other" + item.key, item.example)

    with pytest.raises(RunError, match="input 0 is othertoy#0, but it was toy#0"):
        run(tmp_path, ToyRecipe(), renamed, count=None, resume=True)  # type: ignore[arg-type]


def test_a_count_may_grow_and_not_shrink(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=150)
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=900, resume=True)
    assert files(tmp_path) == uninterrupted(900)
    with pytest.raises(RunError, match="count may grow, not shrink to 150"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=150, resume=True)
    assert files(tmp_path) == uninterrupted(900)


def test_a_finished_run_is_rewritten_without_opening_the_recipe(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=150)
    (tmp_path / "dataset.jsonl").unlink()
    made = run(tmp_path, ToyRecipe(refuses="bug"), partial(inputs, None), count=150, resume=True)
    assert files(tmp_path) == uninterrupted(150)
    assert list(made.funnel) == ["choose", "grade", "unique"]


def test_a_damaged_manifest_is_one_clear_line(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=10)
    (tmp_path / "run.json").write_text('{"format": 1')
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, resume=True)


def test_a_damaged_store_is_one_clear_line(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=10)
    (tmp_path / "store.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(RunError, match="file is not a database"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, resume=True)
