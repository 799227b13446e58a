"""What a run spends on models, and how many inputs may be begun within its budget."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

from querywright.models.budget import Budget
from querywright.models.usage import Ledger, Usage

MANY = 1_000_000
"""More than anybody begins at a time."""


class Spending:
    """Adds up what models are asked, and holds it against a budget.

    What an input will cost is not known before it is done, so inputs in flight are taken to cost what those done did on
    average. The budget may be passed by as much as they differ from that, and by what is in flight before any is done.

    Args:
        before: what the run used in earlier stretches.
        budget: how much it may use in all; None: as much as it takes.
    """

    def __init__(self, before: Iterable[Usage], budget: Budget | None) -> None:
        self.ledger = Ledger(before)
        self._budget = budget
        self._begun_with = self.ledger.total()
        self._done = 0

    def take(self, usage: Iterable[Usage], done: int) -> bool:
        """Add what was asked for `done` more inputs; whether it was anything."""
        anything = False
        for entry in usage:
            self.ledger.add(entry)
            anything = True
        self._done += done
        return anything

    def total(self) -> Usage:
        """All of it."""
        return self.ledger.total()

    def room(self, in_flight: int) -> int:
        """How many inputs may be begun beside those in flight."""
        if self._budget is None:
            return MANY
        total = self.total()
        left = 1.0 - self._budget.share(total)
        if left <= 0.0:
            return 0
        each = self._budget.share(total.less(self._begun_with)) / self._done if self._done else 0.0
        if not each:
            return MANY
        return min(MANY, max(floor(left / each + 1e-6) - in_flight, 0 if in_flight else 1))

    def told(self) -> str:
        """Why the run stops, for a person."""
        return f"the budget of {self._budget} is spent: {self.total()}; a larger --budget goes on"
