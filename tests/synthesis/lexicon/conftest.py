"""Real SQLite files, built for each test and read through the product's own Database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from querywright.databases import Catalog
from querywright.synthesis.lexicon import Lexicon

Reader = Callable[[str], Lexicon]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Reader]:
    """Builds a database from a script and reads its lexicon."""
    with ExitStack() as stack:

        def build(script: str) -> Lexicon:
            path = tmp_path / "made.sqlite"
            path.unlink(missing_ok=True)
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript(script)
                connection.commit()
            catalog = stack.enter_context(Catalog.open(path))
            return Lexicon.read(catalog["made"])

        yield build


def _shared() -> Path | None:
    found = Path(__file__).parents[3].parent / "shared" / "data"
    return found if found.is_dir() else None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of benchmark databases."""
    found = _shared()
    if found is None:
        pytest.skip("the shared benchmark data is not beside this checkout")
    return found
