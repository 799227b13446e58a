"""How much a run may ask of models: an amount of money, or of tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from querywright.errors import SettingsError
from querywright.models.usage import Usage

_AMOUNT = re.compile(r"\$?\s*(\d+(?:\.\d+)?)\s*(usd|\$|[kmg]?tok(?:ens)?)?", re.IGNORECASE)
_SIZES = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Budget:
    """US dollars, or tokens sent and received."""

    usd: float | None = None
    tokens: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`5usd`, `$2.50`, `2Mtok`, `500ktok`. Raises SettingsError for anything else."""
        found = _AMOUNT.fullmatch(text.strip())
        unit = (found[2] or ("usd" if text.strip().startswith("$") else "")).lower() if found else ""
        if not found or not unit:
            raise SettingsError(f"{text!r} is no budget: write an amount of money (5usd) or of tokens (2Mtok, 500ktok)")
        amount = float(found[1])
        if not amount:
            raise SettingsError("a budget of nothing buys nothing: leave --model out, or give more")
        if unit in ("usd", "$"):
            return cls(usd=amount)
        return cls(tokens=round(amount * _SIZES[unit[: unit.index("tok")]]))

    def share(self, usage: Usage) -> float:
        """Which part of it so much usage takes; 1.0 and more: all of it. A cost that is not known takes nothing."""
        if self.tokens is not None:
            return usage.tokens / self.tokens
        return (usage.cost or 0.0) / self.usd if self.usd else 0.0

    def __str__(self) -> str:
        """As `parse` reads it."""
        return f"{self.usd:g}usd" if self.tokens is None else f"{self.tokens}tok"
