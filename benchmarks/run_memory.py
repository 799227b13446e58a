"""What the run engine itself costs: memory over 200,000 inputs, time per input, and time to resume.

    python benchmarks/run_memory.py [--inputs 200000] [--workers 2]

The chain does next to nothing, so everything measured is the engine: sending, packing, storing, settling, writing.
Every input makes an example of about a kilobyte; one in ten is rejected and one in twenty repeats an earlier one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from querywright.datasets.example import Example
from querywright.models import Usage
from querywright.runs import Input, Reject, Step, run

REASONING = "First find the table that holds what is asked for, then the columns, then the filter. " * 10


def inputs(total: int) -> Iterator[Input]:
    """As many inputs as are asked for."""
    return (Input(f"bench#{n}", Example(db_id="bench", question=str(n))) for n in range(total))


@dataclass
class Compose:
    """Does as little as a step can."""

    name: str = "compose"

    def __call__(self, example: Example) -> Iterable[Example]:
        n = int(example.question)
        if n % 10 == 9:
            raise Reject("every tenth", f"number {n}")
        number = n // 2 if n % 20 == 0 else n
        return [example.having(SQL=f"SELECT {number}", cot_reasoning=REASONING)]


@dataclass
class BenchChain:
    steps: Sequence[Step]

    def usage(self) -> Sequence[Usage]:
        return ()

    def close(self) -> None:
        return


@dataclass(frozen=True)
class BenchRecipe:
    """The chain of one step."""

    def open(self) -> BenchChain:
        return BenchChain([Compose()])

    def fingerprint(self) -> dict[str, Any]:
        return {"recipe": "bench"}

    def unique_key(self, example: Example) -> str | None:
        return example.SQL


def peak_mb(who: int) -> float:
    """The largest resident set so far of this process, or of the largest child."""
    return round(resource.getrusage(who).ru_maxrss / 1024, 1)


def measure(folder: Path, total: int, workers: int) -> dict[str, Any]:
    """One run, and the same again resumed when it is complete; in a process of its own for the memory's sake."""
    # The workers look the recipe up by the module's name, which is `__main__` only in here.
    import run_memory

    recipe = run_memory.BenchRecipe()
    began, used = time.perf_counter(), time.process_time()
    made = run(folder, recipe, partial(inputs, total), count=None, workers=workers)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    began = time.perf_counter()
    run(folder, recipe, partial(inputs, total), count=None, workers=workers, resume=True)
    return {
        "workers": workers,
        "inputs": made.counts.inputs,
        "kept": made.counts.kept,
        "rejected": made.counts.rejected,
        "seconds": round(seconds, 2),
        "inputs_per_second": round(total / seconds),
        "milliseconds_per_input": round(1000 * seconds / total, 4),
        "parent_cpu_milliseconds_per_input": round(1000 * cpu / total, 4),
        "resume_of_complete_run_seconds": round(time.perf_counter() - began, 2),
        "parent_peak_mb": peak_mb(resource.RUSAGE_SELF),
        "largest_worker_peak_mb": peak_mb(resource.RUSAGE_CHILDREN),
        "dataset_mb": round((folder / "dataset.jsonl").stat().st_size / 1e6, 1),
        "store_mb": round((folder / "store.sqlite").stat().st_size / 1e6, 1),
    }


def main() -> None:
    """Measure with one worker and with several; print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    figures = []
    for workers in dict.fromkeys((1, options.workers)):
        with tempfile.TemporaryDirectory() as name, multiprocessing.get_context("spawn").Pool(1) as alone:
            figures.append(alone.apply(measure, (Path(name), options.inputs, workers)))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
