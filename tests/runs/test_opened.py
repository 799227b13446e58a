"""Reading a run folder, whatever state it is in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import Run, run
from querywright.runs.manifest import Manifest


def test_a_folder_without_a_run_says_so(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(RunError, match=r"holds no run: there is no run\.json in it"):
            Run.open(folder)


def test_a_run_killed_before_its_files_counts_as_interrupted_and_says_what_to_do(tmp_path: Path) -> None:
    Manifest.begin({"count": 1, "patience": None, "workers": 1}, {}).save(tmp_path)
    opened = Run.open(tmp_path)
    assert opened.status == "interrupted"
    with pytest.raises(RunError, match=r"has no dataset\.jsonl yet: .* resume it"):
        next(opened.examples())
    with pytest.raises(RunError, match=r"has no rejects\.jsonl yet"):
        next(opened.rejects())


def test_an_opened_run_says_what_it_was_asked_and_made(tmp_path: Path) -> None:
    run(tmp_path, ToyRecipe(seed=4), lambda: inputs(40, seed=4), count=None, patience=30)
    opened = Run.open(str(tmp_path))
    assert opened.folder == tmp_path
    assert opened.settings == {"count": None, "patience": 30, "workers": 1, "width": 1, "budget": None, "cluster": None}
    assert opened.fingerprint == {"recipe": "toy", "seed": 4, "databases": {"toy": "abc"}}
    assert opened.internal_errors == {}
    assert opened.summary().startswith(f"finished: {opened.counts.kept} examples kept")


def test_examples_and_rejects_are_read_one_at_a_time(tmp_path: Path) -> None:
    opened = run(tmp_path, ToyRecipe(), partial(inputs, 200), count=None)
    examples, rejects = opened.examples(), opened.rejects()
    first, dropped = next(examples), next(rejects)
    examples.close()  # type: ignore[attr-defined]
    rejects.close()  # type: ignore[attr-defined]
    assert first.SQL.startswith("SELECT")
    assert (dropped.step, dropped.reason) == ("choose", "yielded nothing")
    assert next(row.detail for row in opened.rejects() if row.reason == "too plain").startswith("rolled 0.")
    assert dropped.key == f"toy#{dropped.example.question}"
