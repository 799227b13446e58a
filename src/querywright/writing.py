"""Writing a file whole or not at all: beside its place first, then renamed into it.

Only a regular file may be replaced so. A rename would put a file where a device or a pipe was, and nobody reading there
would see a byte of it; what is such a thing is written straight into, and keeps what a failed writer wrote.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: Path, alone: bool = False) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` when the block ends well, and vanishes when it does not.

    A link stays, and the file it leads to is replaced. A device or a pipe is written straight into.

    Args:
        path: what to write.
        alone: nobody else writes it meanwhile, so a half that a killed process left is written over, not left lying.

    Raises:
        OSError: it is a folder or a socket, or cannot be written.
    """
    if not replaceable(path):
        with path.open("wb") as file:
            yield file
        return
    target = resting_place(path)
    part = target.with_name(f".{target.name}.part" if alone else f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb" if alone else "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def replaceable(path: Path) -> bool:
    """Whether a rename may put a file there: a regular file or nothing is there, links followed."""
    return path.is_file() or not path.exists()


def resting_place(path: Path) -> Path:
    """Where the links of `path` lead, whether there is something or not: what to rename to, so that they stay."""
    return Path(os.path.realpath(path))
