"""Making room for a new run: only a run of ours goes, and nothing else with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import clear, run
from querywright.runs.locking import locked


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A finished run."""
    return run(tmp_path / "run", ToyRecipe(), lambda: inputs(20), count=None).folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_run_is_cleared_and_its_folder_can_be_used_again(folder: Path) -> None:
    before = contents(folder)
    (folder / "report.html").write_text("")
    clear(folder)
    assert contents(folder) == {}
    run(folder, ToyRecipe(), lambda: inputs(20), count=None)
    assert (folder / "dataset.jsonl").read_bytes() == before["dataset.jsonl"]


@pytest.mark.parametrize("exists", [True, False])
def test_where_nothing_is_nothing_is_done(tmp_path: Path, exists: bool) -> None:
    if exists:
        (tmp_path / "run").mkdir()
    clear(tmp_path / "run")
    assert (tmp_path / "run").exists() == exists


def test_what_is_no_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dataset.jsonl").write_text("mine")
    with pytest.raises(RunError, match=r"holds dataset\.jsonl, which is not of a run: move it"):
        clear(tmp_path)
    assert contents(tmp_path) == {"dataset.jsonl": b"mine"}


def test_a_file_that_somebody_put_into_a_run_saves_it(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    before = contents(folder)
    with pytest.raises(RunError, match=r"holds notes\.txt"):
        clear(folder)
    assert contents(folder) == before


def test_somebody_elses_run_json_is_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"jogging": "5 km"}')
    with pytest.raises(RunError, match="damaged"):
        clear(tmp_path)
    assert (tmp_path / "run.json").exists()


def test_a_run_at_work_is_left_alone(folder: Path) -> None:
    with locked(folder), pytest.raises(RunError, match="another run"):
        clear(folder)
    assert (folder / "dataset.jsonl").exists()


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    with pytest.raises(RunError, match="is not a folder"):
        clear(tmp_path / "run")
