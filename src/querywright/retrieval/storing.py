"""The folder of an index that is made of vectors: a manifest of a few lines that names a folder of data.

A build writes the data into a folder of their own and then replaces the manifest, which is the one moment the index
changes: killed before it, it leaves the old index; a reader that has the old one open keeps it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from querywright.errors import RetrievalError
from querywright.writing import replacing

T = TypeVar("T")
_DATA, _PART = "data-", ".part-"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of index: what it is called, its manifest, and the version of its format."""

    name: str
    manifest: str
    format: int
    build: str
    """What makes one."""

    @property
    def lock(self) -> str:
        """The file that is held while it is built."""
        return self.manifest.replace(".json", ".lock")

    def damaged(self, folder: Path, why: str) -> RetrievalError:
        """What to raise when an index cannot be used."""
        return RetrievalError(f"the {self.name} in {folder} cannot be read ({why}): build it again")


def read(folder: Path, kind: Kind, take: Callable[[Path, dict[str, Any]], T]) -> T:
    """What `take` makes of the folder of data and the manifest.

    Raises:
        RetrievalError: there is no such index, it is damaged, or it was made by another version.
    """
    for _ in range(3):  # a build may put another one in its place between two steps
        manifest = _manifest(folder, kind)
        data = folder / manifest["data"]
        if not data.is_dir():
            continue
        try:
            return take(data, manifest)
        except RetrievalError:
            if data.is_dir():
                raise
        except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError) as error:
            if data.is_dir():
                why = " ".join(str(error).split()) if isinstance(error, (OSError, ValueError)) else "it does not fit"
                raise kind.damaged(folder, f"{data.name}: {why}"[:200]) from error
    raise kind.damaged(folder, f"its {manifest['data']} is missing")


def _manifest(folder: Path, kind: Kind) -> dict[str, Any]:
    try:
        said = json.loads((folder / kind.manifest).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise RetrievalError(f"there is no {kind.name} in {folder}: make one with {kind.build}") from None
    except OSError as error:
        raise kind.damaged(folder, error.strerror or str(error)) from error
    except ValueError as error:
        raise kind.damaged(folder, f"{kind.manifest} is no JSON") from error
    if not isinstance(said, dict) or not isinstance(said.get("model"), str) or not _is_data(said.get("data")):
        raise kind.damaged(folder, f"{kind.manifest} is not as it should be")
    if said.get("format") != kind.format:
        raise kind.damaged(folder, f"its format is {said.get('format')}, this version reads {kind.format}")
    return said


def _is_data(name: Any) -> bool:
    return isinstance(name, str) and name.startswith(_DATA) and name[len(_DATA) :].isalnum()


@contextmanager
def at_work(folder: Path, kind: Kind) -> Iterator[None]:
    """Hold the folder for one build; another one waits. It is made if it does not exist.

    Raises:
        RetrievalError: it holds something else, or cannot be written.
    """
    import fcntl

    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [name for name in os.listdir(folder) if not _is_ours(name, kind)]
        if others and not (folder / kind.manifest).exists():
            raise RetrievalError(f"{folder} holds something else ({others[0]}): choose an empty folder for the index")
        with (folder / kind.lock).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise RetrievalError(f"the {kind.name} in {folder} cannot be written: {error.strerror or error}") from error


def _is_ours(name: str, kind: Kind) -> bool:
    return name in (kind.manifest, kind.lock) or name.startswith((_DATA, _PART, f".{kind.manifest}."))


@contextmanager
def part(folder: Path) -> Iterator[Path]:
    """A folder to write data into, which vanishes where the block fails. The index's folder is held (`at_work`)."""
    made = folder / f"{_PART}{secrets.token_hex(4)}"
    made.mkdir()
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def publish(folder: Path, kind: Kind, manifest: dict[str, Any], data: Path, digest: str) -> None:
    """Make these data the index, and remove what no index needs any more. The folder is held (`at_work`).

    Args:
        folder: of the index.
        kind: of the index.
        manifest: what it says beside its format and its data's place.
        data: the folder written (`part`).
        digest: of what is in it: its name.
    """
    name = _DATA + digest
    if (folder / name).exists():  # of a build that was killed, or damaged: nothing tells whether it is whole
        shutil.rmtree(folder / name)
    data.rename(folder / name)
    said = {"format": kind.format, **manifest, "data": name}
    with replacing(folder / kind.manifest, alone=True) as file:
        file.write(json.dumps(said, indent=1).encode() + b"\n")
    for other in os.listdir(folder):
        if other.startswith((_DATA, _PART)) and other != name:
            shutil.rmtree(folder / other, ignore_errors=True)
