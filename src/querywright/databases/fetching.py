"""Taking rows from an engine under the row cap and the byte cap."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from itertools import islice
from typing import Any

from querywright.databases.results import Limits

_VALUE = 32
_CHUNK = 48


def gather(rows: Iterable[tuple[Any, ...]], limits: Limits, width: int) -> tuple[list[tuple[Any, ...]], bool]:
    """Rows of `width` values up to the caps of `limits`, and whether there were more.

    Rows are weighed a few at a time (48 values), so a result holds at most the byte cap and one such handful more.
    """
    kept: list[tuple[Any, ...]] = []
    rows = iter(rows)
    handful = max(1, _CHUNK // max(1, width))
    left = limits.bytes
    while left >= 0:
        wanted = min(handful, limits.rows - len(kept))
        chunk = list(islice(rows, wanted))
        kept += chunk
        if len(chunk) < handful:
            more = len(chunk) == wanted and next(rows, None) is not None
            return kept, more
        left -= _weight(chunk, width)
    return kept, next(rows, None) is not None


def _weight(chunk: list[tuple[Any, ...]], width: int) -> int:
    """About the bytes these rows take. Serialising is the fastest way to ask; a very wide row is not copied for it."""
    if width < _CHUNK:
        try:
            return len(marshal.dumps(chunk, 2)) + _VALUE * width * len(chunk)
        except ValueError:  # dates, decimals: types that marshal does not know
            pass
    return weigh(chunk)


def weigh(value: Any) -> int:
    """About how many bytes a value takes, lists and dicts with what they hold."""
    if isinstance(value, str | bytes):
        return _VALUE + len(value)
    if isinstance(value, list | tuple):
        return _VALUE + sum(map(weigh, value))
    if isinstance(value, dict):
        return _VALUE + sum(weigh(k) + weigh(v) for k, v in value.items())
    return _VALUE
