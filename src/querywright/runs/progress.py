"""Showing a run while it works: a bar in a terminal, a few plain lines anywhere else."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TextIO

from querywright.models.usage import Usage
from querywright.runs.settling import Tally

if TYPE_CHECKING:
    from rich.progress import TaskID

WAITING = "{outage}; waiting, the run goes on by itself when it is back"
GOING_ON = "there is an answer again; the run goes on"


class Progress(Protocol):
    """Is told how a run goes. `start` and `finish` are called once each, `update` many times a second.

    `wait` and `go_on` are called in turn, if at all.
    """

    def start(self, count: int | None, tally: Tally) -> None:
        """The run begins, or goes on from `tally`; it ends at `count` kept examples (None: with its inputs)."""

    def update(self, tally: Tally) -> None:
        """This much is settled now."""

    def spend(self, total: Usage) -> None:
        """So much was asked of models now, in all. Never called where none is asked."""

    def wait(self, outage: str) -> None:
        """What `outage` tells, a database or a model that does not answer, is waited for. Called once each."""

    def go_on(self) -> None:
        """It answers again."""

    def tell(self, news: str) -> None:
        """Something happened that was dealt with; the run goes on."""

    def finish(self, summary: str) -> None:
        """The run is over; `summary` says how in a few lines, and is empty where an error will say it."""


class Silence:
    """Shows nothing."""

    def start(self, count: int | None, tally: Tally) -> None: ...

    def update(self, tally: Tally) -> None: ...

    def spend(self, total: Usage) -> None: ...

    def wait(self, outage: str) -> None: ...

    def go_on(self) -> None: ...

    def tell(self, news: str) -> None: ...

    def finish(self, summary: str) -> None: ...


class PlainProgress:
    """A line every `seconds`, and the summary: for log files and pipes."""

    def __init__(self, stream: TextIO, seconds: float = 30.0) -> None:
        self._stream, self._seconds = stream, seconds
        self._count: int | None = None
        self._began = self._said = 0.0
        self._kept_before = 0
        self._spent = ""

    def start(self, count: int | None, tally: Tally) -> None:
        self._count, self._kept_before = count, tally.kept
        self._began = self._said = monotonic()

    def update(self, tally: Tally) -> None:
        now = monotonic()
        if now - self._said >= self._seconds:
            self._said = now
            rate = (tally.kept - self._kept_before) / (now - self._began)
            goal = f" of {self._count:,}" if self._count is not None else ""
            print(
                f"{tally.kept:,}{goal} kept, {tally.rejected:,} rejected, {rate:,.1f} kept/s{self._spent}",
                file=self._stream,
                flush=True,
            )

    def spend(self, total: Usage) -> None:
        self._spent = f", {total}"

    def wait(self, outage: str) -> None:
        print(WAITING.format(outage=outage), file=self._stream, flush=True)

    def go_on(self) -> None:
        print(GOING_ON, file=self._stream, flush=True)

    def tell(self, news: str) -> None:
        print(news, file=self._stream, flush=True)

    def finish(self, summary: str) -> None:
        if summary:
            print(summary, file=self._stream, flush=True)


class BarProgress:
    """A bar with kept examples, rejects, rate and time to go: for a terminal."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        self._console = Console(file=stream)
        self._bar = Progress(
            SpinnerColumn(),
            BarColumn(),
            TextColumn("{task.completed:,.0f}{task.fields[goal]} kept"),
            TextColumn("{task.fields[rejected]:,} rejected"),
            TextColumn("{task.fields[rate]:,.0f}/s"),
            TextColumn("{task.fields[spent]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._began = 0.0
        self._kept_before = 0

    def start(self, count: int | None, tally: Tally) -> None:
        self._began, self._kept_before = monotonic(), tally.kept
        goal = f" of {count:,}" if count is not None else ""
        self._task = self._bar.add_task(
            "", total=count, completed=tally.kept, goal=goal, rejected=tally.rejected, rate=0.0, spent=""
        )
        self._bar.start()

    def update(self, tally: Tally) -> None:
        if self._task is not None:
            rate = (tally.kept - self._kept_before) / max(monotonic() - self._began, 1e-6)
            self._bar.update(self._task, completed=tally.kept, rejected=tally.rejected, rate=rate)

    def spend(self, total: Usage) -> None:
        if self._task is not None:
            self._bar.update(self._task, spent=str(total))

    def wait(self, outage: str) -> None:
        self._print(WAITING.format(outage=outage))

    def go_on(self) -> None:
        self._print(GOING_ON)

    def tell(self, news: str) -> None:
        self._print(news)

    def finish(self, summary: str) -> None:
        self._bar.stop()
        if summary:
            self._print(summary)

    def _print(self, text: str) -> None:
        """Above the bar, where it stays."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def progress_on(stream: TextIO | None = None) -> Progress:
    """What suits the stream (standard error unless told): a bar in a terminal, plain lines elsewhere."""
    stream = stream or sys.stderr
    return BarProgress(stream) if stream.isatty() else PlainProgress(stream)
