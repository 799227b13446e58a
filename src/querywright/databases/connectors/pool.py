"""Connections to one server: lent to one query at a time, at most so many of them whatever the databases."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from querywright.errors import DatabaseOutage

C = TypeVar("C")

SIZE = 8
"""Connections to one server from one process."""
RETRY_SECONDS = 0.2


class TooManyConnections(DatabaseOutage):
    """The server has no connection to spare right now."""


class Pool(Generic[C]):
    """The connections to one server, each to one of its databases. Thread-safe; may be used again after `close`.

    Args:
        connect: opens a connection to the database of this name. Raises TooManyConnections, DatabaseUnavailable.
        disconnect: closes one; must not raise.
        size: how many there are at most.
    """

    def __init__(self, connect: Callable[[str], C], disconnect: Callable[[C], None], size: int = SIZE) -> None:
        self._connect, self._disconnect, self.size = connect, disconnect, size
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._change = threading.Condition()
        self._idle: list[tuple[str, C]] = []
        """The most recently used one last."""
        self._lent: dict[int, tuple[str, int]] = {}
        """What was lent, by identity: its database, and the generation it belongs to."""
        self._opening = 0
        self._generation = 0

    def borrow(self, database: str, deadline: float) -> C:
        """A connection to this database, to be given back or discarded. Waits for one until `deadline`.

        Raises:
            DatabaseUnavailable: the server cannot be reached, or does not let us in.
            TooManyConnections: neither we nor the server had one to spare in time.
        """
        if self._pid != os.getpid():
            self._reset()  # in a forked child the connections are its parent's
        while True:
            found = self._from_idle(database, deadline)
            if found is not None:
                return found
            try:
                connection = self._connect(database)
            except TooManyConnections:
                self._opened(None, database)
                if not self._made_room():
                    if time.monotonic() + RETRY_SECONDS > deadline:
                        raise
                    self._await_one()
            except BaseException:
                self._opened(None, database)
                raise
            else:
                self._opened(connection, database)
                return connection

    def _from_idle(self, database: str, deadline: float) -> C | None:
        """An idle connection; None when one may be opened: its place is then taken until `_opened`."""
        surplus: C | None = None
        with self._change:
            while True:
                for place in range(len(self._idle) - 1, -1, -1):
                    if self._idle[place][0] == database:
                        connection = self._idle.pop(place)[1]
                        self._lent[id(connection)] = (database, self._generation)
                        return connection
                if len(self._idle) + len(self._lent) + self._opening < self.size:
                    break
                if self._idle:
                    surplus = self._idle.pop(0)[1]
                    break
                if not self._change.wait(max(0.0, deadline - time.monotonic())):
                    raise TooManyConnections(f"all {self.size} connections to the server are in use")
            self._opening += 1
        if surplus is not None:
            self._disconnect(surplus)
        return None

    def _opened(self, connection: C | None, database: str) -> None:
        with self._change:
            self._opening -= 1
            if connection is not None:
                self._lent[id(connection)] = (database, self._generation)
            self._change.notify()

    def _made_room(self) -> bool:
        """Close an idle connection: what the server has none to spare for may be taken up by our own."""
        with self._change:
            if not self._idle:
                return False
            connection = self._idle.pop(0)[1]
        self._disconnect(connection)
        return True

    def _await_one(self) -> None:
        """The server has none to spare: one of our own may become free."""
        with self._change:
            self._change.wait(RETRY_SECONDS)

    def give_back(self, connection: C) -> None:
        """Keep a borrowed connection for the next query; close it if the pool was closed meanwhile."""
        with self._change:
            lent = self._lent.pop(id(connection), None)
            current = lent is not None and lent[1] == self._generation
            if lent is not None and current:
                self._idle.append((lent[0], connection))
            self._change.notify()
        if not current:
            self._disconnect(connection)

    def discard(self, connection: C) -> None:
        """Close a borrowed connection that cannot be used any more."""
        with self._change:
            self._lent.pop(id(connection), None)
            self._change.notify()
        self._disconnect(connection)

    def close(self, database: str | None = None) -> None:
        """Close every connection (to one database): idle ones now, those in use when their query ends."""
        if self._pid != os.getpid():
            self._reset()
        with self._change:
            if database is None:
                self._generation += 1
            closing = [c for name, c in self._idle if database in (None, name)]
            self._idle = [(name, c) for name, c in self._idle if database not in (None, name)]
            self._lent = {
                key: (name, -1 if name == database else generation) for key, (name, generation) in self._lent.items()
            }
            self._change.notify_all()
        for connection in closing:
            self._disconnect(connection)
