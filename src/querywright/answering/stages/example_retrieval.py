"""Retrieval of examples: questions with their SQL that are like the one at hand, to be shown in prompts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Examples, Wish
from querywright.answering.known import Known, Shot
from querywright.answering.stages.contract import Stage
from querywright.answering.strategies.contract import asking
from querywright.datasets.example import Example
from querywright.errors import ModelFailed


@dataclass(frozen=True, slots=True)
class Settings:
    """How examples are retrieved."""

    k: int = 5
    """How many."""
    strategy: str = "masked-alignment"
    """How likeness is measured, by the names of the example index."""
    draft: bool = False
    """Whether a first query is written, which costs a call, for a strategy that compares queries."""


def retrieve_examples(known: Known, desk: Desk, settings: Settings) -> Known:
    """Find the examples that are most like the question. Without an index there are none, and a note says so."""
    if desk.examples is None:
        return replace(known, shots=(), notes=("there is no index of examples: none are shown",))
    try:
        return _retrieved(known, desk, desk.examples, settings)
    except ModelFailed as failed:
        return replace(known, shots=(), notes=(f"no examples were retrieved: {failed.reason}",))


def _retrieved(known: Known, desk: Desk, index: Examples, settings: Settings) -> Known:
    draft = _draft(known, desk) if settings.draft else None
    found = index.search(
        known.question, desk.schema, settings.k + 1, settings.strategy, seed=desk.seed, draft_sql=draft
    )
    others = [each.example for each in found if not _is_itself(each.example, known.question)]
    notes = () if others else ("the index has no example that is like the question",)
    if len(others) < len(found):
        notes = (*notes, "the question itself stands among the examples: it was passed over")
    shots = tuple(
        Shot(each.question, each.SQL, each.evidence, each.cot_reasoning or "", "retrieved")
        for each in others[: settings.k]
    )
    return replace(known, shots=shots, notes=notes)


def _is_itself(example: Example, question: str) -> bool:
    """Whether an example is the very question: its SQL would be the answer."""
    return example.question.casefold().split() == question.casefold().split()


def _draft(known: Known, desk: Desk) -> str:
    """A first query for the question, asked for straight away."""
    from querywright.answering.answers import WrittenSQL

    (answer,) = desk.ask("retrieve-examples", Wish(asking("direct", known, desk)(None), 0.0), WrittenSQL)
    return plain_sql(answer.sql)


RETRIEVE_EXAMPLES = Stage("retrieve-examples", Settings, retrieve_examples, ("shots",))
