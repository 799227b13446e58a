"""Comparing 2,000 pairs of queries by their results, with their execution and without.

The workload is the execution workload of the peers' figures: a music shop of 10,000 rows and 2,000 SELECTs, one in
twenty of them broken. Each query is compared with a harmless variant of itself, and one in four with the query
after it. Prints one JSON object.

    python benchmarks/compare_pairs.py [--pairs 2000] [--workload ../shared/bench/execution_workload.py]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from querywright.databases.catalog import Catalog
from querywright.databases.compare import compare
from querywright.databases.database import Database
from querywright.databases.pairs import compare_many
from querywright.databases.results import Limits, Result
from querywright.errors import QueryError

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits(seconds=5, rows=100_000, bytes=64_000_000)
PEER = 293.0
"""Pairs a second of today's peer on the same work."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--workload", type=Path, default=ROOT / "../shared/bench/execution_workload.py")
    arguments = parser.parse_args()
    workload = _module(arguments.workload)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "music_shop.sqlite"
        workload.build_db(str(path))
        with Catalog.open(path) as catalog:
            print(json.dumps(measure(catalog["music_shop"], pairs(workload, arguments.pairs)), indent=2))


def pairs(workload: ModuleType, n: int) -> list[tuple[str, str]]:
    """Each query with itself written a little differently, or with the next one."""
    queries = workload.make_sql(n)
    others = [f"{sql} " if i % 4 else queries[(i + 1) % n] for i, sql in enumerate(queries)]
    return list(zip(queries, others, strict=True))


def measure(database: Database, work: list[tuple[str, str]]) -> dict[str, Any]:
    """Pairs a second for each way, over all of the work."""
    started = time.perf_counter()
    outcomes = list(compare_many(database, work, limits=LIMITS, workers=2))
    many = time.perf_counter() - started
    started = time.perf_counter()
    for gold, predicted in work:
        _executed(database, gold, predicted)
    each = time.perf_counter() - started
    results = [(_result(database, a), _result(database, b)) for a, b in work]
    ran = [(a, b) for a, b in results if a is not None and b is not None]
    figures = {rule: _alone(ran, lambda a, b, rule=rule: compare(a, b, rule)) for rule in ("strict", "bird", "spider")}
    return {
        "pairs": len(work),
        "different_queries": len({sql.strip() for pair in work for sql in pair}),
        "equal": sum(map(bool, outcomes)),
        "failed": sum("fails" in outcome.reason for outcome in outcomes),
        "compare_many_per_second": round(len(work) / many, 1),
        "times_the_peer": round(len(work) / many / PEER, 1),
        "each_query_executed_again_per_second": round(len(work) / each, 1),
        "compare_only_per_second": figures,
    }


def _executed(database: Database, gold: str, predicted: str) -> bool:
    first, second = _result(database, gold), _result(database, predicted)
    return first is not None and second is not None and compare(first, second, gold_sql=gold).equal


def _result(database: Database, sql: str) -> Result | None:
    try:
        return database.execute(sql, LIMITS)
    except QueryError:
        return None


def _alone(ran: list[tuple[Result, Result]], judge: Callable[[Result, Result], object]) -> float:
    started = time.perf_counter()
    for first, second in ran:
        judge(first, second)
    return round(len(ran) / (time.perf_counter() - started), 1)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("workload", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"there is no workload at {path}; name one with --workload")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
