"""Answerability: where no candidate has rows, whether the database holds what the question asks for at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, Wish
from querywright.answering.executing import is_good
from querywright.answering.judging import query_text
from querywright.answering.known import Known
from querywright.answering.prompting import Part, fitted
from querywright.answering.showing import dialect_of, question_text, schema_part, whole
from querywright.answering.stages.contract import Stage
from querywright.errors import ModelFailed
from querywright.models.templates import as_data

QUERIES = 5
"""Queries that are shown with what became of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """There is nothing to set."""


def answerable(known: Known, desk: Desk, settings: Settings) -> Known:
    """Ask once, and only where no candidate has rows: an empty answer may be right, and may be no answer.

    A no is believed only of the whole schema: where its names do not fit into the prompt, nobody is asked.
    """
    from querywright.answering.answers import Answerability

    if not known.candidates or any(map(is_good, known.candidates)):
        return known
    prompt = _prompt(known, desk)
    if prompt is None:
        note = "whether it can be answered was not asked: the schema does not fit into the prompt"
        return replace(known, notes=(note,))
    (answer,) = desk.ask_each("answerable", [Wish(prompt, 0.0)], Answerability)
    if isinstance(answer, ModelFailed):
        return replace(known, notes=(f"whether it can be answered is not known: {answer.reason}",))
    if answer[0].answerable:
        return known
    why = answer[0].missing.strip() or answer[0].reasoning.strip() or "it does not hold what is asked for"
    return replace(known, problem=f"the database cannot answer this: {' '.join(why.split())}")


def _prompt(known: Known, desk: Desk) -> str | None:
    """The prompt with the whole schema: with all that is said of it, or with names alone; None where neither fits."""
    shown = replace(known, columns=whole(desk.schema))
    for schema in (schema_part(shown, desk, None), _names_part(desk)):
        text, left_out = fitted(
            "answerable",
            desk.prompt_tokens,
            (_tried_part(known), schema),
            dialect=dialect_of(desk),
            question=question_text(known),
        )
        if not any(" schema did not fit" in said or "more than the" in said for said in left_out):
            desk.account.left_out += left_out
            return text
    return None


def _names_part(desk: Desk) -> Part:
    items = [f"{table.full_name} ({', '.join(column.name for column in table.columns)})" for table in desk.schema]
    return Part("schema", items, "\n".join, 1)


def _tried_part(known: Known) -> Part:
    outcomes = {
        attempt.SQL: f"error: {as_data(attempt.error[:200])}" if attempt.error else "no rows"
        for candidate in known.candidates
        for attempt in candidate.attempts
    }
    items = [f"{query_text(sql)}\n{outcome}" for sql, outcome in list(outcomes.items())[:QUERIES]]

    def write(kept: Sequence[str]) -> str:
        return "\n\n".join(kept)

    return Part("queries", items, write, 1)


ANSWERABLE = Stage("answerable", Settings, answerable, ("problem",))
