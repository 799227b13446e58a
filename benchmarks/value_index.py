"""How long the value index takes to build and to ask, how much memory and disk it needs, and what it finds.

The workload is the one of the peers' figures: distinct values in ten columns, 676 two-letter codes, 200 keywords
(exact, with one or two typos, in lower case with a typo) and 150 hard ones (upper case, words swapped, codes). The
build runs in a process of its own, so that its peak is its own. Prints one JSON object; seconds are the least of
several rounds, once of the processor and once of the clock, and a keyword's milliseconds the least of its rounds.

    python benchmarks/value_index.py [--values 200000] [--rounds 3] [--lsh] [--workload VALUE_WORKLOAD.py]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from querywright.databases import Catalog
from querywright.retrieval import Match, ValueIndex
from querywright.retrieval.values.lsh import LshIndex

ROOT = Path(__file__).resolve().parents[1]
REACH = {
    200_000: {"build_seconds": 5, "peak_mb": 200, "disk_mb": 30, "median_ms": 4, "p95_ms": 10, "recall": 0.99},
    1_000_000: {"build_seconds": 25, "peak_mb": 500, "p95_ms": 20},
}
Search = Callable[[str], list[Match]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--values", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lsh", action="store_true", help="MinHash LSH as well (minutes; needs the lsh extra)")
    parser.add_argument("--workload", type=Path, default=ROOT / "../shared/bench/value_workload.py")
    parser.add_argument("--build", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        build(*arguments.build)
        return
    workload = _module(arguments.workload)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _, path, values = workload.make_db(str(folder), arguments.values, 7)
        lookups = workload.make_queries(values, 200, 7) + workload.make_hard(values, 150, 7)
        figures = {
            "values": sum(map(len, values.values())),
            "build": rounds(folder, path, arguments.rounds),
            "disk_mb": round(sum(f.stat().st_size for f in (folder / "index").rglob("*")) / 1e6, 1),
            "renewal_of_one_table": renewed(folder, path),
        }
        with ValueIndex.open(folder / "index") as index:
            figures["search"] = searched(index.search, lookups, arguments.rounds)
        if arguments.lsh:
            figures["lsh"] = hashed(path, lookups)
        print(json.dumps(figures | {"reach": REACH.get(arguments.values)}, indent=2))


def build(path: str, folder: str) -> None:
    """One build in this process; what it took, as JSON."""
    with Catalog.open(path) as catalog:
        database = next(iter(catalog.values()))
        started, clock = time.process_time(), time.perf_counter()
        ValueIndex.build(database, folder).close()
        seconds = time.process_time() - started, time.perf_counter() - clock
    print(json.dumps({"cpu_seconds": seconds[0], "wall_seconds": seconds[1], "peak_mb": peak_mb()}))


def rounds(folder: Path, path: str, count: int) -> dict[str, float]:
    """The least of so many fresh builds."""
    taken = []
    for _ in range(count):
        shutil.rmtree(folder / "index", ignore_errors=True)
        taken.append(_in_a_child(path, folder))
    return {name: round(min(one[name] for one in taken), 2) for name in taken[0]}


def renewed(folder: Path, path: str) -> dict[str, float]:
    """A build after one value of the smallest table changed, and changed back."""
    taken = []
    for value in ("A1", "AA"):
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE regions SET code = ? WHERE rid = 1", (value,))
        connection.close()
        taken.append(_in_a_child(path, folder))
    return {name: round(min(one[name] for one in taken), 2) for name in taken[0]}


def _in_a_child(path: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--build", path, str(folder / "index")]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def searched(search: Search, lookups: list[dict[str, str]], count: int) -> dict[str, Any]:
    """Milliseconds a keyword and recall@10 by kind; every keyword once before, so that the files are in memory."""
    found: dict[str, list[bool]] = defaultdict(list)
    for lookup in lookups:
        places = {(match.value, match.table, match.column) for match in search(lookup["query"])}
        found[lookup["kind"]].append((lookup["value"], lookup["table"], lookup["column"]) in places)
    cpu, wall = [], []
    for lookup in lookups:
        taken = [_timed(search, lookup["query"]) for _ in range(count)]
        cpu.append(min(one[0] for one in taken))
        wall.append(min(one[1] for one in taken))
    return {
        "cpu_ms": _spread(cpu),
        "wall_ms": _spread(wall),
        "recall_at_10": {kind: round(sum(hits) / len(hits), 3) for kind, hits in found.items()},
    }


def hashed(path: str, lookups: list[dict[str, str]]) -> dict[str, Any]:
    """The same of MinHash LSH, in this process."""
    with Catalog.open(path) as catalog:
        started = time.process_time()
        index = LshIndex.build(next(iter(catalog.values())))
        seconds = time.process_time() - started
    return {"build_cpu_seconds": round(seconds, 1), "peak_mb": peak_mb(), "search": searched(index.search, lookups, 1)}


def _timed(search: Search, keyword: str) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    search(keyword)
    return time.process_time() - cpu, time.perf_counter() - wall


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "median": round(1000 * statistics.median(ordered), 2),
        "p95": round(1000 * ordered[int(0.95 * len(ordered))], 2),
    }


def peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("workload", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"there is no workload at {path}; name one with --workload")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
