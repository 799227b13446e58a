"""Verified examples a second from the same database as an SQLite file, on PostgreSQL and on MariaDB.

    python benchmarks/server_synthesis_rate.py [COUNT] [ROUNDS]

The demo's library and clinic, copied table by table with their keys; whole runs by 2 workers, the engines in turn;
medians, and each server's share of the SQLite figure. The servers compute on the same cores as the workers.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from throwaway_servers import MariaDBServer, PostgresServer

from querywright.databases import Catalog, Database, Limits, Table
from querywright.databases.literals import quote
from querywright.demo import create_databases
from querywright.synthesis import synthesize

NAMES = ("clinic", "library")
ALL = Limits(seconds=60, rows=1_000_000, bytes=1 << 30)
TYPES = {
    "postgres": {"text": "TEXT", "integer": "BIGINT", "real": "DOUBLE PRECISION", "decimal": "NUMERIC(18, 4)",
                 "boolean": "BIGINT", "date": "DATE", "datetime": "TIMESTAMP", "time": "TIME"},
    "mysql": {"text": "VARCHAR(250)", "integer": "BIGINT", "real": "DOUBLE", "decimal": "DECIMAL(18, 4)",
              "boolean": "BIGINT", "date": "DATE", "datetime": "DATETIME", "time": "TIME"},
}  # fmt: skip


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder, PostgresServer() as postgres, MariaDBServer() as mariadb:
        create_databases(Path(folder) / "databases")
        files = {name: Path(folder) / "databases" / name / f"{name}.sqlite" for name in NAMES}
        with Catalog.open(Path(folder) / "databases") as catalog:
            for name in NAMES:
                to_postgres(catalog[name], postgres)
                to_mariadb(catalog[name], mariadb)
        figures: dict[str, dict[str, Any]] = {}
        for name in NAMES:
            places = {"sqlite": files[name], "postgresql": postgres.url(name), "mariadb": mariadb.url(name)}
            rates: dict[str, list[float]] = {engine: [] for engine in places}
            for number in range(rounds):
                for engine, place in places.items():
                    rates[engine].append(rate(place, Path(folder) / f"{name}-{engine}-{number}", count))
            medians = {engine: round(statistics.median(found), 1) for engine, found in rates.items()}
            shares = {engine: round(medians[engine] / medians["sqlite"], 2) for engine in ("postgresql", "mariadb")}
            figures[name] = {"per_second": medians, "of_sqlite": shares}
    print(
        json.dumps({"benchmark": "server_synthesis_rate", "count": count, "reach_of_sqlite": 0.6, **figures}, indent=2)
    )


def rate(place: Path | str, run: Path, count: int) -> float:
    began = time.perf_counter()
    made = synthesize(place, count, run, 0, workers=2)
    return made.counts.kept / (time.perf_counter() - began)


def to_postgres(source: Database, server: PostgresServer) -> None:
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {source.db_id}")
    with psycopg.connect(server.url(source.db_id), autocommit=True) as connection, connection.cursor() as cursor:
        copy(source, "postgres", cursor.execute, cursor.executemany)
        cursor.execute("ANALYZE")


def to_mariadb(source: Database, server: MariaDBServer) -> None:
    import pymysql

    connection = pymysql.connect(host="127.0.0.1", port=server.port, user="root", charset="utf8mb4", autocommit=True)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {source.db_id} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {source.db_id}")
        cursor.execute("SET foreign_key_checks = 0")
        copy(source, "mysql", cursor.execute, cursor.executemany)
        for table in source.schema:
            if not table.is_view:
                cursor.execute(f"ANALYZE TABLE {quote(table.name, 'mysql')}")


def copy(source: Database, dialect: str, execute: Callable[..., Any], many: Callable[..., Any]) -> None:
    """Tables, their rows, then the foreign keys."""
    tables = [table for table in source.schema if not table.is_view]
    for table in tables:
        execute(created(table, dialect))
        names = ", ".join(quote(column.name, "sqlite") for column in table.columns)
        found = source.execute(f"SELECT {names} FROM {quote(table.name, 'sqlite')}", ALL).rows
        marks = ", ".join(["%s"] * len(table.columns))
        if found:
            many(f"INSERT INTO {quote(table.name, dialect).replace('%', '%%')} VALUES ({marks})", found)
    for table in tables:
        for key in table.foreign_keys:
            ours, theirs = (
                ", ".join(quote(n, dialect) for n in names) for names in (key.columns, key.referred_columns)
            )
            execute(
                f"ALTER TABLE {quote(table.name, dialect)} ADD FOREIGN KEY ({ours}) "
                f"REFERENCES {quote(key.referred_table, dialect)} ({theirs})"
            )


def created(table: Table, dialect: str) -> str:
    types = TYPES[dialect]
    parts = [
        f"{quote(c.name, dialect)} {types.get(c.kind, types['text'])}{'' if c.nullable else ' NOT NULL'}"
        + (f" COMMENT {text(c.description)}" if c.description and dialect == "mysql" else "")
        for c in table.columns
    ]
    parts += [f"{kind} ({', '.join(quote(n, dialect) for n in names)})" for kind, names in keys(table)]
    comments = [
        f"COMMENT ON COLUMN {quote(table.name, dialect)}.{quote(c.name, dialect)} IS {text(c.description)};"
        for c in table.columns
        if c.description and dialect == "postgres"
    ]
    return f"CREATE TABLE {quote(table.name, dialect)} ({', '.join(parts)});" + "".join(comments)


def keys(table: Table) -> list[tuple[str, tuple[str, ...]]]:
    return [("PRIMARY KEY" if key == table.primary_key else "UNIQUE", key) for key in table.unique_keys]


def text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


if __name__ == "__main__":
    main()
