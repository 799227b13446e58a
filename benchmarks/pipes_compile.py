"""How many six-operator pipe queries a second compile to standard SQL, from the text and from the tree.

Prints one JSON object: the median of several rounds, in one process (CPU time) and in two (wall time).

    python benchmarks/pipes_compile.py [--dialect sqlite] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

from querywright import pipes

SCHEMA = {
    "customer": {"id": "INTEGER", "name": "TEXT", "country": "TEXT", "born": "INTEGER"},
    "orders": {"id": "INTEGER", "customer_id": "INTEGER", "placed": "TEXT", "amount": "REAL", "state": "TEXT"},
}
QUERIES = (
    """FROM orders AS o |> JOIN customer AS c ON o.customer_id = c.id |> WHERE o.state = 'paid'
    |> AGGREGATE SUM(o.amount) AS total, COUNT(*) AS n GROUP BY c.country |> WHERE n > 3
    |> ORDER BY total DESC |> LIMIT 10""",
    """FROM customer |> WHERE born > 1970 |> EXTEND RANK() OVER (PARTITION BY country ORDER BY born) AS place
    |> WHERE place = 1 |> SET name = UPPER(name) |> DROP born |> ORDER BY name""",
    """FROM orders |> SELECT customer_id, amount * 2 AS doubled |> DISTINCT |> LIMIT 50
    |> LEFT JOIN customer AS c ON c.id = customer_id |> RENAME doubled AS twice |> SELECT c.name, twice""",
    """FROM customer AS c |> WHERE c.id IN (FROM orders |> WHERE amount > 100 |> SELECT customer_id)
    |> SELECT c.country |> UNION DISTINCT (FROM customer |> WHERE born IS NULL |> SELECT country)
    |> AGGREGATE COUNT(*) AS n GROUP BY country |> WHERE n >= 1 |> ORDER BY country""",
)
EACH = 200


def texts(dialect: str) -> float:
    """Queries a second, read and compiled, in CPU time."""
    start = time.process_time()
    for _ in range(EACH):
        for text in QUERIES:
            pipes.compile(pipes.parse(text), dialect=dialect, schema=SCHEMA)
    return EACH * len(QUERIES) / (time.process_time() - start)


def trees(dialect: str) -> float:
    """Queries a second, compiled from trees that are there."""
    parsed = [pipes.parse(text) for text in QUERIES]
    start = time.process_time()
    for _ in range(EACH):
        for query in parsed:
            pipes.compile(query, dialect=dialect, schema=SCHEMA)
    return EACH * len(QUERIES) / (time.process_time() - start)


def together(pool: ProcessPoolExecutor, dialect: str) -> float:
    """Queries a second of both processes, in wall time."""
    start = time.perf_counter()
    list(pool.map(trees, [dialect] * 2))
    return 2 * EACH * len(QUERIES) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dialect", default="sqlite")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    dialect, rounds = arguments.dialect, arguments.rounds
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(trees, [dialect] * 2))
        two = statistics.median(together(pool, dialect) for _ in range(rounds))
    report = {
        "benchmark": "pipes_compile",
        "dialect": dialect,
        "rounds": rounds,
        "compiled_per_second": round(statistics.median(trees(dialect) for _ in range(rounds))),
        "read_and_compiled_per_second": round(statistics.median(texts(dialect) for _ in range(rounds))),
        "compiled_per_second_two_processes": round(two),
        "reach_per_second": 2000,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
