"""How much a run may use of its models, in money or in tokens: `5usd`, `2Mtok`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from querywright.errors import SettingsError
from querywright.models.usage import Usage

_MONEY = re.compile(r"\$\s*(?P<before>[\d_.]+)|(?P<after>[\d_.]+)\s*(?:usd|\$)", re.IGNORECASE)
_TOKENS = re.compile(r"(?P<number>[\d_.]+)\s*(?P<times>[kmg]?)\s*tok(?:ens?)?", re.IGNORECASE)
_TIMES: Mapping[str, int] = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit in US dollars or in tokens sent and received; the other one is None."""

    usd: float | None = None
    tokens: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """What a person wrote: `5usd`, `$2.50`, `500ktok`, `2Mtok`. Raises SettingsError."""
        text = text.strip()
        if dollars := _MONEY.fullmatch(text):
            amount = _amount(dollars["before"] or dollars["after"])
            if amount:
                return cls(usd=amount)
        elif tokens := _TOKENS.fullmatch(text):
            number = round((_amount(tokens["number"]) or 0) * _TIMES[tokens["times"].lower()])
            if number:
                return cls(tokens=number)
        raise SettingsError(f"the budget {text!r} cannot be read: write 5usd, 2.50usd, 500ktok or 2Mtok")

    def __str__(self) -> str:
        """For people: `$5.00`, `2,000,000 tokens`."""
        if self.usd is not None:
            return money(self.usd)
        return f"{self.tokens or 0:,} tokens"

    def spent(self, usage: Usage) -> bool:
        """Whether it is used up."""
        return self.share(usage) >= 1.0

    def share(self, usage: Usage) -> float:
        """Which part of it is used; money all of it, as soon as one call was paid for whose price is not known."""
        if self.usd is not None:
            return 1.0 if usage.cost is None else usage.cost / self.usd
        return usage.tokens / (self.tokens or 1)

    def of(self, usage: Usage) -> str:
        """How much of it is used, for people: `$1.20 of $5.00`."""
        if self.usd is not None:
            return f"{'an unknown sum' if usage.cost is None else money(usage.cost)} of {self}"
        return f"{usage.tokens:,} of {self}"

    def require_price(self, model: str, known: bool) -> None:
        """Refuse to hold a model to a sum of money when nobody knows what it costs. Raises SettingsError."""
        if self.usd is not None and not known:
            raise SettingsError(
                f"{model}: its price is not known, so it cannot be held to {self}: give the budget in tokens "
                "(2Mtok), or its table in querywright.toml a line such as price = {input = 0.25, output = 2.0}, "
                "in US dollars for a million tokens"
            )


def money(usd: float) -> str:
    """US dollars with two decimals, or with as many as a small sum needs: `$5.00`, `$0.0013`."""
    decimals = 2 if usd == 0 or usd >= 0.1 else 1 - math.floor(math.log10(usd))
    return f"${usd:,.{decimals}f}"


def _amount(digits: str) -> float | None:
    """The number, unless it is none; grouping by underscores is allowed."""
    try:
        return float(digits)
    except ValueError:
        return None
