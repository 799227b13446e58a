"""`Scorer`: the parts of completions, found off the training loop: each text once, however often it is generated."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final, Self, TypeAlias

from querywright.answering.completion import Completion, query_in
from querywright.databases import Catalog, Limits, Result, compare
from querywright.errors import DatabaseUnavailable, DatasetError
from querywright.training.rewards.executing import Executions, Outcome
from querywright.training.rewards.gold import Checked, unusable
from querywright.training.rewards.parts import parts_of
from querywright.training.rewards.reward import Parts
from querywright.training.rewards.task import RewardTask
from querywright.training.rewards.written import Reader, Written

LIMITS: Final = Limits(seconds=5.0, rows=10_000, bytes=16_000_000)
"""Of each execution, gold's too. Evaluation waits longer; a step of a training waits for its slowest completion."""
THREADS: Final = 8
"""Queries executed at a time: as many runaways cost one deadline."""
_REMEMBERED: Final = 50_000
_TOGETHER: Final = 256
"""Gold queries whose results are held at a time while tasks are checked."""

Judged: TypeAlias = tuple[RewardTask, str]
"""A task, and the query that a completion holds."""


class Scorer:
    """Scores completions. Safe to use from several threads and event loops; a context manager.

    Queries are executed by `Database.execute`, read-only and under limits, in threads of its own. Everything else,
    which is Python, is done in one thread more, so that only queries wait for a runaway. What is remembered never
    decides a score: that follows from the task and the text alone, unless an execution comes close to its deadline.

    Args:
        databases: the databases, opened here and closed with this object; a catalog stays its owner's.
        limits: of each execution.
        threads: how many queries are executed at a time.
        remembered: how many scores are kept; those asked for least recently go first.

    Raises:
        DatabaseUnavailable: there is no database at that place.
    """

    def __init__(
        self,
        databases: Catalog | Path | str,
        *,
        limits: Limits = LIMITS,
        threads: int = THREADS,
        remembered: int = _REMEMBERED,
    ) -> None:
        self._catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
        self._owned = self._catalog is not databases
        self._executions = Executions(self._catalog, limits, threads)
        self._reading = ThreadPoolExecutor(1, "querywright-reading")
        self._lock = Lock()
        self._readers: dict[str, Reader] = {}
        self._running: dict[Judged, Future[Parts]] = {}
        self._scores: OrderedDict[Judged, Parts] = OrderedDict()
        self._most = remembered
        self._closed = False

    @property
    def executed(self) -> int:
        """How many queries were given to databases so far, those of gold included."""
        return self._executions.executed

    @property
    def remembered(self) -> int:
        """How many scores are kept now."""
        return len(self._scores)

    async def score(self, task: RewardTask, completion: Completion) -> Parts:
        """The parts of one completion; the event loop is free meanwhile. Raises as `score_all`."""
        return await asyncio.wrap_future(self.submit(task, completion))

    def score_all(self, tasks: Sequence[RewardTask], completions: Sequence[Completion]) -> list[Parts]:
        """The parts of each completion, in order; the n-th completion answers the n-th task.

        Raises:
            DatasetError: the gold query of a task cannot be used, as `check` would have said.
            DatabaseUnavailable: a database is gone, or there is none of a task's name.
            ValueError: there are more of one than of the other.
        """
        futures = [self.submit(task, said) for task, said in zip(tasks, completions, strict=True)]
        return [future.result() for future in futures]

    def submit(self, task: RewardTask, completion: Completion) -> Future[Parts]:
        """As `score`, for who waits otherwise."""
        judged = (task, query_in(completion, task.form))
        with self._lock:
            known = self._scores.get(judged)
            if known is not None:
                self._scores.move_to_end(judged)
                done: Future[Parts] = Future()
                done.set_result(known)
                return done
            running = self._running.get(judged)
            if running is not None:
                return running
            if self._closed:
                raise ValueError("this scorer is closed")
            future = self._running[judged] = Future()
            future.set_running_or_notify_cancel()  # whoever stops waiting takes it from nobody else
            self._reading.submit(self._safely, self._begin, judged)
        return future

    def check(self, tasks: Iterable[RewardTask]) -> Checked:
        """Which tasks can be rewarded: gold runs, whole and in time, finds something, and earns the whole reward.

        Of a pipe task, the pipe query must give the same rows as the standard one. Call it before training: `score`
        raises on a task that is refused here.

        Raises:
            DatabaseUnavailable: a database is gone.
        """
        kept: list[RewardTask] = []
        refused: list[tuple[RewardTask, str]] = []
        waiting = iter(tasks)
        while some := list(islice(waiting, _TOGETHER)):
            reasons = [self._reading.submit(self._gold_asked, task) for task in some]
            for task, reason in zip(some, [each.result() for each in reasons], strict=True):
                why = reason if isinstance(reason, str) else self._why_not(task, *reason)
                if why:
                    refused.append((task, why))
                else:
                    kept.append(task)
        return Checked(tuple(kept), tuple(refused))

    def close(self) -> None:
        """Wait for what was asked for, at most the deadlines, and close what was opened here."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        wait(running)
        self._executions.close()
        self._reading.shutdown()
        if self._owned:
            self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── one completion: read, executed, judged ───────────────────────────────────────────────────────────────────

    def _begin(self, judged: Judged) -> None:
        task, text = judged
        gold, said = self._gold(task), self._read(task, text)
        if not gold.sql:
            raise DatasetError(f"{task.db_id}: {unusable(gold, None)}")
        wanted = self._executions.ask(task.db_id, gold.sql)
        got = self._executions.ask(task.db_id, said.sql) if said.sql else None

        def judge(_: object) -> None:
            self._reading.submit(self._safely, self._end, judged, gold, wanted, said, got)

        # Nobody waits in a thread for another: the last of the two executions to end has the score made.
        wanted.add_done_callback(judge if got is None else lambda _: got.add_done_callback(judge))

    def _end(
        self, judged: Judged, gold: Written, wanted: Future[Outcome], said: Written, got: Future[Outcome] | None
    ) -> None:
        task, rows = judged[0], wanted.result()
        reason = unusable(gold, rows)
        if reason or not isinstance(rows, Result):
            raise DatasetError(f"{task.db_id}: {reason}")
        ordered = self._reader(task.db_id).standard(task.gold).ordered
        parts = parts_of(gold, rows, ordered, said, got.result() if got is not None else None)
        with self._lock:
            self._scores[judged] = parts
            while len(self._scores) > self._most:
                self._scores.popitem(last=False)
            future = self._running.pop(judged)
        future.set_result(parts)

    def _safely(self, step: Callable[..., None], judged: Judged, *arguments: object) -> None:
        """A step whose error goes to who waits for the score."""
        try:
            step(judged, *arguments)
        except BaseException as error:
            with self._lock:
                future = self._running.pop(judged)
            future.set_exception(error)

    def _gold(self, task: RewardTask) -> Written:
        if not task.answer.strip():
            what = "pipe query" if task.form == "pipe" else "SQL"
            raise DatasetError(f"{task.db_id}: the task has no {what} as its right answer")
        return self._read(task, query_in(task.answer, task.form))

    def _read(self, task: RewardTask, text: str) -> Written:
        reader = self._reader(task.db_id)
        return reader.pipe(text, task.pipe_dialect) if task.form == "pipe" else reader.standard(text)

    def _reader(self, db_id: str) -> Reader:
        reader = self._readers.get(db_id)
        if reader is None:
            if db_id not in self._catalog:
                raise DatabaseUnavailable(f"there is no database {db_id} in {self._catalog.location}", db_id)
            database = self._catalog[db_id]
            reader = self._readers[db_id] = Reader(database.schema, database.dialect)
        return reader

    # ── one gold query ───────────────────────────────────────────────────────────────────────────────────────────

    def _gold_asked(self, task: RewardTask) -> str | tuple[Written, Future[Outcome], Future[Outcome]]:
        """The gold query, its rows and those of the standard one; or why there is nothing to ask."""
        if task.db_id not in self._catalog:
            return f"there is no database {task.db_id} in {self._catalog.location}"
        try:
            gold, standard = self._gold(task), self._reader(task.db_id).standard(task.gold)
        except DatasetError as error:
            return str(error)
        for written in (standard, gold):
            if not written.sql:
                return unusable(written, None)
        return gold, self._executions.ask(task.db_id, gold.sql), self._executions.ask(task.db_id, standard.sql)

    def _why_not(self, task: RewardTask, gold: Written, piped: Future[Outcome], asked: Future[Outcome]) -> str:
        rows, of_standard = piped.result(), asked.result()
        reason = unusable(gold, of_standard) or unusable(gold, rows)
        if reason or not isinstance(rows, Result) or not isinstance(of_standard, Result):
            return reason
        ordered = self._reading.submit(lambda: self._reader(task.db_id).standard(task.gold).ordered).result()
        same = compare(of_standard, rows, "strict", ordered)
        return "" if same else f"the gold pipe query gives other rows than the gold SQL: {same.reason}"
