"""`ValueIndex`: the values of a database's text columns, found by what people type for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from querywright.errors import RetrievalError
from querywright.retrieval.values import building, storage
from querywright.retrieval.values.judging import LONGEST
from querywright.retrieval.values.match import Match
from querywright.retrieval.values.ranking import scores

if TYPE_CHECKING:
    from querywright.databases.database import Database

_CANDIDATES = 150
"""Values that are compared letter by letter, for a search of up to ten."""


class ValueIndex:
    """An index in a folder, opened. Threads and processes may share it; a build meanwhile does not disturb it.

    `columns` maps `(table, column)` to how many distinct values are looked up, `skipped` to why none are, and `cut`
    has the columns with more values than are looked up.
    """

    def __init__(self, folder: Path, stored: storage.Stored) -> None:
        self.folder = folder
        self.manifest = stored.manifest
        self._stored: storage.Stored | None = stored
        pairs = [(table, column) for table in stored.manifest.tables for column in table.columns]
        self.columns: Mapping[tuple[str, str], int] = {(t.name, c.name): c.values for t, c in pairs}
        self.cut: frozenset[tuple[str, str]] = frozenset((t.name, c.name) for t, c in pairs if c.cut)
        self.skipped: Mapping[tuple[str, str], str] = {
            (table.name, column): reason for table in stored.manifest.tables for column, reason in table.skipped.items()
        }
        self._places = list(self.columns)
        self._ends: list[int] = []
        for count in self.columns.values():
            self._ends.append((self._ends[-1] if self._ends else 0) + count)

    @classmethod
    def build(cls, database: Database, folder: Path | str, *, progress: building.Progress | None = None) -> Self:
        """The index of a database in a folder; one that is there is renewed where the database changed.

        Args:
            database: an open database; it is only read.
            folder: where the index is to lie; a new or empty one, or one with an index.
            progress: told the table that is looked at, how many were before it, and how many there are.

        Raises:
            RetrievalError: the folder holds something else, or cannot be written.
            DatabaseUnavailable: the database is gone.
        """
        building.update(database, Path(folder), progress)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The index in the folder; nothing of it is loaded before it is asked for.

        Raises:
            RetrievalError: there is none, or it cannot be used.
        """
        return cls(Path(folder), storage.read(Path(folder)))

    def __len__(self) -> int:
        """How many values there are; one that is in two columns counts twice."""
        return self.manifest.values

    def __repr__(self) -> str:
        return f"<ValueIndex of {self.manifest.db_id}: {len(self)} values in {len(self.columns)} columns>"

    def search(self, keyword: str, limit: int = 10) -> list[Match]:
        """The values nearest to the keyword, nearest first, each with the column it is in.

        Case, accents and the order of words do not matter, and letters may be wrong, missing or too many.

        Raises:
            RetrievalError: the index was closed.
        """
        if self._stored is None:
            raise RetrievalError(f"the value index in {self.folder} was closed: open it again")
        texts, postings = self._stored.texts, self._stored.postings
        if texts is None or postings is None or limit < 1:
            return []
        keyword = keyword[: 2 * LONGEST]
        try:
            numbers = sorted(postings.nearest(keyword, max(_CANDIDATES, 3 * limit)).tolist())
            values = texts.at(numbers)
        except (IndexError, UnicodeDecodeError) as error:
            raise storage.damaged(self.folder, "its arrays do not fit each other") from error
        ranked = sorted(
            zip(scores(keyword, values), values, numbers, strict=True),
            key=lambda found: (-found[0], found[1] != keyword, found[2]),
        )
        return [Match(value, *self._place(number), score) for score, value, number in ranked[:limit] if score > 0]

    def _place(self, number: int) -> tuple[str, str]:
        from bisect import bisect_right

        return self._places[bisect_right(self._ends, number)]

    def is_current(self, database: Database) -> bool:
        """Whether the database still holds what the index was made of. Raises DatabaseUnavailable."""
        return building.is_same(database, self.manifest)

    def close(self) -> None:
        """Let go of the files. Searching again is an error."""
        self._stored = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
