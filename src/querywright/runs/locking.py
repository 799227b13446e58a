"""One run at a time in a folder: an operating system's lock, which dies with its process however that dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from querywright.errors import RunError
from querywright.runs.folders import LOCK, storing


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for one run; it is made if it does not exist.

    Raises:
        RunError: another run holds it (its process id is named), or it cannot be written.
    """
    path = folder / LOCK
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        handle = _acquire(path)
    try:
        yield
    finally:
        # Removed while held: whoever waits with the old file finds another inode at the path and tries again.
        path.unlink(missing_ok=True)
        os.close(handle)


def holder(folder: Path) -> str | None:
    """The process id of the run that is at work in the folder, `"?"` if it did not say; None if there is none."""
    import fcntl

    try:
        handle = os.open(folder / LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 32).decode() or "?"
    finally:
        os.close(handle)
    return None


def _acquire(path: Path) -> int:
    import fcntl

    until = monotonic() + 0.2
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            process = os.read(handle, 32).decode() or "?"
            os.close(handle)
            if monotonic() < until:  # perhaps somebody only looked whether a run is at work
                sleep(0.02)
                continue
            raise RunError(
                f"another run (process {process}) is at work in {path.parent}: wait for it or choose another folder"
            ) from None
        if _is_at(handle, path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            return handle
        os.close(handle)


def _is_at(handle: int, path: Path) -> bool:
    """Whether the open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
