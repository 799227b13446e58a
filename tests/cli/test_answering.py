"""`ask`, `chat`, `index` and `predict` as a person calls them, against a server that knows the answers."""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from model_server import ModelServer
from singers import Oracle, gold, make_singers, questions, settings_for, write_rows

from querywright.retrieval import ValueIndex

Call = Callable[..., CompletedProcess[str]]

FAST = ["keywords", "value-retrieval", "description-retrieval", "narrow", "generate", "answerable", "select"]
"""The stages of the preset that is taken unless told."""
BANDS = ("--database", "databases/bands.sqlite", "--model", "mine")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with `databases`, where the commands are called."""
    make_singers(tmp_path / "databases")
    return tmp_path


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def server(place: Path, oracle: Oracle) -> Iterator[ModelServer]:
    """A model server that `querywright.toml` calls `mine`."""
    with ModelServer({"WrittenSQL": oracle}) as running:
        settings_for(running, place)
        yield running


@pytest.fixture
def surroundings(place: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(place / "cache"), "COLUMNS": "120"}


@pytest.fixture
def call(cli: Call, place: Path, surroundings: dict[str, str]) -> Call:
    """The command, in that folder, with a cache of its own."""
    return lambda *words: cli(*words, cwd=place, env=surroundings)


@pytest.fixture
def talk(program: list[str], place: Path, surroundings: dict[str, str]) -> Callable[..., CompletedProcess[str]]:
    """A conversation with `chat`, line by line through a pipe."""

    def talked(*lines: str) -> CompletedProcess[str]:
        done = subprocess.run(
            [*program, "chat", *BANDS],
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            timeout=120,
            cwd=place,
            env={**os.environ, **surroundings},
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return talked


# ── ask ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_gives_stages_query_rows_reason_and_cost(call: Call, server: ModelServer) -> None:
    done = call("ask", "How old is singer number 3?", *BANDS)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stderr.splitlines()] == FAST
    assert "1 call, about " in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == gold(3)
    assert "│ 39  │" in done.stdout
    assert lines[-3:-1] == ["1 row", "why: there is only one (nothing to compare it with)"]
    assert lines[-1].startswith("1 calls, ")
    assert lines[-1].endswith(" s")
    assert "$0.000" in lines[-1]


def test_json_is_json_and_nothing_else(call: Call, server: ModelServer) -> None:
    done = call("ask", "How old is singer number 3?", *BANDS, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert (said["SQL"], said["rows"], said["problem"], said["usage"]["calls"]) == (gold(3), [[39]], "", 1)
    assert "trace" not in said
    said = json.loads(call("ask", "How old is singer number 3?", *BANDS, "--json", "--trace").stdout)
    assert [record["stage"] for record in said["trace"]] == FAST
    assert said["usage"]["cached"] == 1


def test_the_trace_shows_what_each_stage_was_set_to_and_made(call: Call, server: ModelServer) -> None:
    done = call("ask", "How old is singer number 3?", *BANDS, "--trace", "--candidates", 3)
    assert done.returncode == 0, done.stderr
    assert "5. generate " in done.stdout
    assert '"candidates":3' in done.stdout
    assert done.stdout.count('"strategy":"direct"') == 3
    assert "all 3 candidates that ran agree" in done.stdout


def test_a_dry_run_executes_nothing(call: Call, server: ModelServer) -> None:
    written = json.dumps({"reasoning": "", "sql": "SELECT nonsense FROM nowhere"})
    server.answer("WrittenSQL", lambda *_: written)
    done = call("ask", "How old is singer number 3?", *BANDS, "--dry-run", "--candidates", 3)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["SELECT nonsense FROM nowhere", "not executed: this is a dry run"]
    assert "the first of 3 candidates; none was executed, so nothing checks it" in done.stdout
    assert "select" not in done.stderr
    assert call("ask", "How old is singer number 3?", *BANDS).returncode == 1


def test_rows_that_are_not_shown_are_counted(call: Call, server: ModelServer) -> None:
    server.answer("WrittenSQL", lambda *_: json.dumps({"reasoning": "", "sql": "SELECT name FROM singer"}))
    done = call("ask", "Who sings?", *BANDS, "--rows", 2)
    assert done.stdout.count("│ Singer") == 2
    assert "2 of 90 rows" in done.stdout
    endless = "SELECT a.id FROM singer a, singer b, singer c"
    server.answer("WrittenSQL", lambda *_: json.dumps({"reasoning": "", "sql": endless}))
    done = call("ask", "Who sings with whom?", *BANDS)
    assert "20 of 10,000 rows; the result is longer and was cut after 10,000 rows" in done.stdout


def test_a_question_without_an_answer_says_why_and_fails(call: Call, server: ModelServer) -> None:
    server.answer("WrittenSQL", lambda *_: json.dumps({"reasoning": "", "sql": "DROP TABLE singer"}))
    done = call("ask", "Drop it!", *BANDS)
    assert done.returncode == 1
    assert done.stdout.startswith("no answer: no candidate ran (")
    said = call("ask", "Drop it!", *BANDS, "--json")
    assert said.returncode == 1
    assert json.loads(said.stdout)["problem"].startswith("no candidate ran (")


def test_the_evidence_reaches_the_model(call: Call, server: ModelServer, oracle: Oracle) -> None:
    call("ask", "How old is singer number 3?", *BANDS, "--evidence", "number means id")
    assert 'Evidence: "number means id"' in oracle.prompts[0]


def test_what_a_terminal_would_obey_is_shown_as_an_escape(call: Call, server: ModelServer) -> None:
    sql = "SELECT '\x1b[2J' || char(27) || '[31mred' AS \"a\x07b\""
    server.answer("WrittenSQL", lambda *_: json.dumps({"reasoning": "", "sql": sql}))
    done = call("ask", "What?", *BANDS, "--trace")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert "\x07" not in done.stdout + done.stderr
    assert "\\x1b[31mred" in done.stdout


def test_what_is_no_text_is_shown_all_the_same(call: Call, place: Path, server: ModelServer) -> None:
    with closing(sqlite3.connect(place / "databases/bands.sqlite")) as connection:
        connection.execute("UPDATE singer SET name = CAST(x'4361666ce9' AS TEXT) WHERE id = 1")
        connection.commit()
    sql = "SELECT name, x'00ff' AS raw, NULL AS none, 1e999 AS much FROM singer WHERE id = 1"
    server.answer("WrittenSQL", lambda *_: json.dumps({"reasoning": "\ud800", "sql": sql}))
    done = call("ask", "Who?", *BANDS, "--trace")
    assert done.returncode == 0, done.stderr
    assert all(text in done.stdout for text in ("Cafl\\udce9", "2 bytes", "NULL", "inf"))
    done = call("ask", "Who?", *BANDS, "--json", "--trace")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == [["Cafl\\udce9", "b'\\x00\\xff'", None, "Infinity"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--database", "databases/bands.sqlite"), "no model is named: --model openai:NAME with its key"),
        (("--database", "nowhere.sqlite", "--model", "mine"), "there is no file or folder nowhere.sqlite"),
        (("--database", "two", "--model", "mine"), "two holds 2 databases: say which with --db-id (other, pets)"),
        (("--database", "two", "--db-id", "pots", "--model", "mine"), "there is no database 'pots' in two; there are"),
        ((*BANDS, "--preset", "fats"), "there is no preset 'fats'"),
        ((*BANDS, "--preset", "mine.toml"), "the preset mine.toml cannot be read"),
        (
            (*BANDS, "--without", "repair"),
            "the preset fast has no repair: it has keywords, value-retrieval, ",
        ),
        (("--database", "databases", "--model", "openai:gpt-5-mini"), "there is no key: set OPENAI_API_KEY"),
    ],
)
def test_a_mistake_is_one_line(
    call: Call, place: Path, sqlite: Callable[[Path, str], Path], server: ModelServer, words: Any, said: str
) -> None:
    for name in ("other", "pets"):
        sqlite(place / "two" / f"{name}.sqlite", "CREATE TABLE t (a)")
    done = call("ask", "How many?", *words)
    assert done.returncode == 1
    assert done.stderr.startswith("querywright: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert server.tally.calls == 0


@pytest.mark.parametrize(
    ("question", "said"), [("  ", "the question is empty"), ("x" * 10_001, "the question has 10,001")]
)
def test_what_is_no_question_is_told(call: Call, server: ModelServer, question: str, said: str) -> None:
    done = call("ask", question, *BANDS)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert said in done.stderr


def test_one_of_several_databases_is_named(call: Call, place: Path, server: ModelServer) -> None:
    make_singers(place / "databases" / "more")
    done = call("ask", "How old is singer number 3?", "--database", "databases", "--db-id", "more.bands",
                "--model", "mine")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "│ 39  │" in done.stdout


# ── chat ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_conversation_keeps_its_context(
    talk: Callable[..., CompletedProcess[str]], place: Path, server: ModelServer, oracle: Oracle
) -> None:
    done = talk(
        "/sql",
        "How old is singer number 3?",
        "/sql",
        "",
        "And singer number 4?",
        "/why",
        "/rows",
        "/rows many",
        "/export four.csv",
        "/export four.csv",
        "/export",
        "/nonsense",
        "/help",
        "/quit",
        "never heard",
    )
    assert done.returncode == 0, done.stderr
    said = [part.split("\n", 1) for part in done.stdout.split("bands> ")[1:]]
    answers = {line: text for line, text in said if line}
    assert answers["/sql"].strip() == gold(3)
    assert said[0][1].strip() == "there is no answer to speak of: ask something"
    assert answers["And singer number 4?"].startswith(gold(4))
    assert "why: there is only one (nothing to compare it with)" in answers["/why"]
    assert "generate" in answers["/why"]
    assert "│ 46  │" in answers["/rows"]
    assert answers["/rows many"].strip() == "/rows takes how many, not 'many'"
    exports = [text.strip() for line, text in said if line == "/export four.csv"]
    assert exports == ["1 row in four.csv", "four.csv is there already: name another file"]
    assert (place / "four.csv").read_text().splitlines() == ["age", "46"]
    assert answers["/export"].startswith("/export wants a file")
    assert answers["/nonsense"].startswith("there is no /nonsense: /help")
    assert "/export FILE.csv" in answers["/help"]
    assert "never heard" not in done.stdout
    assert "Earlier" not in oracle.prompts[0]
    assert f'Earlier: "How old is singer number 3?" was answered by {gold(3)}' in oracle.prompts[1]


def test_a_conversation_outlives_what_goes_wrong_in_it(
    talk: Callable[..., CompletedProcess[str]], server: ModelServer, oracle: Oracle
) -> None:
    server.behaviour.script = ["refusal"] * 3  # one answer, and the two that are asked for in its place
    done = talk("x" * 10_001, "How old is singer number 5?", "How old is singer number 6?", "/sql")
    assert done.returncode == 0, done.stderr
    assert "the question has 10,001 letters" in done.stdout
    assert "no answer: no candidate was written (" in done.stdout
    assert done.stdout.split("bands> /sql\n")[1].strip() == gold(6)
    assert "Earlier" not in oracle.prompts[-1]


def test_at_a_terminal_it_asks_tells_the_stage_and_ends(
    program: list[str], place: Path, surroundings: dict[str, str], server: ModelServer
) -> None:
    """A question that is given up by Ctrl-C ends that question; the end of the input ends the conversation."""
    import pty

    server.behaviour.script = ["hang"]
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*program, "chat", *BANDS],
        stdin=child,
        stdout=child,
        stderr=child,
        cwd=place,
        env={**os.environ, **surroundings, "TERM": "xterm"},
        start_new_session=True,
    )
    os.close(child)
    said = b""

    def until(words: bytes) -> None:
        nonlocal said
        while words not in said:
            assert select.select([parent], [], [], 60)[0], said
            said += os.read(parent, 4096)
        said = said.partition(words)[2]

    until(b"/help lists what else can be said.")
    until(b"bands> ")
    os.write(parent, b"How old is singer number 3?\n")
    until("generate …".encode())
    while server.tally.calls < 1:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    until(b"given up")
    os.write(parent, b"How old is singer number 4?\n")
    until(gold(4).encode())
    until(b"bands> ")
    os.write(parent, b"\x04")
    assert process.wait(60) == 0
    os.close(parent)


# ── predict ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PREDICT = ("predict", "dev.jsonl", "--databases", "databases", "--model", "mine")


def test_a_prediction_is_what_evaluate_scores(call: Call, place: Path, server: ModelServer) -> None:
    write_rows(place / "dev.jsonl", questions(6))
    server.behaviour.script = ["refusal"]  # what it refused once is asked for again
    done = call(*PREDICT, "-o", "run", "--preset", "fast")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "6 of 6 questions have an answer"
    assert "models: 7 calls" in done.stderr
    scored = call("evaluate", "run", "--gold", "dev.jsonl", "--databases", "databases", "--missing", "wrong", "--json")
    assert scored.returncode == 0, scored.stderr
    (system,) = json.loads(scored.stdout)["systems"]
    assert (system["ex"]["count"], system["ex"]["of"]) == (6, 6)
    assert system["candidates"]["questions"] == 6
    assert system["candidates"]["picks"]["majority"] == 100.0


def test_an_estimate_makes_no_run(call: Call, place: Path, server: ModelServer) -> None:
    write_rows(place / "dev.jsonl", questions(24))
    done = call(*PREDICT, "-o", "run", "--estimate")
    assert done.returncode == 0, done.stderr
    assert "for about 24 examples from 24 inputs, judged by 12 of them" in done.stdout
    assert not (place / "run").exists()


def test_a_killed_prediction_goes_on_and_asks_nothing_again(
    call: Call, program: list[str], place: Path, surroundings: dict[str, str], server: ModelServer, oracle: Oracle
) -> None:
    """Half of the questions have one of their two answers when the process is killed."""
    write_rows(place / "dev.jsonl", questions(60))
    words = [*PREDICT, "-o", "run", "--candidates", "2", "--resume"]
    server.behaviour.script = ["ok"] * 45 + ["hang"] * 1_000
    process = subprocess.Popen(
        [*program, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=place,
        env={**os.environ, **surroundings},
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while oracle.asked.total() < 45 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1.0)  # what was answered is committed, what hangs goes on hanging
    assert oracle.asked.total() == 45
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with closing(sqlite3.connect(place / "run" / "store.sqlite")) as store:
        (stored,) = store.execute("SELECT COUNT(*) FROM outcomes").fetchone()
    assert 0 < 2 * stored < 45  # some answers are in the cache only
    server.behaviour.script = []
    done = call(*words, "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert set(oracle.asked.values()) == {2}
    assert len(oracle.asked) == 60
    again = call(*PREDICT, "-o", "again", "--candidates", 2)
    assert again.returncode == 0, again.stderr
    assert oracle.asked.total() == 120
    assert (place / "again/dataset.jsonl").read_bytes() == (place / "run/dataset.jsonl").read_bytes()


def test_a_prediction_without_a_model_is_one_line(call: Call, place: Path) -> None:
    write_rows(place / "dev.jsonl", questions(1))
    done = call("predict", "dev.jsonl", "--databases", "databases", "-o", "run")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "no model is named" in done.stderr
    assert not (place / "run").exists()


# ── index ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_index_is_made_outside_the_databases(call: Call, place: Path) -> None:
    before = sorted((place / "databases").iterdir())
    done = call("index", "databases")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("bands: ")
    assert sorted((place / "databases").iterdir()) == before


def test_an_index_of_nothing_is_one_line(call: Call) -> None:
    done = call("index", "nowhere")
    assert done.returncode == 1
    assert done.stderr == "querywright: there is no file or folder nowhere\n"


def test_an_index_is_renewed_by_whoever_asks(call: Call, place: Path, server: ModelServer) -> None:
    done = call("index", "databases", "-o", "indexes")
    assert done.returncode == 0, done.stderr
    assert "90 values" in done.stdout
    with closing(sqlite3.connect(place / "databases/bands.sqlite")) as connection:
        connection.execute("INSERT INTO singer VALUES (91, 'Somebody new', 3)")
        connection.commit()
    done = call("ask", "How old is singer number 3?", *BANDS, "--index", "indexes")
    assert done.returncode == 0, done.stderr
    assert [match.value for match in ValueIndex.open(place / "indexes/bands/values").search("somebody", 1)] == [
        "Somebody new"
    ]
