"""A server that does not answer: the run waits, says so once, and goes on; nothing is lost."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run_folders import Start, files
from toy_recipe import ToyRecipe, inputs

from querywright.errors import RunError
from querywright.runs import PlainProgress, Run, Silence, outages, run, session
from querywright.runs.labour import Done, Outage
from querywright.runs.progress import GOING_ON
from querywright.runs.settling import Tally

Uninterrupted = Callable[[int], tuple[bytes, bytes]]

DOWN = "toy: the server does not answer"
FULL = "toy: the server has no connection free"


@pytest.fixture(scope="module", autouse=True)
def _hurry() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outages, "FIRST_PAUSE_SECONDS", 0.02)
        patch.setattr(outages, "LONGEST_PAUSE_SECONDS", 0.1)
        yield


class Breakdowns(Silence):
    """Takes the server down when so many inputs are settled, and brings it up a while after the run has told of it.

    Or never, where `seconds` is None.
    """

    def __init__(self, down: Path, begin: list[int], seconds: float | None) -> None:
        self.heard: list[str] = []
        self._down, self._begin, self._seconds = down, sorted(begin), seconds

    def update(self, tally: Tally) -> None:
        up = not self.heard or self.heard[-1] == "on"
        if up and self._begin and tally.inputs >= self._begin[0]:
            self._begin = self._begin[1:]
            self._down.touch()

    def wait(self, outage: str) -> None:
        self.heard.append(outage)
        if self._seconds is not None:
            # A timer may outlive the folder: the run may end on what it had before the server went down.
            threading.Timer(self._seconds, partial(self._down.unlink, missing_ok=True)).start()

    def go_on(self) -> None:
        self.heard.append("on")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_waits_for_its_server_and_nothing_is_lost(
    tmp_path: Path, uninterrupted: Uninterrupted, workers: int
) -> None:
    down = tmp_path / "down"
    progress = Breakdowns(down, [100, 300], 0.3)
    made = run(
        tmp_path / "run",
        ToyRecipe(down=str(down), slow=0.001),
        partial(inputs, None),
        count=900,
        workers=workers,
        progress=progress,
    )
    assert made.status == "finished"
    assert files(tmp_path / "run") == uninterrupted(900)
    assert progress.heard == [DOWN, "on"] * 2


@settings(max_examples=8, deadline=None)
@given(begin=st.lists(st.integers(0, 600), max_size=4), seconds=st.floats(0, 0.2), workers=st.sampled_from([1, 1, 2]))
def test_whenever_it_is_down_the_bytes_are_the_same(
    uninterrupted: Uninterrupted, begin: list[int], seconds: float, workers: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, down = Path(name) / "run", Path(name) / "down"
        progress = Breakdowns(down, begin, seconds)
        recipe = ToyRecipe(down=str(down))
        made = run(folder, recipe, partial(inputs, None), count=400, workers=workers, progress=progress)
        assert made.status == "finished"
        assert files(folder) == uninterrupted(400)
        assert progress.heard[: 2 * len(begin)] == ([DOWN, "on"] * len(begin))[: len(progress.heard)]


def test_what_was_left_undone_has_its_place_in_a_full_window(
    tmp_path: Path, uninterrupted: Uninterrupted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for an earlier input fills the window, and the earlier input is one that met the outage."""
    monkeypatch.setattr(session, "WINDOW", 8)
    down = tmp_path / "down"
    progress = Breakdowns(down, [20, 40, 60, 80], 0.1)
    recipe = ToyRecipe(down=str(down))
    run(tmp_path / "run", recipe, partial(inputs, None), count=150, workers=3, progress=progress)
    assert files(tmp_path / "run") == uninterrupted(150)
    assert progress.heard[0] == DOWN


@pytest.mark.parametrize("workers", [1, 3])
def test_a_server_that_is_down_when_the_recipe_is_opened_is_waited_for(
    tmp_path: Path, uninterrupted: Uninterrupted, workers: int
) -> None:
    down = tmp_path / "down"
    down.touch()
    progress = Breakdowns(down, [], 0.3)
    folder = tmp_path / "run"
    run(folder, ToyRecipe(down=str(down)), partial(inputs, None), count=150, workers=workers, progress=progress)
    assert files(folder) == uninterrupted(150)
    assert progress.heard == [DOWN, "on"] or (workers > 1 and progress.heard == [DOWN])
    assert Run.open(folder).manifest.funnel


