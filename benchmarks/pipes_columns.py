"""How long the columns after each operator of a six-operator pipe query take, beside asking a database for them.

Prints one JSON object: milliseconds a query, medians of several rounds. The round trip is what an agent would do
without: compile each prefix and run it with LIMIT 0 on SQLite, in memory and in this process.

    python benchmarks/pipes_columns.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing

from pipes_compile import QUERIES, SCHEMA
from querywright import pipes

EACH = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    queries = [pipes.parse(text) for text in QUERIES]
    with closing(sqlite3.connect(":memory:")) as connection:
        for table, columns in SCHEMA.items():
            connection.execute(f"CREATE TABLE {table} ({', '.join(f'{c} {t}' for c, t in columns.items())})")

        def told() -> None:
            for query in queries:
                query.columns(SCHEMA)

        def read_and_told() -> None:
            for text in QUERIES:
                pipes.parse(text).columns(SCHEMA)

        def asked() -> None:
            for query in queries:
                for prefix in query.prefixes():
                    compiled = pipes.compile(prefix, dialect="sqlite", schema=SCHEMA)
                    _ = connection.execute(f"SELECT * FROM ({compiled}) LIMIT 0").description

        report = {
            "benchmark": "pipes_columns",
            "rounds": rounds,
            "operators": statistics.mean(len(query.operators) for query in queries),
            "columns_ms": milliseconds(told, rounds),
            "read_and_columns_ms": milliseconds(read_and_told, rounds),
            "database_round_trips_ms": milliseconds(asked, rounds),
            "reach_ms": 1.0,
        }
    print(json.dumps(report))


def milliseconds(work: Callable[[], None], rounds: int) -> float:
    """One query's, the median of rounds, in CPU time."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(EACH):
            work()
        taken.append((time.process_time() - start) / EACH / len(QUERIES) * 1000)
    return round(statistics.median(taken), 3)


if __name__ == "__main__":
    main()
