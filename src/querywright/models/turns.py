"""Turns: of many threads that mostly wait for models, only a few work at a time.

A hundred threads that all want to compute take each other's time away. One that waits for a model needs no turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""Some of those at work wait for a database."""


class Turns:
    """Gives turns to threads, so many at a time."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = threading.Semaphore(at_once)
        self._mine = threading.local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Work in a turn, waiting for one if need be; a thread that has one keeps it."""
        if getattr(self._mine, "taken", False):
            yield
            return
        self._free.acquire()
        self._mine.taken = True
        try:
            yield
        finally:
            self._mine.taken = False
            self._free.release()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let another thread work meanwhile; does nothing in a thread that has no turn."""
        if not getattr(self._mine, "taken", False):
            yield
            return
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()
