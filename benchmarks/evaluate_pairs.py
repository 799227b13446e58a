"""Evaluating 500 pairs of gold and predicted queries: a first time, with gold known, and beside a plain loop.

The workload is that of the peers' figures: a retail database of 0.7 MB, pairs of which 60 % are alike. The plain loop
opens a connection for each pair, executes both queries and compares sets of rows, as the peers do, without their
processes and threads: the floor of a script that remembers nothing. With `--peer` BIRD's own script is timed, too.
Prints one JSON object.

    python benchmarks/evaluate_pairs.py [--pairs 500] [--runs 3] [--peer FOLDER_OF_EVALUATION_EX]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import querywright as qw

ROOT = Path(__file__).resolve().parents[1]
QUOTED = 143.0
"""Pairs a second of BIRD's script, as measured before on such a machine."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workload", type=Path, default=ROOT / "../shared/bench/pairs_workload.py")
    parser.add_argument("--peer", type=Path, help="a folder with BIRD's evaluation_ex.py and evaluation_utils.py")
    arguments = parser.parse_args()
    workload = _module(arguments.workload)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        path = Path(folder) / "retail" / "retail.sqlite"
        workload.build_db(str(path), 0.1)
        gold, predicted = workload.make_pairs(arguments.pairs)
        print(json.dumps(measure(path, gold, predicted, arguments.runs, arguments.peer), indent=2))


def measure(path: Path, gold: Sequence[str], predicted: Sequence[str], runs: int, peer: Path | None) -> dict[str, Any]:
    """Pairs a second of each way, medians of interleaved runs."""
    count = len(gold)
    examples = [qw.Example("retail", f"question {i}", sql, id=str(i)) for i, sql in enumerate(gold)]
    said = {str(i): sql for i, sql in enumerate(predicted)}

    def evaluate(metrics: list[str] | None, cached: bool) -> qw.Summary:
        with qw.Catalog.open(path) as catalog:
            return qw.evaluate(said, examples, catalog, metrics=metrics, cached=cached).summary()

    ways: dict[str, Callable[[], Any]] = {
        "ex_first_run": lambda: evaluate(["ex"], cached=False),
        "ex_gold_known": lambda: evaluate(["ex"], cached=True),
        "all_metrics_first_run": lambda: evaluate(None, cached=False),
        "plain_loop": lambda: _plain_loop(path, gold, predicted),
    }
    if peer is not None:
        ways["bird_script"] = lambda: _peer(peer, path, gold, predicted)
    evaluate(["ex"], cached=True)  # so that gold is known, and everything is imported
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            seconds[name].append(_timed(way))
    median = {name: statistics.median(found) for name, found in seconds.items()}
    rate = {name: round(count / found, 1) for name, found in median.items()}
    return {
        "pairs": count,
        "pairs_per_second": rate,
        "times_the_quoted_peer": {n: round(r / QUOTED, 1) for n, r in rate.items() if n.startswith("ex_")},
        "times_the_plain_loop": {n: round(r / rate["plain_loop"], 1) for n, r in rate.items() if n.startswith("ex_")},
        "times_the_peer_here": {n: round(r / rate["bird_script"], 1) for n, r in rate.items() if n.startswith("ex_")}
        if peer
        else None,
        "all_metrics_by_ex_alone": round(median["all_metrics_first_run"] / median["ex_first_run"], 2),
        "right": evaluate(["ex"], cached=True).systems[0].ex.count,
        "right_by_plain_loop": _plain_loop(path, gold, predicted),
    }


def _timed(way: Callable[[], Any]) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def _plain_loop(path: Path, gold: Sequence[str], predicted: Sequence[str]) -> int:
    right = 0
    for wanted, said in zip(gold, predicted, strict=True):
        connection = sqlite3.connect(path)
        try:
            got = connection.execute(said).fetchall()
            right += set(got) == set(connection.execute(wanted).fetchall())
        except sqlite3.Error:
            pass
        finally:
            connection.close()
    return right


def _peer(folder: Path, path: Path, gold: Sequence[str], predicted: Sequence[str]) -> None:
    place = path.parent.parent
    mark = "\t----- bird -----\t"
    (place / "predicted.json").write_text(json.dumps({str(i): f"{s}{mark}retail" for i, s in enumerate(predicted)}))
    (place / "gold.sql").write_text("".join(f"{sql}\tretail\n" for sql in gold))
    levels = ["simple", "moderate", "challenging"]
    lines = (json.dumps({"difficulty": levels[i % 3]}) for i in range(len(gold)))
    (place / "difficulty.jsonl").write_text("\n".join(lines) + "\n")
    command = [
        sys.executable, "evaluation_ex.py", "--predicted_sql_path", str(place / "predicted.json"),
        "--ground_truth_path", str(place / "gold.sql"), "--db_root_path", f"{place}/", "--num_cpus", "1",
        "--diff_json_path", str(place / "difficulty.jsonl"), "--output_log_path", str(place / "log.txt"),
    ]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("workload", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"there is no workload at {path}; name one with --workload")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
