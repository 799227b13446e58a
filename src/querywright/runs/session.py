"""One stretch of work on a run, from where its store left off to a good, bad or early end."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from time import monotonic

from querywright.datasets.jsonl import clean
from querywright.errors import QuerywrightError, RunError
from querywright.runs.crews import GRACE_SECONDS, Crew
from querywright.runs.interrupts import Interrupts
from querywright.runs.labour import Done, Stop, Task
from querywright.runs.manifest import Status
from querywright.runs.outages import Watch
from querywright.runs.progress import Progress
from querywright.runs.records import Record
from querywright.runs.settling import Settler
from querywright.runs.spending import Spending
from querywright.runs.steps import Input
from querywright.runs.store import Settleable, Store

WINDOW = 2_048
"""How far the work may run ahead of the first unsettled input: one slow input holds back no more than this."""
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Ending:
    """How the work ended; `stop` says why it could not go on, `signal` who asked it to."""

    status: Status
    stop: Stop | None = None
    signal: signal.Signals | None = None


class Session:
    """Hands inputs to a crew, stores outcomes as they come, settles them in order."""

    def __init__(
        self,
        store: Store,
        settler: Settler,
        inputs: Callable[[], Iterator[Input]],
        progress: Progress,
        interrupts: Interrupts,
        spending: Spending,
    ) -> None:
        self.steps: list[str] = []
        self._spending = spending
        self._store, self._settler = store, settler
        self._inputs = inputs
        self._progress, self._interrupts = progress, interrupts
        self._pending: dict[int, Settleable | Record] = {}
        """Stored, but an earlier input is not."""
        self._in_flight = 0
        self._left: deque[Task] = deque()
        """Handed out, and left undone by an outage; what met one comes first, so that it tells whether it is over."""
        self._watch = Watch(progress)
        self._stop: Stop | None = None

    def work(self, crew: Callable[[], Crew]) -> Ending:
        """Settle what is stored, then work until the run is done, stopped or out of inputs; `crew` hires one.

        Raises:
            RunError: the store cannot be read or written, or the inputs are not those of the run.
        """
        todo = self._catch_up()
        self._progress.start(self._settler.count, self._settler.tally)
        # Nobody is hired where nothing is left to do.
        if not self._settler.done and (first := self._draw(todo, 1)):
            hired = crew()
            try:
                self._employ(hired, chain(first, todo))
                self._wind_up(hired)
            finally:
                hired.close()
            self.steps = hired.steps
        return self._ending()

    def _catch_up(self) -> Iterator[Task]:
        """Settle the stored outcomes; gives the inputs that have none."""
        upcoming = enumerate(self._inputs())
        gaps: list[Task] = []
        for stored in self._store.settleable():
            if self._settler.done:
                break
            for position, item in upcoming:
                if position == stored.position:
                    if clean(item.key) != stored.key:
                        raise RunError(
                            f"input {position} is {item.key}, but it was {stored.key} when this run was made: "
                            "the inputs have changed; choose another folder"
                        )
                    break
                gaps.append((position, item))
            else:
                raise RunError("there are fewer inputs than when this run was made; choose another folder")
            self._enter(stored)
        return chain(gaps, upcoming)

    def _employ(self, crew: Crew, todo: Iterator[Task]) -> None:
        """Keep the crew busy until there is a reason not to."""
        while not (self._settler.done or self._stop or self._interrupts.signal):
            ended = self._feed(crew, todo)
            if not crew.busy() and (ended or self._spent(todo)):
                return
            finished = crew.collect(POLL_SECONDS)
            self._take(finished)
            gave_up = self._watch.look(crew.outage(), any(done.records for done in finished))
            self._stop = self._stop or gave_up

    def _wind_up(self, crew: Crew) -> None:
        """Let the crew finish, within reason, unless nobody needs what it makes.

        A person who presses Ctrl-C waits for the inputs being worked on. Trouble waits for all that was handed out:
        what lies before it may complete the run, and then it did not matter.
        """
        if self._interrupts.signal or self._settler.done:
            crew.halt()
        until = monotonic() + GRACE_SECONDS
        while crew.busy() and not self._settler.done and monotonic() < until:
            self._take(crew.collect(POLL_SECONDS))
        crew.halt()

    def _spent(self, todo: Iterator[Task]) -> bool:
        """Whether nothing may be begun any more; that is the reason to stop, if there is anything left to begin."""
        if self._spending.room(0):
            return False
        self._left.extend(self._draw(todo, 1))
        if self._left and not self._stop:
            self._stop = Stop(self._spending.told())
        return True

    def _feed(self, crew: Crew, todo: Iterator[Task]) -> bool:
        """Hand out as much as is wanted; whether the inputs have ended."""
        while wanted := min(
            crew.wants(), WINDOW - self._in_flight - len(self._pending), self._spending.room(self._in_flight)
        ):
            batch = self._draw(todo, wanted)
            if not batch:
                return True
            self._in_flight += len(batch)
            crew.submit(batch)
        return False

    def _draw(self, todo: Iterator[Task], number: int) -> list[Task]:
        """The next inputs; fewer than wanted where they end, or where one cannot be had, which stops the run."""
        drawn = [self._left.popleft() for _ in range(min(number, len(self._left)))]
        try:
            drawn.extend(islice(todo, number - len(drawn)))  # keeps what came before an error
        except QuerywrightError as error:  # a seed file with a bad line, a database that is gone
            self._stop = Stop(str(error))
        return drawn

    def _take(self, finished: list[Done]) -> None:
        for done in finished:
            self._in_flight -= len(done.records) + len(done.left)
            self._left.extendleft(done.left[:1])
            self._left.extend(done.left[1:])
            if done.records or done.usage:
                self._store.add(done.records, done.usage)
            if self._spending.take(done.usage, len(done.records)):
                self._progress.spend(self._spending.total())
            for record in done.records:
                self._enter(record)
            self._stop = self._stop or done.stop
            if done.news:
                self._progress.tell(done.news)
        self._progress.update(self._settler.tally)

    def _enter(self, outcome: Settleable | Record) -> None:
        """Settle an outcome, and those that waited for it."""
        settler = self._settler
        self._pending[outcome.position] = outcome
        while not settler.done and (due := self._pending.pop(settler.tally.inputs, None)) is not None:
            settler.settle(due.added, due.digests, due.drops)

    def _ending(self) -> Ending:
        settler = self._settler
        if settler.complete:
            return Ending("finished")
        if settler.out_of_patience:
            return Ending("exhausted")
        if self._stop is not None:
            return Ending("failed", stop=self._stop)
        if self._interrupts.signal is not None:
            return Ending("interrupted", signal=self._interrupts.signal)
        return Ending("finished" if settler.count is None else "exhausted")
