"""Where the shared benchmark data are, for the tests that compare with published figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_SPIDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "spider"


@pytest.fixture(scope="session")
def spider() -> Callable[[str], list[dict[str, Any]]]:
    """Rows of one of Spider's files, read once; skips the test where the data are absent."""

    def rows(name: str) -> list[dict[str, Any]]:
        path = _SPIDER / name
        if not path.exists():
            pytest.skip(f"needs {name} of the shared Spider data")
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    return rows


@pytest.fixture(scope="session")
def spider_folder() -> Path:
    """The folder of Spider's files and databases; skips the test where the data are absent."""
    if not _SPIDER.exists():
        pytest.skip("needs the shared Spider data")
    return _SPIDER
