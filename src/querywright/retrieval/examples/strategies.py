"""In which sense an example is like a question: each strategy ranks all examples, by name in one dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Final, TypeAlias

from querywright.errors import SettingsError
from querywright.retrieval.examples.shelf import Asked, Shelf

THRESHOLD: Final = 0.85
"""How alike the skeletons of two queries are that DAIL selection takes for the same in kind."""

Ranking: TypeAlias = Iterable[tuple[int, float]]
"""Rows with their scores, the first one first; looked up as far as it is taken."""


def masked_alignment(asked: Asked, shelf: Shelf) -> Ranking:
    """The masked question against the masked SQL of the examples."""
    return shelf.masked_sql.ranked(shelf.where_sql_is(asked.masked))


def question(asked: Asked, shelf: Shelf) -> Ranking:
    """The question against the questions, as they are."""
    return shelf.question.ranked(shelf.embed([asked.question])[0])


def masked_question(asked: Asked, shelf: Shelf) -> Ranking:
    """The masked question against the masked questions."""
    return shelf.masked_question.ranked(shelf.asked(asked.masked))


def dail(asked: Asked, shelf: Shelf) -> Iterator[tuple[int, float]]:
    """As `masked_question`, but first those whose SQL has nearly the skeleton of the draft; the others behind them.

    Raises:
        SettingsError: there is no draft.
    """
    import numpy as np

    draft = _draft(asked, "dail")
    vector = shelf.asked(asked.masked)
    alike = np.flatnonzero(shelf.likeness(draft) >= THRESHOLD)
    yield from shelf.masked_question.among(vector, alike)
    first = set(alike.tolist())
    yield from (found for found in shelf.masked_question.ranked(vector) if found[0] not in first)


def draft_sql(asked: Asked, shelf: Shelf) -> Ranking:
    """The masked draft against the masked SQL of the examples. Raises SettingsError: there is no draft."""
    return shelf.masked_sql.ranked(shelf.embed([_draft(asked, "draft-sql")])[0])


def random(asked: Asked, shelf: Shelf) -> Iterator[tuple[int, float]]:
    """Any, by the seed and the question; the score says nothing."""
    chance = Random(f"{asked.seed}\0{asked.question}")
    left = len(shelf)
    moved: dict[int, int] = {}
    while left:  # a shuffle, of which only as much is done as is taken
        at = chance.randrange(left)
        left -= 1
        yield moved.get(at, at), 0.0
        moved[at] = moved.get(left, left)


def _draft(asked: Asked, name: str) -> str:
    if asked.draft is None:
        raise SettingsError(f"the strategy {name} needs a draft of the SQL: give draft_sql, or choose another strategy")
    return asked.draft


Strategy: TypeAlias = Callable[[Asked, Shelf], Ranking]

STRATEGIES: Mapping[str, Strategy] = {
    "masked-alignment": masked_alignment,
    "question": question,
    "masked-question": masked_question,
    "random": random,
    "dail": dail,
    "draft-sql": draft_sql,
}
