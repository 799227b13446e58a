"""How many verified examples a second the grammar author makes of the demo databases, and where its time goes.

    python benchmarks/synthesis_rate.py [--count 2000] [--workers 2] [--seed 0] [--steps 400]

`per_second` is kept examples by the clock over a whole run: starting workers, working, writing the files. On a busy
machine it says little; `cpu_ms_per_example` is the processor time of all processes. `steps` is the same time by step,
from `--steps` inputs in one process that is warmed up; `unique_and_record` is the key of a query's shape and the JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.demo import create_databases
from querywright.runs import Step
from querywright.runs.labour import Labourer
from querywright.runs.records import DIGEST_BYTES
from querywright.synthesis import PromptSettings, synthesize
from querywright.synthesis.grammar import profile
from querywright.synthesis.recipe import Found, SynthesisChain, SynthesisRecipe

REACH = 150
WARM_UP = 40


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


class TimedRecipe(SynthesisRecipe):
    """The recipe of a run, its steps timed."""

    __slots__ = ()

    def open(self) -> SynthesisChain:
        chain = super().open()
        spent: Counter[str] = Counter()
        chain.steps = tuple(Timed(step, spent) for step in chain.steps)
        chain.spent = spent
        return chain


def whole_run(databases: Path, folder: Path, count: int, workers: int, seed: int) -> dict[str, Any]:
    """A run as a user starts it."""
    cpu, began = _cpu(), time.perf_counter()
    run = synthesize(databases, count, folder / "run", seed, workers=workers)
    seconds, used = time.perf_counter() - began, _cpu() - cpu
    counts = run.counts
    return {
        "kept": counts.kept,
        "rejected": counts.rejected,
        "seconds": round(seconds, 2),
        "per_second": round(counts.kept / seconds, 1),
        "cpu_ms_per_example": round(1000 * used / counts.kept, 2),
        "peak_mb_of_a_worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "peak_mb_of_the_parent": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rejects": {f"{step}: {why}": n for step, reasons in run.funnel.items() for why, n in reasons.items()},
    }


def by_step(databases: Path, inputs: int, seed: int) -> dict[str, float]:
    """Milliseconds of processor time for each example made, by step."""
    with Catalog.open(databases) as catalog:
        recipe = TimedRecipe.of(Found.of(catalog), seed, profile("sqlflow"), PromptSettings())
    labourer = Labourer(recipe)
    tasks = list(islice(enumerate(recipe.inputs()), WARM_UP + inputs))
    labourer.work(tasks[:WARM_UP], lambda: False)
    spent: Counter[str] = labourer._chain.spent  # type: ignore[attr-defined]
    spent.clear()
    began = time.process_time()
    done = labourer.work(tasks[WARM_UP:], lambda: False)
    total = time.process_time() - began
    labourer.close()
    made = sum(len(record.digests) // DIGEST_BYTES for record in done.records)
    found = {name: round(1000 * seconds / made, 2) for name, seconds in spent.items()}
    found["unique_and_record"] = round(1000 * (total - spent.total()) / made, 2)
    return {**found, "all": round(1000 * total / made, 2)}


def _cpu() -> float:
    """Processor seconds of this process and of those it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=400)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        create_databases(Path(folder) / "databases")
        place = Path(folder) / "databases"
        report = {
            "benchmark": "synthesis_rate",
            "workers": arguments.workers,
            "cores": os.cpu_count(),
            "reach_per_second": REACH,
            "run": whole_run(place, Path(folder), arguments.count, arguments.workers, arguments.seed),
            "steps": by_step(place, arguments.steps, arguments.seed),
        }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
