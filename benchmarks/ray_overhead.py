"""What Ray costs on one machine: 10,000 trivial inputs with local workers and with as many actors.

    python benchmarks/ray_overhead.py [--inputs 10000] [--workers 2] [--repeat 3]

Ray is started for each run and ends with it; `start_seconds` is that part, measured by a run of one input. All figures
are medians. The bytes of both are compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from querywright.runs import Run, Silence, run
from querywright.runs.settling import Tally


class Memory(Silence):
    """Sums up now and then what this process and all that it started hold."""

    def __init__(self) -> None:
        self.peak = 0
        self._looked = 0.0

    def update(self, tally: Tally) -> None:
        if time.monotonic() - self._looked > 0.5:
            self._looked = time.monotonic()
            self.peak = max(self.peak, _held(psutil.Process()))


def _held(process: psutil.Process) -> int:
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def timed(folder: Path, total: int, workers: int, cluster: str | None) -> tuple[float, float, Run]:
    """Seconds and megabytes of one run."""
    # The workers look the recipe up by the module's name, which is `__main__` in a script.
    from run_memory import BenchRecipe, inputs

    memory = Memory()
    began = time.perf_counter()
    made = run(
        folder, BenchRecipe(), partial(inputs, total), count=None, workers=workers, cluster=cluster, progress=memory
    )
    return time.perf_counter() - began, memory.peak / 2**20, made


def measure(total: int, workers: int, repeat: int, cluster: str | None) -> tuple[dict[str, Any], bytes]:
    """The medians, and the bytes that were made."""
    whole, start, peaks = [], [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as name:
            start.append(timed(Path(name) / "one", 1, workers, cluster)[0])
            seconds, peak, made = timed(Path(name) / "all", total, workers, cluster)
            whole.append(seconds)
            peaks.append(peak)
            content = (made.folder / "dataset.jsonl").read_bytes()
    middle, begin = statistics.median(whole), statistics.median(start)
    return {
        "seconds": round(middle, 2),
        "start_seconds": round(begin, 2),
        "milliseconds_per_input_beyond_start": round(1000 * (middle - begin) / total, 3),
        "peak_mb_of_all_processes": round(statistics.median(peaks)),
    }, content


def main() -> None:
    """Measure both; print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    here, content = measure(options.inputs, options.workers, options.repeat, None)
    ray, same = measure(options.inputs, options.workers, options.repeat, "")
    said = {"inputs": options.inputs, "workers": options.workers, "local": here, "ray": ray}
    print(json.dumps({**said, "same_bytes": content == same}, indent=2))


if __name__ == "__main__":
    main()
