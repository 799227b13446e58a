"""`ask --preset pipe-agent` and `chat`, as a person calls them: the answer, and every step that led to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from model_server import ModelServer
from pipe_speaker import Speaker
from singers import make_singers, settings_for

Call = Callable[..., CompletedProcess[str]]

ANSWERS = (
    "FROM singer",
    "|> WHERE name = 'Singer 700'",
    "|> WHERE nam = 'x'",
    "|> WHERE name = 'Singer 7'",
    "|> SELECT age\n<END>",
)
QUESTION = "How old is Singer 7?"
ASKING = ("--database", "databases/bands.sqlite", "--model", "mine", "--preset", "pipe-agent")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    make_singers(tmp_path / "databases")
    with ModelServer({"": Speaker(*ANSWERS)}) as server:
        settings_for(server, tmp_path)
        yield tmp_path


@pytest.fixture
def call(cli: Call, place: Path) -> Call:
    surroundings = {"XDG_CACHE_HOME": str(place / "cache"), "COLUMNS": "120"}
    return lambda *words: cli(*words, cwd=place, env=surroundings)


def test_the_answer_comes_with_its_pipe_in_one_line(call: Call) -> None:
    done = call("ask", QUESTION, *ASKING)
    assert done.returncode == 0, done.stderr
    assert "SELECT age FROM singer WHERE name = 'Singer 7'" in done.stdout
    assert "67" in done.stdout
    assert "FROM singer |> WHERE name = 'Singer 7' |> SELECT age (5 answers, 1 mistake, 1 dead end)" in done.stderr


def test_the_trace_as_json_has_every_step(call: Call) -> None:
    done = call("ask", QUESTION, *ASKING, "--json", "--trace")
    answer = json.loads(done.stdout)
    assert (answer["SQL"], answer["rows"]) == ("SELECT age FROM singer WHERE name = 'Singer 7'", [[67]])
    [record] = [record for record in answer["trace"] if record["stage"] == "pipe-agent"]
    steps = record["output"]["extra"]["pipe_steps"]
    assert [step["became"] for step in steps] == ["taken", "no rows", "went back", "refused", "taken", "taken", "ended"]
    assert "did you mean name?" in steps[3]["said"]
    assert steps[4]["rows"] == ['[7, "Singer 7", 67]']


def test_the_trace_for_a_person_has_a_step_a_line(call: Call) -> None:
    done = call("ask", QUESTION, *ASKING, "--trace")
    lines = [line for line in done.stdout.splitlines() if '"became"' in line]
    assert len(lines) == 7
    assert "   extra.pipe_steps:" in done.stdout.splitlines()
    assert '"columns":["id INT64","name STRING","age INT64"]' in lines[0]


def test_a_tool_can_be_left_out(call: Call) -> None:
    done = call("ask", QUESTION, *ASKING, "--without", "sample-rows", "--json", "--trace")
    steps = next(r for r in json.loads(done.stdout)["trace"] if r["stage"] == "pipe-agent")["output"]["extra"][
        "pipe_steps"
    ]
    assert not any(step["rows"] for step in steps)
    wrong = call("ask", QUESTION, *ASKING, "--without", "sampel-rows")
    assert wrong.returncode != 0
    assert "has no sampel-rows" in wrong.stderr


def test_a_folder_that_is_not_there_is_one_line(call: Call) -> None:
    done = call(
        "ask", QUESTION, "--database", "databases/bands.sqlite", "--preset", "pipe-agent", "--model", "local:gone"
    )
    assert done.returncode != 0
    assert "there is no folder 'gone'" in done.stderr


def test_why_tells_the_steps(place: Path, program: list[str]) -> None:
    surroundings = {**os.environ, "XDG_CACHE_HOME": str(place / "cache"), "COLUMNS": "120"}
    done = subprocess.run(
        [*program, "chat", *ASKING], input=f"{QUESTION}\n/why\n", text=True, capture_output=True, cwd=place,
        env=surroundings, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    told = done.stdout.partition("/why")[2]
    assert "2. no rows  |> WHERE name = 'Singer 700' (0 rows)" in told
    assert (
        "3. refused  |> WHERE nam = 'x': |> WHERE (operator 1): there is no column nam here; did you mean name?" in told
    )
    assert "4. taken  |> WHERE name = 'Singer 7' (1 row)" in told


TRAINED = """\
#!{python}
# Takes the words of `vllm serve`, and says what a model would that has learnt one query, line by line and nothing else.
import http.server, json, pathlib, sys
words = sys.argv[2:]
pathlib.Path({asked!r}).write_text(words[0])
told = dict(zip(words[1::2], words[2::2]))
LINES = ["FROM singer", "|> WHERE age > 60", "|> AGGREGATE COUNT(*) AS n", "<END>"]

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.say({{"data": [{{"id": told["--served-model-name"]}}]}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        so_far = asked["messages"][1]["content"].partition("The query so far:\\n")[2].partition("\\n\\n")[0]
        line = LINES[len(so_far.splitlines())]
        self.say({{"choices": [{{"message": {{"role": "assistant", "content": line}}, "finish_reason": "stop"}}]}})

    def say(self, body):
        payload = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer((told["--host"], int(told["--port"])), Handler).serve_forever()
"""


@pytest.mark.parametrize("name", ["local:runs/pipes", "runs/pipes"])
def test_a_model_trained_pipe_by_pipe_is_named_by_the_folder_of_its_training(cli: Call, place: Path, name: str) -> None:
    weights = place / "runs" / "pipes" / "model"
    weights.mkdir(parents=True)
    for path in (weights / "config.json", weights.parent / "training.json"):
        path.write_text("{}")
    program = place / "bin" / "vllm"
    program.parent.mkdir()
    program.write_text(TRAINED.format(python=sys.executable, asked=str(place / "asked")))
    program.chmod(0o755)
    surroundings = {"XDG_CACHE_HOME": str(place / "cache"), "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    asking = ("--database", "databases/bands.sqlite", "--preset", "pipe-agent", "--model", name, "--json")
    done = cli("ask", "How many singers are older than 60?", *asking, cwd=place, env=surroundings)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["SQL"], len(answer["rows"])) == ("SELECT COUNT(*) AS n FROM singer WHERE age > 60", 1)
    assert (place / "asked").read_text() == str(weights)
