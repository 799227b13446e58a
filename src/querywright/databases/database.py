"""`Database`: one queryable database. Every query passes the statement guard, then the connector."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, Self, TypeVar

from querywright.databases.connectors.contract import Connector
from querywright.databases.literals import qualified, quote
from querywright.databases.rendering import Examples, Only, Style, render, sample_inserts
from querywright.databases.results import Limits, Result
from querywright.databases.sampling import example_values
from querywright.databases.schema import Schema
from querywright.databases.verdicts import Verdicts
from querywright.errors import DatabaseError, QueryError, QueryRejected

T = TypeVar("T")

DEFAULT = Limits()


class Database:
    """One database, read-only to us. Safe to use from several threads.

    Args:
        connector: the open door to it; closed with this object.
        db_id: its name in the catalog; every error carries it.
        describe: adds descriptions from outside the engine to the schema, once.
    """

    def __init__(self, connector: Connector, db_id: str, describe: Callable[[Schema], Schema] | None = None) -> None:
        self.db_id = db_id
        self.dialect = connector.dialect
        self._connector = connector
        self._describe = describe
        self._schema: Schema | None = None
        self._reading = threading.Lock()
        self._verdicts = Verdicts(connector.dialect)

    def __repr__(self) -> str:
        return f"<Database {self.db_id} ({self.dialect})>"

    # ── what it contains ─────────────────────────────────────────────────────────────────────────────────────────

    @property
    def schema(self) -> Schema:
        """Tables, columns and keys: read at first use, then kept. Raises DatabaseUnavailable."""
        if self._schema is None:
            with self._reading:
                if self._schema is None:
                    schema = replace(self._named(self._connector.introspect), db_id=self.db_id)
                    self._schema = self._describe(schema) if self._describe else schema
        return self._schema

    def values(self, table: str, column: str, n: int = 3) -> list[Any]:
        """Up to `n` different values of a column, to show what it holds; from its first rows, so always cheap.

        Raises:
            ValueError: there is no such table or column.
        """
        return example_values(self, table, column, n)

    def examples(self, n: int = 3, only: Only | None = None) -> Examples:
        """`values` of every column (of the chosen tables and columns), for a rendering."""
        chosen = _chosen(self.schema, only)
        return {(table, column): self.values(table, column, n) for table, columns in chosen for column in columns}

    def ddl(self, examples: int = 0, only: Only | None = None) -> str:
        """The schema as CREATE TABLE statements, with `examples` values per column, restricted to `only`."""
        return self._render("ddl", examples, only)

    def compact(self, examples: int = 0, only: Only | None = None) -> str:
        """The schema as one line a table, with `examples` values per column, restricted to `only`."""
        return self._render("compact", examples, only)

    def sample_inserts(self, table: str, n: int = 3) -> str:
        """The first `n` rows of a table as INSERT statements, for a prompt.

        Raises:
            ValueError: there is no such table.
        """
        found = self.schema.table(table)
        if found is None:
            raise ValueError(f"{self.db_id} has no table {table}")
        columns = ", ".join(quote(column.name, self.dialect) for column in found.columns)
        result = self.execute(f"SELECT {columns} FROM {qualified(found, self.dialect)} LIMIT {int(n)}")
        return sample_inserts(found, result.rows, self.dialect)

    # ── asking it ────────────────────────────────────────────────────────────────────────────────────────────────

    def execute(self, sql: str, limits: Limits = DEFAULT) -> Result:
        """Run one SELECT-like statement.

        Raises:
            QueryRejected: it is anything else; nothing was executed.
            QueryTimeout: it ran past `limits.seconds` and was stopped.
            QueryFailed: the engine refused it, or it needed too much memory.
            DatabaseUnavailable: the database is gone.
        """
        self._admit(sql)
        return self._named(self._connector.execute, sql, limits)

    def explain(self, sql: str, limits: Limits = DEFAULT) -> str:
        """The engine's plan: compiles the statement, runs nothing. Raises as `execute`."""
        self._admit(sql)
        return self._named(self._connector.explain, sql, limits)

    def execute_many(
        self, sqls: Iterable[str], limits: Limits = DEFAULT, workers: int = 1
    ) -> Iterator[Result | QueryError]:
        """One result or error a query, in order, as they come; a bad query never stops the rest.

        `workers` threads keep the engine busy; at most two results a worker wait to be taken.
        Raises DatabaseUnavailable, and only that.
        """
        return _in_order(self._attempt(self.execute, limits), sqls, workers)

    def explain_many(
        self, sqls: Iterable[str], limits: Limits = DEFAULT, workers: int = 1
    ) -> Iterator[str | QueryError]:
        """The plan or the error of each query, in order: a filter that runs nothing."""
        return _in_order(self._attempt(self.explain, limits), sqls, workers)

    # ── itself ───────────────────────────────────────────────────────────────────────────────────────────────────

    def version(self) -> str:
        """The engine's name and version."""
        return self._named(self._connector.version)

    def fingerprint(self) -> str:
        """A digest of the content: another one when the content changes, the same wherever the file lies."""
        return self._named(self._connector.fingerprint)

    def close(self) -> None:
        """Give back every connection."""
        self._connector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _admit(self, sql: str) -> None:
        refusal = self._verdicts.refusal(sql)
        if refusal is not None:
            raise QueryRejected(refusal, self.db_id, sql)

    def _named(self, ask: Callable[..., T], *arguments: Any) -> T:
        """Ask the connector; its errors leave with our db_id."""
        try:
            return ask(*arguments)
        except QueryError as error:
            raise type(error)(error.message, self.db_id, error.query) from error.__cause__
        except DatabaseError as error:
            raise type(error)(error.message, self.db_id) from error.__cause__

    def _attempt(self, ask: Callable[[str, Limits], T], limits: Limits) -> Callable[[str], T | QueryError]:
        def attempt(sql: str) -> T | QueryError:
            try:
                return ask(sql, limits)
            except QueryError as error:
                return error

        return attempt

    def _render(self, style: Style, examples: int, only: Only | None) -> str:
        return render(self.schema, style, self.examples(examples, only) if examples else None, only)


