"""Databases and predictions for tests of evaluations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from bookshop import write_bookshop

from querywright import Catalog

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def cache_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Gold results are kept in a folder of these tests, not in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def bookshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bookshop; not to be changed."""
    return write_bookshop(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the shared benchmark data; skips the test where it is absent."""
    if not _SHARED.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    return _SHARED


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gold results are kept for this test alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "querywright" / "gold.sqlite"


@pytest.fixture
def bands(tmp_path: Path) -> Path:
    """A small database: singers, some without an age, two of one name, and their bands."""
    path = tmp_path / "databases" / "bands" / "bands.sqlite"
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript("""
        CREATE TABLE band (id INTEGER PRIMARY KEY, title TEXT);
        CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, band_id INTEGER REFERENCES band(id));
        INSERT INTO band VALUES (1, 'Red'), (2, 'Blue'), (3, 'Empty');
        INSERT INTO singer VALUES (1, 'Ada', 30, 1), (2, 'Bo', 25, 1), (3, 'Cy', NULL, 2), (4, 'Ada', 41, 2);
    """)
    connection.close()
    return path


@pytest.fixture
def catalog(bands: Path):
    with Catalog.open(bands.parents[1]) as catalog:
        yield catalog
