"""Conditions from real values: each is true for one sampled row, and each keeps out a row the others let through.

A person says one condition, or two. A feature table counts more: "in 2023" is two comparisons, and so are "between 20
and 40" and "red or blue". So a wanted number of comparisons is met with as few things to say as possible.
"""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.dialects import Dialect, literal
from querywright.synthesis.grammar.samples import is_number
from querywright.synthesis.grammar.trees import Condition, Expression
from querywright.synthesis.lexicon import Role

_NOTHING = frozenset(
    ("", "null", "none", "nan", "n/a", "n.a.", "-", "?", "unknown", "unspecified", "other", "others", "misc")
)
"""Text that stands for no value: not worth asking for."""
KEEPS, DROPS = 0.03, 0.08
"""The shares of rows that a condition must let through and keep out: else it is a riddle, or idle."""
MOST_SAID = 3
"""Conditions that one query says at most."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Conditions found for a block; `keep` is the share of sampled rows that satisfy all of them."""

    conditions: tuple[Condition, ...]
    refs: tuple[Ref, ...]
    keep: float
    count: int
    pinned: frozenset[str] = frozenset()
    """Columns, as written, that a condition holds to one value: not worth showing."""
    masks: tuple[int, ...] = ()
    """For each condition the sampled rows that satisfy it, as bits."""
    picked: tuple[Candidate, ...] = ()

    def on(self, block: Block) -> Chosen:
        """The same conditions about the same tables of another block."""
        refs = {c.ref.sql: block.ref(c.ref.node, c.ref.column) for c in self.picked}
        return replace(
            self,
            conditions=tuple(c.about(refs[c.ref.sql].sql, True) for c in self.picked),
            refs=tuple(refs[c.ref.sql] for c in self.picked),
            pinned=frozenset(refs[name].sql for name in self.pinned),
        )

    def without(self, size: int) -> Iterator[int]:
        """The rows that satisfy all conditions, then those that satisfy all but the first, the second, …"""
        everything = (1 << size) - 1
        for leave in range(-1, len(self.masks)):
            rows = everything
            for n, mask in enumerate(self.masks):
                if n != leave:
                    rows &= mask
            yield rows


