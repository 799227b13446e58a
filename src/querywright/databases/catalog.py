"""`Catalog`: the databases of a folder, a file or a server, by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from querywright.databases.addresses import Address, is_address
from querywright.databases.connectors import ENGINES, SERVERS, Server
from querywright.databases.database import Database
from querywright.databases.descriptions import describe
from querywright.databases.files import SUFFIXES, databases_under, engine_of, name_files
from querywright.databases.schema import Schema
from querywright.databases.watchdog import Watchdog
from querywright.errors import DatabaseUnavailable

_AWAKE = 24


class Catalog(Mapping[str, Database]):
    """Databases by `db_id`, each opened at first use. Safe to use from several threads.

    `location` is what `Catalog.open` was given, for a worker to open the same again; an address shows no password.
    `renamed` maps the db_id of a file that shares its stem with another to its path.
    `broken` maps what was left out, a file or a server's database, to the reason.
    """

    def __init__(
        self,
        places: Mapping[str, Path | Address],
        location: str | Address,
        broken: Mapping[Path | str, str],
        server: Server | None = None,
    ) -> None:
        self.location = location
        self.broken: Mapping[Path | str, str] = MappingProxyType(dict(broken))
        files = {k: p for k, p in places.items() if isinstance(p, Path)}
        self.renamed: Mapping[str, Path] = MappingProxyType({k: p for k, p in files.items() if k != p.stem})
        self._places = dict(places)
        self._server = server
        self._open: dict[str, Database] = {}
        self._opening = threading.Lock()
        self._watchdog = Watchdog()

    @classmethod
    def open(cls, location: Path | str | Address) -> Self:
        """The databases at `location`: a file, a folder searched to any depth, or a server.

        A file's `db_id` is its stem; files that share one get `folder.stem`, with as many folders as tell them apart.
        The engine is told by a file's first bytes; what is no database is left out and listed in `broken`.

        `postgresql://user@host/database` is one database; without a database it is every one that the user may read.
        The server is asked at once, so that what is wrong with an address shows here.

        Raises:
            DatabaseUnavailable: there is nothing there to open; DatabaseOutage: the server does not answer;
                PasswordNeeded: it wants a password.
        """
        if is_address(location):
            return cls._of_server(location if isinstance(location, Address) else Address.parse(str(location)))
        return cls._of_files(str(location))

    @classmethod
    def _of_server(cls, address: Address) -> Self:
        server = SERVERS[address.engine](address)
        try:
            broken: dict[Path | str, str] = {}
            if address.database:
                names = [address.database]
                server.connector(address.database).version()
            else:
                names, left_out = server.names()
                broken.update((name, reason) for name, reason in left_out.items())
            if not names:
                raise DatabaseUnavailable(f"the server at {address.server} has no database that this user may read")
        except BaseException:
            server.close()
            raise
        return cls({name: address.naming(name) for name in names}, address, broken, server)

    @classmethod
    def _of_files(cls, location: str) -> Self:
        root = Path(location).expanduser()
        if not root.exists():
            raise DatabaseUnavailable(f"there is no file or folder {root}")
        good: list[Path] = []
        broken: dict[Path | str, str] = {}
        for path in databases_under(root) if root.is_dir() else [root]:
            try:
                engine_of(path)
                good.append(path)
            except DatabaseUnavailable as error:
                broken[path] = error.message
        if not good:
            raise DatabaseUnavailable(_nothing(root, broken))
        return cls(name_files(good, root if root.is_dir() else root.parent), location, broken)

    def __getitem__(self, db_id: str) -> Database:
        """The database of this name, opened now if need be. Raises KeyError, DatabaseUnavailable."""
        place = self._places[db_id]
        with self._opening:
            database = self._open.pop(db_id, None) or self._opened(db_id, place)
            self._open[db_id] = database  # behind all others: the least recently used one comes first
            self._rest()
            return database

    def _opened(self, db_id: str, place: Path | Address) -> Database:
        if isinstance(place, Address):
            assert self._server is not None
            return Database(self._server.connector(place.database), db_id)
        try:
            connector = ENGINES[engine_of(place)](place, self._watchdog)
        except DatabaseUnavailable as error:
            raise type(error)(error.message, db_id) from error.__cause__
        return Database(connector, db_id, _descriptions_beside(place))

    def _rest(self) -> None:
        """Close the connections of SQLite files not asked for lately: their caches share one memory limit.

        Their `Database` stays as it is and connects again when used; a running query is not disturbed.
        """
        busy = [database for database in self._open.values() if database.dialect == "sqlite"]
        for database in busy[:-_AWAKE]:
            database.close()

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, db_id: object) -> bool:
        return db_id in self._places

    def __repr__(self) -> str:
        return f"<Catalog {self.location}: {len(self)} databases>"

    def place(self, db_id: str) -> Path | Address:
        """Where a database is: its file, or its address. Raises KeyError."""
        return self._places[db_id]

    def close(self) -> None:
        """Close every database that was opened. The catalog can be used again: it opens them anew."""
        with self._opening:
            opened, self._open = list(self._open.values()), {}
        for database in opened:
            database.close()
        if self._server is not None:
            self._server.close()
        self._watchdog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _descriptions_beside(path: Path) -> Callable[[Schema], Schema]:
    """BIRD keeps what columns mean in `database_description/*.csv` beside the file."""
    return lambda schema: describe(schema, path.parent / "database_description")


def _nothing(root: Path, broken: Mapping[Path | str, str]) -> str:
    if not broken:
        return f"no databases in {root}: looked at every depth for {', '.join('*' + suffix for suffix in SUFFIXES)}"
    path, reason = next(iter(broken.items()))
    more = f", and {len(broken) - 1} more cannot be opened either" if len(broken) > 1 else ""
    return f"no database in {root} can be opened: {Path(path).name}: {reason}{more}"
