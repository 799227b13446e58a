"""The crew of several processes: fresh interpreters, each at the end of its own socket."""

from __future__ import annotations

import json
import pickle
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from time import monotonic

from querywright.errors import RunError
from querywright.runs.crews import FAREWELL_SECONDS, Pace
from querywright.runs.labour import Done, Order, Outage, Stop, Task
from querywright.runs.outages import Rest
from querywright.runs.steps import Recipe

QUEUED_BATCHES = 1
"""Batches a worker holds besides those in the making, so that it never waits for us."""

# Started like this and not by multiprocessing, so that nobody's main script is imported again in each worker: a run
# works from a script without a guard, from standard input and from a notebook.
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); " + (
    "from querywright.runs.worker import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    line: Connection
    held: dict[int, Sequence[Task]] = field(default_factory=dict)
    """Batches sent and not come back, by the position of their first task."""
    ready: bool = False
    rest: Rest = field(default_factory=Rest)
    refused: bool = False
    """An outage kept it from opening the recipe; it waits for a word to try again."""


class ProcessCrew:
    """Works in other processes. Everything happens in the caller's thread."""

    def __init__(self, recipe: Recipe, workers: int, width: int = 1) -> None:
        """Start the workers, each to do `width` batches at a time.

        Raises RunError where the recipe cannot be sent to them or they cannot start.
        """
        self.steps: list[str] = []
        self._width = width
        self._pace = Pace()
        self._halted = False
        self._workers: list[_Worker] = []
        try:
            parcel = pickle.dumps(recipe)
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise RunError(f"the recipe cannot be sent to worker processes ({error}): run it with 1 worker") from error
        try:
            for _ in range(workers):
                self._workers.append(_start(parcel, width))
        except OSError as error:
            self.close()
            raise RunError(f"cannot start {workers} worker processes ({error.strerror}): try fewer workers") from error

    def wants(self) -> int:
        if self._halted or self._idlest() is None:
            return 0
        # Who does many at a time is given them one by one: an answer that takes long then holds back nobody.
        return self._pace.size if self._width == 1 else 1

    def submit(self, tasks: Sequence[Task]) -> None:
        worker = self._idlest()
        if worker is None:
            raise RunError("more was submitted than wanted")
        worker.held[tasks[0][0]] = tasks
        _tell(worker, tasks)

    def collect(self, seconds: float) -> list[Done]:
        for worker in self._workers:
            if worker.refused and not worker.rest.left() and not self._halted:
                worker.refused = False
                _tell(worker, [])
        lines = {worker.line: worker for worker in self._workers}
        return [done for line in wait(list(lines), seconds) for done in self._hear(lines[line])]  # type: ignore[index]

    def outage(self) -> Outage | None:
        return next((worker.rest.outage for worker in self._workers if worker.rest.outage), None)

    def busy(self) -> bool:
        return any(worker.held for worker in self._workers)

    def halt(self) -> None:
        self._halted = True
        for worker in self._workers:
            _tell(worker, None)

    def close(self) -> None:
        for worker in self._workers:
            worker.line.close()
        until = monotonic() + FAREWELL_SECONDS
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, until - monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._workers.clear()

    def _idlest(self) -> _Worker | None:
        """The worker with the fewest batches of those that are ready and do not rest, unless all have enough."""
        able = (worker for worker in self._workers if worker.ready and not worker.rest.left())
        worker = min(able, key=lambda w: len(w.held), default=None)
        most = self._width + QUEUED_BATCHES
        return worker if worker is not None and len(worker.held) < most else None

    def _hear(self, worker: _Worker) -> list[Done]:
        try:
            said = worker.line.recv()
        except (EOFError, ConnectionResetError):
            self._workers.remove(worker)
            worker.line.close()
            return [Done([], 0.0, _lost(worker))]
        if isinstance(said, Done):
            del worker.held[said.begins]
            self._pace.learn(said)
            worker.rest.hear(said)
            return [said]
        if isinstance(said, Stop):
            worker.held.clear()
            return [Done([], 0.0, said)]
        if isinstance(said, Outage):
            worker.refused = True
            worker.rest.begin(said)
            return []
        self.steps, worker.ready = said, True
        worker.rest.end()
        return []


def _start(recipe: bytes, width: int) -> _Worker:
    ours, theirs = socket.socketpair()
    with theirs:
        arguments = [sys.executable, "-c", _START, json.dumps(sys.path), str(theirs.fileno()), str(width)]
        # A process group of its own: Ctrl-C in a terminal is for us, and we let the worker finish its input.
        process = subprocess.Popen(arguments, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, process_group=0)
    line = Connection(ours.detach())
    line.send_bytes(recipe)
    return _Worker(process, line)


def _tell(worker: _Worker, order: Order) -> None:
    """Send; a worker that is dead cannot be told anything, which `collect` notices by the end of its line."""
    try:
        message = pickle.dumps(order)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise RunError(f"an input cannot be sent to worker processes ({error}): run it with 1 worker") from error
    with suppress(BrokenPipeError, ConnectionResetError):
        worker.line.send_bytes(message)


def _lost(worker: _Worker) -> Stop:
    """What to tell a person when a worker process ended by itself."""
    try:
        code: int | None = worker.process.wait(FAREWELL_SECONDS)
    except subprocess.TimeoutExpired:
        worker.process.kill()
        code = None
    how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"
    if not worker.ready:
        return Stop(f"a worker process {how} while it started; what it said is above")
    keys = [item.key for _, item in next(iter(worker.held.values()), ())]
    where = f" at input {keys[0]}" + (f" … {keys[-1]}" if len(keys) > 1 else "") if keys else ""
    hint = " (out of memory? try fewer workers)" if code == -9 else ""
    return Stop(f"worker process {worker.process.pid} {how}{where}{hint}")
