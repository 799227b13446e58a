"""Writing an example index: masked once, in the order of their keys, embedded in that order.

What an index before this one has of an example or a text is taken from there. The order is that of digests, so the same
examples make the same files in whatever order they come.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from querywright.databases.database import Database
from querywright.datasets.example import Example
from querywright.errors import DatasetError
from querywright.retrieval import storing
from querywright.retrieval.embedding import Embedder, Known
from querywright.retrieval.examples import shelf
from querywright.retrieval.examples.alignment import fitted
from querywright.retrieval.examples.entry import Desk, Entry
from querywright.retrieval.examples.shelf import Shelf
from querywright.retrieval.vectors import BLOCK, VectorIndex
from querywright.writing import replacing

KIND = storing.Kind("example index", "example_index.json", 1, "ExampleIndex.build")
UNSAYABLE = "it holds what JSON cannot say"
_UNSORTED = "unsorted.jsonl"


def write(
    folder: Path,
    examples: Iterable[Example],
    embed: Embedder,
    databases: Mapping[str, Database],
    before: Shelf | None,
    digest_before: str,
) -> None:
    """Make the index of these examples in the folder, which is held (`storing.at_work`)."""
    with storing.part(folder) as part:
        gathered = _Gathered(before)
        gathered.write(part / _UNSORTED, examples, Desk(databases))
        digest = gathered.digest(embed.name)
        if before is not None and digest == digest_before:
            return
        gathered.write_sorted(part)
        (part / _UNSORTED).unlink()
        _write_vectors(part, embed, before)
        manifest = {"model": embed.name, "digest": digest, "examples": len(gathered.keys)}
        manifest["left_out"] = dict(sorted(gathered.left_out.items()))
        storing.publish(folder, KIND, manifest, part, digest)


class _Gathered:
    """The entries of a build, as lines of a file in the order they came, and where each starts."""

    def __init__(self, before: Shelf | None) -> None:
        self.keys: dict[bytes, int] = {}
        """The place of each entry's line."""
        self.left_out: Counter[str] = Counter()
        self._starts = [0]
        self._path = Path()
        self._before = before
        self._known = {} if before is None else {bytes(key): row for row, key in enumerate(before.keys)}

    def write(self, path: Path, examples: Iterable[Example], desk: Desk) -> None:
        """Write the lines of all examples, each example once."""
        self._path = path
        with path.open("wb") as file:
            for example in examples:
                try:
                    key = desk.key(example)
                except DatasetError:
                    self.left_out[UNSAYABLE] += 1
                    continue
                if key in self.keys:
                    continue
                line = self._line(key, example, desk)
                if isinstance(line, str):
                    self.left_out[line] += 1
                    continue
                self.keys[key] = len(self.keys)
                self._starts.append(self._starts[-1] + file.write(line))

    def _line(self, key: bytes, example: Example, desk: Desk) -> bytes | str:
        """The line of this example, or why it has none."""
        if self._before is not None and key in self._known:
            return self._before.line(self._known[key])
        made = desk.entry(example)
        return made if isinstance(made, str) else made.line()

    def digest(self, model: str) -> str:
        """Of all that the index is made of."""
        said = hashlib.blake2b(orjson.dumps([KIND.format, model, sorted(self.left_out.items())]), digest_size=8)
        for key in sorted(self.keys):
            said.update(key)
        return said.hexdigest()

    def write_sorted(self, part: Path) -> None:
        """Write the lines in the order of their keys, with the keys, the places and the skeletons."""
        import numpy as np

        shapes: dict[str, int] = {}
        starts, shape_of = [0], []
        with self._path.open("rb") as unsorted, replacing(part / shelf.LINES, alone=True) as file:
            for key in sorted(self.keys):
                place = self.keys[key]
                unsorted.seek(self._starts[place])
                line = unsorted.read(self._starts[place + 1] - self._starts[place])
                starts.append(starts[-1] + file.write(line))
                shape_of.append(shapes.setdefault(Entry.of_line(line).masked_sql, len(shapes)))
        with replacing(part / shelf.SHAPES, alone=True) as file:
            file.writelines(orjson.dumps(shape, option=orjson.OPT_APPEND_NEWLINE) for shape in shapes)
        keys = np.frombuffer(b"".join(sorted(self.keys)), np.uint8).reshape(-1, 16)
        _save(part, shelf.KEYS, keys)
        _save(part, shelf.STARTS, np.array(starts, np.int64))
        _save(part, shelf.SHAPE_OF, np.array(shape_of, np.int32))


def _write_vectors(part: Path, embed: Embedder, before: Shelf | None) -> None:
    """Embed what `VECTORS` names of the sorted entries, and fit the map from questions to queries."""
    for name, text in shelf.VECTORS.items():
        known = None
        if before is not None:
            rows = {text(entry, embed): row for row, entry in enumerate(before.entries())}
            known = Known(rows, getattr(before, name).vectors)
        with (part / shelf.LINES).open("rb") as lines:
            VectorIndex.write(part, name, embed.blocks((text(Entry.of_line(line), embed) for line in lines), known))
    questions, queries = (VectorIndex.open(part, name).vectors for name in ("masked_question", "masked_sql"))
    alignment = fitted(_pairs(questions, queries))
    if alignment is not None:
        _save(part, shelf.ALIGNMENT, alignment)


def _pairs(questions: Any, queries: Any) -> Iterator[tuple[Any, Any]]:
    for start in range(0, len(questions), BLOCK):
        yield questions[start : start + BLOCK], queries[start : start + BLOCK]


def _save(part: Path, name: str, array: Any) -> None:
    import numpy as np

    with replacing(part / f"{name}.npy", alone=True) as file:
        np.save(file, array, allow_pickle=False)
