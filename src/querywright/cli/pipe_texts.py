"""What the pipe commands are given: a query or a file of one, a dataset, a database; and where they say it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from querywright.cli.opening import open_catalog
from querywright.databases import Database
from querywright.errors import DatabaseUnavailable, SettingsError
from querywright.runs.folders import DATASET

ROWS = (".jsonl", ".ndjson", ".json", ".parquet")
"""How the name of a dataset ends."""


def dataset_at(source: str) -> Path | None:
    """The dataset of this name, a file of rows or a run folder; None where the text is something else."""
    place = _path(source)
    if place is None:
        _missing(source)
        return None
    if place.is_dir():
        return place / DATASET
    return place if place.suffix.lower() in ROWS else None


def _missing(source: str) -> None:
    """A word that looks like a file's name and is none was not meant as SQL."""
    if source.lower().endswith((*ROWS, ".sql")) and not any(c.isspace() for c in source):
        raise SettingsError(f"there is no file {source}")


def read_text(source: str) -> str:
    """The text itself, or what stands in the file of that name or comes by standard input (`-`).

    Raises:
        SettingsError: the file is not there or cannot be read, or there is nothing but space in the text.
    """
    place = None if source == "-" else _path(source)
    if source == "-":
        found = sys.stdin.read()
    elif place is None:
        _missing(source)
        found = source
    else:
        try:
            found = place.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{place} cannot be read: {error}") from error
    if not found.strip():
        where = "" if place is None and source != "-" else f" in {place or 'standard input'}"
        raise SettingsError(f"the text{where} is empty: a query has to stand there")
    return found


def _path(source: str) -> Path | None:
    if not source.strip():  # which would be the current folder
        return None
    try:
        place = Path(source).expanduser()
        return place if place.exists() else None
    except (OSError, RuntimeError, ValueError):  # a query is too long, or too strange, for a file's name
        return None


@contextmanager
def one_database(location: str) -> Iterator[Database]:
    """The one database at a location. Raises DatabaseUnavailable where there are several."""
    with open_catalog(location) as catalog:
        names = list(catalog)
        if len(names) > 1:
            told = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
            raise DatabaseUnavailable(f"{location} holds {len(names):,} databases ({told}): name one")
        yield catalog[names[0]]


def tell(text: str, output: Path | None) -> None:
    """Print the text, or write it to a file. Raises SettingsError where it cannot be written."""
    if output is None:
        typer.echo(text)
        return
    try:
        output.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{output} cannot be written: {error.strerror}") from error
