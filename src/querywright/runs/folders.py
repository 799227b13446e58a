"""The files of a run folder: their names, writing them whole or not at all, and what a failing disk is called."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from querywright import writing
from querywright.errors import RunError

MANIFEST, STORE, LOCK = "run.json", "store.sqlite", "run.lock"
DATASET, REJECTS, REPORT = "dataset.jsonl", "rejects.jsonl", "report.html"
RESULTS = "results.jsonl"
"""What a run that measures keeps instead of a dataset."""
FIGURES = "figures.json"
"""What a command measured of the run that it made."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn what the disk or SQLite says while the block writes to the folder into one line for a person.

    Raises:
        RunError: the disk is full, the folder is read-only or gone, or the store is damaged.
    """
    try:
        yield
    except OSError as error:
        raise RunError(_explain(folder, error.errno, error.strerror or str(error))) from error
    except sqlite3.Error as error:
        raise RunError(_explain(folder, _errno_of(folder, error), str(error))) from error


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """`writing.replacing` for a file of a run's folder, which only the run writes. Raises RunError."""
    with storing(path.parent), writing.replacing(path, alone=True) as file:
        yield file


def _errno_of(folder: Path, error: sqlite3.Error) -> int | None:
    """SQLite's primary result code as the errno a file operation would have given."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if not folder.is_dir():
        return errno.ENOENT
    known = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_READONLY: errno.EROFS, sqlite3.SQLITE_PERM: errno.EACCES}
    if code == sqlite3.SQLITE_IOERR and shutil.disk_usage(folder).free < 1_000_000:
        return errno.ENOSPC
    return known.get(code)


def _explain(folder: Path, number: int | None, said: str) -> str:
    if number in _FULL:
        return f"the disk that holds {folder} is full: free some space; the run can be resumed, what was stored is kept"
    if number in _READ_ONLY:
        return f"{folder} cannot be written ({said}): choose an output folder that you may write to"
    if number == errno.ENOENT:
        return f"{folder} is gone or cannot be made ({said}): choose another output folder"
    if number in (errno.EEXIST, errno.ENOTDIR):
        return f"{folder} is not a folder: choose another output folder"
    return f"cannot write to {folder}: {said}"
