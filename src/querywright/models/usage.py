"""What models cost: calls, tokens and money, by the step that asked and the role of the model."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil

from querywright.models.contract import Role


@dataclass(frozen=True, slots=True)
class Usage:
    """What one step used of one model.

    `cost` is in US dollars; None where a call was paid for whose price is not known. `cached` requests, which had an
    answer already, cost nothing and are no calls; their tokens are in `saved_tokens`.
    """

    step: str
    role: Role
    model: str
    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    saved_tokens: int = 0

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.input_tokens + self.output_tokens

    def __str__(self) -> str:
        """For a person: `1,204 calls (96 cached), 1.20M tokens, $0.4512`."""
        cached = f" ({self.cached:,} cached)" if self.cached else ""
        money = "cost unknown" if self.cost is None else f"${self.cost:,.4f}"
        return f"{self.calls:,} calls{cached}, {_short(self.tokens)} tokens, {money}"

    def __add__(self, other: Usage) -> Usage:
        """Both together, under this one's step, role and model."""
        return replace(
            self,
            calls=self.calls + other.calls,
            cached=self.cached + other.cached,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost=None if self.cost is None or other.cost is None else self.cost + other.cost,
            saved_tokens=self.saved_tokens + other.saved_tokens,
        )

    def uncached(self) -> Usage:
        """As if no answer had been cached: those are taken to cost what the others did, which may be unknown."""
        if not self.cached:
            return self
        known = self.cost is not None and self.tokens > 0
        cost = (self.cost or 0.0) * (self.tokens + self.saved_tokens) / self.tokens if known else None
        inputs, outputs = self.input_tokens + self.saved_tokens, self.output_tokens
        calls = self.calls + self.cached
        return replace(
            self, calls=calls, cached=0, input_tokens=inputs, output_tokens=outputs, cost=cost, saved_tokens=0
        )

    def less(self, other: Usage) -> Usage:
        """What is left of this without the other."""
        return self + other.times(-1)

    def times(self, factor: float) -> Usage:
        """So many times as much, counts rounded up."""
        return replace(
            self,
            calls=ceil(self.calls * factor),
            cached=ceil(self.cached * factor),
            input_tokens=ceil(self.input_tokens * factor),
            output_tokens=ceil(self.output_tokens * factor),
            cost=None if self.cost is None else self.cost * factor,
            saved_tokens=ceil(self.saved_tokens * factor),
        )


def _short(number: int) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.2f}{letter}"
    return str(number)


class Ledger:
    """Adds up usage by step, role and model. Safe to use from several threads."""

    def __init__(self, entries: Iterable[Usage] = ()) -> None:
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str, str], Usage] = {}
        for entry in entries:
            self.add(entry)

    def add(self, usage: Usage) -> None:
        """Take this in."""
        key = (usage.step, usage.role, usage.model)
        with self._lock:
            known = self._entries.get(key)
            self._entries[key] = known + usage if known else usage

    def drain(self) -> tuple[Usage, ...]:
        """Everything since the last time, which is forgotten here."""
        with self._lock:
            found, self._entries = tuple(self._entries.values()), {}
        return found

    def total(self) -> Usage:
        """All of it in one line, with empty names."""
        return sum(self, Usage("", "default", ""))

    def __iter__(self) -> Iterator[Usage]:
        with self._lock:
            return iter(tuple(self._entries.values()))
