"""A result of ten million rows under a cap of a thousand: seconds and memory, on PostgreSQL and MariaDB.

python benchmarks/server_large_result.py
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from throwaway_servers import MariaDBServer, PostgresServer

from querywright.databases import Catalog, Limits

ROWS = 10_000_000
ROUNDS = 5
LIMITS = Limits(seconds=60.0, rows=1000)
QUERIES = {
    "as it lies": "SELECT * FROM big",
    "its own limit above the cap": f"SELECT * FROM big LIMIT {ROWS}",
    "computed": "SELECT id + 1 AS n, CONCAT(name, '!') AS shout FROM big WHERE id > 5",
}


def main() -> None:
    print(json.dumps({"rows": ROWS, "postgresql": postgresql(), "mariadb": mariadb()}))


def postgresql() -> dict[str, Any]:
    import psycopg

    with PostgresServer() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT)")
            connection.execute(f"INSERT INTO big SELECT n, 'name ' || n FROM generate_series(1, {ROWS}) AS t (n)")
            connection.execute("ANALYZE")
        return measured(server.url("postgres"), "postgres")


def mariadb() -> dict[str, Any]:
    import pymysql

    with MariaDBServer("--innodb-buffer-pool-size=1G") as server:
        connection = pymysql.connect(host="127.0.0.1", port=server.port, user="root", autocommit=True)
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE large")
            cursor.execute("USE large")
            cursor.execute("CREATE TABLE big (id INTEGER PRIMARY KEY, name VARCHAR(40))")
            cursor.execute(f"INSERT INTO big SELECT seq, CONCAT('name ', seq) FROM seq_1_to_{ROWS}")
            cursor.execute("ANALYZE TABLE big")
        return measured(server.url("large"), "large")


def measured(url: str, name: str) -> dict[str, Any]:
    """Median seconds a query, and how much the peak of our memory grew over all of them."""
    with Catalog.open(url) as catalog:
        database = catalog[name]
        database.execute("SELECT 1")
        before = peak_mb()
        seconds: dict[str, float] = {}
        for what, sql in QUERIES.items():
            taken = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                result = database.execute(sql, LIMITS)
                taken.append(time.perf_counter() - began)
                assert (len(result.rows), result.truncated) == (LIMITS.rows, True)
            seconds[what] = round(statistics.median(taken), 4)
        return {"seconds": seconds, "added_mb": round(peak_mb() - before, 1)}


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
