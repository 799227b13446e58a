"""Signs that two results differ, taken of each once: most results that differ are told apart without comparing rows.

Results that are equal have equal signs, whatever the order of their rows; the other way round only `compare` knows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from querywright.databases import Result
from querywright.databases.values import NUMBERS

LEEWAY = 1e-6
"""How far sums of numbers may be apart, as a share of their sizes: far more than equal numbers may."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a column holds, in an order that makes no difference."""

    numbers: int
    """How many of its values are numbers."""
    others: int
    """A sum of hashes of those that are none."""
    total: float
    """The sum of its numbers; not finite where it cannot be told."""
    size: float
    """The sum of their absolute values."""

    def may_equal(self, other: Sign) -> bool:
        """Whether the columns may be equal."""
        if (self.numbers, self.others) != (other.numbers, other.others):
            return False
        apart = abs(self.total - other.total)
        return not apart > LEEWAY * (self.size + other.size + self.numbers)  # what is no number is never apart


def signs_of(result: Result) -> tuple[Sign, ...]:
    """The signs of each column."""
    return tuple(map(_sign, zip(*result.rows, strict=True)))


def _sign(values: Iterable[Any]) -> Sign:
    numbers, others = [], 0
    for value in values:
        if isinstance(value, NUMBERS):
            numbers.append(value)
        elif not isinstance(value, list | tuple | dict):  # these may hold numbers that are only nearly equal
            others += hash(value)
    try:
        floats = [float(number) for number in numbers]
        return Sign(len(numbers), others, math.fsum(floats), math.fsum(map(abs, floats)))
    except (OverflowError, ValueError):
        return Sign(len(numbers), others, math.nan, math.nan)
