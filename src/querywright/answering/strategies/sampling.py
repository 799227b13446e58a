"""Samples: every strategy is prepared once and asked once a sample, all at the same time."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from querywright.answering.cleaning import plain_sql
from querywright.answering.desk import Desk, Wish
from querywright.answering.known import Candidate, Known, Shot
from querywright.answering.strategies.contract import Samples, Strategy, Writer
from querywright.errors import ModelFailed


class Warming(Protocol):
    """The settings that decide how warm each sample is."""

    @property
    def candidates(self) -> int: ...
    @property
    def temperature(self) -> float: ...
    @property
    def hottest(self) -> float: ...


class Sampling(Samples, Warming, Protocol):
    """The settings that decide how samples differ."""

    @property
    def shuffle(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sample of one strategy."""

    strategy: str
    sample: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What came of a sample: a candidate, not executed yet, or why there is none."""

    wanted: Wanted
    candidate: Candidate | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class _Call:
    """One request; its samples differ in nothing that a model is told."""

    strategy: str
    shuffled: int
    """The sample whose order of tables and columns is shown; 0: that of the schema."""
    temperature: float


class Sampler:
    """Writes samples for one question with strategies, given by name."""

    def __init__(self, strategies: Mapping[str, Strategy], known: Known, desk: Desk, settings: Sampling) -> None:
        self._strategies, self._known, self._desk, self._settings = strategies, known, desk, settings
        self._writers: dict[str, Writer] = {}
        self._preparing = {name: threading.Lock() for name in strategies}

    def write(self, wanted: Sequence[Wanted]) -> list[Draft]:
        """A draft of each sample, in the order given. Raises ModelUnavailable, DatabaseUnavailable."""
        calls = self._calls(wanted)
        found = self._desk.each(self._asked, list(calls.items()))
        drafts = {draft.wanted: draft for each in found for draft in each}
        return [drafts[each] for each in wanted]

    def calls(self, wanted: Sequence[Wanted]) -> int:
        """How many requests these samples take."""
        return len(self._calls(wanted))

    def notes(self) -> list[str]:
        """How the strategies were prepared, in words."""
        return [f"{name}: {note}" for name, writer in self._in_order() for note in writer.notes]

    def shots(self) -> dict[str, tuple[Shot, ...]]:
        """The examples that strategies made themselves."""
        return {name: writer.shots for name, writer in self._in_order() if writer.shots}

    def _in_order(self) -> list[tuple[str, Writer]]:
        return [(name, self._writers[name]) for name in self._strategies if name in self._writers]

    def _calls(self, wanted: Sequence[Wanted]) -> dict[_Call, list[Wanted]]:
        calls: dict[_Call, list[Wanted]] = {}
        for each in wanted:
            shuffled = each.sample if self._settings.shuffle else 0
            call = _Call(each.strategy, shuffled, temperature(each.sample, self._settings))
            calls.setdefault(call, []).append(each)
        return calls

    def _asked(self, asked: tuple[_Call, list[Wanted]]) -> list[Draft]:
        call, wanted = asked
        writer = self._writer(call.strategy)
        seed = f"{self._desk.seed}\0{self._known.key}\0{call.strategy}\0{call.shuffled}"
        prompt = writer.prompt(random.Random(seed) if call.shuffled else None)
        try:
            answers = self._desk.ask(call.strategy, Wish(prompt, call.temperature, len(wanted)), writer.shape)
        except ModelFailed as failed:
            return [Draft(each, failure=failed.reason) for each in wanted]
        drafts = []
        for each, answer in zip(wanted, answers, strict=True):
            sql, reasoning = writer.read(answer)
            drafts.append(Draft(each, Candidate(plain_sql(sql), each.strategy, each.sample, reasoning.strip())))
        return drafts

    def _writer(self, name: str) -> Writer:
        """The writer of a strategy, prepared by the first sample that needs it; the others of its kind wait."""
        with self._preparing[name]:
            if name not in self._writers:
                self._writers[name] = self._strategies[name](self._known, self._desk, self._settings)
            return self._writers[name]


def temperature(sample: int, settings: Warming) -> float:
    """The temperatures of the samples, evenly from the coolest to the hottest."""
    if settings.candidates == 1:
        return settings.temperature if sample == 0 else settings.hottest
    step = min(sample, settings.candidates - 1) / (settings.candidates - 1)
    return settings.temperature + (settings.hottest - settings.temperature) * step
