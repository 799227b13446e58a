"""Asking an index for each keyword; one that fails is told, and the question goes on without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from querywright.errors import DatabaseUnavailable, ModelUnavailable, QuerywrightError

T = TypeVar("T")


def looked_up(search: Callable[[str], Sequence[T]], keyword: str) -> Sequence[T] | QuerywrightError:
    """What an index has for a keyword, or why it cannot say.

    Raises:
        ModelUnavailable, DatabaseUnavailable: what stands behind the index is gone.
    """
    try:
        return search(keyword)
    except (ModelUnavailable, DatabaseUnavailable):
        raise
    except QuerywrightError as error:
        return error


def failures(found: Sequence[Sequence[T] | QuerywrightError]) -> tuple[str, ...]:
    """What went wrong, each reason once."""
    return tuple(dict.fromkeys(str(each) for each in found if isinstance(each, QuerywrightError)))
