"""What a strategy is: it prepares what the question needs once, and gives a `Writer` that is asked once a sample."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from querywright.answering.desk import Desk
from querywright.answering.known import Known, Shot
from querywright.answering.prompting import Part, fitted, template
from querywright.answering.showing import dialect_of, question_text, schema_part, table_texts

if TYPE_CHECKING:
    from pydantic import BaseModel


class Samples(Protocol):
    """The settings of generation that strategies look at."""

    @property
    def temperature(self) -> float: ...
    @property
    def examples(self) -> int: ...
    @property
    def shots(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """How a strategy asks for one candidate, whatever the sample."""

    shape: type[BaseModel]
    """What the model is asked for."""
    prompt: Callable[[random.Random | None], str]
    """The prompt; with chance it shuffles the schema, without it leaves everything in its place."""
    read: Callable[[Any], tuple[str, str]]
    """The query and the reasoning in an answer of that shape."""
    shots: tuple[Shot, ...] = ()
    """Examples that the strategy made itself, for the trace."""
    notes: tuple[str, ...] = ()
    """What a person should know of how it was prepared."""


Strategy = Callable[[Known, Desk, Samples], Writer]
"""Prepares a writer for the question. It may ask the model; what it does not get then, it does without, and notes it.
Raises ModelUnavailable and DatabaseUnavailable only."""


def asking(name: str, known: Known, desk: Desk, parts: Sequence[Part] = ()) -> Callable[[random.Random | None], str]:
    """The prompts of a template that shows the schema and the question; `parts` give way before the schema does."""
    tables = table_texts(known, desk)

    def prompt(chance: random.Random | None) -> str:
        text, left_out = fitted(
            name,
            desk.prompt_tokens,
            (*parts, schema_part(known, desk, chance, tables=tables)),
            dialect=dialect_of(desk),
            question=question_text(known),
            rules=template("rules").text,
        )
        desk.account.left_out += left_out
        return text

    return prompt


if TYPE_CHECKING:
    from querywright.answering.stages.generation import Settings

    def _settings_are_samples(settings: Settings) -> Samples:
        return settings
