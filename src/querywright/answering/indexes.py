"""The indexes of databases: where they lie, how they are brought up to date, and how they are opened for answering.

Each database has a folder, and in it a folder for each kind of index. An example index serves many databases: it lies
beside those folders, and a file in each of them names it.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from querywright.answering.desk import Descriptions, Examples, Values
from querywright.databases import Catalog, Database
from querywright.datasets.example import Example
from querywright.errors import DatabaseUnavailable, RetrievalError, SettingsError
from querywright.writing import replacing

if TYPE_CHECKING:
    from querywright.models.opened import Models
    from querywright.retrieval import ValueIndex
    from querywright.retrieval.descriptions import DescriptionIndex
    from querywright.retrieval.examples import ExampleIndex

VALUES, DESCRIPTIONS, EXAMPLES = "values", "descriptions", "examples"
_OF_DATABASE = (VALUES, DESCRIPTIONS)
POINTER = "examples.json"
"""The file that names the example index of a database, beside its other indexes."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """The indexes of one database, open; None where there is none."""

    values: Values | None = None
    descriptions: Descriptions | None = None
    examples: Examples | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of indexes.

    `shared`: it is the one for whatever database, so that a database goes by its place, whatever it is called; in a
    folder that a person names it goes by its db_id.
    """

    folder: Path
    shared: bool = False

    @classmethod
    def at(cls, folder: Path | str | None) -> Home:
        """The folder that a person names, or the one in their cache."""
        if folder is not None:
            return cls(Path(folder).expanduser().resolve())
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return cls(Path(cache) / "querywright" / "indexes", shared=True)

    def of(self, catalog: Catalog, db_id: str) -> Path:
        """The folder of a database, which need not be there."""
        if self.shared:
            place = catalog.place(db_id)
            where = str(place.resolve() if isinstance(place, Path) else place)
            name = place.stem if isinstance(place, Path) else db_id
            return self.folder / f"{_plain(name)}-{_digest(where.encode('utf-8', 'backslashreplace'))}"
        plain = _plain(db_id)
        return self.folder / (
            plain if plain == db_id else f"{plain}-{_digest(db_id.encode('utf-8', 'backslashreplace'))}"
        )


@dataclass(frozen=True, slots=True)
class Indexed:
    """What was indexed of one database: by kind how much, or why it could not be."""

    folder: Path
    sizes: Mapping[str, int]
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class IndexedExamples:
    """An index of examples: how many it holds, and how many it left out, by reason."""

    folder: Path
    size: int
    left_out: Mapping[str, int]


def index(home: Home, catalog: Catalog, db_id: str, models: Models, examples: Path | None = None) -> Indexed:
    """Make the indexes of a database, or renew them where it changed.

    Args:
        home: where indexes lie.
        catalog: the databases.
        db_id: the one.
        models: what embeds.
        examples: the example index that it is to use, from `index_examples`; None: the one that it uses, if any.

    Raises:
        SettingsError: the folder cannot be written.
        DatabaseUnavailable: the database is gone; ModelFailed, ModelUnavailable: the embedding model does not embed.
    """
    folder = home.of(catalog, db_id)
    sizes: dict[str, int] = {}
    problems: dict[str, str] = {}
    for kind in _OF_DATABASE:
        try:
            found = _built(kind, catalog[db_id], folder / kind, models)
        except RetrievalError as error:
            problems[kind] = str(error)
            continue
        sizes[kind] = len(found)
        _let_go(found)
    if examples is not None:
        _write(folder / POINTER, orjson.dumps({"index": examples.name}))
    return Indexed(folder, sizes, problems)


def index_examples(
    home: Home, examples: Iterable[Example], source: Path, catalog: Catalog, models: Models
) -> IndexedExamples:
    """Make the index of a dataset's examples, or renew it.

    Args:
        home: where indexes lie.
        examples: the dataset's, read one at a time.
        source: where the dataset lies: the same place has the same index.
        catalog: the databases whose schemas say what is masked.
        models: what embeds.

    Raises:
        SettingsError: there is no example that can be shown.
        RetrievalError: the index cannot be made; DatasetError: the examples cannot be read.
    """
    from querywright.retrieval.embedding import embedder
    from querywright.retrieval.examples import ExampleIndex

    place = source.expanduser().resolve()
    folder = home.folder / f"{EXAMPLES}-{_plain(place.stem)}-{_digest(str(place).encode('utf-8', 'backslashreplace'))}"
    found = ExampleIndex.build(examples, folder, embedder(models), catalog)
    if not len(found):
        why = f" ({', '.join(f'{number:,} × {reason}' for reason, number in found.left_out.items())})"
        raise SettingsError(f"{source} holds no example that can be shown{why if found.left_out else ''}")
    return IndexedExamples(folder, len(found), dict(found.left_out))


