"""What a run would cost: some of its inputs carried through its chain, and what they took multiplied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from querywright.models.usage import Ledger, Usage
from querywright.runs.chains import carry_through
from querywright.runs.steps import Input, Recipe

SAMPLE = 12
"""Inputs that an estimate is made from, unless told."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a whole run would ask, judged by `sample` of its `inputs`; `usage` is by step, role and model."""

    sample: int
    inputs: int
    kept: int
    """Examples that the whole run would keep, about."""
    usage: tuple[Usage, ...]

    @property
    def total(self) -> Usage:
        """All of it in one line."""
        return Ledger(self.usage).total()


def estimate(
    recipe: Recipe, inputs: Callable[[], Iterator[Input]], sample: int = SAMPLE, count: int | None = None
) -> Estimate:
    """Do some of the work of a run, to know what all of it takes. Nothing is written.

    Answers that were cached count as if they had been asked for.

    Args:
        recipe: what the run does.
        inputs: as for `run`.
        sample: how many inputs to work on.
        count: how many examples the run is to keep; None: it ends with its inputs, and the sample is spread over them.

    Raises:
        QuerywrightError: what stops a run.
    """
    total = None if count is not None else sum(1 for _ in inputs())
    every = max(1, (total or 0) // sample)
    chosen = list(islice(inputs(), 0, None if total is None else every * sample, every))[:sample] if total else []
    chosen = chosen or list(islice(inputs(), sample))
    chain = recipe.open()
    try:
        with ThreadPoolExecutor(max(1, len(chosen))) as hands:
            outcomes = list(hands.map(lambda item: carry_through(chain, item), chosen))
        place = {step.name: number for number, step in enumerate(chain.steps)}
        asked = sorted(Ledger(chain.usage()), key=lambda entry: (place.get(entry.step, len(place)), entry.model))
    finally:
        chain.close()
    kept = sum(len(outcome.kept) for outcome in outcomes)
    needed = total if total is not None else _needed(count or 0, kept, len(chosen))
    factor = needed / max(1, len(chosen))
    return Estimate(len(chosen), needed, round(kept * factor), tuple(entry.uncached().times(factor) for entry in asked))


def _needed(count: int, kept: int, tried: int) -> int:
    """Inputs that give so many examples; where the sample gave none, as many as there are examples wanted."""
    return round(count * tried / kept) if kept else count
