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
from pathlib import Path
from typing import Any

from querywright.synthesis.found import Found

from querywright.databases import Catalog
from querywright.demo import create_databases
from querywright.models.roles import Roles
from querywright.synthesis import PromptSettings, synthesize
from querywright.synthesis.grammar import profile
from querywright.synthesis.making import Making
from querywright.synthesis.recipe import SynthesisRecipe
from steps_timed import by_step, processor_seconds

REACH = 150
WARM_UP = 40


def whole_run(databases: Path, folder: Path, count: int, workers: int, seed: int) -> dict[str, Any]:
    """A run as a user starts it."""
    cpu, began = processor_seconds(), time.perf_counter()
    run = synthesize(databases, count, folder / "run", seed, workers=workers)
    seconds, used = time.perf_counter() - began, processor_seconds() - cpu
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


def recipe_of(databases: Path, seed: int) -> SynthesisRecipe:
    """What the run does."""
    with Catalog.open(databases) as catalog:
        settings = (PromptSettings(), Making(), Roles())
        return SynthesisRecipe.of(Found.of(catalog), seed, profile("sqlflow"), *settings)


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
            "steps": by_step(recipe_of(place, arguments.seed), arguments.steps, WARM_UP),
        }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
