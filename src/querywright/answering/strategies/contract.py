"""What a strategy is, and what all of them do: one prompt a sample, and candidates of what comes back."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Wish
from querywright.answering.known import Candidate, Known
from querywright.errors import ModelFailed


class Samples(Protocol):
    """The settings of generation that strategies look at."""

    @property
    def candidates(self) -> int: ...
    @property
    def temperature(self) -> float: ...
    @property
    def hottest(self) -> float: ...
    @property
    def shuffle(self) -> bool: ...
    @property
    def examples(self) -> int: ...
    @property
    def shots(self) -> int: ...


Strategy = Callable[[Known, Desk, Samples], Sequence[Candidate | ModelFailed]]
"""Writes as many candidates as the settings say; one that could not be written is the failure. Executes nothing."""


def sampled(
    name: str, known: Known, desk: Desk, settings: Samples, prompt: Callable[[random.Random | None], str]
) -> list[Candidate | ModelFailed]:
    """Candidates of one prompt a sample.

    Args:
        name: of the strategy.
        known: what is known.
        desk: asks the model.
        settings: how many, how hot, whether shuffled.
        prompt: the prompt; with chance it shuffles the schema, without it leaves everything in its place.
    """
    from querywright.answering.answers import WrittenSQL

    wishes = []
    for sample in range(settings.candidates):
        chance = random.Random(f"{desk.seed}\0{known.key}\0{name}\0{sample}") if sample and settings.shuffle else None
        wishes.append(Wish(prompt(chance), _temperature(sample, settings)))
    found: list[Candidate | ModelFailed] = []
    for sample, answers in enumerate(desk.ask_each(name, wishes, WrittenSQL)):
        if isinstance(answers, ModelFailed):
            found.append(answers)
        else:
            found += [Candidate(plain_sql(each.sql), name, sample, each.reasoning.strip()) for each in answers]
    return found


def _temperature(sample: int, settings: Samples) -> float:
    """The temperatures of the samples, evenly from the coolest to the hottest."""
    if settings.candidates == 1:
        return settings.temperature
    return settings.temperature + (settings.hottest - settings.temperature) * sample / (settings.candidates - 1)


if TYPE_CHECKING:
    from querywright.answering.stages.generation import Settings

    def _settings_are_samples(settings: Settings) -> Samples:
        return settings
