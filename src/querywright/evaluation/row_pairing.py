"""Pair the rows of two results, each at most once, so that the rows of a pair have as many values in common as can be.

Rows become sets of whole numbers, so that comparing two of them is one operation. What needs no choice is taken out
first, which is nearly everything in results that people compare: values that only one side has, values that all rows
have, rows that are equal by then. What is left falls into groups that share no value; each is solved by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count, pairwise
from math import inf
from typing import Any

from querywright.databases.values import NUMBERS, canonical, close

Row = tuple[Any, ...]
Cells = frozenset[int]
"""A row: one number for each value, another for its second occurrence in the row, and so on."""

EXACT = 100 * 100
"""A group of up to so many pairs of rows is solved exactly, in 50 ms at most; a larger one greedily."""
_LOOKS = 160_000
"""How many pairs of rows are looked at in one round of pairing greedily, but sixteen for each row in any case."""
_ROUNDS = 3
_SETTLING = 8
"""How often at most what was left is gone through again, when pairing greedily and when taking out what is clear."""


def cells_in_common(gold: Sequence[Row], predicted: Sequence[Row]) -> int:
    """The most values that paired rows can have in common, over all ways to pair them.

    Greedy, so possibly less than the most, for groups larger than `EXACT`. The order of rows and columns is irrelevant.
    """
    numbering = _Numbering(chain(gold, predicted))
    found = 0
    groups = [([numbering.cells(row) for row in gold], [numbering.cells(row) for row in predicted])]
    while groups:
        settled, wanted, got = _settle(*groups.pop())
        found += settled
        parts = _apart(wanted, got)
        if len(parts) > 1:
            groups += parts
        else:
            found += sum(_solved(*part, numbering) for part in parts)
    return found


def _solved(gold: list[Cells], predicted: list[Cells], numbering: _Numbering) -> int:
    if len(gold) == 1 or len(predicted) == 1:
        return max(len(row & other) for row in gold for other in predicted)
    if len(gold) * len(predicted) <= EXACT:
        return _best(gold, predicted)
    return _greedy(gold, predicted, numbering.ranks())


class _Numbering:
    """Gives every value its number; values that are equal within the tolerance have the same one."""

    def __init__(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        self._plain = True
        try:
            values = set(chain.from_iterable(rows))
            self._plain = all(map(_is_plain, set(map(type, values))))
        except TypeError:  # lists and dicts cannot be hashed
            self._plain = False
        floats = {value for value in chain.from_iterable(rows) if isinstance(value, float)}
        if not self._plain or any(value != value for value in floats):
            self._plain = False
            values = {canonical(value) for row in rows for value in row}
        self._same = _linked([v for v in values if isinstance(v, NUMBERS)], floats) if floats else {}
        self._next = count().__next__
        self._numbers: defaultdict[Any, int] = defaultdict(self._next)
        self._again: defaultdict[tuple[int, int], int] = defaultdict(self._next)

    def cells(self, row: Row) -> Cells:
        if not self._plain:
            row = tuple(map(canonical, row))
        if self._same:
            row = tuple([self._same.get(value, value) for value in row])
        cells = frozenset(map(self._numbers.__getitem__, row))
        if len(cells) == len(row):
            return cells
        times = Counter(map(self._numbers.__getitem__, row))
        repeated = (self._again[number, n] for number, most in times.items() for n in range(1, most))
        return cells.union(repeated)

    def ranks(self) -> dict[int, int]:
        """The place of each number in an order that follows from the values, not from where they came."""
        places = {number: (_order(value), 0) for value, number in self._numbers.items()}
        places |= {number: (places[first][0], n) for (first, n), number in self._again.items()}
        return {number: rank for rank, number in enumerate(sorted(places, key=places.__getitem__))}


def _is_plain(kind: type) -> bool:
    """Whether values of this type are their own `canonical` stand-in, NaN apart."""
    return kind in (int, str, float, bytes, bool, type(None))


def _linked(numbers: list[Any], floats: set[float]) -> dict[Any, Any]:
    """For each number that is close to its lower neighbour, and one of the two a float: the lowest of the chain."""
    numbers.sort()
    lowest: dict[Any, Any] = {}
    for below, number in pairwise(numbers):
        if (below in floats or number in floats) and close(below, number):
            lowest[number] = lowest.get(below, below)
    return lowest


def _order(value: Any) -> tuple[int, Any, str]:
    if isinstance(value, NUMBERS):
        return 0, value, ""
    if isinstance(value, str):
        return 1, value, ""
    return 2, type(value).__name__, repr(value)


def _settle(gold: list[Cells], predicted: list[Cells]) -> tuple[int, list[Cells], list[Cells]]:
    """What can be counted without a choice, and what is left on either side: rows without their useless values."""
    found = 0
    for _ in range(_SETTLING):
        if not gold or not predicted:
            return found, [], []
        everywhere = gold[0].intersection(*gold, *predicted)
        found += len(everywhere) * min(len(gold), len(predicted))  # whoever is paired has these in common
        shared = frozenset(set().union(*gold) & set().union(*predicted)) - everywhere
        wanted, got = Counter(row & shared for row in gold), Counter(row & shared for row in predicted)
        equal = wanted & got  # to pair equal rows is never worse than to pair them with others
        found += sum(len(row) * times for row, times in equal.items())
        before = len(gold) + len(predicted)
        gold = [row for row in (wanted - equal).elements() if row]
        predicted = [row for row in (got - equal).elements() if row]
        if len(gold) + len(predicted) == before:
            break
    return found, gold, predicted


def _apart(gold: list[Cells], predicted: list[Cells]) -> list[tuple[list[Cells], list[Cells]]]:
    """The rows in groups of which no two share a value."""
    leader: dict[int, int] = {}

    def led(value: int) -> int:
        while (above := leader[value]) != value:
            leader[value] = value = leader[above]
        return value

    for row in chain(gold, predicted):
        one = min(row)
        leader.setdefault(one, one)
        for value in row:
            leader.setdefault(value, value)
            leader[led(value)] = led(one)
    groups: defaultdict[int, tuple[list[Cells], list[Cells]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((gold, predicted)):
        for row in rows:
            groups[led(min(row))][side].append(row)
    return [group for group in groups.values() if group[0] and group[1]]


def _best(gold: list[Cells], predicted: list[Cells]) -> int:
    """The most cells in common, exactly: rows are given partners one by one, along the shortest way to make room."""
    rows, others = (gold, predicted) if len(gold) <= len(predicted) else (predicted, gold)
    costs = [[-len(row & other) for other in others] for row in rows]
    width = len(others)
    row_price, price = [0.0] * len(rows), [0.0] * (width + 1)
    owner = [-1] * (width + 1)  # of each of the others; the last is a door through which a row comes in
    for new in range(len(rows)):
        owner[width] = new
        at, slack, came_from, seen = width, [inf] * width, [width] * width, [False] * (width + 1)
        while owner[at] >= 0:
            seen[at] = True
            row, cost = owner[at], costs[owner[at]]
            nearest, following = inf, width
            for j in range(width):
                if seen[j]:
                    continue
                reduced = cost[j] - row_price[row] - price[j]
                if reduced < slack[j]:
                    slack[j], came_from[j] = reduced, at
                if slack[j] < nearest:
                    nearest, following = slack[j], j
            for j in range(width + 1):
                if seen[j]:
                    row_price[owner[j]] += nearest
                    price[j] -= nearest
                elif j < width:
                    slack[j] -= nearest
            at = following
        while at != width:
            owner[at] = owner[came_from[at]]
            at = came_from[at]
    return -sum(costs[owner[j]][j] for j in range(width) if owner[j] >= 0)


def _greedy(gold: list[Cells], predicted: list[Cells], ranks: dict[int, int]) -> int:
    """Cells in common when the best of a few pairs looked at for each row are taken first."""
    found = 0
    for _ in range(_ROUNDS):
        settled, gold, predicted = _settle(gold, predicted)
        found += settled
        if not gold:
            break
        gold, predicted = _in_order(gold, ranks), _in_order(predicted, ranks)
        free_gold, free_predicted = set(range(len(gold))), set(range(len(predicted)))
        for missing, i, j in sorted(_looked_at(gold, predicted, ranks)):
            if i in free_gold and j in free_predicted:
                found -= missing
                free_gold.remove(i)
                free_predicted.remove(j)
        gold, predicted = [gold[i] for i in free_gold], [predicted[j] for j in free_predicted]
    return found


def _in_order(rows: list[Cells], ranks: dict[int, int]) -> list[Cells]:
    return sorted(rows, key=lambda row: sorted(map(ranks.__getitem__, row)))


def _looked_at(gold: list[Cells], predicted: list[Cells], ranks: dict[int, int]) -> Iterable[tuple[int, int, int]]:
    """Pairs worth a look, the best first when sorted: each gold row with a few that share its rarest values.

    Gold rows that share a value begin at different places, or they would all ask for the same few.
    """
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for j, row in enumerate(predicted):
        for value in row:
            holders[value].append(j)
    asked: Counter[int] = Counter()
    most = max(16, _LOOKS // len(gold))
    for i, row in enumerate(gold):
        looks: dict[int, None] = {}
        for value in sorted(row, key=lambda value: (len(holders[value]), ranks[value])):
            those = holders[value]
            start = asked[value]
            asked[value] += 1
            looks.update((those[(start + k) % len(those)], None) for k in range(min(len(those), most - len(looks))))
            if len(looks) >= most:
                break
        for j in looks:
            yield -len(row & predicted[j]), i, j
