"""Conditions from real values: each is true for one sampled row, and each keeps out a row the others let through."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.dialects import Dialect, literal
from querywright.synthesis.grammar.samples import is_number
from querywright.synthesis.grammar.trees import Condition, Expression
from querywright.synthesis.lexicon import Role

_NOTHING = frozenset(("", "null", "none", "nan", "n/a", "-", "?"))
"""Text that stands for no value: not worth asking for."""
EITHER = 0.07
"""How often two conditions are joined by OR."""

Test = Callable[[Any], bool]
_WORD = re.compile(r"[^\W\d_]{4,}")
_DULL = frozenset(("with", "from", "that", "this", "have", "the", "for", "unknown", "none", "null", "other", "street"))


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One condition on one column, and the same as a test of a value."""

    ref: Ref
    sql: str
    test: Test
    count: int = 1
    """How many conditions its text holds (two for a half-open range)."""
    kind: str = "="


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
    ) -> Chosen | None:
        """`count` conditions on `block` that hold together for a real row and are none of them idle.

        `avoid` names columns (as written) to leave alone; `least` and `most` bound the share of rows that may remain;
        `need` lists tables of the block that must get a condition. `test` says for which sampled rows a condition
        holds that the plan adds itself; it is held to the same. None when this try finds none.
        """
        rows = block.rows
        if count == 0:
            if list(need) or test in (0, (1 << len(rows)) - 1):
                return None
            return Chosen((), (), 1.0 if test is None else test.bit_count() / max(len(rows), 1), 0)
        if len(rows) < 2 or test == 0:
            return None
        pivot = rows[_bit(test, rng)] if test is not None else rows[rng.randrange(len(rows))]
        either = self._either(block, pivot, rng, set(avoid)) if count > 1 and rng.random() < EITHER else ()
        taken = {*avoid, *(c.ref.sql for c in either)}
        waiting = set(need) - {c.ref.node for c in either}
        picked, masks, total = self._pick(block, pivot, rng, count - len(either), least, waiting, taken)
        if total != count - len(either):
            return None
        both = [mask_of(c, block) for c in either]
        if test is not None:
            masks.append(test)
        if not _each_matters(masks, both, len(rows)):
            return None
        kept = both[0] | both[1] if both else (1 << len(rows)) - 1
        for mask in masks:
            kept &= mask
        if kept.bit_count() > most * len(rows):
            return None
        conditions = [Condition((Expression((c.sql,)),), proved) for c in picked]
        if either:
            conditions.append(Condition(tuple(Expression((c.sql,)) for c in either), proved))
        refs = tuple(c.ref for c in (*picked, *either))
        pinned = frozenset(c.ref.sql for c in picked if c.kind in ("=", "name"))
        if both:
            masks.append(both[0] | both[1])
        return Chosen(tuple(conditions), refs, kept.bit_count() / len(rows), count, pinned, tuple(masks))

    def _either(
        self, block: Block, pivot: tuple[Any, ...], rng: random.Random, avoid: set[str]
    ) -> tuple[Candidate, ...]:
        """Two simple conditions of the grain for an OR, one of them true for the pivot; else nothing."""
        found: list[Candidate] = []
        for ref in self._order(block, rng, avoid, set()):
            row = block.rows[rng.randrange(len(block.rows))] if found else pivot
            if ref.node or ref.role in (Role.CODE, Role.NAME):
                continue
            one = self.one(ref, row[ref.node][ref.column.name], block, rng)
            if one is not None and one.count == 1 and one.kind in ("=", ">", "<", ">=", "year"):
                found.append(one)
                if len(found) == 2:
                    return tuple(found)
        return ()

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
        count: int,
        least: float,
        waiting: set[int],
        avoid: set[str],
    ) -> tuple[list[Candidate], list[int], int]:
        """Take conditions in order as long as each narrows what is left and enough is left."""
        size = len(block.rows)
        picked: list[Candidate] = []
        masks: list[int] = []
        left, total = (1 << size) - 1, 0
        for ref in self._order(block, rng, avoid, waiting):
            if waiting and ref.node not in waiting:
                continue
            one = self.one(ref, pivot[ref.node][ref.column.name], block, rng)
            if one is None or total + one.count > count:
                continue
            mask = mask_of(one, block)
            remaining = left & mask
            if remaining == left or not remaining or remaining.bit_count() < least * size:
                continue
            picked.append(one)
            masks.append(mask)
            waiting.discard(ref.node)
            left, total = remaining, total + one.count
            if total == count:
                break
        return picked, masks, -1 if waiting else total

    def one(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        """A condition on `ref` that holds for `value`; None where nothing natural fits."""
        column = ref.column
        if value is None:
            if rng.random() < 0.5 and column.nulls:
                return Candidate(ref, f"{ref.sql} IS NULL", lambda v: v is None, kind="null")
            return None
        if column.nulls > 0.15 * max(column.facts.rows or 0, 1) and rng.random() < 0.08:
            return Candidate(ref, f"{ref.sql} IS NOT NULL", lambda v: v is not None, kind="not null")
        if isinstance(value, str) and value.strip().lower() in _NOTHING:
            return None
        role = column.role
        if role in (Role.CATEGORY, Role.FLAG) or (
            role is Role.CODE and column.distinct <= 40 and column.distinct * 3 <= (column.facts.rows or 0)
        ):
            return self._category(ref, value, rng)
        if role in (Role.NAME, Role.CODE):
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
        others = sorted((v for v in known if v is not None and v != value and type(v) is type(value)), key=repr)
        if isinstance(value, bytes) or (isinstance(value, str) and not value.strip()):
            return None
        roll = rng.random()
        if ref.role is not Role.FLAG and len(others) >= 3 and roll < 0.16:
            chosen = sorted([value, *rng.sample(others, 1 if roll < 0.1 else 2)], key=repr)
            sql = f"{ref.sql} IN ({', '.join(literal(v) for v in chosen)})"
            return Candidate(ref, sql, lambda v: v in chosen, kind="in")
        if roll < 0.24 and 3 < ref.column.distinct <= 12 and others and not ref.column.nulls:
            other = rng.choice(others)
            return Candidate(ref, f"{ref.sql} <> {literal(other)}", lambda v: v is not None and v != other, kind="<>")
        return Candidate(ref, f"{ref.sql} = {literal(value)}", lambda v: v == value)

    def _name(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        if not isinstance(value, str) or not value.strip() or len(value) > 60:
            return None
        if ref.node == 0 and ref.column in block.grain.label:
            return self._like(ref, value, rng)  # one row by its name is a question of its own
        if rng.random() < 0.12:
            return self._like(ref, value, rng)
        return Candidate(ref, f"{ref.sql} = {literal(value)}", lambda v: v == value, kind="name")

    def _like(self, ref: Ref, value: str, rng: random.Random) -> Candidate | None:
        words = [w for w in _WORD.findall(value) if w.lower() not in _DULL and w.isascii()]
        folds = self.dialect.like_folds_case
        if words and rng.random() < 0.55:
            word = rng.choice(words)
            return Candidate(ref, f"{ref.sql} LIKE '%{word}%'", _containing(word, folds), kind="like")
        start = value[0]
        if not (start.isascii() and start.isalpha()):
            return None
        return Candidate(ref, f"{ref.sql} LIKE '{start}%'", _starting(start, folds), kind="like")

    def _year(self, ref: Ref, year: int, rng: random.Random) -> Candidate | None:
        wrap = literal if ref.column.numeric else None
        if wrap is None:
            text = str(year)
            return Candidate(ref, f"{ref.sql} = '{text}'", lambda v: str(v) == text)
        roll = rng.random()
        if roll < 0.4:
            return Candidate(ref, f"{ref.sql} = {year}", lambda v: v == year)
        if roll < 0.6:
            low = year - rng.randint(1, 3)
            return Candidate(ref, f"{ref.sql} > {low}", lambda v: v is not None and v > low, kind=">")
        if roll < 0.75:
            high = year + rng.randint(1, 3)
            return Candidate(ref, f"{ref.sql} < {high}", lambda v: v is not None and v < high, kind="<")
        low, high = year - rng.randint(0, 3), year + rng.randint(1, 4)
        return _between(ref, low, high)

    def _number(self, ref: Ref, value: Any, block: Block, rng: random.Random) -> Candidate | None:
        values = block.sample.numbers(ref.node, ref.column.name)
        if len(values) < 3 or values[0] == values[-1]:
            return None
        at = float(value)
        below, above = values[: bisect_left(values, at)], values[bisect_right(values, at) :]
        whole = ref.column.facts.integral or isinstance(value, int)
        roll = rng.random()
        if whole and values[-1] - values[0] <= 12 and roll < 0.35:
            return Candidate(ref, f"{ref.sql} = {int(at)}", lambda v: v == int(at))
        low = _human(below, values, whole, rng)
        high = _human(above, values, whole, rng)
        if low is not None and (low <= values[0] or low >= at or (whole and low >= values[-1] - 1)):
            low = None
        if high is not None and (high > values[-1] or high <= at or (whole and high <= values[0] + 1)):
            high = None
        if low is not None and high is not None and roll > 0.85:
            return _between(ref, low, high) if high < values[-1] else None
        if low is not None and (roll < 0.6 or high is None):
            strict = rng.random() < 0.7
            if strict:
                return Candidate(ref, f"{ref.sql} > {low}", lambda v: is_number(v) and v > low, kind=">")
            return Candidate(ref, f"{ref.sql} >= {low}", lambda v: is_number(v) and v >= low, kind=">=")
        if high is not None:
            return Candidate(ref, f"{ref.sql} < {high}", lambda v: is_number(v) and v < high, kind="<")
        return None

    def _date(self, ref: Ref, value: Any, rng: random.Random) -> Candidate | None:
        day = _day(value)
        first, last = _day(ref.column.facts.minimum), _day(ref.column.facts.maximum)
        if day is None or first is None or last is None:
            return None
        timed = ref.role is Role.DATETIME
        many = last.year - first.year >= 2
        roll = rng.random()
        if many and roll < 0.3:
            year = day.year
            sql = f"{self.dialect.year(ref.sql)} = {self.dialect.year_literal(year)}"
            return Candidate(ref, sql, lambda v: (d := _day(v)) is not None and d.year == year, kind="year")
        if roll < 0.5:
            start = _round_day(day, many, rng, down=True)
            return Candidate(
                ref, f"{ref.sql} >= '{start}'", lambda v: (d := _day(v)) is not None and d >= start, kind=">="
            )
        if roll < 0.7:
            end = _round_day(day, many, rng, down=False)
            return Candidate(ref, f"{ref.sql} < '{end}'", lambda v: (d := _day(v)) is not None and d < end, kind="<")
        start = dt.date(day.year, 1 if many else day.month, 1)
        months = rng.choice((3, 6, 12)) if many else rng.choice((1, 2, 3))
        if many and months < 12:
            start = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
        end = _add_months(start, months)
        test: Test = lambda v: (d := _day(v)) is not None and start <= d < end  # noqa: E731
        if timed:
            return Candidate(ref, f"{ref.sql} >= '{start}' AND {ref.sql} < '{end}'", test, 2, "range")
        final = end - dt.timedelta(days=1)
        return Candidate(ref, f"{ref.sql} BETWEEN '{start}' AND '{final}'", test, kind="between")


_WEIGHT: dict[Role, float] = {
    Role.CATEGORY: 3.0,
    Role.FLAG: 1.5,
    Role.CODE: 0.15,
    Role.NAME: 1.2,
    Role.YEAR: 1.5,
    Role.AMOUNT: 1.6,
    Role.LEVEL: 1.6,
    Role.RANK: 0.7,
    Role.DATE: 1.6,
    Role.DATETIME: 1.4,
}


def _weight(block: Block, ref: Ref) -> float:
    """How natural a condition on this column is; 0 for keys, foreign keys and what identifies a row."""
    column, table = ref.column, block.nodes[ref.node].table
    if column.name in table.links or (column in table.key and column not in table.label):
        return 0.0
    if column.role is Role.NAME and ref.node == 0:
        return 0.3 if column in table.label else 0.8
    return _WEIGHT.get(column.role, 0.0)


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


def _each_matters(masks: list[int], either: list[int], size: int) -> bool:
    """Whether for each condition there is a row that only this one keeps out, and for each half of an OR (`either`)
    one that only this half lets in."""
    everything = (1 << size) - 1
    whole = [*masks, either[0] | either[1]] if either else masks
    for i, mask in enumerate(whole):
        others = everything
        for j, other in enumerate(whole):
            if j != i:
                others &= other
        if not others & ~mask:
            return False
    if not either:
        return True
    for mask in masks:
        everything &= mask
    return bool(everything & either[0] & ~either[1] and everything & either[1] & ~either[0])


def mask_of(candidate: Candidate, block: Block) -> int:
    """Which sampled rows satisfy it, as bits; each different value is tested once."""
    test, mask = candidate.test, 0
    for value, rows in block.sample.places(candidate.ref.node, candidate.ref.column.name):
        if test(value):
            mask |= rows
    return mask


def _between(ref: Ref, low: Any, high: Any) -> Candidate:
    def within(v: Any) -> bool:
        return is_number(v) and low <= v <= high

    return Candidate(ref, f"{ref.sql} BETWEEN {low} AND {high}", within, kind="between")


def _containing(word: str, folds: bool) -> Test:
    if folds:
        return lambda v: isinstance(v, str) and word.lower() in v.lower()
    return lambda v: isinstance(v, str) and word in v


def _starting(start: str, folds: bool) -> Test:
    if folds:
        return lambda v: isinstance(v, str) and v[:1].lower() == start.lower()
    return lambda v: isinstance(v, str) and v[:1] == start


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


def _round_day(day: dt.date, many: bool, rng: random.Random, down: bool) -> dt.date:
    """The start of a year, half or month on the wanted side of `day`."""
    if many and rng.random() < 0.6:
        return dt.date(day.year if down else day.year + 1, 1, 1)
    first = dt.date(day.year, day.month, 1)
    return first if down else _add_months(first, 1)