@dataclass(frozen=True)
class Finder:
    """Finds conditions; holds the dialect only."""

    dialect: Dialect

    def find(
        self,
        block: Block,
        rng: random.Random,
        count: int,
        avoid: Iterable[str] = (),
        proved: bool = True,
        least: float = 0.0,
        need: Iterable[int] = (),
        most: float = 1.0,
        test: int | None = None,
        said: int = MOST_SAID,
    ) -> Chosen | None:
        """`count` comparisons on `block` that hold together for a real row and are none of them idle.

        `avoid` names columns (as written) to leave alone; `least` and `most` bound the share of rows that may remain;
        `need` lists tables of the block that must get a condition. `test` says for which sampled rows a condition
        holds that the plan adds itself; it is held to the same. `said` bounds how many conditions are spoken, two
        comparisons of one column being one. None when this try finds none.
        """
        rows, waiting = block.rows, set(need)
        if count == 0:
            if waiting or test in (0, (1 << len(rows)) - 1):
                return None
            return Chosen((), (), 1.0 if test is None else test.bit_count() / max(len(rows), 1), 0)
        if len(rows) < 2 or test == 0:
            return None
        pairs = _pairs(count, max(len(waiting), 1), said, rng)
        if pairs is None:
            return None
        pivot = rows[_bit(test, rng)] if test is not None else rows[rng.randrange(len(rows))]
        least = max(least, KEEPS, (2 if len(rows) >= 8 else 1) / len(rows))
        picked, masks = self._pick(block, pivot, rng, (pairs, count - 2 * pairs), least, waiting, set(avoid))
        if not picked:
            return None
        if test is not None:
            masks.append(test)
        kept = (1 << len(rows)) - 1
        for mask in masks:
            kept &= mask
        if not _each_matters(masks, len(rows)) or not kept or kept.bit_count() > most * len(rows):
            return None
        if any(not kept & _mask(c.ref, half, block) for c in picked for half in c.halves):
            return None
        return Chosen(
            tuple(c.about(c.ref.sql, proved) for c in picked),
            tuple(c.ref for c in picked),
            kept.bit_count() / len(rows),
            count,
            frozenset(c.ref.sql for c in picked if c.kind in ("=", "name", "null")),
            tuple(masks),
            tuple(picked),
        )

    def _order(self, block: Block, rng: random.Random, avoid: set[str], need: set[int]) -> list[Ref]:
        """Columns to put conditions on, the likelier the more natural; those of needed tables first."""
        weighed: list[tuple[bool, float, int, Ref]] = []
        for number, ref in enumerate(block.refs):
            weight = _weight(block, ref)
            if weight and ref.sql not in avoid:
                # Efraimidis–Spirakis: a weighted shuffle with one random number a column.
                weighed.append((ref.node not in need, -(rng.random() ** (1 / weight)), number, ref))
        return [entry[3] for entry in sorted(weighed)]

    def _pick(
        self,
        block: Block,
        pivot: tuple[Any, ...],
        rng: random.Random,
        room: tuple[int, int],
        least: float,
        waiting: set[int],
        avoid: set[str],
    ) -> tuple[list[Candidate], list[int]]:
        """Take conditions in order as long as each narrows what is left and enough is left; none if `room` (pairs,
        singles) is not filled or a table still waits."""
        size = len(block.rows)
        pairs, singles = room
        picked: list[Candidate] = []
        masks: list[int] = []
        left = (1 << size) - 1
        for ref in self._order(block, rng, avoid, waiting):
            if waiting and ref.node not in waiting:
                continue
            value, double = pivot[ref.node][ref.column.name], pairs > 0
            found = self.pair(ref, value, block, rng) if double else ()
            if not found and singles:
                one = self.one(ref, value, block, rng)
                found, double = (one,) if one is not None else (), False
            made = [mask_of(c, block) for c in found]
            remaining = left
            for mask in made:
                remaining &= mask
            if not made or remaining.bit_count() < least * size or not _narrows(left, made, remaining, size):
                continue
            picked += found
            masks += made
            waiting.discard(ref.node)
            left = remaining
            pairs, singles = (pairs - 1, singles) if double else (pairs, singles - 1)
            if not pairs and not singles:
                return ([], []) if waiting else (picked, masks)
        return [], []

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
        counts = {v: n for v, n in facts.top if v is not None and v != value and type(v) is type(value)}
        few = 2 if (facts.rows or 0) >= 8 else 1
        others = [v for v, n in counts.items() if n >= few and facts.can_say(v)]
        others = sorted((v for v in others if _says(str(v))), key=repr)
        if ref.column.distinct * 2 > (facts.rows or 0) or len(others) < 2 or isinstance(value, bytes):
            return ()
        if not facts.can_say(value) or not str(value).strip():
            return ()
        values = sorted((value, *rng.choices(others, [counts[v] for v in others])), key=repr)
        writes = tuple(_writing("=", literal(v)) for v in values)
        halves: tuple[Test, ...] = tuple(_equal(v) for v in values)
        return (Candidate(ref, writes, lambda v: v in values, "either", halves),)

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
        others = [v for v in known if v is not None and v != value and type(v) is type(value) and facts.can_say(v)]
        others = [v for v in others if _says(str(v))]
        others.sort(key=repr)
        if isinstance(value, bytes) or not facts.can_say(value) or (isinstance(value, str) and not value.strip()):
            return None
        roll = rng.random()
        if ref.role is not Role.FLAG and len(others) >= 4 and roll < 0.08:
            chosen = sorted([value, *rng.sample(others, 1 if roll < 0.05 else 2)], key=repr)
            listed = ", ".join(literal(v) for v in chosen)
            return Candidate(ref, (lambda c: f"{c} IN ({listed})",), lambda v: v in chosen, "in")
        if ref.role is not Role.FLAG and roll < 0.11 and 3 < ref.column.distinct <= 12 and others:
            other = rng.choice(others)
            if not ref.column.nulls:
                return Candidate(ref, (_writing("<>", literal(other)),), lambda v: v is not None and v != other, "<>")
        return Candidate(ref, (_writing("=", literal(value)),), _equal(value))

    def _name(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        """A parent by its name, or a word in a title: never part of a person's name."""
        if not isinstance(value, str) or not value.strip() or len(value) > 40:
            return None
        if ref.node == 0:
            return self._like(ref, value, rng)  # one row by its name is a question of its own
        return Candidate(ref, (_writing("=", literal(value)),), _equal(value), "name")

    def _like(self, ref: Ref, value: str, rng: random.Random) -> Candidate | None:
        words = [w for w in _WORD.findall(value) if w.lower() not in _DULL and w.isascii()]
        if not words or " " not in value.strip():
            return None
        word = rng.choice(words)
        write: Callable[[str], str] = lambda c: f"{c} LIKE '%{word}%'"  # noqa: E731
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


def _pairs(count: int, needed: int, said: int, rng: random.Random) -> int | None:
    """How many of `count` comparisons come in twos, so that at least `needed` and at most `said` things are said."""
    options = [p for p in range(count // 2 + 1) if needed <= count - p <= said]
    if not options:
        return None
    return rng.choices(options, [{1: 12, 2: 4, 3: 1}.get(count - p, 1) for p in options])[0]


def _narrows(left: int, masks: Sequence[int], remaining: int, size: int) -> bool:
    """Whether these conditions keep out enough of what is left, and each of them something."""
    if (left & ~remaining).bit_count() < max(1, DROPS * left.bit_count()) or not remaining:
        return False
    if any((~mask & ((1 << size) - 1)).bit_count() < DROPS / 2 * size for mask in masks):
        return False
    return len(masks) == 1 or (left & masks[0] != remaining and left & masks[1] != remaining)


def _writing(operator: str, value: str) -> Callable[[str], str]:
    return lambda column: f"{column} {operator} {value}"


def _equal(value: Any) -> Test:
    return lambda v: bool(v == value)


def _within(ref: Ref, low: Any, high: Any) -> tuple[Candidate, ...]:
    """From `low` to `high`, both included."""
    return (
        Candidate(ref, (_writing(">=", str(low)),), lambda v: is_number(v) and v >= low, ">="),
        Candidate(ref, (_writing("<=", str(high)),), lambda v: is_number(v) and v <= high, "<="),
    )


_WEIGHT: dict[Role, float] = {
    Role.CATEGORY: 3.0,
    Role.FLAG: 1.5,
    Role.NAME: 1.2,
    Role.YEAR: 1.5,
    Role.AMOUNT: 1.6,
    Role.LEVEL: 1.6,
    Role.RANK: 0.5,
    Role.DATE: 1.8,
    Role.DATETIME: 1.8,
}


def _weight(block: Block, ref: Ref) -> float:
    """How natural a condition on this column is; 0 for keys, foreign keys and what identifies a row."""
    column, table = ref.column, block.nodes[ref.node].table
    if column.name in table.links or (column in table.key and column not in table.label):
        return 0.0
    if not column.facts.sayable:
        return 0.0
    if column.role is Role.NAME:
        named = len(table.label) == 1 and column in table.label
        if not named or table.entity.person:
            return 0.0 if ref.node == 0 or not named else 0.15
        return 0.12 if ref.node == 0 else 1.2
    if column.role in (Role.DATE, Role.DATETIME) and ref.node and table.entity.lookup:
        return 0.0
    return _WEIGHT.get(column.role, 0.0) * (1.0 if ref.node == 0 else 0.7)


def bits(mask: int) -> Iterator[int]:
    """The numbers of the rows in a mask."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _bit(mask: int, rng: random.Random) -> int:
    """One row of a mask."""
    rows = list(bits(mask))
    return rows[rng.randrange(len(rows))]


def _each_matters(masks: list[int], size: int) -> bool:
    """Whether for each condition there is a row that only this one keeps out."""
    everything = (1 << size) - 1
    for i, mask in enumerate(masks):
        others = everything
        for j, other in enumerate(masks):
            if j != i:
                others &= other
        if not others & ~mask:
            return False
    return True


def mask_of(candidate: Candidate, block: Block) -> int:
    """Which sampled rows satisfy it, as bits; each different value is tested once."""
    return _mask(candidate.ref, candidate.test, block)


def _mask(ref: Ref, test: Test, block: Block) -> int:
    mask = 0
    for value, rows in block.sample.places(ref.node, ref.column.name):
        if test(value):
            mask |= rows
    return mask


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
