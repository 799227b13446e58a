"""Fixtures for runs: the toy recipe can be imported, here and by the processes that are started."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.append(str(HERE))

from run_folders import Start, files  # noqa: E402
from toy_recipe import ToyRecipe, inputs  # noqa: E402

from querywright.runs import run  # noqa: E402


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
