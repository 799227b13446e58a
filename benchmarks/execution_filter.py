"""Two workers executing 2,000 queries, beside two plain sqlite3 loops: python benchmarks/execution_filter.py

Both ways in turn, several rounds; a plain loop fetches all rows without guard, limits, deadline or read-only mode.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from execution_workload import NAME, build
from querywright.databases import Catalog, Result

ROUNDS = 9
WORKERS = 2


def ours(path: Path, queries: list[str]) -> int:
    with Catalog.open(path) as catalog:
        return sum(isinstance(outcome, Result) for outcome in catalog[NAME].execute_many(queries))


def plain(path: Path, queries: list[str]) -> int:
    good = 0
    with closing(sqlite3.connect(path)) as connection:
        for sql in queries:
            try:
                connection.execute(sql).fetchall()
                good += 1
            except sqlite3.Error:
                continue
    return good


WAYS = {"ours": ours, "plain": plain}


def work(
    way: str, path: Path, queries: list[str], start: Barrier, done: Queue[tuple[float, float, int, float]]
) -> None:
    WAYS[way](path, queries[:10])
    start.wait()
    started = time.time()
    good = WAYS[way](path, queries)
    done.put((started, time.time(), good, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def side_by_side(way: str, path: Path, queries: list[str]) -> tuple[float, int, float]:
    """Queries a second of all workers together, how many were good, and the largest worker's memory in MB."""
    context = multiprocessing.get_context("spawn")
    start, done = context.Barrier(WORKERS), context.Queue()
    shares = [queries[n::WORKERS] for n in range(WORKERS)]
    workers = [context.Process(target=work, args=(way, path, share, start, done)) for share in shares]
    for worker in workers:
        worker.start()
    results = [done.get() for _ in workers]
    for worker in workers:
        worker.join()
    seconds = max(r[1] for r in results) - min(r[0] for r in results)
    return len(queries) / seconds, sum(r[2] for r in results), max(r[3] for r in results)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, queries = build(Path(folder))
        runs: dict[str, list[tuple[float, int, float]]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way in WAYS:
                runs[way].append(side_by_side(way, path, queries))
    report = {
        way: {
            "per_second": round(statistics.median(r[0] for r in rounds)),
            "good": rounds[0][1],
            "worker_mb": round(max(r[2] for r in rounds)),
        }
        for way, rounds in runs.items()
    }
    shares = [mine[0] / theirs[0] for mine, theirs in zip(runs["ours"], runs["plain"], strict=True)]
    print(
        json.dumps(
            {
                "benchmark": "execution_filter",
                "queries": len(queries),
                "workers": WORKERS,
                **report,
                "share_of_plain": round(statistics.median(shares), 3),
                "reach_share": 0.9,
            }
        )
    )


if __name__ == "__main__":
    main()
