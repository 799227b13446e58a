"""Refining with a chat model: the whole chain over queries without questions, and the same run again.

The server is the tests' own, in a process of its own; it answers at once, so what is measured is us. Its processor
time is told apart from the run's: on few cores both share them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import psutil

from querywright.demo import create_databases
from querywright.models import ModelSettings, Roles
from querywright.synthesis import refine, synthesize

PEER = {"seconds": 18.3, "megabytes": 397, "calls": 8_575}
"""The same columns for 500 queries, by the pipeline that users come from, on two cores."""
REACH = {"seconds_beyond_the_server": 4.0, "megabytes": 200}
SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "support"


@contextmanager
def server(latency: float) -> Iterator[str]:
    """The address of a model server."""
    command = [sys.executable, "model_server.py", "--answers", "author_answers:ANSWERS", "--latency", str(latency)]
    with subprocess.Popen(command, cwd=SUPPORT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def stats(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/stats") as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def queries(folder: Path, number: int) -> Path:
    """Seeds without questions over two SQLite databases."""
    create_databases(folder / "databases")
    for name in ("airline", "webshop"):
        for path in sorted((folder / "databases").rglob(f"{name}*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    made = synthesize(folder / "databases", number, folder / "queries", workers=2)
    path = folder / "seeds.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps({"db_id": e.db_id, "SQL": e.SQL}) for e in made.examples()))
    return path


class Peak(threading.Thread):
    """The most memory that this process and its children held together, in megabytes, without what was there before."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self.over = threading.Event()
        self._strangers = {child.pid for child in psutil.Process().children(recursive=True)}

    def run(self) -> None:
        while not self.over.wait(0.3):
            held = 0
            for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
                if process.pid not in self._strangers:
                    try:
                        held += process.memory_full_info().pss
                    except psutil.Error:
                        continue
            self.megabytes = max(self.megabytes, held / 2**20)


def once(address: str, folder: Path, seeds: Path, name: str, workers: int) -> dict[str, Any]:
    """One run in a process of its own, so that its memory is its own."""
    code = (
        "import sys, json; sys.path.insert(0, sys.argv[6]); from refine_with_models import run_here; "
        "print(json.dumps(run_here(*sys.argv[1:5], int(sys.argv[5]))))"
    )
    arguments = [address, str(folder), str(seeds), name, str(workers), str(Path(__file__).parent)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_here(address: str, folder: str, seeds: str, name: str, workers: int) -> dict[str, Any]:
    place = Path(folder)
    model = ModelSettings("test", "compatible", "test", base_url=f"{address}/v1")
    roles = Roles(model, cache=place / f"{name.split('-')[0]}.sqlite")
    before, peak = stats(address), Peak()
    peak.start()
    began = time.perf_counter()
    run = refine(seeds, place / "databases", place / name, roles=roles, augment=0, workers=workers)
    seconds = time.perf_counter() - began
    peak.over.set()
    after = stats(address)
    served = after["cpu_seconds"] - before["cpu_seconds"]
    return {
        "kept": run.counts.kept,
        "rejected": run.counts.rejected,
        "seconds": round(seconds, 2),
        "server_cpu_seconds": round(served, 2),
        "seconds_beyond_the_server": round(seconds - served, 2),
        "megabytes": round(peak.megabytes),
        "calls": after["calls"] - before["calls"],
        "samples": after["samples"] - before["samples"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--latency", type=float, default=0.0)
    arguments = parser.parse_args()
    report: dict[str, Any] = {"benchmark": "refine_with_models", "cores": os.cpu_count(), "peer": PEER, "reach": REACH}
    with tempfile.TemporaryDirectory() as text, server(arguments.latency) as address:
        folder = Path(text)
        seeds = queries(folder, arguments.queries)
        for workers in arguments.workers:
            rounds = [once(address, folder, seeds, f"r{workers}{n}-first", workers) for n in range(arguments.rounds)]
            again = once(address, folder, seeds, f"r{workers}0-again", workers)
            middle = {key: statistics.median(each[key] for each in rounds) for key in rounds[0]}
            report[f"{workers} workers"] = {"median": middle, "rounds": rounds, "again": again}
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
