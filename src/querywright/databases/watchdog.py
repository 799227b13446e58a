"""One thread that stops queries at their deadline, whatever the engine is busy with.

An engine calls back between its own steps at best; a thread outside it can interrupt at any moment and costs a
running query nothing. Connectors share one watchdog: `with watchdog.watch(deadline, connection.interrupt) as watch`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from types import TracebackType

TICK = 0.02
"""How often running queries are looked at, in seconds: the precision of a deadline."""


class Watch:
    """One query under watch. `stopped` tells afterwards whether, and why, it was interrupted."""

    __slots__ = ("_dog", "check", "deadline", "stop", "stopped")

    def __init__(
        self, dog: Watchdog, deadline: float, stop: Callable[[], object], check: Callable[[], str | None] | None
    ) -> None:
        self._dog, self.deadline, self.stop, self.check = dog, deadline, stop, check
        self.stopped: str | None = None

    def __enter__(self) -> Watch:
        self._dog._begin(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._dog._end(self)

    def _look(self, now: float) -> None:
        if self.stopped is None:
            self.stopped = "deadline" if now >= self.deadline else self.check() if self.check else None
        if self.stopped is not None:  # again at every tick: an interrupt between two steps of an engine can get lost
            self.stop()


class Watchdog:
    """Interrupts what runs past its deadline. Thread-safe; its thread starts with the first query and dies idle."""

    def __init__(self, tick: float = TICK) -> None:
        self._tick = tick
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._change = threading.Condition(self._lock)
        self._running: set[Watch] = set()
        self._thread: threading.Thread | None = None
        self._sleeping = False

    def watch(
        self, deadline: float, stop: Callable[[], object], check: Callable[[], str | None] | None = None
    ) -> Watch:
        """A context in which `stop` is called once `time.monotonic()` passes `deadline`.

        `check` is asked at every tick; text from it stops the query too and is kept in `Watch.stopped`.
        After the context ends `stop` is never called again, so the connection is free for the next query.
        """
        return Watch(self, deadline, stop, check)

    def close(self) -> None:
        """End the thread; queries still running lose their deadline. A later `watch` starts another thread."""
        with self._lock:
            self._running.clear()
            self._thread = None
            self._change.notify_all()

    def _begin(self, watch: Watch) -> None:
        if self._pid != os.getpid():  # a forked child has the object but not the thread
            self._reset()
        with self._lock:
            self._running.add(watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="querywright-watchdog", daemon=True)
                self._thread.start()
            elif self._sleeping:
                self._change.notify_all()

    def _end(self, watch: Watch) -> None:
        with self._lock:
            self._running.discard(watch)

    def _run(self) -> None:
        me = threading.current_thread()
        while True:
            time.sleep(self._tick)
            with self._lock:
                if self._thread is not me:
                    return
                self._look_at_all(time.monotonic())
                if not self._running and not self._wait_for_work():
                    return

    def _look_at_all(self, now: float) -> None:
        for watch in self._running:
            watch._look(now)

    def _wait_for_work(self) -> bool:
        self._sleeping = True
        self._change.wait(timeout=5.0)
        self._sleeping = False
        if self._running:
            return True
        self._thread = None
        return False
