"""The work of one Ray actor: `ray_crew` tells it to open the recipe, then gives it batches, until it is to halt."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from typing import Any, NamedTuple

from querywright.runs.labour import Done, Labourer, Outage, Stop, Task, open_parcel, why_not_read


class Opening(NamedTuple):
    """What came of opening the recipe: the names of the steps, or why not; and on which machine that was."""

    node: str
    said: list[str] | Stop | Outage


class RayWorker:
    """Works on `width` batches at a time.

    Ray may call each method in another thread. The work is done in threads of our own, and with a width of 1 all of it,
    the opening too, in the same one.
    """

    def __init__(self, width: int) -> None:
        self._halted = threading.Event()
        self._threads = ThreadPoolExecutor(width, "querywright-input")
        self._labourer: Labourer | None = None
        name = socket.gethostname()
        self._node = f"{name} ({_address(name)})"

    def open(self, recipe: bytes, release: str) -> Opening:
        """Open the recipe; `release` is the version of Querywright that made it."""
        if (ours := version("querywright")) != release:
            # Another version may make other bytes.
            return Opening(self._node, self._here(Stop(f"Querywright {ours} cannot work for a run of {release}")))
        opened = self._threads.submit(open_parcel, recipe).result()
        if isinstance(opened, Labourer):
            self._labourer = opened
            return Opening(self._node, opened.steps)
        return Opening(self._node, self._here(opened) if isinstance(opened, Stop) else opened)

    def work(self, batch: bytes) -> Done | Stop:
        """Do a batch."""
        try:
            tasks: Sequence[Task] = pickle.loads(batch)
        except Exception as error:  # an input of a class that cannot be found here
            return self._here(why_not_read(error))
        assert self._labourer is not None
        done = self._threads.submit(self._labourer.work, tasks, self._halted.is_set).result()
        return done._replace(stop=self._here(done.stop)) if done.stop else done

    def halt(self) -> None:
        """Finish the inputs being worked on, begin no other."""
        self._halted.set()

    def close(self) -> None:
        """Finish what is being worked on and give back what the chain holds."""
        self._halted.set()
        self._threads.shutdown()
        if self._labourer is not None:
            self._labourer.close()

    def _here(self, stop: Stop) -> Stop:
        """The same, with the machine named: another one may have what this one lacks."""
        return replace(stop, message=f"on node {self._node}: {stop.message}")


def _address(name: str) -> str:
    try:
        return socket.gethostbyname(name)
    except OSError:
        return "address unknown"


def actor_class() -> Any:
    """The class that Ray is given.

    It is defined in here because Ray sends such a class whole, where it would send the name of any other: so it can
    look for Querywright where the driver found it before it imports it.
    """

    class QuerywrightWorker:
        def __init__(self, paths: list[str], width: int) -> None:
            import sys

            sys.path.extend(path for path in paths if path not in sys.path)
            from querywright.runs.ray_actor import RayWorker

            self._worker = RayWorker(width)

        def open(self, recipe: bytes, release: str) -> Any:
            return self._worker.open(recipe, release)

        def work(self, batch: bytes) -> Any:
            return self._worker.work(batch)

        def halt(self) -> None:
            self._worker.halt()

        def close(self) -> None:
            self._worker.close()

    return QuerywrightWorker
