"""The program as a person starts it, and databases to start it on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from warm_program import WarmProgram

from querywright.demo import create_databases

Cli = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = [sys.executable, "-c", "from querywright.cli import main; main()"]


@pytest.fixture(scope="session")
def program() -> list[str]:
    """The words that start it."""
    return PROGRAM


@pytest.fixture(scope="session")
def cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cli]:
    """`cli("stats", run)`: what the program said and its exit code; never with a traceback."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with WarmProgram() as program:

        def call(
            *words: object, cwd: Path = elsewhere, env: dict[str, str] | None = None, timeout: float = 120
        ) -> subprocess.CompletedProcess[str]:
            done = program.run([*map(str, words)], cwd, {**os.environ, **(env or {})}, timeout)
            assert "Traceback" not in done.stderr, done.stderr
            return done

        yield call


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four demo databases."""
    folder = tmp_path_factory.mktemp("databases")
    create_databases(folder)
    return folder


@pytest.fixture(scope="session")
def made(databases: Path, cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 200 examples, made by two workers; not to be changed."""
    folder = tmp_path_factory.mktemp("made") / "run"
    done = cli("synthesize", databases, "-o", folder, "--count", 200, "--workers", 2)
    assert done.returncode == 0, done.stderr
    return folder


def write_sqlite(path: Path, script: str) -> Path:
    """A SQLite file made by the statements of `script`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    return path


@pytest.fixture(scope="session")
def sqlite() -> Callable[[Path, str], Path]:
    """`sqlite(path, script)`: a SQLite file made by the statements."""
    return write_sqlite


@pytest.fixture(scope="session")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small database, which gives some dozens of examples and no more."""
    folder = tmp_path_factory.mktemp("pets")
    kinds = ("cat", "dog", "owl", "eel")
    rows = ", ".join(f"({n}, 'Pet {n}', '{kinds[n % 4]}', {n % 11}, {2 + n * 7 % 30})" for n in range(1, 61))
    write_sqlite(
        folder / "pets.sqlite",
        f"CREATE TABLE pet (pet_id INTEGER PRIMARY KEY, name TEXT, kind TEXT, age INTEGER, weight_kg REAL);"
        f"INSERT INTO pet VALUES {rows};",
    )
    return folder
