"""`LshIndex`: the same search by MinHash and locality-sensitive hashing, to compare ours with; needs the `lsh` extra.

As CHESS's published code has it: three letters in a row, as they are written, 100 hash functions, and every value
that agrees in one of them is a candidate; the nearest candidates by the estimated share of common parts are the
matches. So a text under three letters has no parts and is never found, and case matters. It lies in memory only.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self

from querywright.errors import RetrievalError
from querywright.retrieval.values.match import Match
from querywright.retrieval.values.reading import Skipped, read_values

if TYPE_CHECKING:
    from querywright.databases.database import Database

HASHES, THRESHOLD, LETTERS = 100, 0.01, 3


class LshIndex:
    """Values by the hashes of their parts. Made of `(table, column, value)`; or of a database's, by `build`."""

    def __init__(self, values: Iterable[tuple[str, str, str]]) -> None:
        """Hash the values. Raises RetrievalError without the `lsh` extra."""
        if find_spec("datasketch") is None:
            raise RetrievalError("LshIndex needs the lsh extra: pip install 'querywright[lsh]'")
        from datasketch import MinHashLSH

        self._lsh = MinHashLSH(threshold=THRESHOLD, num_perm=HASHES)
        self._values: list[tuple[str, str, str]] = list(values)
        self._hashes: list[Any] = []
        for number, (_, _, value) in enumerate(self._values):
            self._hashes.append(_hashed(value))
            if len(value) >= LETTERS:
                self._lsh.insert(number, self._hashes[-1])

    @classmethod
    def build(cls, database: Database) -> Self:
        """The values that `ValueIndex` would look up. Raises RetrievalError, DatabaseUnavailable."""
        return cls(
            (table.full_name, column.column, value)
            for table in database.schema
            for column in read_values(database, table, Skipped())
            for value in column.values
        )

    def __len__(self) -> int:
        return len(self._values)

    def search(self, keyword: str, limit: int = 10) -> list[Match]:
        """The values that seem to share the most parts with the keyword, and how large a share."""
        if len(keyword) < LETTERS:
            return []
        wanted = _hashed(keyword)
        near = [(float(wanted.jaccard(self._hashes[number])), number) for number in self._lsh.query(wanted)]
        near.sort(key=lambda found: (-found[0], found[1]))
        found = [(*self._values[number], score) for score, number in near[: max(0, limit)]]
        return [Match(value, table, column, score) for table, column, value, score in found]


def _hashed(text: str) -> Any:
    from datasketch import MinHash

    hashed = MinHash(num_perm=HASHES)
    parts = {text[at : at + LETTERS] for at in range(len(text) - LETTERS + 1)}
    hashed.update_batch([part.encode("utf-8", "surrogatepass") for part in sorted(parts)])
    return hashed
