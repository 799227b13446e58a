"""What a run spends on models, and how many inputs may be begun within its budget."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

from querywright.models.budget import Budget
from querywright.models.usage import Ledger, Usage

MANY = 1_000_000
"""More than anybody begins at a time."""
FIRST = 2
"""Inputs in flight before any is done."""


class Spending:
    """Adds up what models are asked, and holds it against a budget.

    What an input will cost is not known before it is done, so inputs in flight are taken to cost what those done did on
    average, and never are more of them in flight than were done. The budget may be passed by as much as they differ.

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
        if self._budget.spent(total):
            return 0
        learning = max(FIRST, self._done) - in_flight
        each = self._budget.share(total.less(self._begun_with)) / self._done if self._done else 0.0
        if not each:
            return max(0, learning)
        affordable = floor((1.0 - self._budget.share(total)) / each + 1e-6) - in_flight
        return max(min(learning, affordable), 0 if in_flight else 1)

    def told(self) -> str:
        """Why the run stops, for a person."""
        assert self._budget is not None
        total = self.total()
        return f"the budget is spent, {self._budget.of(total)} ({total}); a larger --budget goes on"
