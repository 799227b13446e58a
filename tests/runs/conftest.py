"""Fixtures for runs: the toy recipe can be imported, here and by the processes that are started."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE))

from toy_recipe import ToyRecipe, inputs  # noqa: E402

from querywright.runs import run  # noqa: E402

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


@pytest.fixture(scope="session")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[bytes, bytes]]:
    """The files of a run of the toy recipe that nothing disturbed, by its count."""
    made: dict[int, tuple[bytes, bytes]] = {}

    def of(count: int) -> tuple[bytes, bytes]:
        if count not in made:
            folder = tmp_path_factory.mktemp("uninterrupted")
            run(folder, ToyRecipe(), partial(inputs, None), count=count)
            made[count] = files(folder)
        return made[count]

    return of


@pytest.fixture
def start() -> Iterator[Start]:
    """Start `driver.py` with these arguments in a process of its own; what is left over is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: object, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        command = [*prefix, sys.executable, str(HERE / "driver.py"), *map(str, arguments)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
