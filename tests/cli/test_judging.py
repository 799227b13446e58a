"""`--judge`: weights decide between candidates, in `ask`, `chat` and `predict`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer
from singers import make_singers, questions, settings_for, write_rows

BANDS = ("--database", "databases/bands.sqlite", "--model", "mine")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    """A model server that writes another query each time."""

    def write(messages: Any, schema: Any, sample: int) -> str:
        return json.dumps({"reasoning": "", "sql": f"SELECT age + {sample} FROM singer WHERE id = 1"})

    make_singers(tmp_path / "databases")
    with ModelServer({"WrittenSQL": write}) as running:
        settings_for(running, tmp_path)
        yield running


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "200"}


@pytest.mark.weights
def test_a_judge_decides_between_candidates(
    cli, program: list[str], server: ModelServer, surroundings: dict[str, str], tiny_model: Path, tmp_path: Path
) -> None:
    judge = ("--candidates", "3", "--judge", str(tiny_model))
    done = cli(
        "ask", "How old is singer number 1?", *BANDS, *judge, "--json", "--trace", cwd=tmp_path, env=surroundings
    )
    said = json.loads(done.stdout)
    selected = said["trace"][-1]
    assert selected["settings"]["by"] == "tournament"
    assert selected["settings"]["judge"] == str(tiny_model)
    assert selected["calls"] == 0
    assert "6 comparisons by the judge tiny-" in said["why"]
    chatted = subprocess.run(
        [*program, "chat", *BANDS, *judge], input="How old is singer number 1?\n/why\n", capture_output=True, text=True,
        timeout=120, cwd=tmp_path, env={**os.environ, **surroundings},
    )  # fmt: skip
    assert "by the judge tiny-" in chatted.stdout
    write_rows(tmp_path / "asked.jsonl", questions(2))
    where = ("--databases", "databases", "--model", "mine", "-o", "run")
    cli("predict", "asked.jsonl", *where, *judge, cwd=tmp_path, env=surroundings)
    rows = [json.loads(line) for line in (tmp_path / "run" / "dataset.jsonl").read_text().splitlines()]
    assert len(rows) == 2
    for row in rows:
        assert "by the judge tiny-" in row["why"]
        assert set(row["picks"]) == {"tournament"}


def test_a_folder_that_is_no_judge_is_told_before_anything_is_asked(
    cli, server: ModelServer, surroundings: dict[str, str], tmp_path: Path
) -> None:
    done = cli("ask", "How old?", *BANDS, "--judge", "nowhere", cwd=tmp_path, env=surroundings)
    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1].endswith("there is no such folder")
    assert server.tally.calls == 0