def renewed(home: Home, catalog: Catalog, db_id: str, models: Models, tell: Tell | None = None) -> dict[str, str]:
    """Renew the indexes that a database has where it changed.

    Returns:
        By kind, what decides what an index finds, beside the database itself.

    Raises:
        RetrievalError, SettingsError: an index is there and cannot be used, or the folder that a person named is not
            there; the message says what to do.
    """
    if not home.shared and not home.folder.is_dir():
        raise SettingsError(
            f"there is no folder {home.folder} of indexes: querywright index DATABASES -o FOLDER makes one"
        )
    folder = home.of(catalog, db_id)
    if not home.shared and not folder.is_dir() and tell is not None:
        tell(f"{db_id}: there is no index of it in {home.folder}")
    marks: dict[str, str] = {}
    for kind in _OF_DATABASE:
        if (folder / kind).is_dir():
            _renew(kind, catalog[db_id], folder / kind, models, tell)
            marks[kind] = ""
    if name := _examples_of(folder):
        if not (home.folder / name).is_dir():
            raise SettingsError(f"{db_id}: its examples, {home.folder / name}, are gone: index them again (--examples)")
        _examples(home.folder / name, models)
        manifests = sorted((home.folder / name).glob("*.json"))
        marks[EXAMPLES] = f"{name} {_digest(b''.join(path.read_bytes() for path in manifests))}"
    return marks


class Shelf:
    """The indexes of a catalog's databases, each opened at first use. Safe to use from several threads.

    `marks` has, by database, the kinds that are there, as `renewed` gives them; others are not looked for.
    """

    def __init__(self, home: Home, catalog: Catalog, marks: Mapping[str, Mapping[str, str]], models: Models) -> None:
        self._home, self._catalog, self._marks, self._models = home, catalog, marks, models
        self._found: dict[str, Opened] = {}
        self._examples: dict[str, ExampleIndex] = {}
        self._lock = threading.Lock()

    def of(self, db_id: str) -> Opened:
        """What there is of a database. Raises DatabaseUnavailable where an index cannot be opened any more."""
        with self._lock:
            if db_id not in self._found:
                try:
                    self._found[db_id] = self._opened(db_id)
                except RetrievalError as error:
                    raise DatabaseUnavailable(str(error), db_id) from error
            return self._found[db_id]

    def close(self) -> None:
        """Let go of them."""
        with self._lock:
            found, self._found = list(self._found.values()), {}
            self._examples = {}
        for each in found:
            _let_go(each.values)
            _let_go(each.descriptions)

    def _opened(self, db_id: str) -> Opened:
        marks = self._marks.get(db_id, {})
        folder = self._home.of(self._catalog, db_id)
        name = marks.get(EXAMPLES, "").partition(" ")[0]
        if name and name not in self._examples:
            self._examples[name] = _examples(self._home.folder / name, self._models)
        return Opened(
            _values(folder / VALUES) if VALUES in marks else None,
            _descriptions(folder / DESCRIPTIONS, self._models) if DESCRIPTIONS in marks else None,
            self._examples[name] if name else None,
        )


def _renew(kind: str, database: Database, folder: Path, models: Models, tell: Tell | None) -> None:
    """Bring an index up to date; where it cannot be written, it is used as it is, and that is told."""
    try:
        _let_go(_built(kind, database, folder, models))
    except RetrievalError as error:
        try:
            _let_go(_values(folder) if kind == VALUES else _descriptions(folder, models))
        except RetrievalError:
            raise error from None
        if tell is not None:
            tell(f"{database.db_id}: its {kind} may be older than the database: {error}")


def _built(kind: str, database: Database, folder: Path, models: Models) -> ValueIndex | DescriptionIndex:
    from querywright.retrieval import ValueIndex
    from querywright.retrieval.descriptions import DescriptionIndex
    from querywright.retrieval.embedding import embedder

    if kind == VALUES:
        return ValueIndex.build(database, folder)
    return DescriptionIndex.build(database, folder, embedder(models))


def _values(folder: Path) -> ValueIndex:
    from querywright.retrieval import ValueIndex

    return ValueIndex.open(folder)


def _descriptions(folder: Path, models: Models) -> DescriptionIndex:
    from querywright.retrieval.descriptions import DescriptionIndex
    from querywright.retrieval.embedding import embedder

    return DescriptionIndex.open(folder, embedder(models))


def _examples(folder: Path, models: Models) -> ExampleIndex:
    from querywright.retrieval.embedding import embedder
    from querywright.retrieval.examples import ExampleIndex

    return ExampleIndex.open(folder, embedder(models))


def _let_go(found: Any) -> None:
    """Close an index that holds files."""
    if hasattr(found, "close"):
        found.close()


def _examples_of(folder: Path) -> str:
    """The name of the example index that a database uses; empty where it uses none."""
    try:
        said = orjson.loads((folder / POINTER).read_bytes())
        return Path(said["index"]).name
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from error


def _plain(name: str) -> str:
    """A name as part of a file's."""
    return re.sub(r"[^\w.-]", "_", name).lstrip(".")


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
