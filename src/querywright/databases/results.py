"""What an execution may cost, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """What one execution may cost. Exceeding `seconds` is an error; exceeding `rows` or `bytes` truncates."""

    seconds: float = 5.0
    rows: int = 1000
    bytes: int = 16_000_000
    """Approximate size of all values fetched; fetching stops there and the result is marked `truncated`."""


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of one query.

    Values are None, bool, int, float (NaN included), str, bytes, Decimal, date, datetime, time, timedelta,
    or lists/dicts of these. Text that is not valid UTF-8 comes back with the bad bytes as surrogate escapes.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    truncated: bool = False
    seconds: float = 0.0
