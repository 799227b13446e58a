from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

from querywright.demo import create_databases, write_predictions, write_seeds

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def targets() -> set[str]:
    """The Makefile's targets."""
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `querywright demo` leaves it, but for a smaller run without a report."""
    from querywright.databases import Catalog
    from querywright.synthesis import synthesize

    folder = tmp_path_factory.mktemp("documents") / "demo"
    create_databases(folder / "databases")
    write_seeds(folder / "seeds.jsonl")
    write_predictions(folder / "predictions")
    with Catalog.open(folder / "databases") as catalog:
        synthesize(catalog, 24, folder / "run")
    return folder


@pytest.fixture
def place(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with an own copy of the demo, and `.venv` as in a checkout."""
    shutil.copytree(demo, tmp_path / "demo")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    monkeypatch.chdir(tmp_path)
    return tmp_path
