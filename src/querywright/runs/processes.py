"""The crew of several processes: fresh interpreters, each at the end of its own socket."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from time import monotonic

from querywright.errors import RunError
from querywright.runs.crews import FAREWELL_SECONDS
from querywright.runs.hands import Hand, Hands, packed
from querywright.runs.labour import Done, Order, Stop
from querywright.runs.steps import Recipe

INSTEAD = "run it with 1 worker"

# Started like this and not by multiprocessing, so that nobody's main script is imported again in each worker: a run
# works from a script without a guard, from standard input and from a notebook.
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); " + (
    "from querywright.runs.worker import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)


@dataclass(slots=True, eq=False)
class _Worker(Hand):
    # What a hand has, it has by default; these two are given by name.
    process: subprocess.Popen[bytes] = field(kw_only=True)
    line: Connection = field(kw_only=True)


class ProcessCrew(Hands[_Worker]):
    """Works in other processes. Everything happens in the caller's thread."""

    def __init__(self, recipe: Recipe, workers: int, width: int = 1) -> None:
        """Start the workers, each to do `width` batches at a time.

        Raises RunError where the recipe cannot be sent to them or they cannot start.
        """
        super().__init__(width)
        parcel = packed("the recipe", recipe, INSTEAD)
        try:
            for _ in range(workers):
                self._hands.append(_start(parcel, width))
        except OSError as error:
            self.close()
            raise RunError(f"cannot start {workers} worker processes ({error.strerror}): try fewer workers") from error

    def collect(self, seconds: float) -> list[Done]:
        self._wake()
        lines = {worker.line: worker for worker in self._hands}
        return [done for line in wait(list(lines), seconds) for done in self._receive(lines[line])]  # type: ignore[index]

    def close(self) -> None:
        for worker in self._hands:
            worker.line.close()
        until = monotonic() + FAREWELL_SECONDS
        for worker in self._hands:
            try:
                worker.process.wait(max(0.0, until - monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self._hands.clear()

    def _tell(self, hand: _Worker, order: Order) -> None:
        message = packed("an input", order, INSTEAD)
        with suppress(BrokenPipeError, ConnectionResetError):
            hand.line.send_bytes(message)

    def _receive(self, worker: _Worker) -> list[Done]:
        try:
            said = worker.line.recv()
        except (EOFError, ConnectionResetError):
            self._hands.remove(worker)
            worker.line.close()
            return [Done([], 0.0, _lost(worker))]
        return self._hear(worker, said)


def _start(recipe: bytes, width: int) -> _Worker:
    ours, theirs = socket.socketpair()
    with theirs:
        arguments = [sys.executable, "-c", _START, json.dumps(sys.path), str(theirs.fileno()), str(width)]
        # A process group of its own: Ctrl-C in a terminal is for us, and we let the worker finish its input.
        process = subprocess.Popen(arguments, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, process_group=0)
    line = Connection(ours.detach())
    line.send_bytes(recipe)
    return _Worker(process=process, line=line)


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