def _chosen(schema: Schema, only: Only | None) -> Iterator[tuple[str, list[str]]]:
    """Each chosen table with its chosen columns, in the schema's order; names are blind to case."""
    wanted = None if only is None else {t.full_name: only[name] for name in only if (t := schema.table(name))}
    for table in schema:
        if wanted is not None and table.full_name not in wanted:
            continue
        columns = wanted[table.full_name] if wanted is not None else None
        some = None if columns is None else {name.lower() for name in columns}
        yield table.full_name, [c.name for c in table.columns if some is None or c.name.lower() in some]


def _in_order(ask: Callable[[str], T], sqls: Iterable[str], workers: int) -> Iterator[T]:
    """What `ask` says of each, in order, asked by so many threads; at most two answers a thread wait to be taken."""
    if workers <= 1:
        yield from map(ask, sqls)
        return
    answers = _Answers[T]()
    # Not an executor: its future a task, and waking the taker for each, cost more than many queries do.
    todo: SimpleQueue[tuple[int, str] | None] = SimpleQueue()

    def work() -> None:
        while (task := todo.get()) is not None:
            number, sql = task
            try:
                answers.put(number, ask(sql), None)
            except BaseException as error:  # raised in the thread that takes the answer
                answers.put(number, None, error)

    threads = [Thread(target=work, name=f"querywright-query-{n}", daemon=True) for n in range(workers)]
    for thread in threads:
        thread.start()
    try:
        tasks = enumerate(sqls)
        waiting: deque[int] = deque()

        def hand_out(count: int) -> None:
            for task in islice(tasks, count):
                todo.put(task)
                waiting.append(task[0])

        hand_out(2 * workers)
        while waiting:
            yield answers.take(waiting.popleft())
            hand_out(1)
    finally:
        for _ in threads:
            todo.put(None)
        for thread in threads:
            thread.join()


class _Answers(Generic[T]):
    """Answers by number, put by many threads and taken by one, which is woken for the one it waits for only."""

    def __init__(self) -> None:
        self._came: dict[int, tuple[T | None, BaseException | None]] = {}
        self._change = threading.Condition()
        self._wanted = -1

    def put(self, number: int, answer: T | None, error: BaseException | None) -> None:
        with self._change:
            self._came[number] = (answer, error)
            if number == self._wanted:
                self._change.notify()

    def take(self, number: int) -> T:
        """The answer of this number, waited for; raises the error that came instead."""
        with self._change:
            self._wanted = number
            while number not in self._came:
                self._change.wait()
            answer, error = self._came.pop(number)
        if error is not None:
            raise error
        return answer  # type: ignore[return-value]
