"""One module an engine, all to the same contract (`contract.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from querywright.databases.connectors.contract import Connector
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable

__all__ = ["ENGINES", "Connector"]


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
