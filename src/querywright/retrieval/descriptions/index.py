"""`DescriptionIndex`: the columns and tables whose names or descriptions are nearest to a keyword or a question."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from querywright.databases.database import Database
from querywright.errors import RetrievalError
from querywright.retrieval import storing
from querywright.retrieval.descriptions.match import DescriptionMatch
from querywright.retrieval.descriptions.phrases import Described, described
from querywright.retrieval.embedding import Embedder, Known
from querywright.retrieval.vectors import VectorIndex
from querywright.writing import replacing

KIND = storing.Kind("description index", "description_index.json", 1, "DescriptionIndex.build")
_THINGS, _PHRASES, _LINKS, _VECTORS = "things.jsonl", "phrases.jsonl", "links", "phrases"


@dataclass(frozen=True)
class DescriptionIndex:
    """The descriptions of one database, open. Safe in several threads; nothing to close."""

    db_id: str
    _things: list[list[str]] = field(repr=False)
    """Table, column and text of each thing described."""
    _phrases: list[str] = field(repr=False)
    _links: Any = field(repr=False)
    """(phrase, thing, whether for questions too), in the order of the phrases."""
    _starts: Any = field(repr=False)
    """Where the links of each phrase start."""
    _vectors: VectorIndex = field(repr=False)
    _long: VectorIndex = field(repr=False)
    """The first of these: the phrases for questions."""
    _embed: Embedder = field(repr=False)

    @classmethod
    def build(cls, database: Database, folder: Path | str, embed: Embedder) -> DescriptionIndex:
        """The index of a database's descriptions in this folder; only phrases that it did not have are embedded.

        Raises:
            DatabaseUnavailable: the schema cannot be read.
            ModelFailed, ModelUnavailable: as `embed` does.
            RetrievalError: the folder holds something else, or cannot be written.
        """
        folder = Path(folder)
        things = list(described(database.schema))
        digest = _digest(things, embed.name, database.db_id)
        with storing.at_work(folder, KIND):
            try:
                before = _read(folder, embed)
            except RetrievalError:  # none yet, a damaged one, or one of another model
                before = None
            if before is None or before[1] != digest:
                _write(folder, database.db_id, things, embed, digest, before[0] if before else None)
            return _read(folder, embed)[0]

    @classmethod
    def open(cls, folder: Path | str, embed: Embedder) -> DescriptionIndex:
        """The index in this folder, asked with the model that it was built with.

        Raises:
            RetrievalError: there is none, it is damaged, or it was built with another model.
        """
        return _read(Path(folder), embed)[0]

    def __len__(self) -> int:
        return len(self._things)

    def search(self, keyword: str, limit: int = 5) -> list[DescriptionMatch]:
        """The columns and tables nearest to a keyword, each once, the nearest first; of equal ones the schema's first.

        Raises:
            ModelFailed, ModelUnavailable: the keyword cannot be embedded.
        """
        return self._nearest(keyword, limit, whole=False)

    def question_columns(self, question: str, evidence: str = "", limit: int = 100) -> list[DescriptionMatch]:
        """The columns nearest to a whole question, each once, the nearest first.

        It is what narrows a schema of a thousand tables before anybody reads it.

        Raises:
            ModelFailed, ModelUnavailable: the question cannot be embedded.
        """
        return self._nearest(f"{question} {evidence}", limit, whole=True)

    def _nearest(self, text: str, limit: int, whole: bool) -> list[DescriptionMatch]:
        if limit < 1 or not text.strip() or not self._things:
            return []
        found: dict[int, float] = {}
        for score, things in self._alike(text, max(64, 2 * limit), whole):
            for thing in sorted(things):
                found.setdefault(thing, score)
            if len(found) >= limit:
                break
        best = list(found.items())[:limit]
        return [self._match(thing, score) for thing, score in best]

    def _known(self) -> Known:
        return Known({phrase: row for row, phrase in enumerate(self._phrases)}, self._vectors.vectors)

    def _match(self, thing: int, score: float) -> DescriptionMatch:
        table, column, text = self._things[thing]
        return DescriptionMatch(table, column, text, score)

    def _alike(self, text: str, first: int, whole: bool) -> Iterator[tuple[float, set[int]]]:
        """Scores from the highest on, each with the things of all phrases that have it."""
        score, things = 2.0, set[int]()
        vectors = self._long if whole else self._vectors
        for phrase, likeness in vectors.ranked(self._embed([text])[0], first):
            if likeness < score and things:
                yield score, things
                things = set()
            score = likeness
            links = self._links[self._starts[phrase] : self._starts[phrase + 1]]
            things.update(links[links[:, 2] == 1, 1].tolist() if whole else links[:, 1].tolist())
        if things:
            yield score, things


def _digest(things: Iterable[Described], model: str, db_id: str) -> str:
    """Of all that is said, in its order, and of who embeds it."""
    digest = hashlib.blake2b(orjson.dumps([KIND.format, model, db_id]), digest_size=8)
    for thing in things:
        digest.update(_line([thing.table, thing.column, thing.text, list(thing.short), list(thing.long)]))
    return digest.hexdigest()


def _line(said: Any) -> bytes:
    """One line of JSON; text that JSON cannot say shows as escapes."""
    try:
        return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        return orjson.dumps(_sayable(said), option=orjson.OPT_APPEND_NEWLINE)


def _sayable(said: Any) -> Any:
    if isinstance(said, list):
        return [_sayable(one) for one in said]
    return said.encode("utf-8", "backslashreplace").decode() if isinstance(said, str) else said


def _write(
    folder: Path, db_id: str, things: list[Described], embed: Embedder, digest: str, before: DescriptionIndex | None
) -> None:
    import numpy as np

    places = {phrase: row for row, phrase in enumerate(dict.fromkeys(p for thing in things for p in thing.long))}
    long = len(places)
    links = sorted(
        (places.setdefault(phrase, len(places)), number, int(whole))
        for number, thing in enumerate(things)
        for phrase, whole in _phrases_of(thing)
    )
    with storing.part(folder) as part:
        with replacing(part / _THINGS, alone=True) as file:
            file.writelines(_line([thing.table, thing.column, thing.text]) for thing in things)
        with replacing(part / _PHRASES, alone=True) as file:
            file.writelines(_line(phrase) for phrase in places)
        known = None if before is None else before._known()
        VectorIndex.write(part, _VECTORS, embed.blocks(places, known))
        with replacing(part / f"{_LINKS}.npy", alone=True) as file:
            np.save(file, np.array(links, np.int32).reshape(-1, 3), allow_pickle=False)
        manifest = {"db_id": db_id, "model": embed.name, "digest": digest, "things": len(things), "long": long}
        storing.publish(folder, KIND, manifest, part, digest)


def _phrases_of(thing: Described) -> Iterator[tuple[str, bool]]:
    """Each phrase of a thing once, and whether questions are compared with it."""
    said = dict.fromkeys(thing.short, False) | dict.fromkeys(thing.long, True)
    yield from said.items()


def _read(folder: Path, embed: Embedder) -> tuple[DescriptionIndex, str]:
    """The index, and the digest of what it was made of."""
    import numpy as np

    def take(data: Path, manifest: dict[str, Any]) -> tuple[DescriptionIndex, str]:
        embed.require(manifest["model"], folder)
        things = [orjson.loads(line) for line in (data / _THINGS).read_bytes().splitlines()]
        phrases = [orjson.loads(line) for line in (data / _PHRASES).read_bytes().splitlines()]
        links = np.load(data / f"{_LINKS}.npy", allow_pickle=False)
        vectors = VectorIndex.open(data, _VECTORS)
        starts = np.searchsorted(links[:, 0], np.arange(len(phrases) + 1))
        fits = len(things) == manifest["things"] and len(vectors) == len(phrases) and all(len(t) == 3 for t in things)
        if not fits or (len(links) and (links.min() < 0 or links[:, 1].max() >= len(things))):
            raise ValueError("its files do not fit each other")
        long = VectorIndex(vectors.path, vectors.vectors[: manifest["long"]])
        index = DescriptionIndex(manifest["db_id"], things, phrases, links, starts, vectors, long, embed)
        return index, manifest["digest"]

    return storing.read(folder, KIND, take)
