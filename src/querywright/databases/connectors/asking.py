"""Asking over connections that may break: which failure is the query's, and which the server's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from querywright.databases.connectors.pool import Pool, TooManyConnections
from querywright.errors import DatabaseOutage, QueryFailed

C = TypeVar("C")
T = TypeVar("T")

PATIENCE_SECONDS = 2.0
"""How long a query waits for a server that does not answer before it says so."""


class Lost(Exception):
    """The connection broke while it was asked."""


def asked(pool: Pool[C], database: str, ask: Callable[[C], T], sql: str, seconds: float) -> T:
    """What `ask` makes of a connection, which it gives back or discards itself.

    Where the connection breaks, a new one is asked once more: it may have been broken before. A query that breaks
    that one as well is at fault itself, if the server is still there.

    Args:
        pool: where connections come from.
        database: which one is asked.
        ask: takes a borrowed connection. Raises Lost.
        sql: the query, for the error.
        seconds: how long a connection is waited for where all are in use.

    Raises:
        DatabaseOutage: the server does not answer.
        QueryFailed: it ended two connections in a row on this query.
    """
    deadline = time.monotonic() + seconds
    try:
        return ask(_borrowed(pool, database, deadline))
    except Lost:
        pool.close()  # what broke one has most likely broken all
    try:
        return ask(_borrowed(pool, database, deadline))
    except Lost as error:
        pool.close()
        pool.give_back(_borrowed(pool, database, deadline))  # or the server goes down right now
        raise QueryFailed(f"the server ended the connection twice on it: {error}", query=sql) from error


def _borrowed(pool: Pool[C], database: str, deadline: float) -> C:
    """A connection, waited for until the deadline where all are in use; a server that restarts is given a moment."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return pool.borrow(database, deadline)
        except TooManyConnections:
            raise
        except DatabaseOutage:
            if time.monotonic() > patience:
                raise
            time.sleep(0.1)
