"""Execution difficulty: 200 records, ten answers each, from a server that answers at once.

An answer is the gold query twice in three and another query otherwise, so each record executes what a record of
middling difficulty does. The step is what a run calls, from as many threads.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.datasets import Example
from querywright.demo import create_databases
from querywright.models import ModelSettings, Roles
from querywright.synthesis import PromptSettings, Scale, synthesize
from querywright.synthesis.desk import Desks
from querywright.synthesis.grammar import Profile
from querywright.synthesis.steps import GradeByExecution
from refine_with_models import server

PEER = 32
"""Records a second of the pipeline that users come from, on two cores."""
REACH = 20 * PEER
THREADS = 8


def grade(address: str, databases: Path, records: list[Example], begin: Any, spans: Any) -> None:
    """Grade the records in this process, once all processes are ready; tells when that began and ended."""
    model = ModelSettings("test", "compatible", "test", base_url=f"{address}/v1")
    desks = Desks(Catalog.open(databases), Profile(), PromptSettings(), THREADS)
    with Roles(model).open() as models, ThreadPoolExecutor(THREADS) as hands:
        step = GradeByExecution(desks, models, 10, Scale())
        list(step(records[0]))  # connections are there, prices looked up
        begin.wait()
        began = time.time()
        graded = [example for made in hands.map(lambda r: list(step(r)), records) for example in made]
        spans.put((began, time.time()))
    desks.close()
    assert all(example.extra["passed"] > 0 for example in graded)


def once(address: str, databases: Path, records: list[Example], processes: int) -> float:
    """Records a second, by so many processes."""
    fresh = multiprocessing.get_context("spawn")
    begin, spans = fresh.Barrier(processes), fresh.Queue()
    started = [
        fresh.Process(target=grade, args=(address, databases, records[number::processes], begin, spans))
        for number in range(processes)
    ]
    for process in started:
        process.start()
    found = [spans.get() for _ in started]
    for process in started:
        process.join()
    return len(records) / (max(end for _, end in found) - min(began for began, _ in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as text, server(0.0) as address:
        place = Path(text)
        create_databases(place / "databases")
        databases = next((place / "databases").rglob("library*.sqlite"))
        made = synthesize(databases, arguments.records, place / "run").examples()
        records = [e.having(prompt=f"What is the outcome of {' '.join(e.SQL.split())} ?") for e in made]
        rates = [once(address, databases, records, arguments.processes) for _ in range(arguments.rounds)]
    report: dict[str, Any] = {
        "benchmark": "execution_difficulty",
        "cores": os.cpu_count(),
        "processes": arguments.processes,
        "records": len(records),
        "generations": 10,
        "peer_per_second": PEER,
        "reach_per_second": REACH,
        "per_second": round(statistics.median(rates), 1),
        "times_the_peer": round(statistics.median(rates) / PEER, 1),
        "rounds": [round(rate, 1) for rate in rates],
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
