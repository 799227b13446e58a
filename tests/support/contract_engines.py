"""Each engine as the contract suite needs it: a way to fill a fresh database and to open it.

`place` is a path; a server turns it into the name of a database of its own.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from querywright.databases.addresses import Address
from querywright.databases.literals import quote

Rows = Mapping[str, Sequence[tuple]]
_COMMENTS = "COMMENT ON TABLE customers IS 'who buys'; COMMENT ON COLUMN customers.born IS 'day of birth';"


class SQLite:
    name = "sqlite"
    dialect = "sqlite"
    blob, real, text, double, stored = "BLOB", "REAL", "TEXT", "DOUBLE", ""
    comments = _COMMENTS

    def load(self, place: Path, script: str = "", rows: Rows | None = None) -> Path:
        """Run the script, then insert rows by table. Creates the database if there is none."""
        place = place.with_suffix(".sqlite")
        connection = sqlite3.connect(place)
        connection.executescript(script)
        for table, values in (rows or {}).items():
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
        connection.commit()
        connection.close()
        return place

    def copy(self, place: Path, target: Path) -> Path:
        """The same content somewhere else."""
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(place.with_suffix(".sqlite"), target.with_suffix(".sqlite")))

    def connect(self, place: Path):
        from querywright.databases.connectors.sqlite import SQLiteConnector

        return SQLiteConnector(place)

    def quoted(self, name: str) -> str:
        return quote(name, self.dialect)

    def drop(self) -> None:
        """Files go with their folder."""


class DuckDB(SQLite):
    name = "duckdb"
    dialect = "duckdb"
    blob, real, text, double = "BLOB", "DOUBLE", "VARCHAR", "DOUBLE"

    def load(self, place: Path, script: str = "", rows: Rows | None = None) -> Path:
        import duckdb

        place = place.with_suffix(".duckdb")
        with duckdb.connect(str(place)) as connection:
            connection.execute(script or "SELECT 1")
            for table, values in (rows or {}).items():
                row = "(" + ", ".join("?" * len(values[0])) + ")"
                flat = [value for row in values for value in row]
                connection.execute(f'INSERT INTO "{table}" VALUES {", ".join([row] * len(values))}', flat)
        return place

    def copy(self, place: Path, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(place.with_suffix(".duckdb"), target.with_suffix(".duckdb")))

    def connect(self, place: Path):
        from querywright.databases.connectors.duckdb import DuckDBConnector

        return DuckDBConnector(place)


class PostgreSQL:
    """Databases of a running server; `server` answers `url(database)` for its superuser."""

    name = "postgresql"
    dialect = "postgres"
    blob, real, text, double, stored = "BYTEA", "DOUBLE PRECISION", "TEXT", "DOUBLE PRECISION", "STORED"
    comments = _COMMENTS

    def __init__(self, server) -> None:
        self.server = server
        self.made: set[str] = set()

    def load(self, place: Path, script: str = "", rows: Rows | None = None) -> str:
        import psycopg

        name = _name_of(place)
        if name not in self.made:
            with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            self.made.add(name)
        with psycopg.connect(self.server.url(name), autocommit=True) as connection:
            connection.execute(script)
            for table, values in (rows or {}).items():
                marks = ", ".join(["%s"] * len(values[0]))
                with connection.cursor() as cursor:
                    cursor.executemany(f'INSERT INTO "{table}" VALUES ({marks})', values)
            connection.execute("ANALYZE")
        return self.server.url(name)

    def copy(self, place: Path, target: Path) -> str:
        import psycopg

        name = _name_of(target)
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {_name_of(place)}")
        self.made.add(name)
        return self.server.url(name)

    def connect(self, place: str):
        from querywright.databases.connectors.postgres import PostgresConnector

        return PostgresConnector(Address.parse(place))

    def quoted(self, name: str) -> str:
        return quote(name, self.dialect)

    def drop(self) -> None:
        """Drop what was made."""
        import psycopg

        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            for name in self.made:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        self.made.clear()


class MariaDB:
    """Databases of a running server; `server` answers `url(database)` for its superuser."""

    name = "mariadb"
    dialect = "mysql"
    blob, real, text, double, stored = "BLOB", "DOUBLE", "TEXT", "DOUBLE", ""
    comments = "ALTER TABLE customers COMMENT = 'who buys', MODIFY born DATE COMMENT 'day of birth';"

    def __init__(self, server) -> None:
        self.server = server
        self.made: dict[str, str] = {}

    def load(self, place: Path, script: str = "", rows: Rows | None = None) -> str:
        name = _name_of(place)
        with self.open() as connection, connection.cursor() as cursor:
            if name not in self.made:
                cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            self.made[name] = self.made.get(name, "") + script
            cursor.execute(f"USE {name}")
            cursor.execute("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')")
            if script.strip():
                cursor.execute(script)
                while cursor.nextset():
                    pass
            for table, values in (rows or {}).items():
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({", ".join(["%s"] * len(values[0]))})', values)
            cursor.execute("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
            tables = ['"' + row[0].replace('"', '""') + '"' for row in cursor.fetchall()]
            if tables:
                cursor.execute("ANALYZE TABLE " + ", ".join(tables))
        return self.server.url(name)

    def copy(self, place: Path, target: Path) -> str:
        return self.load(target, self.made[_name_of(place)])

    def connect(self, place: str):
        from querywright.databases.connectors.mysql import MySQLConnector

        return MySQLConnector(Address.parse(place))

    def quoted(self, name: str) -> str:
        return quote(name, self.dialect)

    def drop(self) -> None:
        """Drop what was made."""
        with self.open() as connection, connection.cursor() as cursor:
            for name in self.made:
                cursor.execute(f"DROP DATABASE {name}")
        self.made.clear()

    def open(self):
        """A connection of the superuser that takes many statements at once."""
        import pymysql
        from pymysql.constants import CLIENT

        address = Address.parse(self.server.url())
        return pymysql.connect(
            host=address.host, port=address.port or 3306, user=address.user, password=address.password or "",
            charset="utf8mb4", autocommit=True, client_flag=CLIENT.MULTI_STATEMENTS,
        )  # fmt: skip


def _name_of(place: Path) -> str:
    return "qw_" + hashlib.md5(str(place).encode(), usedforsecurity=False).hexdigest()[:16]


FILES = {"sqlite": SQLite, "duckdb": DuckDB}
SERVERS = {"postgresql": (PostgreSQL, "postgres_server"), "mariadb": (MariaDB, "mariadb_server")}
"""How each is called in tests; a server with the fixture that starts it."""
