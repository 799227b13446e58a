"""How many records a second `refine` keeps with the grammar author on Spider's seeds, and where its time goes.

    python benchmarks/refine_rate.py [--seeds 500] [--workers 2] [--augment 5] [--rounds 3] [--steps 120]

Reads Spider's training seeds and databases from the shared data beside the repository, and says so where there are
none. The seeds are every n-th of those whose database has rows, in the file's order, so every such database is read.
`per_second` is kept records by the clock over a whole run: starting workers, reading databases, working, writing the
files. On a busy machine it says little; `cpu_ms_per_kept` is the processor time of all processes. Both are medians of
`--rounds` runs. `steps` is the same time by step, from the seeds of the first databases in one process; it includes
what is read once a database, because that is done in the step that first needs it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from querywright.synthesis.found import Found

from querywright.databases import Catalog
from querywright.models.roles import Roles
from querywright.synthesis import PromptSettings, refine
from querywright.synthesis.making import Making
from querywright.synthesis.refine import STRATEGIES
from querywright.synthesis.refinement import RefineRecipe
from steps_timed import by_step, processor_seconds

SPIDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "spider"
REACH = 100


def spread(spider: Path, count: int, file: Path) -> int:
    """Write `count` seeds, evenly spaced among those whose database has rows; the number of their databases."""
    with Catalog.open(spider / "database") as catalog:
        full = {db_id for db_id in catalog if any(table.row_count for table in catalog[db_id].schema)}
    lines = (spider / "train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if json.loads(line)["db_id"] in full]
    chosen = [rows[n * len(rows) // count] for n in range(min(count, len(rows)))]
    file.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return len({json.loads(line)["db_id"] for line in chosen})


def whole_run(spider: Path, seeds: Path, folder: Path, workers: int, augment: int) -> dict[str, Any]:
    """A run as a user starts it."""
    load, cpu, began = os.getloadavg()[0], processor_seconds(), time.perf_counter()
    run = refine(seeds, spider / "database", folder, augment=augment, workers=workers)
    seconds, used = time.perf_counter() - began, processor_seconds() - cpu
    counts = run.counts
    return {
        "kept": counts.kept,
        "rejected": counts.rejected,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(used, 2),
        "per_second": round(counts.kept / seconds, 1),
        "cpu_ms_per_kept": round(1000 * used / counts.kept, 2),
        "load_before": round(load, 1),
        "rejects": {f"{step}: {why}": n for step, reasons in run.funnel.items() for why, n in reasons.items()},
    }


def recipe_of(spider: Path, seeds: Path, augment: int) -> RefineRecipe:
    """What the run does."""
    with Catalog.open(spider / "database") as catalog:
        names = {json.loads(line)["db_id"] for line in seeds.read_text(encoding="utf-8").splitlines()}
        settings = (PromptSettings(), Making(), Roles())
        return RefineRecipe.of(Found.of(catalog, names), seeds, 0, augment, STRATEGIES, *settings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spider", type=Path, default=SPIDER)
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--augment", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=120)
    arguments = parser.parse_args()
    spider: Path = arguments.spider
    if not (spider / "train.jsonl").exists():
        sys.exit(f"this benchmark needs Spider's seeds and databases in {spider}, which are not there")
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds.jsonl"
        databases = spread(spider, arguments.seeds, seeds)
        rounds = [
            whole_run(spider, seeds, Path(folder) / f"run{n}", arguments.workers, arguments.augment)
            for n in range(arguments.rounds)
        ]
        report = {
            "benchmark": "refine_rate",
            "seeds": arguments.seeds,
            "databases": databases,
            "workers": arguments.workers,
            "cores": os.cpu_count(),
            "reach_per_second": REACH,
            "per_second": median(each["per_second"] for each in rounds),
            "cpu_ms_per_kept": median(each["cpu_ms_per_kept"] for each in rounds),
            "kept": rounds[0]["kept"],
            "rejected": rounds[0]["rejected"],
            "rejects": rounds[0]["rejects"],
            "rounds": [{k: v for k, v in each.items() if k != "rejects"} for each in rounds],
            "steps": by_step(recipe_of(spider, seeds, arguments.augment), arguments.steps),
        }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
