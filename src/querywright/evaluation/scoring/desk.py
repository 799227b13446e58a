"""`Desk`: one database opened for scoring. Each query is executed once while its result is remembered."""

from __future__ import annotations

from collections import OrderedDict

from querywright.databases import Database, Limits, Result
from querywright.errors import QueryError
from querywright.evaluation.scoring.gold_results import Kept
from querywright.evaluation.scoring.texts import LATEST, Texts, bare

CELLS = 500_000
"""Values kept of results that may be asked for again."""

Outcome = Result | QueryError


class Desk:
    """One database, and what was found out about the queries asked of it. Used by one thread.

    Args:
        database: where queries are asked.
        limits: of each execution.
        gold: results that are known already; None where the database's content cannot be told.
    """

    def __init__(self, database: Database, limits: Limits, gold: Kept | None) -> None:
        self.database, self.limits = database, limits
        self.texts = Texts(database.dialect, database.schema)
        self._gold = gold
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()
        self._cells = 0

    @property
    def dialect(self) -> str:
        """What its queries are written in."""
        return self.database.dialect

    def ask(self, sql: str) -> Outcome:
        """The result of a query, or why it has none. Raises DatabaseUnavailable."""
        key = bare(sql)
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
        key = bare(sql)
        if self._gold is None or key in self._outcomes:
            return self.ask(sql)
        known = self._gold.get(key, self.limits)
        if known is not None:
            self._remember(key, known)
            return known
        found = self.ask(sql)
        if isinstance(found, Result):
            self._gold.put(key, self.limits, found)
        return found

    def _remember(self, key: str, outcome: Outcome) -> None:
        self._outcomes[key] = outcome
        self._cells += _cells(outcome)
        while len(self._outcomes) > 1 and (self._cells > CELLS or len(self._outcomes) > LATEST):
            _, oldest = self._outcomes.popitem(last=False)
            self._cells -= _cells(oldest)


def _cells(outcome: Outcome) -> int:
    return len(outcome.rows) * len(outcome.columns) if isinstance(outcome, Result) else 0
