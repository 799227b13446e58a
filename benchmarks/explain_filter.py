"""How many queries a second the EXPLAIN filter judges: python benchmarks/explain_filter.py

One process, guard and engine, verdicts forgotten before each round. `unlike` gives every query a shape of its own, so
that the guard parses each; `plain` is sqlite3 alone in a loop, without guard, limits or read-only mode.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from execution_workload import NAME, build
from querywright.databases import Catalog

ROUNDS = 5


def ours(path: Path, queries: list[str]) -> int:
    with Catalog.open(path) as catalog:
        return sum(isinstance(outcome, str) for outcome in catalog[NAME].explain_many(queries))


def plain(path: Path, queries: list[str]) -> int:
    good = 0
    with closing(sqlite3.connect(path)) as connection:
        for sql in queries:
            try:
                connection.execute("EXPLAIN QUERY PLAN " + sql).fetchall()
                good += 1
            except sqlite3.Error:
                continue
    return good


def timed(judge: Callable[[Path, list[str]], int], path: Path, queries: list[str]) -> tuple[float, int]:
    started = time.perf_counter()
    good = judge(path, queries)
    return len(queries) / (time.perf_counter() - started), good


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, queries = build(Path(folder))
        unlike = [f"SELECT q{n}.* FROM ({sql}) AS q{n}" for n, sql in enumerate(queries)]
        cases = {"ours": (ours, queries), "unlike": (ours, unlike), "plain": (plain, queries)}
        ours(path, queries[:10])
        rates: dict[str, list[float]] = {name: [] for name in cases}
        good = {}
        for _ in range(ROUNDS):
            for name, (judge, texts) in cases.items():
                rate, good[name] = timed(judge, path, texts)
                rates[name].append(rate)
    report = {name: {"per_second": round(statistics.median(rates[name])), "good": good[name]} for name in cases}
    print(json.dumps({"benchmark": "explain_filter", "queries": len(queries), "reach_per_second": 6000, **report}))


if __name__ == "__main__":
    main()
