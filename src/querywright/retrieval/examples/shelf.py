"""`Shelf`: the examples of an index as they lie in its folder, mapped; and what one asks them with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from querywright.retrieval.embedding import Embedder
from querywright.retrieval.examples.alignment import aligned
from querywright.retrieval.examples.entry import Entry
from querywright.retrieval.vectors import VectorIndex

LINES, STARTS, KEYS, SHAPES, SHAPE_OF, ALIGNMENT = "examples.jsonl", "starts", "keys", "shapes.jsonl", "shape_of", "map"
VECTORS: dict[str, Callable[[Entry, Embedder], str]] = {
    "question": lambda entry, embed: entry.example.question,
    "masked_question": lambda entry, embed: embed.asked(entry.masked_question),
    "masked_sql": lambda entry, embed: entry.masked_sql,
}
"""What of an entry is embedded, by the name of the file."""


@dataclass(frozen=True)
class Asked:
    """A question to the shelf."""

    question: str
    masked: str
    seed: int
    draft: str | None = None
    """The preliminary SQL, masked; None where nobody wrote one."""


@dataclass(frozen=True)
class Shelf:
    """Examples by row, in the order of their keys, whatever order they came in."""

    lines: Any = field(repr=False)
    starts: Any = field(repr=False)
    keys: Any = field(repr=False)
    question: VectorIndex
    masked_question: VectorIndex
    masked_sql: VectorIndex
    alignment: Any = field(repr=False)
    shapes: list[str] = field(repr=False)
    shape_of: Any = field(repr=False)
    embed: Embedder = field(repr=False)

    def __len__(self) -> int:
        return len(self.keys)

    def line(self, row: int) -> bytes:
        """The line of one entry."""
        line: bytes = self.lines[self.starts[row] : self.starts[row + 1]].tobytes()
        return line

    def entry(self, row: int) -> Entry:
        """One entry."""
        return Entry.of_line(self.line(row))

    def entries(self) -> Iterator[Entry]:
        """All of them, in order."""
        return map(self.entry, range(len(self)))

    def where_sql_is(self, masked_question: str) -> Any:
        """Where the SQL of such a question should lie."""
        return aligned(self.asked(masked_question), self.alignment)

    def asked(self, masked_question: str) -> Any:
        """The vector of a masked question, as the model is asked with it."""
        return self.embed([self.embed.asked(masked_question)])[0]

    def likeness(self, masked_sql: str) -> Any:
        """How alike each row's skeleton is to this one: Jaccard's measure of their words, as often as they come."""
        import numpy as np

        mine = Counter(masked_sql.split())
        return np.array([_jaccard(mine, theirs) for theirs in self._words], np.float64)[self.shape_of]

    @cached_property
    def _words(self) -> list[Counter[str]]:
        return [Counter(shape.split()) for shape in self.shapes]


def likeness(one: str, other: str) -> float:
    """How alike two skeletons are, as `Shelf.likeness` has it."""
    return _jaccard(Counter(one.split()), Counter(other.split()))


def _jaccard(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(min(count, other[word]) for word, count in one.items() if word in other)
    return shared / (one.total() + other.total() - shared)


def opened(data: Path, examples: int, embed: Embedder) -> Shelf:
    """The shelf in a folder of data. Raises OSError, ValueError, TypeError or RetrievalError where it is damaged."""
    import numpy as np

    def mapped(name: str) -> Any:
        return np.asarray(np.load(data / f"{name}.npy", mmap_mode="r", allow_pickle=False))

    text = data / LINES
    lines = np.asarray(np.memmap(text, np.uint8, "r")) if text.stat().st_size else np.empty(0, np.uint8)
    starts, keys, shape_of = mapped(STARTS), mapped(KEYS), mapped(SHAPE_OF)
    vectors = {name: VectorIndex.open(data, name) for name in VECTORS}
    shapes = [orjson.loads(line) for line in (data / SHAPES).read_bytes().splitlines()]
    alignment = mapped(ALIGNMENT) if (data / f"{ALIGNMENT}.npy").exists() else None
    counts = {len(starts) - 1, len(keys), len(shape_of), *map(len, vectors.values())}
    if counts != {examples} or starts[-1] != len(lines) or (examples and shape_of.max() >= len(shapes)):
        raise ValueError("its files do not fit each other")
    return Shelf(lines, starts, keys, **vectors, alignment=alignment, shapes=shapes, shape_of=shape_of, embed=embed)
