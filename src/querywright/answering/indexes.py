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
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from querywright.answering.desk import Descriptions, Examples, Values
from querywright.databases import Catalog, Database
from querywright.datasets.example import Example
from querywright.datasets.jsonl import dumps
from querywright.errors import DatabaseError, ModelError, QuerywrightError, SettingsError
from querywright.writing import replacing

if TYPE_CHECKING:
    from querywright.models.opened import Models

VALUES, DESCRIPTIONS, EXAMPLES = "values", "descriptions", "examples"
_CLASSES = {
    VALUES: ("querywright.retrieval", "ValueIndex"),
    DESCRIPTIONS: ("querywright.retrieval.descriptions", "DescriptionIndex"),
    EXAMPLES: ("querywright.retrieval.examples", "ExampleIndex"),
}
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

    `shared`: it is the one for whatever database, so that a database is known by its place, too; in a folder that a
    person names it goes by its db_id.
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
        plain = re.sub(r"[^\w.-]", "_", db_id).lstrip(".")
        if not self.shared and plain == db_id:
            return self.folder / db_id
        place = catalog.place(db_id)
        where = f"{place.resolve() if isinstance(place, Path) else place}" if self.shared else ""
        return self.folder / f"{plain}-{_digest(f'{db_id} {where}'.encode('utf-8', 'backslashreplace'))}"


@dataclass(frozen=True, slots=True)
class Indexed:
    """What was indexed of one database: by kind how much, or why it could not be."""

    folder: Path
    sizes: Mapping[str, int]
    problems: Mapping[str, str]


def index(home: Home, catalog: Catalog, db_id: str, models: Models | None, examples: Path | None = None) -> Indexed:
    """Make the indexes of a database, or renew them where it changed.

    Args:
        home: where indexes lie.
        catalog: the databases.
        db_id: the one.
        models: what embeds.
        examples: the example index that it is to use, from `index_examples`; None: the one that it uses, if any.

    Raises:
        SettingsError: the folder cannot be written.
        DatabaseUnavailable: the database is gone; ModelUnavailable: the embedding model cannot be asked.
    """
    folder = home.of(catalog, db_id)
    sizes: dict[str, int] = {}
    problems: dict[str, str] = {}
    for kind in _OF_DATABASE:
        try:
            found = _built(kind, catalog[db_id], folder / kind, models)
        except (DatabaseError, ModelError):
            raise
        except QuerywrightError as error:
            problems[kind] = str(error)
            continue
        if found is not None:
            sizes[kind] = len(found)
            _closed(found)
    if examples is not None:
        _write(folder / POINTER, orjson.dumps({"index": examples.name}))
    return Indexed(folder, sizes, problems)


def index_examples(home: Home, dataset: Iterable[Example], models: Models | None) -> tuple[Path, int]:
    """Make the example index of a dataset, once for the same examples; its folder and how many it holds.

    Raises:
        SettingsError: the dataset holds no examples.
        QuerywrightError: the index cannot be made; ModelUnavailable: the embedding model cannot be asked.
    """
    chosen = [example for example in dataset if example.SQL.strip() and example.question.strip()]
    if not chosen:
        raise SettingsError("there is no example with a question and SQL among the examples")
    folder = home.folder / f"examples-{_digest(b''.join(map(dumps, chosen)))}"
    built = _class(EXAMPLES)
    if built is None:
        raise SettingsError("this version has no index of examples")
    found = built.build(chosen, folder, models=models)
    number = len(found)
    _closed(found)
    return folder, number


def renewed(
    home: Home, catalog: Catalog, db_id: str, models: Models | None, tell: Tell | None = None
) -> dict[str, str]:
    """Renew the indexes that a database has where it changed; by kind what each was made of, beside the database.

    An index that cannot be used is told, and gone on without. Raises DatabaseUnavailable, ModelUnavailable.
    """
    folder = home.of(catalog, db_id)
    kinds: dict[str, str] = {}
    for kind in _OF_DATABASE:
        if not (folder / kind).is_dir():
            continue
        try:
            found = _built(kind, catalog[db_id], folder / kind, models)
        except (DatabaseError, ModelError):
            raise
        except QuerywrightError as error:
            if tell is not None:
                tell(f"{db_id}: answered without its {kind}: {error}")
            continue
        if found is not None:
            kinds[kind] = ""
            _closed(found)
    if (examples := _examples_of(folder)) and _class(EXAMPLES) is not None:
        if (home.folder / examples).is_dir():
            kinds[EXAMPLES] = examples
        elif tell is not None:
            tell(f"{db_id}: answered without examples: {home.folder / examples} is gone; index them again")
    return kinds


class Shelf:
    """The indexes of a catalog's databases, each opened at first use. Safe to use from several threads.

    `indexed` has, by database, the kinds that are there, as `renewed` gives them; others are not looked for.
    """

    def __init__(
        self, home: Home, catalog: Catalog, indexed: Mapping[str, Mapping[str, str]], models: Models | None
    ) -> None:
        self._home, self._catalog, self._indexed, self._models = home, catalog, indexed, models
        self._found: dict[str, Opened] = {}
        self._examples: dict[str, Any] = {}
        self._lock = threading.Lock()

    def of(self, db_id: str) -> Opened:
        """What there is of a database. Raises QuerywrightError where an index cannot be opened any more."""
        with self._lock:
            if db_id not in self._found:
                self._found[db_id] = self._opened(db_id)
            return self._found[db_id]

    def close(self) -> None:
        """Let go of them."""
        with self._lock:
            found, self._found = list(self._found.values()), {}
            examples, self._examples = list(self._examples.values()), {}
        for each in found:
            _closed(each.values)
            _closed(each.descriptions)
        for each in examples:
            _closed(each)

    def _opened(self, db_id: str) -> Opened:
        kinds = self._indexed.get(db_id, {})
        folder = self._home.of(self._catalog, db_id)
        name = kinds.get(EXAMPLES)
        if name and name not in self._examples:
            self._examples[name] = _open(EXAMPLES, self._home.folder / name, self._models)
        return Opened(
            _open(VALUES, folder / VALUES, self._models) if VALUES in kinds else None,
            _open(DESCRIPTIONS, folder / DESCRIPTIONS, self._models) if DESCRIPTIONS in kinds else None,
            self._examples[name] if name else None,
        )


def _class(kind: str) -> Any:
    """The class of an index; None where this version does not come with it."""
    module, name = _CLASSES[kind]
    try:
        there = find_spec(module) is not None
    except ModuleNotFoundError:
        there = False
    return getattr(import_module(module), name, None) if there else None


def _built(kind: str, database: Database, folder: Path, models: Models | None) -> Any:
    built = _class(kind)
    if built is None:
        return None
    return built.build(database, folder) if kind == VALUES else built.build(database, folder, models=models)


def _open(kind: str, folder: Path, models: Models | None) -> Any:
    opened = _class(kind)
    return opened.open(folder) if kind == VALUES else opened.open(folder, models=models)


def _closed(found: Any) -> None:
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


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()
