"""What two benchmarks of runs share: the processor time of each step of a chain, and of all processes."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from querywright.datasets.example import Example
from querywright.runs import Recipe, Step
from querywright.runs.labour import Labourer
from querywright.runs.records import DIGEST_BYTES


class Timed:
    """A step, and the processor time spent in it."""

    def __init__(self, step: Step, spent: Counter[str]) -> None:
        self.name, self._step, self._spent = step.name, step, spent

    def __call__(self, example: Example) -> Iterable[Example]:
        began = time.process_time()
        try:
            return list(self._step(example))
        finally:
            self._spent[self.name] += time.process_time() - began


def by_step(recipe: Recipe, count: int, warm_up: int = 0) -> dict[str, float]:
    """Milliseconds of processor time for each example that `count` inputs give, by step, after some that warm up."""
    labourer = Labourer(recipe)
    chain = labourer._chain
    spent: Counter[str] = Counter()
    chain.steps = tuple(Timed(step, spent) for step in chain.steps)
    tasks = list(islice(enumerate(recipe.inputs()), warm_up + count))
    labourer.work(tasks[:warm_up], lambda: False)
    spent.clear()
    began = time.process_time()
    done = labourer.work(tasks[warm_up:], lambda: False)
    total = time.process_time() - began
    labourer.close()
    made = sum(len(record.digests) // DIGEST_BYTES for record in done.records)
    found = {name: round(1000 * seconds / made, 2) for name, seconds in spent.items()}
    found["unique_and_record"] = round(1000 * (total - spent.total()) / made, 2)
    return {**found, "all": round(1000 * total / made, 2)}


def processor_seconds() -> float:
    """Of this process and of those it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
