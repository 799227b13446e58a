"""Killed, interrupted, or out of luck: what was made is kept and the run goes on later."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType

import psutil
import pytest
from run_folders import Start, files, stored, wait_for_work
from toy_recipe import ToyRecipe, inputs

from querywright.datasets.example import Example
from querywright.errors import DatasetError, RunError
from querywright.runs import Input, Run, run

Uninterrupted = Callable[[int], tuple[bytes, bytes]]


def wait_for_start(folder: Path, process: subprocess.Popen[str]) -> None:
    """Until the process holds the folder, or is over."""
    while process.poll() is None:
        with suppress(FileNotFoundError):
            if (folder / "run.lock").read_text() == str(process.pid):
                return
        time.sleep(0.005)


def test_killed_at_twenty_random_moments_it_writes_the_same_bytes(
    tmp_path: Path, start: Start, uninterrupted: Uninterrupted
) -> None:
    folder, moments, progress = tmp_path / "run", random.Random(), []
    for kill in range(20):
        process = start(folder, 900, 1 + kill % 2, 0.002)
        if kill % 4:  # the others are killed at any moment of their start
            wait_for_start(folder, process)
        time.sleep(moments.uniform(0, 0.5))
        process.kill()
        process.wait()
        if (folder / "store.sqlite").exists() and kill % 4:
            # Counted in a copy: opening the store would put it in order, which is the next run's business.
            progress.append(stored(Path(shutil.copytree(folder, tmp_path / f"after kill {kill}"))))
    made = run(folder, ToyRecipe(), partial(inputs, None), count=900, resume=True)
    assert made.status == "finished"
    assert files(folder) == uninterrupted(900)
    assert progress == sorted(progress)
    assert any(0 < some < made.counts.inputs for some in progress), "no kill fell into the work"


@pytest.mark.parametrize(("workers", "number"), [(1, signal.SIGINT), (2, signal.SIGINT), (2, signal.SIGTERM)])
def test_a_signal_ends_a_run_in_good_order(
    tmp_path: Path, start: Start, uninterrupted: Uninterrupted, workers: int, number: signal.Signals
) -> None:
    process = start(tmp_path, 900, workers, 0.01)
    wait_for_work(tmp_path)
    os.killpg(process.pid, number)  # as a terminal does: everybody in the group hears it
    said, complained = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert f"stopped by {number.name}; pass --resume" in said
    assert complained == ""
    made = Run.open(tmp_path)
    assert made.status == "interrupted"
    assert 0 < made.counts.kept < 900
    dataset, rejects = uninterrupted(900)
    so_far = files(tmp_path)
    assert dataset.startswith(so_far[0])
    assert rejects.startswith(so_far[1])
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=900, resume=True)
    assert files(tmp_path) == (dataset, rejects)


def test_a_folder_that_disappears_is_one_line(tmp_path: Path, start: Start) -> None:
    folder = tmp_path / "run"
    process = start(folder, 200, 1, 0.005)
    wait_for_work(folder)
    shutil.rmtree(folder)
    said, complained = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said.startswith(f"{folder} is gone or cannot be made")
    assert len(said.splitlines()) == 1
    assert complained == ""


def test_a_second_run_in_the_folder_is_told_who_is_there(tmp_path: Path, start: Start) -> None:
    process = start(tmp_path, 10_000, 1, 0.01)
    wait_for_work(tmp_path)
    with pytest.raises(RunError, match=rf"another run \(process {process.pid}\) is at work"):
        run(tmp_path, ToyRecipe(), partial(inputs, None), count=10, resume=True)
    assert Run.open(tmp_path).status == "running"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_that_disappears_stops_the_run(tmp_path: Path, uninterrupted: Uninterrupted, workers: int) -> None:
    gone = ToyRecipe(at=(("100", "gone"),))
    with pytest.raises(RunError, match=r"toy: the file is gone; \d+ examples are kept in .*--resume") as caught:
        run(tmp_path, gone, partial(inputs, None), count=900, workers=workers)
    assert "\n" not in str(caught.value)
    made = Run.open(tmp_path)
    assert made.status == "failed"
    assert made.counts.inputs == 100
    assert len(list(made.examples())) == made.counts.kept > 0
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=900, workers=workers, resume=True)
    assert files(tmp_path) == uninterrupted(900)


def test_trouble_beyond_the_end_does_not_matter(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    """A worker runs ahead of the input at which the run is complete, and into a missing database."""
    end = run(tmp_path / "a", ToyRecipe(), partial(inputs, None), count=150).counts.inputs
    recipe = ToyRecipe(at=((str(end), "gone"),))
    assert run(tmp_path / "b", recipe, partial(inputs, None), count=150, workers=2).status == "finished"
    assert files(tmp_path / "b") == uninterrupted(150)


def test_a_worker_that_is_killed_stops_the_run(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    with pytest.raises(RunError, match=r"worker process \d+ was killed by signal 9 at input toy#.*out of memory"):
        run(tmp_path, ToyRecipe(at=(("100", "die"),)), partial(inputs, None), count=900, workers=2)
    assert Run.open(tmp_path).status == "failed"
    assert 0 < Run.open(tmp_path).counts.inputs <= 100
    run(tmp_path, ToyRecipe(), partial(inputs, None), count=900, resume=True)
    assert files(tmp_path) == uninterrupted(900)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("refuses", "says"),
    [("gone", "database unavailable: toy"), ("settings", "no such profile"), ("bug", "ZeroDivisionError: oops")],
)
def test_a_recipe_that_cannot_be_opened_says_why(tmp_path: Path, workers: int, refuses: str, says: str) -> None:
    with pytest.raises(RunError, match=says):
        run(tmp_path, ToyRecipe(refuses=refuses), partial(inputs, None), count=10, workers=workers)
    assert Run.open(tmp_path).status == "failed"


def test_a_worker_that_ends_while_starting_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="ended with exit code 3 while it started"):
        run(tmp_path, ToyRecipe(refuses="exit"), partial(inputs, None), count=10, workers=2)


def test_a_recipe_that_cannot_be_pickled_says_so(tmp_path: Path) -> None:
    class Local(ToyRecipe):
        pass

    with pytest.raises(RunError, match="cannot be sent to worker processes"):
        run(tmp_path, Local(), partial(inputs, None), count=10, workers=2)


def test_a_bad_input_file_stops_the_run_where_it_is(tmp_path: Path) -> None:
    def broken() -> object:
        yield from inputs(50)
        raise DatasetError("not JSON", Path("seeds.jsonl"), 51)

    with pytest.raises(RunError, match=r"seeds\.jsonl:51: not JSON"):
        run(tmp_path, ToyRecipe(), broken, count=900)  # type: ignore[arg-type]
    assert Run.open(tmp_path).counts.inputs == 50


def test_a_worker_that_cannot_read_its_inputs_says_so(tmp_path: Path) -> None:
    """The class of a value exists here and not in the workers; without a word from them the run would wait for ever."""
    module = ModuleType("only_here")
    exec("class Odd: pass", module.__dict__)
    sys.modules["only_here"] = module
    odd = Example(db_id="toy", extra={"odd": module.Odd()})
    try:
        with pytest.raises(
            RunError, match="could not read its inputs: ModuleNotFoundError: No module named 'only_here'"
        ):
            run(tmp_path, ToyRecipe(), lambda: iter([Input("k", odd)]), count=None, workers=2)
    finally:
        del sys.modules["only_here"]


def test_an_input_that_cannot_be_pickled_says_so(tmp_path: Path) -> None:
    odd = Example(db_id="toy", extra={"odd": lambda: None})
    with pytest.raises(RunError, match="an input cannot be sent to worker processes"):
        run(tmp_path, ToyRecipe(), lambda: iter([Input("k", odd)]), count=None, workers=2)


def test_a_second_ctrl_c_ends_a_run_at_once(tmp_path: Path, start: Start) -> None:
    process = start(tmp_path, 900, 1, 30)
    wait_for_start(tmp_path, process)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in process.communicate(timeout=10)[1]
    assert Run.open(tmp_path).status == "interrupted"


def test_no_worker_outlives_a_killed_parent(tmp_path: Path, start: Start) -> None:
    process = start(tmp_path, 10_000, 2, 0.01)
    wait_for_work(tmp_path)
    workers = psutil.Process(process.pid).children()
    assert len(workers) == 2
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not [worker for worker in alive if worker.status() != psutil.STATUS_ZOMBIE]


def test_a_script_needs_no_guard_for_its_workers(tmp_path: Path) -> None:
    """Workers do not import the main script again, so a run works from standard input too."""
    script = f"""
import sys; sys.path.append({str(Path(__file__).parent)!r})
from functools import partial
from toy_recipe import ToyRecipe, inputs
from querywright.runs import run
print(run({str(tmp_path)!r}, ToyRecipe(), partial(inputs, None), count=20, workers=2).status)
"""
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "finished\n"
