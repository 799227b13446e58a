"""Retrieval of examples: questions with their SQL that are like the one at hand, to be shown in prompts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Wish
from querywright.answering.known import Known, Shot
from querywright.answering.stages.contract import Stage
from querywright.answering.strategies.contract import asking
from querywright.datasets.example import Example
from querywright.errors import ModelFailed, QueryRejected

DRAFTED = ("dail", "draft-sql")
"""Strategies that compare queries: a first one is written for them, which costs a call."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How examples are retrieved."""

    k: int = 5
    """How many."""
    strategy: str = "masked-alignment"
    """How likeness is measured, by the names of the example index."""


def retrieve_examples(known: Known, desk: Desk, settings: Settings) -> Known:
    """Find the examples that are most like the question. Without an index there are none, and a note says so."""
    if desk.examples is None:
        return replace(known, shots=(), notes=("there is no index of examples: none are shown",))
    try:
        draft = _draft(known, desk) if settings.strategy in DRAFTED else None
        found = desk.examples.search(
            known.question, desk.schema, settings.k, settings.strategy, seed=desk.seed, draft_sql=draft
        )
    except ModelFailed as failed:
        return replace(known, shots=(), notes=(f"no examples were retrieved: {failed.reason}",))
    except QueryRejected as rejected:
        return replace(known, shots=(), notes=(f"no examples were retrieved: the draft is no query ({rejected})",))
    notes = () if found else ("the index has no example that is like the question",)
    return replace(known, shots=tuple(_shot(each.example) for each in found), notes=notes)


def _shot(example: Example) -> Shot:
    return Shot(example.question, example.SQL, example.evidence, example.cot_reasoning or "", "retrieved")


def _draft(known: Known, desk: Desk) -> str:
    """A first query for the question, asked for straight away."""
    from querywright.answering.answers import WrittenSQL

    (answer,) = desk.ask("retrieve-examples", Wish(asking("direct", known, desk)(None), 0.0), WrittenSQL)
    return plain_sql(answer.sql)


RETRIEVE_EXAMPLES = Stage("retrieve-examples", Settings, retrieve_examples, ("shots",))
