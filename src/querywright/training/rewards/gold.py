"""Whether a gold query can be held against completions: one that shows nothing would reward anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from querywright.databases import Result
from querywright.errors import QueryError
from querywright.training.rewards.task import RewardTask
from querywright.training.rewards.written import Written


@dataclass(frozen=True, slots=True)
class Checked:
    """Tasks that can be rewarded, and those that cannot, each with its reason; both in the order given."""

    kept: tuple[RewardTask, ...]
    refused: tuple[tuple[RewardTask, str], ...]


def unusable(gold: Written, outcome: Result | QueryError | None) -> str:
    """Why nothing can be compared with a gold query; empty where something can.

    Args:
        gold: the standard query, as it is written.
        outcome: its result, or why it has none; None where it was not executed.
    """
    if gold.stopped is not None:
        return f"the gold query cannot be used: {gold.reason or gold.stopped}"
    if not isinstance(outcome, Result):
        return f"the gold query fails: {outcome.message if outcome else 'it was not executed'}"
    if outcome.truncated:
        return f"the gold query has more rows than the limits let through ({len(outcome.rows):,})"
    if not outcome.rows:
        return "the gold query has no rows, so every query that finds nothing would be right"
    if finds_nothing(outcome):
        return "the gold query finds nothing (only NULL or 0), so every query that finds nothing would be right"
    return ""


def finds_nothing(result: Result) -> bool:
    """Whether a result is what a query that finds no rows gives: none, one row of NULLs and zeros, or NULLs alone.

    >>> finds_nothing(Result(("n",), [(0,)])), finds_nothing(Result(("n",), [(0,), (0,)]))
    (True, False)
    """
    if len(result.rows) == 1:
        return all(value is None or _is_zero(value) for value in result.rows[0])
    return _are_null(result.rows)


def _is_zero(value: Any) -> bool:
    return not isinstance(value, (str, bytes, list, dict)) and bool(value == 0)


def _are_null(rows: Sequence[tuple[Any, ...]]) -> bool:
    return all(value is None for row in rows for value in row)
