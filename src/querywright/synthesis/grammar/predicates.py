"""Conditions from real values: each is true for one sampled row, and each keeps out a row the others let through.

A person says one condition, or two. A feature table counts more: "in 2023" is two comparisons, and so are "between 20
and 40" and "red or blue". So a wanted number of comparisons is met with as few things to say as possible.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.candidates import Candidate, Candidates, Test
from querywright.synthesis.grammar.trees import Condition
from querywright.synthesis.lexicon import Role

KEEPS, DROPS = 0.03, 0.08
"""The shares of rows that a condition must let through and keep out: else it is a riddle, or idle."""
MOST_SAID = 3
"""Conditions that one query says at most."""


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
class Finder(Candidates):
    """Finds conditions that belong together."""

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
