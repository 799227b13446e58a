"""`Reader`: what a query says before it is executed, read once for each text. For one database, used by one thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast, get_args

from querywright import pipes
from querywright.databases import Schema
from querywright.errors import NotCompilable, PipeError, PipeNameError, PipeSyntaxError, QueryRejected
from querywright.evaluation.queries.blocks import Reading
from querywright.evaluation.queries.complaints import complaint
from querywright.evaluation.scoring.texts import Texts, bare
from querywright.pipes.scope import Tables
from querywright.pipes.shape import bends, operator_counts
from querywright.pipes.tree import Dialect, PipeQuery
from querywright.sql.guard import guard
from querywright.training.rewards.data import tells_of_data
from querywright.training.rewards.reward import Ending

_REMEMBERED: Final = 4096
_KINDS: Final = ("filters", "nulls", "groups", "having", "orders", "limits", "aggregates")
"""Parts of a reading that are counted, each kind for itself."""


@dataclass(frozen=True, slots=True)
class Written:
    """A query as it is written."""

    sql: str = ""
    """What is executed; empty where nothing is."""
    stopped: Ending | None = None
    """Why nothing is executed."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of operator occurs: of pipes the operators, of standard SQL the clauses."""
    tables: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    names: int = 0
    """What could be wrong with its names: of pipes the stages, of standard SQL the different tables and columns."""
    strangers: int = 0
    """How many of them are wrong."""
    ordered: bool = False
    """Whether the order of its rows is part of what it says."""
    reason: str = ""
    """Why nothing is executed, in words."""
    bends: frozenset[str] = frozenset()
    """What makes a pipe query more than one chain."""


class Reader:
    """Reads the queries of one database.

    Args:
        schema: its tables.
        dialect: its dialect.
    """

    def __init__(self, schema: Schema, dialect: str) -> None:
        self.dialect = dialect
        self._schema = schema
        self._texts = Texts(dialect, schema)
        self._tables = Tables(schema)
        self.standard = lru_cache(_REMEMBERED)(self._standard)
        self.pipe = lru_cache(_REMEMBERED)(self._pipe)

    def _standard(self, sql: str) -> Written:
        """A query in the database's own dialect."""
        reading = self._texts.clauses(sql)
        if reading is None:
            return self._without_tree(sql)
        known = self._texts.known.tables or {}
        tables, columns = set(reading.tables), set(reading.columns)
        strangers = {table for table in tables if table not in known}
        wrong, names = len(strangers) + len(set(reading.unknown)), len(tables) + len(columns)
        if tables and tables == strangers:  # the engine's own tables are none of these, either
            return Written(stopped="failed", names=names, strangers=wrong, reason="it reads no table of the database")
        if not tells_of_data(reading):
            try:
                guard(sql, self.dialect)  # a statement that is no query reads as one that says nothing
            except QueryRejected as error:
                return Written(stopped="refused", reason=error.message)
            return Written(stopped="constant", reason="it puts out nothing that it reads from a table")
        return Written(
            sql=bare(sql),
            kinds=_clauses(reading),
            tables=tuple(tables),
            columns=tuple(columns),
            names=names,
            strangers=wrong,
            ordered=self._texts.ordered(sql),
        )

    def _without_tree(self, sql: str) -> Written:
        found = self._texts.tree(sql)
        if not isinstance(found, QueryRejected):
            return Written(stopped="unreadable", reason="nested too deeply to read")
        refused = complaint(found) == "refused" or "statements where one is allowed" in found.message
        return Written(stopped="refused" if refused else "unreadable", reason=found.message)

    def _pipe(self, text: str, dialect: str) -> Written:
        """A pipe query; `dialect` is that of its expressions, empty for the database's."""
        dialect = dialect or self.dialect
        if dialect not in get_args(Dialect):
            return Written(stopped="unreadable", reason=f"there is no pipe dialect {dialect!r}")
        try:
            query = pipes.parse(text, cast(Dialect, dialect))
            stages, kinds = len(query.operators) + 1, operator_counts(query)
        except (PipeSyntaxError, RecursionError) as error:
            return Written(stopped="unreadable", reason=str(error))
        kinds["FROM"] += 1  # the head, so that no query has nothing
        try:
            compiled = pipes.compile(query, self.dialect, self._tables)
        except PipeError as error:
            strangers = self._strangers(query) if isinstance(error, PipeNameError) else 0
            return Written(stopped="failed", kinds=kinds, names=stages, strangers=strangers, reason=str(error))
        found = self.standard(compiled)
        if found.stopped is not None:
            return found
        return Written(found.sql, None, kinds, found.tables, found.columns, stages, 0, found.ordered, "", bends(query))

    def _strangers(self, query: PipeQuery) -> int:
        """Stages that name what is not active there. Behind a head that cannot be bound nothing is active."""
        try:
            found = [finding for finding in pipes.lint(query, self._schema) if finding.severity == "error"]
        except (NotCompilable, RecursionError):
            return len(query.operators) + 1
        wrong = [finding for finding in found if finding.rule == "name"]
        return len(query.operators) + 1 if any(each.operator == "FROM" for each in wrong) else len(wrong)


def _clauses(reading: Reading) -> Counter[str]:
    """The operators of a standard query by kind, whatever they are applied to; its head, too, so that it has one."""
    kinds = Counter({name: len(getattr(reading, name)) for name in _KINDS})
    kinds["tables"] = max(len(reading.tables), 1)
    kinds["distincts"] = reading.distincts
    kinds.update(f"{kind} join" for kind in reading.outer_joins)
    kinds.update(reading.nesting)
    kinds.update(name for name in reading.functions if name in ("window", "case"))
    return +kinds
