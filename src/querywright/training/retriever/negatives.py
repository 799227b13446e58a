"""What a pair is held against: queries of other skeletons, drawn by a seed or those of the other pairs of its batch.

A query of the same skeleton is no wrong answer, nor is one that answers an equal masked question elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from querywright.training.retriever.pairs import Masked, Pair
from querywright.training.retriever.settings import IN_BATCH

TRIES: Final = 20
"""Draws for each negative wanted, before the rest is taken from whatever is left."""
RIGHT, WRONG, SILENT = 1, 0, -1
"""What a query is to a question: its answer, a negative, or not compared with it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One pair as it is trained on; queries are numbers into the list of skeletons."""

    question: str
    sql: int
    negatives: tuple[int, ...]
    """Those drawn for it; none where the others of the batch are its negatives."""
    answers: tuple[int, ...]
    """All queries that answer this masked question somewhere, its own among them."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions, different queries, and what each of these is to each question."""

    questions: tuple[str, ...]
    queries: tuple[str, ...]
    marks: tuple[tuple[int, ...], ...]


def skeletons_of(masked: Sequence[Masked]) -> dict[str, int]:
    """How many examples have each skeleton, in the order of their first."""
    return dict(Counter(each.sql for each in masked))


def rows(pairs: Sequence[Pair], skeletons: dict[str, int], negatives: int, seed: int) -> list[Row]:
    """The pairs with what they are held against.

    Args:
        pairs: all of them.
        skeletons: all queries that there are, with how often each comes: one is drawn as often as it comes.
        negatives: how many for each pair, all different; fewer where there are no more. `IN_BATCH`: none is drawn.
        seed: decides which.
    """
    number = {skeleton: place for place, skeleton in enumerate(skeletons)}
    answers: defaultdict[str, set[int]] = defaultdict(set)
    for pair in pairs:
        answers[pair.question].add(number[pair.sql])
    pool = [number[skeleton] for skeleton, count in skeletons.items() for _ in range(count)]
    chance = Random(seed)
    found = []
    for pair in pairs:
        right = answers[pair.question]
        drawn = () if negatives == IN_BATCH else _drawn(pool, len(number), right, negatives, chance)
        found.append(Row(pair.question, number[pair.sql], drawn, tuple(sorted(right))))
    return found


def _drawn(pool: Sequence[int], different: int, right: set[int], count: int, chance: Random) -> tuple[int, ...]:
    """So many different ones of the pool that are not right."""
    count = min(count, different - len(right))
    found: dict[int, None] = {}
    for _ in range(TRIES * count):
        if len(found) == count:
            break
        one = pool[chance.randrange(len(pool))]
        if one not in right:
            found[one] = None
    if len(found) < count:
        rest = [one for one in range(different) if one not in right and one not in found]
        found |= dict.fromkeys(chance.sample(rest, count - len(found)))
    return tuple(found)


def batch_of(chosen: Sequence[Row], skeletons: Sequence[str]) -> Batch:
    """These rows together. Each query stands there once, for all rows that it means something to, short ones first."""
    different = {one for row in chosen for one in (row.sql, *row.negatives)}
    inside = sorted(different, key=lambda one: (len(skeletons[one]), one))
    columns = {one: column for column, one in enumerate(inside)}
    marks = []
    for row in chosen:
        wrong = row.negatives or columns.keys() - set(row.answers)
        line = [SILENT] * len(columns)
        for one in wrong:
            line[columns[one]] = WRONG
        line[columns[row.sql]] = RIGHT
        marks.append(tuple(line))
    return Batch(tuple(row.question for row in chosen), tuple(skeletons[one] for one in columns), tuple(marks))
