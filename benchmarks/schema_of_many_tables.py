"""First access to the schema of 5,000 tables of 20 columns: seconds and memory, on PostgreSQL and MariaDB.

    python benchmarks/schema_of_many_tables.py [ROUNDS [TABLES]]

Each reading is a fresh process, since only such a one tells its peak of memory. SQLAlchemy's inspector reads the same
in turn with ours: with its `get_multi_*` functions, which on MariaDB ask once a table (SHOW CREATE TABLE). The server
is as warm for one as for the other; `cold_seconds` is ours right after the server started.
"""

from __future__ import annotations

import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from throwaway_servers import MariaDBServer, PostgresServer, Server

ROUNDS, TABLES = 3, 5000
NAME = "wide"
REACH = {"seconds": 5.0, "added_mb": 200}
TYPES = ("INTEGER", "VARCHAR(80)", "DECIMAL(12, 2)", "DATE", "TIMESTAMP NULL", "TEXT", "BIGINT", "SMALLINT")


def main() -> None:
    rounds, tables = (*map(int, sys.argv[1:]), *(ROUNDS, TABLES)[len(sys.argv) - 1 :])
    report = {"benchmark": "schema_of_many_tables", "tables": tables, "columns": 20 * tables, "reach": REACH}
    for kind, fill in ((PostgresServer, fill_postgres), (MariaDBServer, fill_mariadb)):
        with kind() as server:
            fill(server, tables)
            report[kind.__name__.removesuffix("Server").lower()] = measured(server, rounds, tables)
    print(json.dumps(report))


def measured(server: Server, rounds: int, tables: int) -> dict[str, Any]:
    """Medians of fresh processes, ours and SQLAlchemy's in turn."""
    server.stop()
    server.start()
    cold = reading("ours", server)["seconds"]
    ways = ("ours", "sqlalchemy", "fingerprint")
    found = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            found[way].append(reading(way, server))
    for way, readings in found.items():
        assert all(r["tables"] == tables for r in readings), (way, readings)
    middle = {
        way: {what: round(statistics.median(r[what] for r in readings), 2) for what in ("seconds", "added_mb")}
        for way, readings in found.items()
    }
    return {"cold_seconds": cold, **middle}


def reading(way: str, server: Server) -> dict[str, Any]:
    """What a fresh process says of one reading."""
    command = [sys.executable, __file__, "--read", way, server.url(NAME)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


# ── in the fresh process ─────────────────────────────────────────────────────────────────────────────────────────────


def read(way: str, url: str) -> None:
    """Print what one reading took. What is imported and connected before it counts for neither side."""
    ready = {"ours": ours, "sqlalchemy": sqlalchemy, "fingerprint": fingerprint}[way](url)
    before = peak_mb()
    began = time.perf_counter()
    tables = ready()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": round(seconds, 2), "added_mb": round(peak_mb() - before, 1), "tables": tables}))


def ours(url: str) -> Callable[[], int]:
    from querywright.databases import Catalog

    database = Catalog.open(url)[NAME]
    database.execute("SELECT 1")
    engine = "postgres" if url.startswith("postgres") else "mysql"
    importlib.import_module(f"querywright.databases.connectors.{engine}_catalogue")
    return lambda: len(database.schema.tables)


def fingerprint(url: str) -> Callable[[], int]:
    from querywright.databases import Catalog

    database = Catalog.open(url)[NAME]
    tables = len(database.schema.tables)
    return lambda: len(database.fingerprint()) and tables


def sqlalchemy(url: str) -> Callable[[], int]:
    from sqlalchemy import create_engine, inspect

    scheme = "postgresql+psycopg" if url.startswith("postgres") else "mysql+pymysql"
    inspector = inspect(create_engine(scheme + url[url.index("://") :]))

    def look() -> int:
        found = {
            what: dict(getattr(inspector, f"get_multi_{what}")())
            for what in ("columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints", "table_comment")
        }
        return len(found["columns"])

    return look


def peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


# ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────────


def definitions(tables: int, comment: str) -> Iterator[str]:
    """Half of the column names are shared by all tables; every table has a key, an index and one to two references."""
    for n in range(tables):
        names = [f"field_{k}" if k % 2 else f"part_{n}_{k}" for k in range(17)]
        columns = [f"{name} {TYPES[k % len(TYPES)]}{comment.format(name)}" for k, name in enumerate(names)]
        keys = ["PRIMARY KEY (id)", f"FOREIGN KEY (parent_id) REFERENCES table_{n // 2} (id)"]
        if n % 3 == 0:
            keys.append(f"FOREIGN KEY (owner_id) REFERENCES table_{n // 5} (id)")
        body = [
            "id INTEGER NOT NULL",
            "parent_id INTEGER",
            "owner_id INTEGER",
            *columns,
            *keys,
            "UNIQUE (field_1, field_3)",
        ]
        yield f"CREATE TABLE table_{n} ({', '.join(body)})"


def fill_postgres(server: Server, tables: int) -> None:
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {NAME}")
    with psycopg.connect(server.url(NAME)) as connection:
        for n, statement in enumerate(definitions(tables, "")):
            said = [f"COMMENT ON TABLE table_{n} IS 'what is known of thing {n}'"]
            said += [f"COMMENT ON COLUMN table_{n}.field_{k} IS 'the field_{k} of it'" for k in range(1, 17, 2)]
            connection.execute("; ".join([statement, f"CREATE INDEX ON table_{n} (field_5)", *said]))
            if n % 100 == 99:
                connection.commit()
    with psycopg.connect(server.url(NAME), autocommit=True) as connection:
        connection.execute("ANALYZE")


def fill_mariadb(server: Server, tables: int) -> None:
    import pymysql

    with pymysql.connect(host="127.0.0.1", port=server.port, user="root", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE {NAME}")
        cursor.execute(f"USE {NAME}")
        for n, statement in enumerate(definitions(tables, " COMMENT 'the {} of it'")):
            cursor.execute(statement.removesuffix(")") + f", KEY (field_5)) COMMENT 'what is known of thing {n}'")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(*sys.argv[2:])
    else:
        main()
