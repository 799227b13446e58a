"""`Catalog`: the databases of a folder, or of one file, by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from querywright.databases.connectors import ENGINES
from querywright.databases.database import Database
from querywright.databases.descriptions import describe
from querywright.databases.files import SUFFIXES, databases_under, engine_of, name_files
from querywright.databases.schema import Schema
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable

_AWAKE = 24


class Catalog(Mapping[str, Database]):
    """Databases by `db_id`, each opened at first use. Safe to use from several threads.

    `location` is what `Catalog.open` was given, for a worker to open the same again.
    `renamed` maps the db_id of a file that shares its stem with another to its path.
    `broken` maps a file that was left out to the reason.
    """

    def __init__(self, files: Mapping[str, Path], location: str, broken: Mapping[Path, str]) -> None:
        self.location = location
        self.broken: Mapping[Path, str] = MappingProxyType(dict(broken))
        self.renamed: Mapping[str, Path] = MappingProxyType({k: p for k, p in files.items() if k != p.stem})
        self._files = dict(files)
        self._open: dict[str, Database] = {}
        self._opening = threading.Lock()
        self._watchdog = Watchdog()

    @classmethod
    def open(cls, location: Path | str) -> Self:
        """The databases at `location`: a file, or a folder searched to any depth.

        A `db_id` is the file's stem; files that share one get `folder.stem`, with as many folders as tell them apart.
        The engine is told by a file's first bytes; what is no database is left out and listed in `broken`.

        Raises:
            DatabaseUnavailable: there is nothing there to open.
        """
        scheme, is_address, _ = str(location).partition("://")
        if is_address:
            raise DatabaseUnavailable(
                f"addresses of servers ({scheme}://) come with a later version; give a folder or a file "
                f"({', '.join('*' + suffix for suffix in SUFFIXES)})"
            )
        root = Path(location).expanduser()
        if not root.exists():
            raise DatabaseUnavailable(f"there is no file or folder {root}")
        good, broken = [], {}
        for path in databases_under(root) if root.is_dir() else [root]:
            try:
                engine_of(path)
                good.append(path)
            except DatabaseUnavailable as error:
                broken[path] = error.message
        if not good:
            raise DatabaseUnavailable(_nothing(root, broken))
        return cls(name_files(good, root if root.is_dir() else root.parent), str(location), broken)

    def __getitem__(self, db_id: str) -> Database:
        """The database of this name, opened now if need be. Raises KeyError, DatabaseUnavailable."""
        path = self._files[db_id]
        with self._opening:
            database = self._open.pop(db_id, None) or self._opened(db_id, path)
            self._open[db_id] = database  # behind all others: the least recently used one comes first
            self._rest()
            return database

    def _opened(self, db_id: str, path: Path) -> Database:
        try:
            connector = ENGINES[engine_of(path)](path, self._watchdog)
        except DatabaseUnavailable as error:
            raise DatabaseUnavailable(error.message, db_id) from error.__cause__
        return Database(connector, db_id, _descriptions_beside(path))

    def _rest(self) -> None:
        """Close the connections of SQLite files not asked for lately: their caches share one memory limit.

        Their `Database` stays as it is and connects again when used; a running query is not disturbed.
        """
        busy = [database for database in self._open.values() if database.dialect == "sqlite"]
        for database in busy[:-_AWAKE]:
            database.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, db_id: object) -> bool:
        return db_id in self._files

    def __repr__(self) -> str:
        return f"<Catalog {self.location}: {len(self)} databases>"

    def path(self, db_id: str) -> Path:
        """The file behind a db_id. Raises KeyError."""
        return self._files[db_id]

    def close(self) -> None:
        """Close every database that was opened. The catalog can be used again: it opens them anew."""
        with self._opening:
            opened, self._open = list(self._open.values()), {}
        for database in opened:
            database.close()
        self._watchdog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _descriptions_beside(path: Path) -> Callable[[Schema], Schema]:
    """BIRD keeps what columns mean in `database_description/*.csv` beside the file."""
    return lambda schema: describe(schema, path.parent / "database_description")


def _nothing(root: Path, broken: Mapping[Path, str]) -> str:
    if not broken:
        return f"no databases in {root}: looked at every depth for {', '.join('*' + suffix for suffix in SUFFIXES)}"
    path, reason = next(iter(broken.items()))
    more = f", and {len(broken) - 1} more cannot be opened either" if len(broken) > 1 else ""
    return f"no database in {root} can be opened: {path.name}: {reason}{more}"
