"""The examples that a training is given, and the databases they ask about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import orjson

from querywright.databases import Catalog
from querywright.datasets import read_dataset
from querywright.datasets.example import Example
from querywright.datasets.jsonl import dumps, example_id
from querywright.errors import DatasetError, SettingsError
from querywright.runs.folders import MANIFEST
from querywright.synthesis.check_pipes import rows_of


def examples_of(dataset: Path | str) -> list[Example]:
    """The rows of a file or a run, each with an id. Raises DatasetError: it cannot be read, or has no rows."""
    path = rows_of(dataset)
    found = [each if each.id else each.having(id=example_id(each)) for each in read_dataset(path)]
    if not found:
        raise DatasetError("it holds no rows", path)
    return found


def digest_of(examples: Sequence[Example]) -> str:
    """Of all that the examples say, in their order."""
    said = hashlib.sha256()
    for example in examples:
        said.update(dumps(example))
    return said.hexdigest()[:16]


@contextmanager
def databases_of(dataset: Path | str, named: Catalog | Path | str | None) -> Iterator[Catalog]:
    """The databases that were named, else those that the run in this folder was made from.

    Raises:
        SettingsError: none were named, and the dataset does not say.
        DatabaseUnavailable: none can be opened.
    """
    if isinstance(named, Catalog):
        yield named
        return
    with Catalog.open(named if named is not None else _recorded(Path(dataset))) as catalog:
        yield catalog


def _recorded(dataset: Path) -> Path:
    manifest = dataset / MANIFEST if dataset.is_dir() else dataset.parent / MANIFEST
    try:
        location = orjson.loads(manifest.read_bytes())["about"]["location"]
    except (OSError, ValueError, LookupError, TypeError):
        location = None
    if not isinstance(location, str) or not Path(location).exists():
        raise SettingsError(f"where are the databases of {dataset}? Name them with --databases")
    return Path(location)
