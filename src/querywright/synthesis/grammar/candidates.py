"""One condition on one column: what a person would say of a value, and the test that says the same."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.dialects import Dialect
from querywright.synthesis.grammar.samples import is_number
from querywright.synthesis.grammar.trees import Condition, Expression
from querywright.synthesis.lexicon import Role

_NOTHING = frozenset(
    ("", "null", "none", "nan", "n/a", "n.a.", "-", "?", "unknown", "unspecified", "other", "others", "misc")
)
"""Text that stands for no value: not worth asking for."""

Test = Callable[[Any], bool]
_WORD = re.compile(r"[^\W\d_]{5,}")
_DULL = frozenset(
    (
        "with",
        "from",
        "that",
        "this",
        "have",
        "the",
        "for",
        "unknown",
        "none",
        "null",
        "other",
        "street",
        "without",
        "after",
        "before",
        "under",
        "about",
        "their",
        "there",
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One condition on one column, and the same as a test of a value; with `either`, two of which one must hold."""

    ref: Ref
    writes: tuple[Callable[[str], str], ...]
    """How each comparison is written about a column."""
    test: Test
    kind: str = "="
    halves: tuple[Test, ...] = ()
    """For two joined by OR: the test of each."""

    @property
    def sql(self) -> str:
        return " OR ".join(write(self.ref.sql) for write in self.writes)

    def about(self, column: str, proved: bool) -> Condition:
        """The condition about `column`, as it is written elsewhere."""
        return Condition(tuple(Expression((write(column),)) for write in self.writes), proved)


