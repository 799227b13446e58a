"""Pair the rows of two results so that every pair is equal within the tolerance, or show rows that cannot be.

"Within a tolerance" is not transitive, so rounding to a key and counting would be wrong near every boundary.
Rows are bucketed by what must be exactly equal; inside a bucket, exact pairs are taken first and the few rows
left are paired by augmenting paths, which finds a complete pairing whenever there is one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from querywright.databases.values import NUMBERS, canonical, close

Row = tuple[Any, ...]


def unmatched(gold: Sequence[Row], predicted: Sequence[Row]) -> tuple[Row, Row] | None:
    """A gold row that finds no partner and a predicted row left over, or None if all pair up.

    Args:
        gold: rows, as many as `predicted`.
        predicted: rows of the same width.
    """
    wanted, got = list(map(canonical, gold)), list(map(canonical, predicted))
    missing, extra = Counter(wanted), Counter(got)
    missing, extra = missing - extra, extra - missing
    if not missing:
        return None
    gold_buckets, predicted_buckets = _buckets(missing), _buckets(extra)
    lonely: Row | None = None
    for skeleton, rows in gold_buckets.items():
        others = predicted_buckets.get(skeleton, [])
        if len(rows) != len(others):
            lonely = rows[-1] if lonely is None else lonely
            break
    if lonely is None:
        for skeleton, rows in gold_buckets.items():
            if not _pairs_sorted(rows, predicted_buckets[skeleton]):
                every_gold = [row for row in wanted if _skeleton(row) == skeleton]
                every_predicted = [row for row in got if _skeleton(row) == skeleton]
                lonely = _augment(every_gold, every_predicted)
                if lonely is not None:
                    break
    if lonely is None:
        return None
    return _as_given(lonely, wanted, gold), _as_given(_nearest(lonely, list(extra)), got, predicted)


def _skeleton(row: Row) -> Row:
    """The row with every number that may need the tolerance taken out."""
    return tuple("\0number" if _is_number(v) else "\0nested" if isinstance(v, tuple) else v for v in row)


def _is_number(value: Any) -> bool:
    return isinstance(value, NUMBERS)


def _buckets(rows: Counter[Row]) -> dict[Row, list[Row]]:
    buckets: defaultdict[Row, list[Row]] = defaultdict(list)
    for row in rows.elements():
        buckets[_skeleton(row)].append(row)
    return buckets


def _numbers(row: Row) -> tuple[Any, ...]:
    return tuple(v for v in row if _is_number(v))


def _pairs_sorted(gold: list[Row], predicted: list[Row]) -> bool:
    """Whether sorting both sides by their numbers already pairs them: the usual case, and cheap."""
    return all(map(_rows_close, sorted(gold, key=_numbers), sorted(predicted, key=_numbers)))


def _rows_close(a: Row, b: Row) -> bool:
    return all(map(close, a, b))


def _augment(gold: list[Row], predicted: list[Row]) -> Row | None:
    """A gold row that no complete pairing can serve, or None when there is a complete pairing."""
    places: defaultdict[Row, list[int]] = defaultdict(list)
    for index, row in enumerate(predicted):
        places[row].append(index)
    owner: dict[int, int] = {}
    waiting: list[int] = []
    for index, row in enumerate(gold):
        if places[row]:
            owner[places[row].pop()] = index
        else:
            waiting.append(index)
    return next((gold[index] for index in waiting if not _serve(index, gold, predicted, owner)), None)


def _serve(start: int, gold: list[Row], predicted: list[Row], owner: dict[int, int]) -> bool:
    """Find `start` a partner, moving others to theirs along the way (breadth first)."""
    came_from: dict[int, int] = {}
    queue = [start]
    for giver in queue:
        for taken in range(len(predicted)):
            if taken in came_from or not _rows_close(gold[giver], predicted[taken]):
                continue
            came_from[taken] = giver
            if taken in owner:
                queue.append(owner[taken])
                continue
            partner = {g: p for p, g in owner.items()}
            while True:
                giver = came_from[taken]
                previous = partner.get(giver)
                owner[taken] = giver
                if previous is None or giver == start:
                    return True
                taken = previous
    return False


def _nearest(row: Row, candidates: list[Row]) -> Row:
    """The candidate with most values in common: what a person would see as 'the same row, but'."""
    return max(candidates, key=lambda other: sum(map(close, row, other)))


def _as_given(row: Row, canonical_rows: list[Row], rows: Sequence[Row]) -> Row:
    return rows[canonical_rows.index(row)]
