"""`Desk`: one database opened for scoring. Each text is executed, parsed and looked through once while remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from querywright.databases import Database, Limits, Result
from querywright.databases.compare import is_ordered
from querywright.errors import QueryError, QueryRejected
from querywright.evaluation.scoring.gold_results import GoldResults
from querywright.sql.parsing import Tree, parse
from querywright.sql.references import References, references

T = TypeVar("T")

CELLS = 500_000
"""Values kept of results that may be asked for again."""
TEXTS = 2048
"""Queries of which something is remembered."""

_BLANK = " \t\n\f\r"
"""What every engine reads over; other blanks, such as that of U+00A0, are part of a name to some."""

Outcome = Result | QueryError


class Desk:
    """One database, and what was found out about the queries asked of it. Used by one thread.

    Args:
        database: where queries are asked.
        limits: of each execution.
        gold: results that are known already; None where the database's content cannot be told.
        content: the digest of the database's content.
    """

    def __init__(self, database: Database, limits: Limits, gold: GoldResults | None, content: str) -> None:
        self.database, self.limits = database, limits
        self._gold, self._content = gold, content
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._cells = 0
        self._trees = _Latest[Tree | QueryRejected](self._parse)
        self._references = _Latest[References | None](self._refer)
        self._orders = _Latest[bool](self._order)
        self.names = {table.full_name: [column.name for column in table.columns] for table in database.schema}

    @property
    def dialect(self) -> str:
        """What its queries are written in."""
        return self.database.dialect

    def ask(self, sql: str) -> Outcome:
        """The result of a query, or why it has none. Raises DatabaseUnavailable."""
        key = _bare(sql)
        found = self._outcomes.get(key)
        if found is None:
            try:
                found = self.database.execute(key, self.limits)
            except QueryError as error:
                found = error
            self._remember(key, found)
        else:
            self._outcomes.move_to_end(key)
        return found

    def ask_gold(self, sql: str) -> Outcome:
        """As `ask`, of a query whose result is kept from one evaluation to the next."""
        key = _bare(sql)
        if self._gold is None or key in self._outcomes:
            return self.ask(sql)
        known = self._gold.get(self._content, key, self.limits)
        if known is not None:
            self._remember(key, known)
            return known
        found = self.ask(sql)
        if isinstance(found, Result):
            self._gold.put(self._content, key, self.limits, found)
        return found

    def tree(self, sql: str) -> Tree | QueryRejected:
        """The query's tree, or why it has none. Not to be changed."""
        return self._trees[_bare(sql)]

    def references(self, sql: str) -> References | None:
        """The tables and columns a query names; None where that cannot be told."""
        return self._references[_bare(sql)]

    def ordered(self, sql: str) -> bool:
        """Whether the outermost query sorts its rows."""
        return self._orders[_bare(sql)]

    def _parse(self, sql: str) -> Tree | QueryRejected:
        try:
            return parse(sql, self.dialect)
        except QueryRejected as error:
            return error

    def _refer(self, sql: str) -> References | None:
        tree = self.tree(sql)
        if isinstance(tree, QueryRejected):
            return None
        try:
            return references(tree, self.dialect, self.names)
        except QueryRejected:
            return None

    def _order(self, sql: str) -> bool:
        try:
            return is_ordered(sql, self.dialect)
        except QueryRejected:
            return False

    def _remember(self, key: str, outcome: Outcome) -> None:
        self._outcomes[key] = outcome
        self._cells += _cells(outcome)
        while len(self._outcomes) > 1 and (self._cells > CELLS or len(self._outcomes) > TEXTS):
            _, oldest = self._outcomes.popitem(last=False)
            self._cells -= _cells(oldest)


class _Latest(OrderedDict[str, T], Generic[T]):
    """What was made of the latest texts; of a text that is not among them it is made now."""

    def __init__(self, make: Callable[[str], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> T:
        made = self[key] = self._make(key)
        if len(self) > TEXTS:
            self.popitem(last=False)
        return made


def _bare(sql: str) -> str:
    """The text without blanks around it and semicolons behind it, which an engine takes for further statements."""
    return sql.lstrip(_BLANK).rstrip(f"{_BLANK};")


def _cells(outcome: Outcome) -> int:
    return len(outcome.rows) * len(outcome.columns) if isinstance(outcome, Result) else 0