@dataclass(frozen=True)
class Candidates:
    """Makes conditions that hold for a given value; holds the dialect only."""

    dialect: Dialect

    def pair(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> tuple[Candidate, ...]:
        """Two comparisons on `ref` that are said as one and hold for `value`: a range as two candidates, two values
        as one. Nothing where that does not fit."""
        column = ref.column
        if value is None or (isinstance(value, str) and not _says(value)):
            return ()
        if column.role is Role.CATEGORY:
            return self._two_values(ref, value, rng)
        if column.role in (Role.DATE, Role.DATETIME) and column.dated:
            return self._span(ref, value, rng)
        if column.role is Role.YEAR and column.numeric and is_number(value):
            years = rng.choice((2, 4, 4, 9))
            low = int(value) - rng.randint(0, years)
            return _within(ref, low, low + years)
        if column.role in (Role.AMOUNT, Role.LEVEL) and column.numeric and is_number(value):
            return self._range(ref, value, block, rng)
        return ()

    def _two_values(self, ref: Ref, value: Any, rng: random.Random) -> tuple[Candidate, ...]:
        facts = ref.column.facts
        counts = {v: n for v, n in facts.top if v is not None and not self._same(v, value) and type(v) is type(value)}
        few = 2 if (facts.rows or 0) >= 8 else 1
        others = [v for v, n in counts.items() if n >= few and facts.can_say(v)]
        others = sorted((v for v in others if _says(str(v))), key=repr)
        if ref.column.distinct * 2 > (facts.rows or 0) or len(others) < 2 or isinstance(value, bytes):
            return ()
        if not facts.can_say(value) or not str(value).strip():
            return ()
        values = sorted((value, *rng.choices(others, [counts[v] for v in others])), key=repr)
        writes = tuple(self._equals(v) for v in values)
        halves: tuple[Test, ...] = tuple(self._equal(v) for v in values)
        return (Candidate(ref, writes, lambda v: any(half(v) for half in halves), "either", halves),)

    def _span(self, ref: Ref, value: Any, rng: random.Random) -> tuple[Candidate, ...]:
        """A whole year, quarter or month, half open: right for dates and for times."""
        day = _day(value)
        first, last = _day(ref.column.facts.minimum), _day(ref.column.facts.maximum)
        if day is None or first is None or last is None:
            return ()
        months = rng.choice((12, 12, 12, 3)) if (last - first).days > 600 else rng.choice((1, 1, 3))
        start = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
        if months == 12 and last.year - first.year >= 12:
            start, months = dt.date(day.year // 10 * 10, 1, 1), 120
        end = _add_months(start, months)
        if start <= first or end > last:
            return ()
        return (
            Candidate(ref, (_writing(">=", f"'{start}'"),), lambda v: (d := _day(v)) is not None and d >= start, ">="),
            Candidate(ref, (_writing("<", f"'{end}'"),), lambda v: (d := _day(v)) is not None and d < end, "<"),
        )

    def _range(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> tuple[Candidate, ...]:
        values = block.sample.numbers(ref.node, ref.column.name)
        if len(values) < 8 or values[0] == values[-1] or ref.column.distinct < 8:
            return ()
        at, whole = float(value), ref.column.facts.integral or isinstance(value, int)
        low = _human(values[: bisect_left(values, at)], values, whole, rng)
        high = _human(values[bisect_right(values, at) :], values, whole, rng)
        if low is None or high is None or not values[0] < low <= at <= high < values[-1]:
            return ()
        if bisect_right(values, high) - bisect_left(values, low) < 0.12 * len(values):
            return ()
        return _within(ref, low, high)

    def one(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        """A condition on `ref` that holds for `value`; None where nothing natural fits."""
        column = ref.column
        if value is None:
            if rng.random() < 0.25 and column.nulls and column.role not in (Role.CODE, Role.NAME):
                return Candidate(ref, (lambda c: f"{c} IS NULL",), lambda v: v is None, "null")
            return None
        if isinstance(value, str) and not _says(value):
            return None
        role = column.role
        if role in (Role.CATEGORY, Role.FLAG):
            return self._category(ref, value, rng)
        if role is Role.NAME:
            return self._name(ref, value, block, rng)
        if role is Role.YEAR and is_number(value):
            return self._year(ref, int(value), rng)
        if role in (Role.AMOUNT, Role.LEVEL, Role.RANK) and column.numeric and is_number(value):
            return self._number(ref, value, block, rng)
        if role in (Role.DATE, Role.DATETIME) and column.dated:
            return self._date(ref, value, rng)
        return None

    def _category(self, ref: Ref, value: Any, rng: random.Random) -> Candidate | None:
        facts = ref.column.facts
        known = [v for v, _ in facts.top] or list(facts.values)
        others = [v for v in known if v is not None and not self._same(v, value) and type(v) is type(value)]
        others = [v for v in others if facts.can_say(v)]
        others = [v for v in others if _says(str(v))]
        others.sort(key=repr)
        if isinstance(value, bytes) or not facts.can_say(value) or (isinstance(value, str) and not value.strip()):
            return None
        roll = rng.random()
        if ref.role is not Role.FLAG and len(others) >= 4 and roll < 0.08:
            chosen = sorted([value, *rng.sample(others, 1 if roll < 0.05 else 2)], key=repr)
            listed = ", ".join(self.dialect.literal(v) for v in chosen)
            tests = [self._equal(v) for v in chosen]
            return Candidate(ref, (lambda c: f"{c} IN ({listed})",), lambda v: any(t(v) for t in tests), "in")
        if ref.role is not Role.FLAG and roll < 0.11 and 3 < ref.column.distinct <= 12 and others:
            other = rng.choice(others)
            if not ref.column.nulls:
                write, same = _writing("<>", self.dialect.literal(other)), self._equal(other)
                return Candidate(ref, (write,), lambda v: v is not None and not same(v), "<>")
        return Candidate(ref, (self._equals(value),), self._equal(value))

    def _equals(self, value: Any) -> Callable[[str], str]:
        return lambda column: self.dialect.equals(column, value)

    def _equal(self, value: Any) -> Test:
        return lambda v: self._same(v, value)

    def _same(self, a: Any, b: Any) -> bool:
        """Whether the engine takes these for one value."""
        if self.dialect.equality_folds_case and isinstance(a, str) and isinstance(b, str):
            return _folded(a) == _folded(b)
        return bool(a == b)

    def _name(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        """A parent by its name, or a word in a title: never part of a person's name."""
        if not isinstance(value, str) or not value.strip() or len(value) > 40:
            return None
        if ref.node == 0:
            return self._like(ref, value, rng)  # one row by its name is a question of its own
        return Candidate(ref, (self._equals(value),), self._equal(value), "name")

    def _like(self, ref: Ref, value: str, rng: random.Random) -> Candidate | None:
        words = [w for w in _WORD.findall(value) if w.lower() not in _DULL and w.isascii()]
        if not words or " " not in value.strip():
            return None
        word = rng.choice(words)
        write: Callable[[str], str] = lambda c: f"{c} {self.dialect.like} '%{word}%'"  # noqa: E731
        return Candidate(ref, (write,), _containing(word, self.dialect.like_folds_case), "like")

    def _year(self, ref: Ref, year: int, rng: random.Random) -> Candidate | None:
        if not ref.column.numeric:
            text = str(year)
            return Candidate(ref, (_writing("=", f"'{text}'"),), lambda v: str(v) == text)
        roll = rng.random()
        if roll < 0.4:
            return Candidate(ref, (_writing("=", str(year)),), _equal(year))
        if roll < 0.75:
            low = (year - rng.randint(1, 4)) // 5 * 5 if rng.random() < 0.5 else year - rng.randint(1, 3)
            return Candidate(ref, (_writing(">", str(low)),), lambda v: v is not None and v > low, ">")
        high = (year // 5 + 1) * 5 if rng.random() < 0.5 else year + rng.randint(1, 3)
        return Candidate(ref, (_writing("<", str(high)),), lambda v: v is not None and v < high, "<")

    def _number(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        values = block.sample.numbers(ref.node, ref.column.name)
        if len(values) < 3 or values[0] == values[-1]:
            return None
        at = float(value)
        below, above = values[: bisect_left(values, at)], values[bisect_right(values, at) :]
        whole = ref.column.facts.integral or isinstance(value, int)
        roll = rng.random()
        if whole and values[-1] - values[0] <= 6 and roll < 0.5:
            return Candidate(ref, (_writing("=", str(int(at))),), _equal(int(at)))
        low = _human(below, values, whole, rng)
        high = _human(above, values, whole, rng)
        if low is not None and (low <= values[0] or low >= at or (whole and low >= values[-1] - 1)):
            low = None
        if high is not None and (high > values[-1] or high <= at or (whole and high <= values[0] + 1)):
            high = None
        if low is not None and (roll < 0.65 or high is None):
            if rng.random() < 0.7:
                return Candidate(ref, (_writing(">", str(low)),), lambda v: is_number(v) and v > low, ">")
            return Candidate(ref, (_writing(">=", str(low)),), lambda v: is_number(v) and v >= low, ">=")
        if high is not None:
            return Candidate(ref, (_writing("<", str(high)),), lambda v: is_number(v) and v < high, "<")
        return None

    def _date(self, ref: Ref, value: Any, rng: random.Random) -> Candidate | None:
        day = _day(value)
        first, last = _day(ref.column.facts.minimum), _day(ref.column.facts.maximum)
        if day is None or first is None or last is None:
            return None
        many = last.year - first.year >= 2
        roll = rng.random()
        if many and roll < 0.55:
            year = day.year
            wanted = self.dialect.year_literal(year)
            write: Callable[[str], str] = lambda c: f"{self.dialect.year(c)} = {wanted}"  # noqa: E731
            return Candidate(ref, (write,), lambda v: (d := _day(v)) is not None and d.year == year, "year")
        if roll < 0.8:
            start = _round_day(day, many, down=True)
            return Candidate(
                ref, (_writing(">=", f"'{start}'"),), lambda v: (d := _day(v)) is not None and d >= start, ">="
            )
        end = _round_day(day, many, down=False)
        return Candidate(ref, (_writing("<", f"'{end}'"),), lambda v: (d := _day(v)) is not None and d < end, "<")


def _says(value: str) -> bool:
    """Whether this text stands for something, and can be quoted as it is."""
    return value == value.strip() and value.lower() not in _NOTHING and value[:1] not in "(["


def _writing(operator: str, value: str) -> Callable[[str], str]:
    return lambda column: f"{column} {operator} {value}"


def _equal(value: Any) -> Test:
    return lambda v: bool(v == value)


@lru_cache(maxsize=20_000)
def _folded(value: str) -> str:
    """Text without capitals, accents and spaces at its end, which the servers' usual collations do not see."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
    return plain.casefold().rstrip(" ")


def _within(ref: Ref, low: Any, high: Any) -> tuple[Candidate, ...]:
    """From `low` to `high`, both included."""
    return (
        Candidate(ref, (_writing(">=", str(low)),), lambda v: is_number(v) and v >= low, ">="),
        Candidate(ref, (_writing("<=", str(high)),), lambda v: is_number(v) and v <= high, "<="),
    )


def _containing(word: str, folds: bool) -> Test:
    if folds:
        return lambda v: isinstance(v, str) and word.lower() in v.lower()
    return lambda v: isinstance(v, str) and word in v


def _human(side: list[float], values: list[float], whole: bool, rng: random.Random) -> float | int | None:
    """A round number near a value of `side`: as few significant digits as still split the values there."""
    if not side:
        return None
    aim = side[rng.randrange(len(side))]
    spread = values[-1] - values[0]
    if aim == 0:
        return 0
    for digits in (1, 2, 3):
        step = 10.0 ** (math.floor(math.log10(abs(aim))) - digits + 1)
        for unit in (5 * step, step) if digits > 1 else (step,):
            rounded = round(aim / unit) * unit
            if abs(rounded - aim) <= 0.08 * spread:
                number = round(rounded, 6)
                if whole or number.is_integer():
                    return int(number) if number.is_integer() else round(aim)
                return float(f"{number:.6g}")
    return int(aim) if whole else float(f"{aim:.3g}")


@lru_cache(maxsize=20_000)
def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


def _add_months(day: dt.date, months: int) -> dt.date:
    month = day.month - 1 + months
    return dt.date(day.year + month // 12, month % 12 + 1, 1)


def _round_day(day: dt.date, many: bool, down: bool) -> dt.date:
    """The start of a year (of a month, where there are few years) on the wanted side of `day`."""
    if many:
        return dt.date(day.year if down else day.year + 1, 1, 1)
    first = dt.date(day.year, day.month, 1)
    return first if down else _add_months(first, 1)
