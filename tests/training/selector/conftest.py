"""A folder with databases, gold and candidates of known correctness."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from known_candidates import both, gold_rows, make_databases, write

import querywright as qw


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("selector")
    make_databases(folder / "databases")
    write(folder / "gold.jsonl", gold_rows())
    write(folder / "candidates.jsonl", [both(row) for row in gold_rows()])
    return folder


@pytest.fixture
def catalog(folder: Path):
    with qw.Catalog.open(folder / "databases") as catalog:
        yield catalog


@pytest.fixture(scope="session")
def trains() -> None:
    """Skips where nothing can be trained."""
    for library in ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "sentence_transformers"):
        if find_spec(library) is None:
            pytest.skip(f"{library} is not installed: pip install 'querywright[train]' torch")
    import torch

    torch.set_num_threads(1)
