"""Small databases of these tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from querywright.databases import Catalog


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Catalog]]:
    """Makes SQLite databases of scripts, by name, in a folder; a catalog of them that is closed at the end."""
    with ExitStack() as opened:

        def made(folder: str = "databases", /, **scripts: str) -> Catalog:
            for name, script in scripts.items():
                path = tmp_path / folder / name / f"{name}.sqlite"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.unlink(missing_ok=True)
                with closing(sqlite3.connect(path)) as connection:
                    connection.executescript(script)
            return opened.enter_context(Catalog.open(tmp_path / folder))

        yield made
