"""What 300 results of 3,503 rows leave in memory: python benchmarks/memory_of_results.py

Reads them one after another, as a filter does, and reports how the resident size grew over it.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import psutil

from execution_workload import NAME, build
from querywright.databases import Catalog, Limits, Result

QUERIES = 300


def main() -> None:
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        path, _ = build(Path(folder), 1)
        with Catalog.open(path) as catalog:
            database = catalog[NAME]
            database.execute("SELECT count(*) FROM tracks")
            before = peak = process.memory_info().rss
            started, rows = time.perf_counter(), 0
            for outcome in database.execute_many(["SELECT * FROM tracks"] * QUERIES, Limits(rows=10_000)):
                assert isinstance(outcome, Result)
                rows += len(outcome.rows)
                peak = max(peak, process.memory_info().rss)
            seconds = time.perf_counter() - started
    report = {
        "benchmark": "memory_of_results",
        "queries": QUERIES,
        "rows": rows,
        "growth_mb": round((peak - before) / 1e6, 1),
        "seconds": round(seconds, 2),
        "reach_growth_mb": 30,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
