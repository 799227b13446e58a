"""The folder of a value index: a manifest of a few lines, and arrays that are mapped into memory, not read.

`value_index.json` names a folder `data-…`, called by the digest of what is in it, with five plain `.npy` files. A build
writes a new such folder beside the old one and then replaces the manifest, which is the one moment the index changes:
killed before it, it leaves the old index; a reader that has the old one open keeps it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from querywright.errors import RetrievalError
from querywright.writing import replacing

if TYPE_CHECKING:
    from querywright.retrieval.values.postings import Postings

MANIFEST, LOCK = "value_index.json", "value_index.lock"
FORMAT = 1
"""Raised when files, or the rules for what is looked up, change: an index of another format is built anew."""
_DATA, _PART = "data-", ".part-"
_ARRAYS = ("text", "offsets", "starts", "numbers", "sizes")


@dataclass(frozen=True, slots=True)
class IndexedColumn:
    """One column in the index, with how many distinct values; `cut` if the database has more."""

    name: str
    values: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class IndexedTable:
    """One table in the index, as it was when its fingerprint was taken."""

    name: str
    fingerprint: str | None
    columns: tuple[IndexedColumn, ...]
    skipped: dict[str, str]

    @property
    def values(self) -> int:
        return sum(column.values for column in self.columns)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index holds, in the order of its values: table by table, column by column."""

    db_id: str
    dialect: str
    source: str
    """The fingerprint of the whole database."""
    data: str
    """The folder of the arrays; empty where there are no values."""
    tables: tuple[IndexedTable, ...]

    @property
    def values(self) -> int:
        return sum(table.values for table in self.tables)


class Texts:
    """All values, one behind the other as UTF-8, and where each one starts."""

    def __init__(self, text: Any, offsets: Any) -> None:
        self.text, self.offsets = text, offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def at(self, numbers: Sequence[int]) -> list[str]:
        """The values of these numbers."""
        return [self.text[self.offsets[n] : self.offsets[n + 1]].tobytes().decode(*_UTF8) for n in numbers]

    def lots(self, size: int) -> Iterator[list[str]]:
        """All values, so many at once."""
        for start in range(0, len(self), size):
            ends = self.offsets[start : start + size + 1].tolist()
            first = ends[0]
            text = self.text[first : ends[-1]].tobytes()
            yield [text[a - first : b - first].decode(*_UTF8) for a, b in pairwise(ends)]


_UTF8 = ("utf-8", "surrogatepass")


def packed(values: Sequence[str]) -> tuple[bytes, list[int]]:
    """Values as `Texts` keeps them: one text, and the length of each."""
    parts = [value.encode(*_UTF8) for value in values]
    return b"".join(parts), list(map(len, parts))


@dataclass(slots=True)
class Stored:
    """An index as it lies in its folder, mapped. `texts` and `postings` are None where it has no values."""

    manifest: Manifest
    texts: Texts | None
    postings: Postings | None


def read(folder: Path) -> Stored:
    """The index in the folder.

    Raises:
        RetrievalError: there is none, it is damaged, or it was made by another version.
    """
    for _ in range(3):  # a build may put another one in its place between two steps
        manifest = _manifest(folder)
        try:
            return _mapped(folder, manifest)
        except FileNotFoundError:
            continue
    raise damaged(folder, f"its {manifest.data} is missing")


