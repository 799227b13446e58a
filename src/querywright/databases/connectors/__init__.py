"""One module an engine, all to the same contract (`contract.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from querywright.databases.addresses import Address, Engine
from querywright.databases.connectors.contract import Connector, Server
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable

__all__ = ["ENGINES", "SERVERS", "Connector", "Server"]


def _sqlite(path: Path, watchdog: Watchdog) -> Connector:
    from querywright.databases.connectors.sqlite import SQLiteConnector

    return SQLiteConnector(path, watchdog)


def _duckdb(path: Path, watchdog: Watchdog) -> Connector:
    if find_spec("duckdb") is None:
        raise DatabaseUnavailable("DuckDB files need the duckdb extra: pip install 'querywright[duckdb]'")
    from querywright.databases.connectors.duckdb import DuckDBConnector

    return DuckDBConnector(path, watchdog)


ENGINES: Mapping[str, Callable[[Path, Watchdog], Connector]] = {"sqlite": _sqlite, "duckdb": _duckdb}
"""How a file of each engine is opened. A new engine is one module and one line here."""


def _postgresql(address: Address) -> Server:
    if find_spec("psycopg") is None:
        raise DatabaseUnavailable("PostgreSQL needs the postgres extra: pip install 'querywright[postgres]'")
    from querywright.databases.connectors.postgres import PostgresServer

    return PostgresServer(address)


def _mysql(address: Address) -> Server:
    if find_spec("pymysql") is None:
        raise DatabaseUnavailable("MySQL and MariaDB need the mysql extra: pip install 'querywright[mysql]'")
    from querywright.databases.connectors.mysql import MySQLServer

    return MySQLServer(address)


SERVERS: Mapping[Engine, Callable[[Address], Server]] = {"postgresql": _postgresql, "mysql": _mysql}
"""How a server of each engine is reached."""
