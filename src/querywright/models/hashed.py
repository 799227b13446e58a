"""The embedded embedding: texts as hashed character n-grams. No weights, no server; the same numbers everywhere.

Words of a kind share most of their n-grams, so an inflected or misspelt word stays near. It knows no meaning: `client`
and `customer` are strangers to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from querywright.models.contract import Vectors

DIMENSIONS = 512
LENGTHS = (3, 4)
"""Characters of an n-gram, the space before and after a word counted in."""
BATCH = 1024
"""Texts worked on at once, which bounds the memory."""

# A run of letters or digits, or of anything else that is no space: `order_id` is two words, as `order id` is.
_WORDS = re.compile(r"[^\W_]+|[^\w\s]+")


class HashedEmbedding:
    """Embeds without a model. Its vectors change only with its name."""

    name = "hashed-1"

    async def embed(self, texts: Sequence[str], step: str = "") -> Vectors:
        """One unit vector a text; a text without a word has the first axis as its vector. Nothing is counted."""
        return self.vectors(texts)

    async def close(self) -> None:
        """It holds nothing."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The same, at once."""
        import numpy as np

        parts = [_vectors(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        return np.concatenate(parts) if parts else np.empty((0, DIMENSIONS), np.float32)


def _vectors(texts: Sequence[str]) -> Vectors:
    import numpy as np

    rows, hashes = _grams([" ".join(["", *_WORDS.findall(text.casefold()), ""]) for text in texts])
    # A gram that comes k times in a text weighs 1 + log k: saying a word twice does not double it.
    order = np.lexsort((hashes, rows))
    rows, hashes = rows[order], hashes[order]
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
    starts = np.flatnonzero(first)
    counts = np.diff(np.append(starts, len(rows)))
    rows, hashes = rows[starts], hashes[starts]
    # The top bit is the sign: grams that fall on one axis by chance cancel as often as they add.
    weights = (1 + np.log(counts)) * np.where(hashes >> np.uint64(63), -1.0, 1.0)
    axes = (hashes % np.uint64(DIMENSIONS)).astype(np.int64)
    sums = np.bincount(rows * DIMENSIONS + axes, weights, len(texts) * DIMENSIONS).reshape(len(texts), DIMENSIONS)
    lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums))
    nothing = lengths == 0
    sums[nothing, 0], lengths[nothing] = 1.0, 1.0
    vectors: Vectors = (sums / lengths[:, None]).astype(np.float32)
    return vectors


def _grams(texts: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """The n-grams of all texts, those of one word each: the number of its text, and a hash of it."""
    import numpy as np

    characters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    space = characters == ord(" ")
    mixed = _mix(characters)
    rows, hashes = [], []
    for length in LENGTHS:
        count = max(0, len(characters) - length + 1)
        # A space stands at an end of a gram or nowhere in it; two texts meet in two spaces, so none spans both.
        inside = np.zeros(count, bool)
        for offset in range(1, length - 1):
            inside |= space[offset : offset + count]
        hashed = np.full(count, length, np.uint64)
        for offset in range(length):
            hashed = hashed * np.uint64(0x9E3779B97F4A7C15) + mixed[offset : offset + count]
        rows.append(row[:count][~inside])
        hashes.append(_mix(hashed[~inside]))
    return np.concatenate(rows), np.concatenate(hashes)


def _mix(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread every number over all 64 bits, one to one."""
    import numpy as np

    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = numbers ^ (numbers >> np.uint64(31))
    return mixed