def damaged(folder: Path, why: str) -> RetrievalError:
    """What to raise when an index cannot be used."""
    return RetrievalError(f"the value index in {folder} cannot be read ({why}): build it again")


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        said = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise RetrievalError(f"there is no value index in {folder}: build one with ValueIndex.build") from None
    except OSError as error:
        raise damaged(folder, error.strerror or str(error)) from error
    except ValueError as error:
        raise damaged(folder, f"{MANIFEST} is no JSON") from error
    try:
        if said["format"] != FORMAT:
            raise damaged(folder, f"its format is {said['format']}, this version reads {FORMAT}")
        tables = tuple(
            IndexedTable(
                str(table["name"]),
                table["fingerprint"],
                tuple(IndexedColumn(str(c["name"]), int(c["values"]), bool(c["cut"])) for c in table["columns"]),
                {str(name): str(reason) for name, reason in table["skipped"].items()},
            )
            for table in said["tables"]
        )
        manifest = Manifest(str(said["db_id"]), str(said["dialect"]), str(said["source"]), str(said["data"]), tables)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise damaged(folder, f"{MANIFEST} is not as it should be") from error
    if (manifest.values > 0) != _is_data(manifest.data):
        raise damaged(folder, f"{MANIFEST} names no folder for its values")
    return manifest


def _is_data(name: str) -> bool:
    return name.startswith(_DATA) and name[len(_DATA) :].isalnum()


def _mapped(folder: Path, manifest: Manifest) -> Stored:
    if not manifest.values:
        return Stored(manifest, None, None)
    import numpy as np

    from querywright.retrieval.values.postings import Postings

    try:
        text, offsets, starts, numbers, sizes = (
            # As plain arrays over the map: the subclass costs more than many look-ups do.
            np.asarray(np.load(folder / manifest.data / f"{name}.npy", mmap_mode="r", allow_pickle=False))
            for name in _ARRAYS
        )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, EOFError) as error:
        raise damaged(folder, f"{manifest.data}: {error}") from error
    kinds = [array.dtype.kind + str(array.ndim) for array in (text, offsets, starts, numbers, sizes)]
    buckets = len(starts) - 1
    if (
        not set(kinds) <= {"u1", "i1"}
        or len(offsets) != manifest.values + 1
        or len(sizes) != manifest.values
        or len(text) != offsets[-1]
        or len(numbers) != starts[-1]
        or buckets < 2
        or buckets & (buckets - 1)
    ):
        raise damaged(folder, f"the arrays in {manifest.data} do not fit each other")
    return Stored(manifest, Texts(text, offsets), Postings(starts, numbers, sizes))


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Hold the folder for one build; another one waits. It is made if it does not exist.

    Raises:
        RetrievalError: it holds something else, or cannot be written.
    """
    import fcntl

    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        others = [name for name in os.listdir(folder) if not _is_ours(name)]
        if others and not (folder / MANIFEST).exists():
            raise RetrievalError(f"{folder} holds something else ({others[0]}): choose an empty folder for the index")
        lock = (folder / LOCK).open("wb")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetrievalError(f"the value index in {folder} cannot be written: {error.strerror or error}") from error


def _is_ours(name: str) -> bool:
    return name in (MANIFEST, LOCK) or name.startswith((_DATA, _PART, f".{MANIFEST}."))


def write_arrays(folder: Path, texts: Texts, postings: Postings) -> str:
    """Put the arrays into a folder of their own, whole or not at all; its name. The folder is held (`at_work`).

    Raises RetrievalError.
    """
    import numpy as np

    arrays = (texts.text, texts.offsets, postings.starts, postings.numbers, postings.sizes)
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(repr((array.dtype.str, array.shape)).encode())
        digest.update(np.ascontiguousarray(array).data)
    name = _DATA + digest.hexdigest()[:16]
    with _writing(folder):
        part = folder / f"{_PART}{secrets.token_hex(4)}"
        part.mkdir()
        for kind, array in zip(_ARRAYS, arrays, strict=True):
            with (part / f"{kind}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
        if (folder / name).exists():  # of a build that was killed, or damaged: nothing tells whether it is whole
            shutil.rmtree(folder / name)
        part.rename(folder / name)
    return name


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make this the index, and remove what no index needs any more. The folder is held (`at_work`).

    Raises RetrievalError.
    """
    with _writing(folder), replacing(folder / MANIFEST, alone=True) as file:
        file.write(json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=True).encode())
    for name in os.listdir(folder):
        if name.startswith((_DATA, _PART)) and name != manifest.data:
            shutil.rmtree(folder / name, ignore_errors=True)
