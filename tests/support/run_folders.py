"""What tests of runs share: how `driver.py` is started and watched, and the bytes that must not depend on that."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Start = Callable[..., subprocess.Popen[str]]


def files(folder: Path) -> tuple[bytes, bytes]:
    """The bytes that must not depend on how a run went."""
    return (folder / "dataset.jsonl").read_bytes(), (folder / "rejects.jsonl").read_bytes()


def wait_for_work(folder: Path, seconds: float = 30) -> None:
    """Until the run has begun to store outcomes."""
    until = time.monotonic() + seconds
    while not (folder / "store.sqlite-wal").exists() or stored(folder) < 30:
        assert time.monotonic() < until, "the run never began"
        time.sleep(0.02)


def stored(folder: Path) -> int:
    """How many outcomes are in the store."""
    with closing(sqlite3.connect(folder / "store.sqlite")) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return int(connection.execute("SELECT count(*) FROM outcomes").fetchone()[0]) if tables else 0
