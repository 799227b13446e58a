"""What steps over pipe queries need of each database, and what they found out about the queries they work on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from querywright import pipes
from querywright.databases import Database
from querywright.datasets.example import Example
from querywright.pipes.prefixes import Prefix
from querywright.pipes.tree import PipeQuery
from querywright.pipes.verification import WITNESSES, Verification
from querywright.synthesis.piping.columns import Mode, dialect_of, pipe_of

T = TypeVar("T")

HELD = 64
"""Queries of which the outcome is kept: paraphrases of a question stand together in a dataset."""
COUNTS = 4096
"""Beginnings of which the number of rows is kept."""


class _Latest(OrderedDict[str, T], Generic[T]):
    """The latest things, up to a number."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: str, value: T) -> None:
        super().__setitem__(key, value)
        if len(self) > self._most:
            self.popitem(last=False)


class PipeDesk:
    """One database, and what was found of the last pipe queries on it."""

    def __init__(self, database: Database, mode: Mode, witnesses: int) -> None:
        self.database = database
        self.dialect = dialect_of(mode, database.dialect)
        self._mode, self._witnesses = mode, witnesses
        self._read: _Latest[PipeQuery] = _Latest(HELD)
        self._verified: _Latest[Verification] = _Latest(HELD)
        self._made: _Latest[PipeQuery] = _Latest(HELD)
        self._prefixes: _Latest[Prefix] = _Latest(COUNTS)
        self._counts: _Latest[int | str] = _Latest(COUNTS)

    def decompiled(self, sql: str) -> PipeQuery:
        """The pipe query of a standard one. Raises NotDecompilable, QueryRejected, PipeNameError."""
        if sql not in self._made:
            database = self.database
            self._made[sql] = pipes.decompile(sql, dialect=database.dialect, schema=database.schema, mode=self._mode)
        return self._made[sql]

    def query(self, example: Example) -> PipeQuery:
        """The pipe query of a row, read from its text. Raises PipeSyntaxError."""
        text = f"{example.extra.get('pipe_dialect')}: {example.pipe_sql}"
        if text not in self._read:
            self._read[text] = pipe_of(example, self.dialect)
        return self._read[text]

    def verified(self, example: Example) -> Verification:
        """Whether the row's pipe query means what its SQL means. Raises QueryError where the SQL does not run."""
        text = f"{example.SQL}\0{example.pipe_sql}"
        if text not in self._verified:
            query = self.query(example)
            found = self._verified[text] = pipes.verify(example.SQL, query, self.database, self._witnesses)
            if found.rows is not None:
                self._counts[found.compiled] = found.rows
        return self._verified[text]

    def measured(self, example: Example) -> tuple[Prefix, ...]:
        """Every beginning of the row's pipe query."""
        return pipes.measure(self.query(example), self.database, known=self._prefixes, counts=self._counts)


class PipeDesks:
    """The desks of databases, by db_id.

    Args:
        databases: gives the database of a name.
        mode: of pipe queries that are made.
        witnesses: how many altered copies a pair of queries is tried on.
    """

    def __init__(self, databases: Callable[[str], Database], mode: Mode, witnesses: int = WITNESSES) -> None:
        self._databases, self._mode, self._witnesses = databases, mode, witnesses
        self._desks: dict[str, PipeDesk] = {}

    def __getitem__(self, db_id: str) -> PipeDesk:
        database = self._databases(db_id)  # asked for each time: the catalog closes what was not asked for lately
        if db_id not in self._desks:
            self._desks[db_id] = PipeDesk(database, self._mode, self._witnesses)
        return self._desks[db_id]
