"""`Executions`: each query is executed once, in threads of its own; what ran into its deadline never again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Final, TypeAlias

from querywright.databases import Catalog, Limits, Result
from querywright.errors import QueryError, QueryTimeout

CELLS: Final = 4_000_000
"""Values kept of results that may be asked for again."""
RESULTS: Final = 20_000
"""Results and errors kept, however small."""

Outcome: TypeAlias = Result | QueryError
Asked: TypeAlias = tuple[str, str]
"""A database, and the text it is asked."""


class Executions:
    """Outcomes of queries, by database and text. Thread-safe.

    A query that is being executed is waited for, not executed again. Outcomes are kept while there is room, the least
    recently used go first; that a query is a runaway is kept for good, a few bytes each: there can be no more of them
    than deadlines were waited for.

    Args:
        catalog: the databases.
        limits: of each execution.
        threads: queries executed at a time.
    """

    def __init__(self, catalog: Catalog, limits: Limits, threads: int) -> None:
        self.executed = 0
        """Queries that were sent to a database."""
        self._catalog, self._limits = catalog, limits
        self._pool = ThreadPoolExecutor(threads, "querywright-reward")
        self._lock = Lock()
        self._running: dict[Asked, Future[Outcome]] = {}
        self._kept: OrderedDict[Asked, Outcome] = OrderedDict()
        self._cells = 0
        self._runaways: set[bytes] = set()

    def ask(self, db_id: str, sql: str) -> Future[Outcome]:
        """The outcome of a query, when it is there. Of the future: raises DatabaseUnavailable."""
        asked = (db_id, sql)
        with self._lock:
            known = self._known(asked)
            if known is not None:
                future: Future[Outcome] = Future()
                future.set_result(known)
                return future
            running = self._running.get(asked)
            if running is None:
                running = self._running[asked] = Future()
                running.set_running_or_notify_cancel()  # whoever stops waiting takes it from nobody else
                self._pool.submit(self._execute, asked, running)
            return running

    def close(self) -> None:
        """Wait for what is being executed, at most its deadline."""
        self._pool.shutdown()

    def _execute(self, asked: Asked, future: Future[Outcome]) -> None:
        db_id, sql = asked
        found: Outcome | None = None
        failure: BaseException | None = None
        try:
            found = self._catalog[db_id].execute(sql, self._limits)
        except QueryError as error:
            found = error.with_traceback(None)  # whose frames would keep the rows fetched so far
        except BaseException as error:
            failure = error
        with self._lock:
            self.executed += 1
            del self._running[asked]
            if found is not None:
                self._keep(asked, found)
        if found is not None:
            future.set_result(found)
        else:
            future.set_exception(failure)

    def _known(self, asked: Asked) -> Outcome | None:
        found = self._kept.get(asked)
        if found is not None:
            self._kept.move_to_end(asked)
        elif self._runaways and _digest(asked) in self._runaways:
            return QueryTimeout("it ran past its deadline before", *asked)
        return found

    def _keep(self, asked: Asked, found: Outcome) -> None:
        if isinstance(found, QueryTimeout):
            self._runaways.add(_digest(asked))
            return
        self._kept[asked] = found
        self._cells += _cells(found)
        while len(self._kept) > 1 and (self._cells > CELLS or len(self._kept) > RESULTS):
            _, oldest = self._kept.popitem(last=False)
            self._cells -= _cells(oldest)


def _digest(asked: Asked) -> bytes:
    return hashlib.blake2b("\0".join(asked).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _cells(outcome: Outcome) -> int:
    return len(outcome.rows) * len(outcome.columns) if isinstance(outcome, Result) else 0
