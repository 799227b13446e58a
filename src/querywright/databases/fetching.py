"""Taking rows from an engine under the row cap and the byte cap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from querywright.databases.results import Limits

_ROW = 56
_VALUE = 32


def gather(rows: Iterable[tuple[Any, ...]], limits: Limits) -> tuple[list[tuple[Any, ...]], bool]:
    """Rows up to the caps of `limits`, and whether there were more.

    The row that crosses the byte cap is kept, so a result never holds more than the cap and one row.
    """
    kept: list[tuple[Any, ...]] = []
    cap, left = limits.rows, limits.bytes
    for row in rows:
        if left < 0 or len(kept) >= cap:
            return kept, True
        kept.append(row)
        left -= _ROW + _VALUE * len(row)
        for value in row:
            kind = type(value)
            if kind is str or kind is bytes:
                left -= len(value)
            elif kind is list or kind is dict or kind is tuple:
                left -= weigh(value)
    return kept, False


def weigh(value: Any) -> int:
    """About how many bytes a value takes, lists and dicts with what they hold."""
    if isinstance(value, str | bytes):
        return _VALUE + len(value)
    if isinstance(value, list | tuple):
        return _ROW + sum(map(weigh, value))
    if isinstance(value, dict):
        return _ROW + sum(weigh(k) + weigh(v) for k, v in value.items())
    return _VALUE
