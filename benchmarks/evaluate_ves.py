"""VES and R-VES of gold queries against themselves: how near to 100 they are, and how often.

The workload is the evaluation workload of the peers' figures: a retail shop of 0.7 MB. Every gold query is timed
against itself, measured as any pair is; the scores of a run are means over its queries. Prints one JSON object.

    python benchmarks/evaluate_ves.py [--queries 100] [--times 20] [--workload ../shared/bench/pairs_workload.py]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
from pathlib import Path
from statistics import fmean, median
from types import ModuleType
from typing import Any

from querywright.databases.catalog import Catalog
from querywright.databases.database import Database
from querywright.databases.results import Limits
from querywright.evaluation.efficiency import Timing, reward, time_ratio, ves

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits(seconds=30, rows=100_000, bytes=64_000_000)
NEAR = (98.0, 102.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--workload", type=Path, default=ROOT / "../shared/bench/pairs_workload.py")
    arguments = parser.parse_args()
    workload = _module(arguments.workload)
    queries, _ = workload.make_pairs(arguments.queries)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "retail" / "retail.sqlite"
        workload.build_db(str(path), 0.1)
        with Catalog.open(path) as catalog:
            print(json.dumps(measure(catalog["retail"], queries, arguments.times), indent=2))


def measure(database: Database, queries: list[str], times: int) -> dict[str, Any]:
    """The scores of each run, and how far single queries are off."""
    started = time.perf_counter()
    runs = [[time_ratio(database, sql, sql, LIMITS) for sql in queries] for _ in range(times)]
    took = time.perf_counter() - started
    scores = [fmean(ves(timing.ratio) for timing in run) for run in runs]
    rewarded = [fmean(ves(reward(timing)) for timing in run) for run in runs]
    ratios = sorted(timing.ratio for run in runs for timing in run)
    return {
        "queries": len(queries),
        "times": times,
        "seconds_per_pair": round(took / len(ratios), 4),
        "ves": [round(score, 3) for score in scores],
        "r_ves": [round(score, 3) for score in rewarded],
        "ves_lowest_and_highest": [round(min(scores), 3), round(max(scores), 3)],
        "r_ves_lowest_and_highest": [round(min(rewarded), 3), round(max(rewarded), 3)],
        "all_within_98_and_102": all(NEAR[0] <= score <= NEAR[1] for score in (*scores, *rewarded)),
        "ratio_of_one_query": _spread(ratios),
        "queries_within_2_percent": round(sum(0.98 <= ratio <= 1.02 for ratio in ratios) / len(ratios), 4),
        **_effort([timing for run in runs for timing in run]),
    }


def _spread(ratios: list[float]) -> dict[str, float]:
    at = {"lowest": 0.0, "1 %": 0.01, "median": 0.5, "99 %": 0.99, "highest": 1.0}
    return {name: round(ratios[round(share * (len(ratios) - 1))], 4) for name, share in at.items()}


def _effort(timings: list[Timing]) -> dict[str, Any]:
    return {
        "runs_of_each_query": {"fewest": min(t.runs for t in timings), "most": max(t.runs for t in timings)},
        "microseconds_of_one_run": {
            "shortest": round(1e6 * min(t.gold_seconds for t in timings)),
            "median": round(1e6 * median(t.gold_seconds for t in timings)),
            "longest": round(1e6 * max(t.gold_seconds for t in timings)),
        },
    }


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("workload", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"there is no workload at {path}; name one with --workload")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
