"""Databases and predictions for tests of evaluations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bookshop import write_bookshop

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
