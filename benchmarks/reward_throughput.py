"""Rewards of completions about a retail database of 0.7 MB, as a training step asks for them: groups of eight.

Each group holds right completions with different thoughts around one query, wrong ones, broken ones, and texts that
were generated twice. Every run begins with nothing remembered; `remembered` is the same step again. The floor executes
the same texts, those of gold and every completion's, one after the other with Python's sqlite3 and compares nothing.
The pipe figures are of the same questions, gold decompiled. Then one runaway, eight times in one step and once more in
the next, beside what else a step holds. Prints one JSON object.

    python benchmarks/reward_throughput.py [--groups 150] [--runs 5]
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import querywright as qw
from querywright import pipes
from querywright.errors import PipeError
from querywright.training.rewards import Parts, RewardTask, Scorer, figures

ROOT = Path(__file__).resolve().parents[1]
GROUP = 8
REACH = 400
RUNAWAY = "SELECT COUNT(*) FROM sale a, sale b, sale c WHERE a.amount + b.amount + c.amount < 0"
SECONDS = 2.0

Step = tuple[list[RewardTask], list[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--groups", type=int, default=150)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--workload", type=Path, default=ROOT / "../shared/bench/pairs_workload.py")
    arguments = parser.parse_args()
    workload = _module(arguments.workload)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "retail" / "retail.sqlite"
        workload.build_db(str(path), 0.1)
        gold, said = workload.make_pairs(arguments.groups * GROUP)
        print(json.dumps(measure(path, gold, said, arguments.groups, arguments.runs), indent=2))


def measure(path: Path, gold: Sequence[str], said: Sequence[str], groups: int, runs: int) -> dict[str, Any]:
    """Completions a second of each way, medians of interleaved runs; and what a runaway costs."""
    with Scorer(path) as scorer:
        usable = set(scorer.check(RewardTask("retail", sql) for sql in gold).kept)
    some = [sql for sql in dict.fromkeys(gold) if RewardTask("retail", sql) in usable][:groups]
    standard, piped = _step(some, said, None), _step(some, said, _decompiled(path, [*some, *said]))
    steps = {"standard": standard, "pipe": piped}
    found: dict[str, list[Parts]] = {}
    seconds: dict[str, list[float]] = {}

    def timed(name: str, way: Callable[[], Any]) -> None:
        began = time.perf_counter()
        found[name] = way()
        seconds.setdefault(name, []).append(time.perf_counter() - began)

    for _ in range(runs):
        for form, (tasks, completions) in steps.items():
            with Scorer(path) as scorer:
                timed(form, lambda: asyncio.run(_scored(scorer, tasks, completions)))  # noqa: B023
                timed(f"{form}_remembered", lambda: asyncio.run(_scored(scorer, tasks, completions)))  # noqa: B023
        timed("floor", lambda: _floor(path, *standard))
    median = {name: statistics.median(each) for name, each in seconds.items()}
    counts = {name: len(steps["pipe" if name.startswith("pipe") else "standard"][1]) for name in median}
    rate = {name: round(counts[name] / each, 1) for name, each in median.items()}
    return {
        "completions": counts["standard"],
        "pipe_completions": counts["pipe"],
        "different_texts": len(set(zip(*standard, strict=True))),
        "completions_per_second": rate,
        "slowest_run": {name: round(counts[name] / max(each), 1) for name, each in seconds.items()},
        "reach": REACH,
        "of_the_floor": round(rate["standard"] / rate["floor"], 2),
        "endings": {form: _endings(found[form]) for form in steps},
        "runaway": _runaway(path, standard),
    }


def _step(gold: Sequence[str], said: Sequence[str], pipe: dict[str, str] | None) -> Step:
    """Eight completions a gold query: right ones with different thoughts, wrong ones, broken ones, and repeats."""
    tasks: list[RewardTask] = []
    completions: list[str] = []
    for number, sql in enumerate(gold):
        others = [said[(number * 5 + each) % len(said)] for each in range(3)]
        if pipe is not None:
            if sql not in pipe:
                continue
            task = RewardTask("retail", sql, "pipe", pipe[sql])
            others = [pipe.get(other, other) for other in others]
        else:
            task = RewardTask("retail", sql)
        right = task.answer
        texts = [right, right, f"{right} ", *others, right.replace("FROM", "FORM", 1), right.replace("_", "", 1)]
        label = "pipesql" if pipe is not None else "sql"
        completions += [f"Thought {number}.{n}.\n```{label}\n{text}\n```" for n, text in enumerate(texts)]
        tasks += [task] * len(texts)
    return tasks, completions


def _decompiled(path: Path, queries: Sequence[str]) -> dict[str, str]:
    with qw.Catalog.open(path) as catalog:
        schema = catalog["retail"].schema
        found = {}
        for sql in dict.fromkeys(queries):
            try:
                found[sql] = str(pipes.decompile(sql, dialect="sqlite", schema=schema))
            except (PipeError, qw.QueryRejected):
                continue
    return found


async def _scored(scorer: Scorer, tasks: Sequence[RewardTask], completions: Sequence[str]) -> list[Parts]:
    return await asyncio.gather(*map(scorer.score, tasks, completions))


def _floor(path: Path, tasks: Sequence[RewardTask], completions: Sequence[str]) -> list[Parts]:
    connection = sqlite3.connect(path)
    for gold in dict.fromkeys(task.gold for task in tasks):
        connection.execute(gold).fetchall()
    for completion in completions:
        with suppress(sqlite3.Error):
            connection.execute(completion.split("```sql\n")[1].removesuffix("\n```")).fetchall()
    connection.close()
    return []


def _endings(parts: Sequence[Parts]) -> dict[str, float]:
    shares = figures(parts)
    return {name.removeprefix("ending/"): round(share, 3) for name, share in shares.items() if "/" in name and share}


def _runaway(path: Path, step: Step) -> dict[str, Any]:
    """Seconds of a step without one, with eight copies of one, and of the same step again."""
    tasks, completions = step[0][:64], step[1][:64]
    task = tasks[0]
    seconds = {}
    with Scorer(path, limits=qw.Limits(seconds=SECONDS, rows=10_000)) as scorer:
        for name, some in (("without", 0), ("with_eight", 8), ("again", 8)):
            began = time.perf_counter()
            copies = [f"Copy {copy}.\n```sql\n{RUNAWAY}\n```" for copy in range(some)]
            asyncio.run(_scored(scorer, [*tasks, *[task] * some], [*completions, *copies]))
            seconds[name] = round(time.perf_counter() - began, 3)
    return {"deadline_seconds": SECONDS, "copies": 8, "step_seconds": seconds}


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("workload", path)
    if spec is None or spec.loader is None or not path.exists():
        raise SystemExit(f"there is no workload at {path}; name one with --workload")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