def test_a_run_goes_on_with_the_workers_that_got_a_connection(tmp_path: Path, uninterrupted: Uninterrupted) -> None:
    recipe = ToyRecipe(seat=str(tmp_path / "seat"), slow=0.003)
    progress = Breakdowns(tmp_path / "down", [], 0)
    made = run(tmp_path / "run", recipe, partial(inputs, None), count=150, workers=2, progress=progress)
    assert made.status == "finished"
    assert files(tmp_path / "run") == uninterrupted(150)
    assert progress.heard == [FULL]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("begin", [0, 100])
def test_a_server_that_stays_away_ends_the_run(
    tmp_path: Path, uninterrupted: Uninterrupted, monkeypatch: pytest.MonkeyPatch, workers: int, begin: int
) -> None:
    monkeypatch.setattr(outages, "GIVE_UP_SECONDS", 0.5)
    folder, down = tmp_path / "run", tmp_path / "down"
    if not begin:
        down.touch()
    progress = Breakdowns(down, [begin], None)
    recipe = ToyRecipe(down=str(down))
    work = partial(run, folder, recipe, partial(inputs, None), count=900, workers=workers, resume=True)
    with pytest.raises(RunError, match=rf"database unavailable: {DOWN}; \d+ examples are kept in .*--resume") as caught:
        work(progress=progress)
    assert "\n" not in str(caught.value)
    assert progress.heard == [DOWN]
    made = Run.open(folder)
    assert made.status == "failed"
    assert made.counts.inputs >= begin
    for whole, so_far in zip(uninterrupted(900), files(folder), strict=True):
        assert whole.startswith(so_far)
    down.unlink()
    assert work().status == "finished"
    assert files(folder) == uninterrupted(900)


@pytest.mark.parametrize(
    ("workers", "number", "opened"),
    [(1, signal.SIGINT, True), (2, signal.SIGINT, True), (2, signal.SIGTERM, False), (1, signal.SIGTERM, False)],
)
def test_a_signal_ends_the_waiting_at_once(
    tmp_path: Path, start: Start, uninterrupted: Uninterrupted, workers: int, number: signal.Signals, opened: bool
) -> None:
    folder, down = tmp_path / "run", tmp_path / "down"
    if not opened:
        down.touch()
    process = start(folder, 400, workers, 0.003, down)
    if opened:
        until = time.monotonic() + 30
        while not (folder / "store.sqlite-wal").exists():
            assert time.monotonic() < until, "the run never began"
            time.sleep(0.02)
        time.sleep(0.3)
        down.touch()
    assert process.stderr is not None
    assert process.stderr.readline() == f"{DOWN}; waiting, the run goes on by itself when it is back\n"
    time.sleep(3.3)  # into the third pause, which is of four seconds
    staff = psutil.Process(process.pid).children()
    assert len(staff) == (workers if workers > 1 else 0)
    began = time.monotonic()
    os.killpg(process.pid, number)
    said, complained = process.communicate(timeout=30)
    assert time.monotonic() - began < 3  # it was not slept through
    assert process.returncode == 128 + number
    assert f"stopped by {number.name}; pass --resume" in said
    assert complained == ""
    assert not psutil.wait_procs(staff, timeout=5)[1]
    assert Run.open(folder).status == "interrupted"
    run(folder, ToyRecipe(), partial(inputs, None), count=400, resume=True)
    assert files(folder) == uninterrupted(400)


def test_the_lines_of_an_outage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Lines(PlainProgress):
        def wait(self, outage: str) -> None:
            super().wait(outage)
            down.unlink()

    down = tmp_path / "down"
    down.touch()
    recipe = ToyRecipe(down=str(down))
    run(tmp_path / "run", recipe, partial(inputs, 20), count=None, progress=Lines(sys.stderr))
    told = capsys.readouterr().err.splitlines()
    assert told[:2] == [f"{DOWN}; waiting, the run goes on by itself when it is back", GOING_ON]


def test_each_pause_is_twice_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(outages, "monotonic", lambda: now)
    monkeypatch.setattr(outages, "FIRST_PAUSE_SECONDS", 1.0)
    monkeypatch.setattr(outages, "LONGEST_PAUSE_SECONDS", 30.0)
    failed, went_well = Done([], 0.0, outage=Outage(DOWN)), Done([None], 0.0)  # type: ignore[list-item]
    rest, pauses = outages.Rest(), []
    for _ in range(7):
        rest.hear(failed)
        rest.hear(failed)  # of a batch that was sent before the outage: no second attempt
        rest.hear(went_well)
        assert rest.outage
        pauses.append(rest.left())
        now += rest.left()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    rest.hear(went_well)
    assert rest.outage is None
    rest.hear(failed)
    assert rest.left() == 1
