"""`Database`: one queryable database. Every query passes the statement guard, then the connector."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Self, TypeVar

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
    if workers <= 1:
        yield from map(ask, sqls)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="querywright-query") as pool:
        waiting: deque[Future[T]] = deque()
        for sql in sqls:
            waiting.append(pool.submit(ask, sql))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
