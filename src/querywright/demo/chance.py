"""How the demo data falls: skewed choices, seasons, prices — all from one seeded `Random`, never from the clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Skewed(Generic[T]):
    """Things of which a few are picked often and most seldom: the k-th weighs `1 / (k + 3) ** slope`."""

    def __init__(self, things: Sequence[T], slope: float = 0.8) -> None:
        self._things = things
        self._weights = list(accumulate(1 / (k + 3) ** slope for k in range(len(things))))

    def pick(self, rng: Random) -> T:
        """One of them, by weight."""
        return rng.choices(self._things, cum_weights=self._weights)[0]


def weighted(rng: Random, table: dict[T, float]) -> T:
    """One key of `table`, as often as its weight says."""
    return rng.choices(list(table), weights=list(table.values()))[0]


def day_between(rng: Random, first: date, last: date, growth: float = 1.0) -> date:
    """A day from `first` to `last`; `growth` above 1 makes later days likelier."""
    span = (last - first).days
    return first + timedelta(days=int(span * rng.random() ** (1 / growth)))


def seasonal_day(rng: Random, first: date, last: date, months: Sequence[float], growth: float = 1.0) -> date:
    """A day as `day_between` gives it, with each month as likely as its weight (1.0 at most) in `months`."""
    while True:
        day = day_between(rng, first, last, growth)
        if rng.random() < months[day.month - 1]:
            return day


def at_office_hours(rng: Random, day: date, opens: int = 8, closes: int = 18) -> datetime:
    """A moment of that day, to the minute, while the doors are open."""
    return datetime(day.year, day.month, day.day, rng.randrange(opens, closes), rng.randrange(60))


def price(rng: Random, low: float, high: float) -> float:
    """An amount with cents; low ones likelier than high ones."""
    return round(low + (high - low) * float(rng.random() ** 1.7), 2)


def or_null(rng: Random, share: float, value: T) -> T | None:
    """The value, or NULL for this share of the rows."""
    return None if rng.random() < share else value
