"""Compare many pairs of queries by their results: each different query is executed once, the recent results kept."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from querywright.databases.compare import Comparison, Rule, compare
from querywright.databases.results import Limits, Result
from querywright.errors import QueryError

CELLS = 500_000
"""Values kept of results that may be asked for again."""


class Queryable(Protocol):
    """What is needed of a database here; `Database` is one."""

    @property
    def dialect(self) -> str: ...
    def execute(self, sql: str, limits: Limits = ...) -> Result: ...


def compare_many(
    database: Queryable,
    pairs: Iterable[tuple[str, str]],
    rule: Rule = "strict",
    limits: Limits | None = None,
    workers: int = 1,
) -> Iterator[Comparison]:
    """One comparison a pair of (gold, predicted) queries, in order, as they come.

    A query that fails makes its pair unequal, with the failure as the reason; when it is the gold query, or both,
    the outcome is no proof. A query that appears again is executed once while its result is still kept: the
    database is read-only, so it would say the same.

    Args:
        database: where both are run.
        pairs: read lazily.
        rule: as `compare`.
        limits: of each execution.
        workers: threads that execute.

    Raises:
        DatabaseUnavailable: the database is gone.
    """
    limits = limits or Limits()
    with ThreadPoolExecutor(workers, thread_name_prefix="querywright-pairs") as pool:
        known = _Known(database, limits, pool)
        waiting: deque[tuple[str, Future[Result], Future[Result]]] = deque()
        for gold, predicted in pairs:
            waiting.append((gold, known.ask(gold), known.ask(predicted)))
            if len(waiting) > 2 * workers:
                yield _outcome(*waiting.popleft(), rule, database.dialect)
        while waiting:
            yield _outcome(*waiting.popleft(), rule, database.dialect)


class _Known:
    """Results by query text, the latest used of them, up to `CELLS` values."""

    def __init__(self, database: Queryable, limits: Limits, pool: ThreadPoolExecutor) -> None:
        self._database, self._limits, self._pool = database, limits, pool
        self._results: OrderedDict[str, Future[Result]] = OrderedDict()

    def ask(self, sql: str) -> Future[Result]:
        key = sql.strip().rstrip(";").rstrip()
        found = self._results.get(key)
        if found is None:
            self._forget()
            found = self._results[key] = self._pool.submit(self._database.execute, sql, self._limits)
        self._results.move_to_end(key)
        return found

    def _forget(self) -> None:
        cells = sum(map(_cells, self._results.values())) if len(self._results) % 16 == 15 else 0
        while cells > CELLS or len(self._results) > 4096:
            _, oldest = self._results.popitem(last=False)
            cells -= _cells(oldest)


def _cells(future: Future[Result]) -> int:
    if not future.done() or future.exception() is not None:
        return 0
    result = future.result()
    return len(result.rows) * len(result.columns)


def _outcome(gold: str, first: Future[Result], second: Future[Result], rule: Rule, dialect: str) -> Comparison:
    try:
        wanted = first.result()
    except QueryError as error:
        return Comparison(False, f"the gold query fails: {error.message}", proof=False)
    try:
        got = second.result()
    except QueryError as error:
        return Comparison(False, f"the predicted query fails: {error.message}")
    return compare(wanted, got, rule, gold_sql=gold, dialect=dialect)
