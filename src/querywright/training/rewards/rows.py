"""F1 over the rows of two results: how many of the gold rows a completion found, and how many others.

Source 003 §10.1: "F1 over result set rows". A row is found whole or not at all, because parts of rows can be had for
nothing: by `SELECT *`, which has every value somewhere, or by a constant that many rows share.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from querywright.databases.compare import compare
from querywright.databases.results import Result
from querywright.databases.values import NUMBERS, canonical, close

Row: TypeAlias = tuple[Any, ...]
Pair: TypeAlias = tuple[int, int]
"""The places of two equal rows: in gold, in the other result."""


def row_f1(gold: Result, predicted: Result, ordered: bool = False) -> float:
    """2 × rows in both / (rows of gold + rows of the other), where a row counts as often as it comes.

    It is 1 exactly where `compare` finds the results equal under the rule `strict`: columns by position, values within
    its tolerance. Hence a column too many or too few leaves no row in both (`SELECT *` gains nothing), each row too
    many costs, and so does each duplicate.

    Where gold orders its rows the score is the mean of that F1 and of the same with only those rows counted that also
    come in gold's order, as many as can be: the right rows in another order score between 0.5 and 1.

    Two empty results score 0: nothing was found, so nothing was shown.

    Args:
        gold: what the right query returned.
        predicted: what the other query returned.
        ordered: whether the order of gold's rows is part of the answer.
    """
    if not gold.rows or not predicted.rows or len(gold.columns) != len(predicted.columns):
        return 0.0
    if compare(gold, predicted, "strict", ordered):
        return 1.0
    pairs = _pairs(gold.rows, predicted.rows)
    both = len(gold.rows) + len(predicted.rows) + gold.truncated + predicted.truncated  # at least one row was cut off
    found = 2 * len(pairs) / both
    return (found + 2 * _in_order(pairs) / both) / 2 if ordered else found


def _pairs(gold: Sequence[Row], predicted: Sequence[Row]) -> list[Pair]:
    """Rows that are equal, each in one pair at most; the first with the first where there are several."""
    places: defaultdict[Row, deque[int]] = defaultdict(deque)
    for place, row in enumerate(map(canonical, gold)):
        places[row].append(place)
    pairs: list[Pair] = []
    others: list[tuple[Row, int]] = []
    for place, row in enumerate(map(canonical, predicted)):
        same = places.get(row)
        if same:
            pairs.append((same.popleft(), place))
        else:
            others.append((row, place))
    if any(isinstance(value, NUMBERS) for row, _ in others for value in row):
        left = [(row, place) for row, same in places.items() for place in same]
        pairs += _nearly(left, others)
    return pairs


def _nearly(gold: Sequence[tuple[Row, int]], predicted: Sequence[tuple[Row, int]]) -> Iterator[Pair]:
    """Rows that are equal but for the last digits of their numbers."""
    alike = _chains(value for row, _ in (*gold, *predicted) for value in row if isinstance(value, NUMBERS))

    def grouped(rows: Iterable[tuple[Row, int]]) -> Mapping[Row, deque[tuple[Row, int]]]:
        groups: defaultdict[Row, deque[tuple[Row, int]]] = defaultdict(deque)
        for row, place in rows:
            rest = tuple((alike[value], "number") if isinstance(value, NUMBERS) else value for value in row)
            groups[rest].append((tuple(value for value in row if isinstance(value, NUMBERS)), place))
        return {rest: deque(sorted(some)) for rest, some in groups.items()}

    got = grouped(predicted)
    for rest, ours in grouped(gold).items():
        theirs = got.get(rest, deque())
        while ours and theirs:
            if all(map(close, ours[0][0], theirs[0][0])):
                yield ours.popleft()[1], theirs.popleft()[1]
            else:  # the ends of a long chain may be too far apart
                (ours if ours[0] < theirs[0] else theirs).popleft()


def _chains(numbers: Iterable[Any]) -> dict[Any, Any]:
    """For each number the lowest of those that lead to it, each close to the one before."""
    lowest: dict[Any, Any] = {}
    before: Any = None
    for number in sorted(set(numbers)):
        lowest[number] = lowest[before] if before is not None and close(before, number) else number
        before = number
    return lowest


def _in_order(pairs: Sequence[Pair]) -> int:
    """The most pairs that come in the same order on both sides: the longest rising run of gold's places."""
    ends: list[int] = []
    for place, _ in sorted(pairs, key=lambda pair: pair[1]):
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)
