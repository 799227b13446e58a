"""How much of the gold result a predicted one holds, cell by cell, between 0 and 1: a score for what is nearly right.

Both functions sum up cells over pairs of rows: those in both rows (tp), in the predicted one only (fp), in the gold one
only (fn), each as a share of the gold row's width; a row without a partner counts as one fp or fn. The score is
2·tp / (2·tp + fp + fn). They differ in which rows are pairs and in what a cell in both is. Both take any two results
of a database and cost less than a second for ten thousand rows of a few columns: a training loop can call them.

A truncated result is scored by the rows that it has: what the limits cut off is neither missed nor found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from querywright.databases.results import Result
from querywright.databases.values import canonical
from querywright.evaluation.row_pairing import cells_in_common

Row = tuple[Any, ...]


def soft_f1(gold: Result, predicted: Result) -> float:
    """The soft F1 whatever the order of rows and of columns.

    Equal rows count once on either side, then each row has at most one partner, so that the cells in both rows of a
    pair are as many as can be. A value is in both as often as both rows have it. Values are equal as
    `databases.values` says; floats are equal to their neighbours within its tolerance, so a chain of close floats is
    one value, and inside lists and dicts there is no tolerance. The score is 1 exactly where the different rows of
    one side can be paired off with those of the other, and the rows of a pair hold the same values as often: also
    for two results without rows. Where rows hold no value twice it is never below `soft_f1_by_position`.

    Pairs are the best possible while what is left to pair, when equal rows and rows without anything in common are
    taken out, falls into groups of no more than 100 × 100 rows. Larger groups are paired greedily, which may score
    lower (never higher), still without regard to the order of rows.
    """
    if gold.rows == predicted.rows:
        return 1.0
    wanted, got = _distinct(gold.rows, predicted.rows)
    if wanted.keys() == got.keys():
        return 1.0
    if _has_nan(wanted) or _has_nan(got):  # which equals itself here
        wanted, got = _distinct(list(map(canonical, wanted)), list(map(canonical, got)))
    return _score(list(wanted), list(got))


def soft_f1_by_position(gold: Result, predicted: Result) -> float:
    """The soft F1 as the BIRD script gives it, up to a float's last digits: rows are pairs by their place.

    Equal rows count once on either side, where they first come; then the first goes with the first. A value is in both
    rows if the other row has it at all, so (1, 1) is all in (1, 2). Numbers have no tolerance. Two results without
    rows score 1.

    Where the script stops with an error its caller writes 0, and so do we: a gold row without columns that has a
    partner. Lists and dicts, on which it stops too, are compared by their content instead.
    """
    if gold.rows == predicted.rows and (not gold.rows or gold.rows[0]):
        return 1.0
    wanted, got = _distinct(gold.rows, predicted.rows)
    if _has_nan(wanted) or _has_nan(got):  # which equals itself, as everywhere here
        wanted, got = _distinct(list(map(canonical, wanted)), list(map(canonical, got)))
    tp = fp = fn = 0.0
    for row, other in zip(wanted, got, strict=False):
        if not row:
            return 0.0
        values, others = set(row), set(other)
        found = sum(value in values for value in other)
        tp += found / len(row)
        fp += (len(other) - found) / len(row)
        fn += sum(value not in others for value in row) / len(row)
    fp += max(0, len(got) - len(wanted))
    fn += max(0, len(wanted) - len(got))
    return 2 * tp / (2 * tp + fp + fn)


def _has_nan(rows: Iterable[Row]) -> bool:
    return not all(value == value for row in rows for value in row)


def _score(wanted: list[Row], got: list[Row]) -> float:
    """The score of different rows. All are as wide as their side's widest, as if filled up with what equals nothing."""
    if not wanted or not got:
        return 0.0
    width, other_width = max(map(len, wanted)), max(map(len, got))
    pairs, alone = min(len(wanted), len(got)), abs(len(wanted) - len(got))
    of = pairs * (width + other_width) + alone * width
    return 2 * cells_in_common(wanted, got) / of if of else 0.0


def _distinct(gold: list[Row], predicted: list[Row]) -> tuple[dict[Row, None], dict[Row, None]]:
    """The different rows of either side in order; with lists and dicts, which cannot be hashed, as tuples."""
    try:
        return dict.fromkeys(gold), dict.fromkeys(predicted)
    except TypeError:
        return dict.fromkeys(map(canonical, gold)), dict.fromkeys(map(canonical, predicted))
