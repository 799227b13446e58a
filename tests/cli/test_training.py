"""The commands of training: what they write, what they say, and how a mistake ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from school import make_school, write_lessons

Call = Callable[..., CompletedProcess[str]]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    make_school(tmp_path / "databases")
    write_lessons(tmp_path / "lessons.jsonl", 4)
    (tmp_path / "bad.jsonl").write_text('{"db_id": "zoo", "question": "Which?", "SQL": "SELECT nothing FROM animal"}\n')
    return tmp_path


@pytest.fixture
def call(place: Path, cli: Call) -> Call:
    return partial(cli, cwd=place, env={"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "COLUMNS": "200"}, timeout=300)


DATA = ("train", "data", "lessons.jsonl", "--databases", "databases", "-o", "out.jsonl")


def test_lessons_are_written_without_a_model(call: Call, place: Path) -> None:
    done = call(*DATA, "--format", "pipe-steps", "--style", "compact")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{len((place / 'out.jsonl').read_text().splitlines())} lessons of 8 examples\n"
    row = json.loads((place / "out.jsonl").read_text().splitlines()[0])
    assert [message["role"] for message in row["prompt"]] == ["system", "user"]


def test_settings_stand_in_a_file(call: Call, place: Path) -> None:
    (place / "c.toml").write_text('format = "sql"\nnoise = 0.0\n')
    done = call("train", "data", "lessons.jsonl", "c.toml", "--databases", "databases", "-o", "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert "ticket" not in (place / "out.jsonl").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("train", "data", "none.jsonl", "--databases", "databases", "-o", "o"), "there is no file"),
        ((*DATA, "--format", "haiku"), "there is no format 'haiku'"),
        (("train", "data", "lessons.jsonl", "-o", "o"), "Name them with --databases"),
        ((*DATA, "--noise", "2"), "noise is a share"),
        ((*DATA, "--max-tokens", "300"), "--max-tokens counts in the tokens of a model"),
        ((*DATA, "--chat-template", "chat.jinja"), "name one with --base"),
        (("train", "compare", "nowhere"), "holds no training"),
        ((*DATA[:-1], "lessons.jsonl"), "is the dataset itself"),
        (("train", "data", "bad.jsonl", "--databases", "databases", "-o", "out.jsonl"), "nothing to learn"),
        (("serve-model", "nowhere"), "there is no folder 'nowhere'"),
    ],
)
def test_a_mistake_is_one_line(call: Call, words: tuple[str, ...], told: str) -> None:
    done = call(*words)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.startswith("querywright: ")
    assert len(done.stderr.splitlines()) == 1


def test_help_loads_no_library_that_trains(call: Call) -> None:
    code = "import sys, querywright.cli.app, querywright.cli.training; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert call("train", "sft", "-h").returncode == 0


@pytest.mark.weights
def test_a_model_is_trained_compared_and_served(call: Call, place: Path, tiny_model: Path, training: None) -> None:
    train = ("train", "sft", "lessons.jsonl", "c.toml", "--databases", "databases", "--base", str(tiny_model))
    (place / "c.toml").write_text('batch = 4\nquestions = 1\nmethod = "full"\nsteps = 2\nstyle = "compact"\n')
    for name, rate in (("one", "1e-3"), ("two", "1e-4")):
        done = call(*train, "-o", name, "--format", "sql", "--learning-rate", rate)
        assert done.returncode == 0, done.stderr
        assert re.search(r"^steps +2$", done.stdout, re.M)
        assert not [line for line in done.stderr.splitlines() if "Warning" in line or "%|" in line]
    again = call(*train, "-o", "one", "--format", "sql", "--learning-rate", "1e-3")
    assert (again.returncode, "--resume" in again.stderr) == (1, True)
    table = json.loads(call("train", "compare", "one", "two", "--json").stdout)
    assert table["settings"] == ["course.learning_rate"]
    assert [row["steps"] for row in table["rows"]] == [2, 2]
    assert "course.learning rate" in call("train", "compare", "one", "two").stdout

    server = subprocess.Popen(
        [sys.executable, "-c", "from querywright.cli import main; main()", "serve-model", "one", "--port", "8765"],
        cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    try:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(4)]
        address, model = (line.split()[1] for line in said[:2])
        assert address == "http://127.0.0.1:8765/v1"
        from openai import OpenAI

        with OpenAI(base_url=address, api_key="none") as client:
            answer = client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": "SELECT"}], max_tokens=4
            )
        assert answer.usage is not None
        assert answer.usage.completion_tokens <= 4
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 128 + signal.SIGINT
    finally:
        server.kill()
        server.communicate()
    time.sleep(0.1)


@pytest.mark.weights
def test_two_processes_share_the_work_and_one_of_them_writes(place: Path, tiny_model: Path, training: None) -> None:
    (place / "c.toml").write_text('format = "sql"\nbatch = 4\nmethod = "full"\nsteps = 2\nstyle = "compact"\n')
    started = ["-m", "torch.distributed.run", "--nproc_per_node", "2", "-m", "querywright", "train", "sft"]
    words = ["lessons.jsonl", "c.toml", "--databases", "databases", "--base", str(tiny_model), "-o", "shared"]
    done = subprocess.run(
        [sys.executable, *started, *words],
        cwd=place, capture_output=True, text=True, timeout=300, env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("to learn: 4 lessons of 4 examples") == 1
    record = json.loads((place / "shared" / "training.json").read_text())
    assert (record["status"], record["figures"]["steps"]) == ("finished", 2)
    assert record["figures"]["epoch"] == 2.0  # of 4 lessons, 2 on each side
