"""Runs of the program that are stopped in every way and go on; whatever happened, the same bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from querywright.runs import Run
from querywright.synthesis import synthesize

Cli = Callable[..., CompletedProcess[str]]


class Started:
    """The program at work on a run, in a process group of its own, as a terminal starts it."""

    def __init__(self, program: list[str], databases: Path, folder: Path, workers: int) -> None:
        words = ["synthesize", str(databases), "-o", str(folder), "--count", "200", "--workers", str(workers)]
        self.folder = folder
        self.process = subprocess.Popen(
            [*program, *words, "--resume"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def until_something_is_stored(self) -> None:
        """Wait until there is something that could be lost."""
        wal = self.folder / "store.sqlite-wal"
        before = wal.stat().st_size if wal.exists() else 0
        until = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < until:
            if wal.exists() and wal.stat().st_size > max(before, 60_000):
                return
            time.sleep(0.02)

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Signal the whole group, as Ctrl-C does; the exit code and what was said on standard error."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture(scope="module")
def whole(made: Path) -> bytes:
    return (made / "dataset.jsonl").read_bytes() + (made / "rejects.jsonl").read_bytes()


def content(folder: Path) -> bytes:
    return (folder / "dataset.jsonl").read_bytes() + (folder / "rejects.jsonl").read_bytes()


def test_a_killed_program_goes_on_to_the_same_bytes(
    program: list[str], cli: Cli, databases: Path, tmp_path: Path, whole: bytes
) -> None:
    rng = random.Random(1)
    for workers in (2, 1):
        started = Started(program, databases, tmp_path / "run", workers)
        started.until_something_is_stored()
        time.sleep(rng.random() / 4)
        started.end(signal.SIGKILL)
    assert Run.open(tmp_path / "run").status in ("interrupted", "finished")
    done = cli("synthesize", databases, "-o", tmp_path / "run", "--count", 200, "--resume")
    assert done.returncode == 0, done.stderr
    assert content(tmp_path / "run") == whole


def test_ctrl_c_keeps_what_was_made_and_says_how_to_go_on(
    program: list[str], cli: Cli, databases: Path, tmp_path: Path, whole: bytes
) -> None:
    started = Started(program, databases, tmp_path / "run", 2)
    started.until_something_is_stored()
    code, said = started.end(signal.SIGINT)
    assert code == 130
    assert said.startswith("querywright: stopped by SIGINT; pass --resume (resume=True) to go on; ")
    assert said.count("\n") == 1
    run = Run.open(tmp_path / "run")
    assert run.status == "interrupted"
    assert 0 < run.counts.kept == len(list(run.examples())) < 200
    assert whole.startswith((tmp_path / "run" / "dataset.jsonl").read_bytes())
    assert cli("synthesize", databases, "-o", tmp_path / "run", "--count", 200, "--resume").returncode == 0
    assert content(tmp_path / "run") == whole


def test_a_resumed_run_that_would_be_another_one_is_refused(cli: Cli, databases: Path, made: Path) -> None:
    done = cli("synthesize", databases, "-o", made, "--count", 200, "--seed", 1, "--resume")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "was made differently (seed was 0, now 1)" in done.stderr


def test_the_number_of_workers_and_the_time_of_day_do_not_show(databases: Path, tmp_path: Path, whole: bytes) -> None:
    synthesize(databases, 200, tmp_path / "one", workers=1)
    assert content(tmp_path / "one") == whole


def test_another_seed_gives_other_data(databases: Path, tmp_path: Path, made: Path) -> None:
    other = synthesize(databases, 40, tmp_path / "other", seed=1)
    mine, theirs = ({e.SQL for e in run.examples()} for run in (other, Run.open(made)))
    assert len(mine & theirs) < len(mine) / 4
