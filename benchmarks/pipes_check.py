"""How long `pipes check` takes over Spider's training queries, and what it finds.

    python benchmarks/pipes_check.py [--workers 2] [--mode portable] [--every 1] [--split train]

Reads Spider's queries and databases from the shared data beside the repository, and says so where there are none. Every
row is decompiled, verified on its database and on seven witnesses, and each of its prefixes is run; `seconds` is by the
clock and holds starting the workers and reading the databases. `--every 10` takes each tenth row.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from querywright.synthesis.check_pipes import check
from querywright.synthesis.piping.figures import figures_of
from steps_timed import processor_seconds

SPIDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "spider"
REACH_SECONDS = 180


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spider", type=Path, default=SPIDER)
    parser.add_argument("--split", default="train")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--mode", default="portable", choices=("portable", "googlesql"))
    parser.add_argument("--every", type=int, default=1)
    arguments = parser.parse_args()
    rows: Path = arguments.spider / f"{arguments.split}.jsonl"
    if not rows.exists():
        sys.exit(f"this benchmark needs Spider's queries and databases in {arguments.spider}, which are not there")
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder) / "rows.jsonl"
        chosen.write_text("".join(rows.read_text(encoding="utf-8").splitlines(keepends=True)[:: arguments.every]))
        load, cpu, began = os.getloadavg()[0], processor_seconds(), time.perf_counter()
        run = check(
            chosen,
            arguments.spider / "database",
            Path(folder) / "run",
            mode=arguments.mode,
            workers=arguments.workers,
        )
        seconds, used = time.perf_counter() - began, processor_seconds() - cpu
        found = figures_of(run)
        report = {
            "benchmark": "pipes_check",
            "split": arguments.split,
            "mode": arguments.mode,
            "workers": arguments.workers,
            "cores": os.cpu_count(),
            "load_before": round(load, 1),
            "reach_seconds": REACH_SECONDS,
            "seconds": round(seconds, 1),
            "cpu_seconds": round(used, 1),
            "cpu_ms_per_row": round(1000 * used / max(found.rows, 1), 1),
            "verified_share": round(found.verified / max(found.rows, 1), 4),
            "linear_share": round(found.linear / max(found.verified, 1), 4),
            **found.as_record(),
        }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
