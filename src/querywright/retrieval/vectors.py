"""Vectors in a plain `.npy` file that is mapped, not read, and the exact search for the nearest of them.

A block of rows at a time is multiplied with the questions. What a matrix product says depends in its last digit on
where a row stands, so that chooses candidates only: these are measured again one by one, and equal ones come in the
order of their rows. The same vectors therefore give the same answer, whatever lies around them.

From `ANN_ROWS` rows on, an index of faiss is written beside the file where the `ann` extra is installed, and names the
candidates instead. It may miss some; what it finds is measured in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from querywright.errors import RetrievalError
from querywright.writing import replacing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from querywright.models.contract import Vectors

ANN_ROWS = 200_000
"""Rows from which an index of faiss is made; below, all are looked at in less time than a model takes for a word."""
BLOCK = 16_384
"""Rows looked at together, which bounds the memory."""
SLACK = 1e-4
"""More than a product of single precision can be wrong by."""
_LISTS, _PROBES, _SPARE = 1024, 32, 4


@dataclass(frozen=True)
class VectorIndex:
    """Unit vectors by row number, open. Safe in several threads; nothing to close."""

    path: Path
    vectors: Vectors = field(repr=False)
    """Mapped: reading a row reads no other."""
    near: Any = field(default=None, repr=False)
    """The index of faiss; None: all rows are looked at."""

    @staticmethod
    def write(folder: Path, name: str, vectors: Vectors | Iterable[Vectors], ann_rows: int = ANN_ROWS) -> int:
        """Write `name.npy` into the folder, whole or not at all; the number of rows.

        Args:
            folder: exists.
            name: of the file, without its ending.
            vectors: unit vectors, all at once or in blocks, which are never in memory together.
            ann_rows: rows from which faiss is used, where it is installed.

        Raises:
            RetrievalError: they differ in length.
            OSError: the file cannot be written.
        """
        import numpy as np

        path = folder / f"{name}.npy"
        with replacing(path, alone=True) as file:
            rows = _write_blocks(file, [vectors] if isinstance(vectors, np.ndarray) else vectors, path)
        near = _near_file(path)
        if rows >= ann_rows and find_spec("faiss") is not None:
            _write_near(near, np.load(path, mmap_mode="r", allow_pickle=False))
        else:
            near.unlink(missing_ok=True)
        return rows

    @classmethod
    def open(cls, folder: Path, name: str) -> VectorIndex:
        """The vectors in this file.

        Raises:
            RetrievalError: there is no such file, or it holds something else.
        """
        import numpy as np

        path = folder / f"{name}.npy"
        try:
            # A plain array over the map: the subclass costs more than many look-ups do.
            vectors = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
        except (OSError, ValueError, EOFError) as error:
            raise RetrievalError(f"the vectors in {path} cannot be read ({error}): build the index again") from error
        if vectors.ndim != 2 or vectors.dtype != np.dtype("<f4"):
            raise RetrievalError(f"{path} holds no vectors: build the index again")
        return cls(path, vectors, _read_near(_near_file(path), len(vectors)))

    def __len__(self) -> int:
        return len(self.vectors)

    def search(self, query_vectors: Vectors, k: int) -> list[list[tuple[int, float]]]:
        """For each question the `k` nearest rows and their cosines, the nearest first; of equal ones the first row.

        Raises:
            RetrievalError: the questions' vectors have another length than ours.
        """
        import numpy as np

        queries = np.ascontiguousarray(np.atleast_2d(query_vectors), np.float32)
        if len(self) and len(queries) and queries.shape[1] != self.vectors.shape[1]:
            raise RetrievalError(
                f"the index in {self.path.parent} has vectors of {self.vectors.shape[1]} numbers, the question's has "
                f"{queries.shape[1]}: ask with the embedding model that it was built with, or build it again"
            )
        k = min(k, len(self))
        if k < 1:
            return [[] for _ in queries]
        candidates = self._by_faiss(queries, k) if self.near is not None else self._by_all(queries, k)
        return [self._measured(query, rows, k) for query, rows in zip(queries, candidates, strict=True)]

    def ranked(self, query_vector: Vectors, first: int = 64) -> Iterator[tuple[int, float]]:
        """All rows and their cosines, the nearest first, looked up as far as they are taken."""
        done, k = 0, first
        while done < len(self):
            (found,) = self.search(query_vector, k)
            if len(found) <= done:
                return
            yield from found[done:]
            done, k = len(found), k * 16

    def among(self, query_vector: Vectors, rows: npt.NDArray[np.int64]) -> list[tuple[int, float]]:
        """These rows only, as `search` gives them."""
        return self._measured(query_vector, rows, len(rows))

    def _by_all(self, queries: Vectors, k: int) -> list[Any]:
        """Rows that may be among the nearest k, by question."""
        import numpy as np

        rows: list[Any] = [np.empty(0, np.int64) for _ in queries]
        likeness: list[Any] = [np.empty(0, np.float32) for _ in queries]
        for start in range(0, len(self), BLOCK):
            products = queries @ self.vectors[start : start + BLOCK].T
            for place, product in enumerate(products):
                merged = np.concatenate([likeness[place], product])
                at = np.concatenate([rows[place], np.arange(start, start + len(product))])
                if len(merged) > k:
                    least = np.partition(merged, len(merged) - k)[len(merged) - k] - SLACK
                    kept = merged >= least
                    merged, at = merged[kept], at[kept]
                rows[place], likeness[place] = at, merged
        return rows

    def _by_faiss(self, queries: Vectors, k: int) -> list[Any]:
        _, found = self.near.search(queries, min(len(self), k * _SPARE + 16))
        return [rows[rows >= 0] for rows in found]

    def _measured(self, query: Vectors, rows: Any, k: int) -> list[tuple[int, float]]:
        """The nearest k of these rows: products of doubles, each summed for itself and in one order."""
        import numpy as np

        rows = np.sort(rows)
        exact = query.astype(np.float64)
        parts = [
            (self.vectors[rows[start : start + BLOCK]].astype(np.float64) * exact).sum(axis=1)
            for start in range(0, len(rows), BLOCK)
        ]
        cosines = np.concatenate(parts) if parts else np.empty(0)
        order = np.lexsort((rows, -cosines))[:k]
        return list(zip(rows[order].tolist(), cosines[order].tolist(), strict=True))


def _write_blocks(file: IO[bytes], blocks: Iterable[Vectors], path: Path) -> int:
    """A `.npy` file of all blocks. Its header is written again at the end: numpy leaves room for the row count."""
    import numpy as np

    rest = iter(blocks)
    first = next(rest, np.empty((0, 0), np.float32))
    wide, rows = first.shape[1], 0

    def header() -> None:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (rows, wide)})

    header()
    begins = file.tell()
    for block in chain([first], rest):
        if block.ndim != 2 or block.shape[1] != wide:
            raise RetrievalError(f"{path}: its vectors differ in length: they are of more than one embedding model")
        file.write(np.ascontiguousarray(block, "<f4").data)
        rows += len(block)
    file.seek(0)
    header()
    assert file.tell() == begins
    return rows


def _near_file(path: Path) -> Path:
    return path.with_suffix(".faiss")


def _write_near(path: Path, vectors: Vectors) -> None:
    import numpy as np

    faiss: Any = import_module("faiss")

    lists = max(1, min(_LISTS, len(vectors) // 64))
    index = faiss.index_factory(vectors.shape[1], f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    step = max(1, len(vectors) // (lists * 64))
    index.train(np.ascontiguousarray(vectors[::step]))
    for start in range(0, len(vectors), BLOCK):
        index.add(np.ascontiguousarray(vectors[start : start + BLOCK]))
    with replacing(path, alone=True) as file:
        file.write(faiss.serialize_index(index).data)


def _read_near(path: Path, rows: int) -> Any:
    """What faiss wrote; None where there is none, where it is not installed, or where it fits no longer."""
    if not path.is_file() or find_spec("faiss") is None:
        return None
    faiss: Any = import_module("faiss")

    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
    except RuntimeError as error:
        raise RetrievalError(f"{path} cannot be read: build the index again") from error
    if index.ntotal != rows:
        return None
    index.nprobe = _PROBES
    return index
