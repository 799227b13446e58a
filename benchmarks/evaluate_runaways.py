"""Three runaway predictions under a limit of 2 s, one after the other, and what the CPU does afterwards.

Prints one JSON object: the seconds of the whole evaluation, the endings, and the CPU seconds that this process used in
the two seconds after it.

    python benchmarks/evaluate_runaways.py
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import querywright as qw

RUNAWAYS = {
    "recursion": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
    "cross join": "SELECT COUNT(*) FROM t a, t b, t c, t d, t e, t f WHERE a.x + b.x + c.x + d.x + e.x + f.x = -1",
    "long pattern": "SELECT SUM(a.x LIKE b.x || '%' || c.x) FROM t a, t b, t c, t d, t e, t f",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "numbers.sqlite"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE t (x INTEGER)")
            connection.executemany("INSERT INTO t VALUES (?)", [(n,) for n in range(1000)])
        connection.close()
        print(json.dumps(measure(path), indent=2))


def measure(path: Path) -> dict[str, Any]:
    """The seconds of the evaluation, and the CPU afterwards."""
    gold = [qw.Example("numbers", name, "SELECT COUNT(*) FROM t", id=name) for name in RUNAWAYS]
    limits = qw.Limits(seconds=2.0, rows=100_000)
    with qw.Catalog.open(path) as catalog:
        began = time.perf_counter()
        found = qw.evaluate(RUNAWAYS, gold, catalog, limits=limits, metrics=["ex"], cached=False)
        seconds = time.perf_counter() - began
        used = time.process_time()
        time.sleep(2.0)
        after = time.process_time() - used
    return {
        "runaways": len(RUNAWAYS),
        "limit_seconds": limits.seconds,
        "seconds": round(seconds, 2),
        "reach_seconds": 6.5,
        "endings": {row.facts.key: row.scores["predictions"].ending for row in found.rows()},
        "cpu_seconds_in_the_two_seconds_after": round(after, 3),
    }


if __name__ == "__main__":
    main()
