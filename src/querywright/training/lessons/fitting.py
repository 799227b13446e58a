"""Lessons that fit the window of the model: the schema shrinks first, the completion never."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from querywright.training.lessons.lesson import Lesson

Measure: TypeAlias = Callable[["Lesson"], int]
"""How many tokens a lesson is, with everything that the chat template puts around it."""


def longest(lessons: Sequence[Lesson], measure: Measure) -> int:
    """Tokens of the longest of an example's lessons.

    The steps of a pipe query share their prompt but for the query so far, so the last but one, before the end, is
    nearly always the longest; where none of two neighbours can be told apart by their letters both are measured.
    """
    candidates = sorted(lessons, key=lambda each: -(len(each.user) + len(each.answer)))[:2]
    return max(measure(each) for each in candidates)
