"""Generation: several strategies write candidates, several samples each, over a schema shuffled for each sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.executing import executed
from querywright.answering.known import Candidate, Known
from querywright.answering.stages.contract import Stage
from querywright.answering.strategies import STRATEGIES
from querywright.errors import ModelFailed, SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """How candidates are generated."""

    strategies: tuple[str, ...] = ("direct",)
    candidates: int = 1
    """Of each strategy."""
    temperature: float = 0.0
    """Of the first sample of each strategy; further ones are drawn evenly up to `hottest`."""
    hottest: float = 1.0
    shuffle: bool = True
    """Whether tables and columns change places from sample to sample; the first one shows them as they are."""
    early_exit: int = 0
    """Stop where so many first candidates agree; 0: never. What is saved is noted."""
    examples: int = 75
    """How many examples the strategy `synthetic-examples` asks for."""
    shots: int = 5
    """How many retrieved examples the strategy `few-shot` shows."""


def generate(known: Known, desk: Desk, settings: Settings) -> Known:
    """Write candidates with every strategy and execute them."""
    for name in settings.strategies:
        if name not in STRATEGIES:
            raise SettingsError(f"there is no strategy {name!r}: choose from {', '.join(STRATEGIES)}")
    found: list[Candidate] = []
    notes: list[str] = []
    for name in settings.strategies:
        written = STRATEGIES[name](known, desk, settings)
        notes += [f"{name}: {each.reason}" for each in written if isinstance(each, ModelFailed)]
        found += [each for each in written if isinstance(each, Candidate)]
    candidates = tuple(desk.each(lambda candidate: executed(candidate, desk, "generate"), found))
    problem = "" if candidates else f"no candidate was written ({'; '.join(dict.fromkeys(notes)) or 'nothing came'})"
    return replace(known, candidates=candidates, problem=problem, notes=tuple(notes))


GENERATE = Stage("generate", Settings, generate, ("candidates",))
