from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from querywright.demo import create_databases

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def files(folder: Path) -> dict[str, Path]:
    """The four databases, made once for all tests, by their ids."""
    return {path.stem: path for path in create_databases(folder)}


@pytest.fixture(scope="session")
def ask(files: dict[str, Path]) -> Iterator[Ask]:
    """`ask(db_id, sql)`: the rows, from the real engine opened read-only."""
    import duckdb

    with ExitStack() as stack:
        connections: dict[str, Any] = {}
        for db_id, path in files.items():
            if path.suffix == ".sqlite":
                connection: Any = closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True))
            else:
                connection = duckdb.connect(str(path), read_only=True)
            connections[db_id] = stack.enter_context(connection)
        yield lambda db_id, sql, *values: connections[db_id].execute(sql, values).fetchall()
