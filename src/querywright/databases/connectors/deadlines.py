"""One thread that interrupts whatever has run past its deadline.

A thread per query would cost as much as a small query does; here a query costs one entry in a heap. An entry that
is done is taken out under the same lock that fires it, so an interrupt never reaches the query after.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(order=True)
class Deadline:
    """A moment (of `time.monotonic`) and what to do then; `passed` says that it was done."""

    at: float
    action: Callable[[], object] = field(compare=False)
    passed: bool = field(default=False, compare=False)
    done: bool = field(default=False, compare=False)


class Watchdog:
    """Fires the actions of deadlines that pass. Starts its thread with the first deadline; `close` ends it."""

    REPEAT = 0.05
    """Seconds between interrupts of a query that did not notice the first: an engine may miss one between phases."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._heap: list[Deadline] = []
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextmanager
    def watch(self, seconds: float, action: Callable[[], object]) -> Iterator[Deadline]:
        """Call `action` from another thread if the block still runs after `seconds`, and again until it ends.

        Args:
            seconds: from now.
            action: must be quick and safe from another thread, like a connection's `interrupt`.
        """
        deadline = Deadline(time.monotonic() + seconds, action)
        with self._changed:
            if self._thread is None:
                self._closed = False
                self._thread = threading.Thread(target=self._run, name="querywright-deadlines", daemon=True)
                self._thread.start()
            heapq.heappush(self._heap, deadline)
            if self._heap[0] is deadline:
                self._changed.notify()
        try:
            yield deadline
        finally:
            with self._changed:
                deadline.done = True
                while self._heap and self._heap[0].done:
                    heapq.heappop(self._heap)

    def close(self) -> None:
        """End the thread; a later `watch` starts another."""
        with self._changed:
            self._closed, thread, self._thread = True, self._thread, None
            self._changed.notify()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                if not self._heap:
                    self._changed.wait()
                    continue
                first = self._heap[0]
                left = first.at - time.monotonic()
                if first.done:
                    heapq.heappop(self._heap)
                elif left > 0:
                    self._changed.wait(left)
                else:
                    first.passed = True
                    first.action()
                    heapq.heapreplace(self._heap, first)
                    first.at = time.monotonic() + self.REPEAT
                    heapq.heapify(self._heap)
