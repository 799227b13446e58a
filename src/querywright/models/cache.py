"""Answers on disk, shared by runs and processes, so that no question is paid for twice."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

GATHER_SECONDS = 0.02
"""Answers that come within this time are committed together; a process that is killed loses no more than they."""
OPEN_SECONDS = 5.0
LOCK_SECONDS = 30.0

_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    question BLOB NOT NULL,
    sample INTEGER NOT NULL,
    text TEXT NOT NULL,
    trouble TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    PRIMARY KEY (question, sample)
) WITHOUT ROWID
"""


class Kept(NamedTuple):
    """One answer: a text, or the trouble with it (`refusal`), and its share of the tokens."""

    text: str
    trouble: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


def default_cache() -> Path:
    """Where answers are kept unless somebody says otherwise."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "querywright" / "answers.sqlite"


class ResponseCache:
    """Answers by question and sample number. Safe in several threads and processes. A context manager.

    It never stops anybody: a file that is damaged, locked, full or read-only is gone on without, and `note` says so.
    """

    def __init__(self, path: Path, tell: Callable[[str], None] | None = None) -> None:
        """Open or create the file; `tell` hears, once, that it cannot be used."""
        self.note = ""
        self._path, self._tell = path, tell
        self._lock = threading.Lock()
        self._news = threading.Condition(self._lock)
        self._fresh: dict[bytes, dict[int, Kept]] = {}
        """Not committed yet."""
        self._reader: sqlite3.Connection | None = None
        self._writer: threading.Thread | None = None
        self._closing = False
        try:
            self._reader = _opened(path)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def get(self, question: bytes, samples: int) -> dict[int, Kept]:
        """What is known of the first `samples` answers, by their number."""
        sql = "SELECT sample, text, trouble, input_tokens, output_tokens FROM answers WHERE question = ? AND sample < ?"
        with self._lock:
            if self._reader is None:
                return {}
            found = {number: kept for number, kept in self._fresh.get(question, {}).items() if number < samples}
            if len(found) < samples:
                try:
                    for number, *kept in self._reader.execute(sql, (question, samples)):
                        found[number] = Kept(*kept)
                except (sqlite3.Error, ValueError) as error:
                    self._give_up(error)
                    return {}
        return found

    def put(self, question: bytes, answers: Mapping[int, Kept]) -> None:
        """Keep these answers, by their number; the first that was kept under a number stays. It does not wait."""
        with self._lock:
            if self._reader is None or self._closing or not answers:
                return
            self._fresh.setdefault(question, {}).update(answers)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="answers", daemon=True)
                self._writer.start()
            self._news.notify()

    def close(self) -> None:
        """Commit what is left and let go of the file."""
        with self._lock:
            self._closing = True
            self._news.notify()
        if self._writer is not None:
            self._writer.join()
        with self._lock:
            if self._reader is not None:
                self._reader.close()
                self._reader = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self) -> None:
        """Commit what comes, many at once: the work of a thread, so that a lock held elsewhere stops nobody's calls."""
        try:
            connection = _opened(self._path)
        except (sqlite3.Error, OSError) as error:
            with self._lock:
                self._give_up(error)
            return
        try:
            connection.execute(f"PRAGMA busy_timeout = {int(LOCK_SECONDS * 1000)}")
            while self._wait():
                with self._lock:
                    batch = {question: dict(answers) for question, answers in self._fresh.items()}
                _commit(connection, batch)
                with self._lock:
                    self._forget(batch)
        except (sqlite3.Error, ValueError, OverflowError) as error:
            with self._lock:
                self._give_up(error)
        finally:
            connection.close()

    def _wait(self) -> bool:
        """Wait for answers and let more gather; False when all is committed and the cache closes."""
        with self._lock:
            while not self._fresh and not self._closing:
                self._news.wait()
            if self._reader is None or not self._fresh:
                return False
            hurry = self._closing
        if not hurry:
            time.sleep(GATHER_SECONDS)
        return True

    def _forget(self, batch: Mapping[bytes, Mapping[int, Kept]]) -> None:
        for question, answers in batch.items():
            left = self._fresh[question]
            for number in answers:
                del left[number]
            if not left:
                del self._fresh[question]

    def _give_up(self, error: Exception) -> None:
        """Go on without, and say so once."""
        if self._reader is not None:
            # What it waits for would be said again when it is closed.
            with suppress(sqlite3.Error):
                self._reader.close()
            self._reader = None
        self._fresh.clear()
        if not self.note:
            self.note = f"answers are not cached: {self._path} cannot be used ({error})"
            if self._tell is not None:
                self._tell(self.note)


def _opened(path: Path) -> sqlite3.Connection:
    """A connection to the file, made if it is not there. Raises sqlite3.Error or OSError."""
    # Prompts hold rows of databases: a folder that is made for them is nobody else's.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + OPEN_SECONDS
    while True:
        connection = sqlite3.connect(path, timeout=OPEN_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            # A cache may lose its last commits to a power cut; it must not wait for a disk.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(_TABLE)
        except sqlite3.OperationalError as error:
            connection.close()
            # Two processes that make the file at once: SQLite does not wait for this lock by itself.
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        except sqlite3.Error:
            connection.close()
            raise
        else:
            return connection


def _commit(connection: sqlite3.Connection, batch: Mapping[bytes, Mapping[int, Kept]]) -> None:
    rows = [(question, number, *kept) for question, answers in batch.items() for number, kept in answers.items()]
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
