"""Opening what a person names on the command line, with a question where a server wants a password."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from getpass import getpass
from pathlib import Path

from querywright.databases import Catalog, Database
from querywright.databases.addresses import Address
from querywright.datasets import Example, read_dataset
from querywright.errors import DatasetError, PasswordNeeded, SettingsError
from querywright.runs import Run

_TOLD = 10
"""So many databases are named in an error."""


def open_catalog(location: str) -> Catalog:
    """The databases at a location; at a terminal the password of a server is asked for. Raises DatabaseUnavailable."""
    try:
        return Catalog.open(location)
    except PasswordNeeded as error:
        if not sys.stdin.isatty():
            raise
        address = Address.parse(location)
        try:
            password = getpass(f"Password of {address.user or 'this user'} at {address.server}: ")
        except EOFError:
            raise error from None
        return Catalog.open(address.with_password(password))


def one_database(catalog: Catalog, db_id: str | None) -> Database:
    """The database that is asked: the one of this name, or the only one.

    Raises SettingsError where it must be named; DatabaseUnavailable where it cannot be opened.
    """
    if db_id is None and len(catalog) > 1:
        raise SettingsError(
            f"{catalog.location} holds {len(catalog)} databases: say which with --db-id ({_some(catalog)})"
        )
    name = next(iter(catalog)) if db_id is None else db_id
    if name not in catalog:
        raise SettingsError(f"there is no database {name!r} in {catalog.location}; there are {_some(catalog)}")
    return catalog[name]


def _some(catalog: Catalog) -> str:
    names = list(catalog)
    return ", ".join(names[:_TOLD]) + (f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else "")


class OpenedDataset:
    """A run's dataset or a file: it can be read more than once.

    Raises:
        DatasetError: there is no such file or folder.
        RunError: the folder holds no run.
    """

    def __init__(self, place: Path, dialect: str) -> None:
        if not place.exists():
            raise DatasetError(f"there is no file or folder {place}")
        self._file = None if place.is_dir() else place
        self._run = Run.open(place) if place.is_dir() else None
        recorded = self._run.fingerprint.get("databases", {}) if self._run else {}
        self._dialects: dict[str, str] = {db_id: entry["dialect"] for db_id, entry in recorded.items()}
        self._dialect = dialect

    def examples(self) -> Iterator[Example]:
        """Its rows, in order, one at a time."""
        if self._run:
            return self._run.examples()
        assert self._file is not None
        return read_dataset(self._file)

    def dialect_of(self, db_id: str) -> str:
        """What a database's SQL is written in."""
        return self._dialects.get(db_id, self._dialect)
