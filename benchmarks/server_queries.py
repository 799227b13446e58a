"""2,000 queries explained and executed on PostgreSQL and MariaDB, beside the driver's own loop, over 8 connections.

    python benchmarks/server_queries.py [ROUNDS]

Both ways in turn, several rounds. The plain loop is the driver with nothing around it: no guard, no limits, no
read-only transaction; it takes as many rows as our row cap. Both have 8 threads with a connection each.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from throwaway_servers import MariaDBServer, PostgresServer, Server

from execution_workload import NAME, build
from querywright.databases import Catalog, Limits

CONNECTIONS = 8
ROWS = Limits().rows


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        path, queries = build(Path(folder))
        with closing(sqlite3.connect(path)) as source:
            ddl = [row[0] for row in source.execute("SELECT sql FROM sqlite_master WHERE type = 'table'")]
            tables = [row[0] for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    report = {kind.__name__: kind(ddl, rows, queries, rounds) for kind in (postgresql, mariadb)}
    print(json.dumps(report))


def postgresql(ddl: Sequence[str], rows: dict[str, list[Any]], queries: Sequence[str], rounds: int) -> dict[str, Any]:
    import psycopg

    with PostgresServer() as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}")
        with psycopg.connect(server.url(NAME), autocommit=True) as connection, connection.cursor() as cursor:
            for statement in ddl:
                cursor.execute(statement)
            for table, values in rows.items():
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(values[0]))})", values)
            cursor.execute("ANALYZE")

        def loop(mine: Sequence[str]) -> int:
            good = 0
            with psycopg.connect(server.url(NAME), autocommit=True) as connection:
                for sql in mine:
                    try:
                        connection.execute(sql).fetchmany(ROWS)
                        good += 1
                    except psycopg.Error:
                        continue
            return good

        return measured(server, loop, queries, rounds)


def mariadb(ddl: Sequence[str], rows: dict[str, list[Any]], queries: Sequence[str], rounds: int) -> dict[str, Any]:
    import pymysql

    with MariaDBServer() as server:

        def connect(**more: Any) -> Any:
            return pymysql.connect(host="127.0.0.1", port=server.port, user="root", autocommit=True, **more)

        with connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {NAME}")
            cursor.execute(f"USE {NAME}")
            for statement in ddl:
                cursor.execute(statement.replace(" TEXT", " VARCHAR(100)").replace(" REAL", " DOUBLE"))
            for table, values in rows.items():
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(values[0]))})", values)
                cursor.execute(f"ANALYZE TABLE {table}")

        def loop(mine: Sequence[str]) -> int:
            good = 0
            with connect(database=NAME) as connection, connection.cursor() as cursor:
                for sql in mine:
                    try:
                        cursor.execute(sql)
                        cursor.fetchmany(ROWS)
                        good += 1
                    except pymysql.Error:
                        continue
            return good

        return measured(server, loop, queries, rounds)


def measured(
    server: Server, loop: Callable[[Sequence[str]], int], queries: Sequence[str], rounds: int
) -> dict[str, Any]:
    """Queries a second: explained, executed by us, executed by the plain loop; medians over the rounds."""

    def plain() -> int:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            return sum(pool.map(loop, [queries[place::CONNECTIONS] for place in range(CONNECTIONS)]))

    with Catalog.open(server.url(NAME)) as catalog:
        database = catalog[NAME]

        def explain() -> int:
            return sum(isinstance(plan, str) for plan in database.explain_many(queries, workers=CONNECTIONS))

        def execute() -> int:
            outcomes = database.execute_many(queries, workers=CONNECTIONS)
            return sum(not isinstance(outcome, Exception) for outcome in outcomes)

        ways = {"explain": explain, "execute": execute, "plain": plain}
        good = {name: way() for name, way in ways.items()}  # and everything is warm
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                began = time.perf_counter()
                way()
                seconds[name].append(time.perf_counter() - began)
        version = database.version()
    rate = {name: round(len(queries) / statistics.median(taken)) for name, taken in seconds.items()}
    share = statistics.median(p / e for e, p in zip(seconds["execute"], seconds["plain"], strict=True))
    return {
        "server": version, "queries": len(queries), "good": good, "explains_per_second": rate["explain"],
        "executed_per_second": rate["execute"], "plain_per_second": rate["plain"], "of_the_plain_loop": round(share, 3),
    }  # fmt: skip


if __name__ == "__main__":
    main()
