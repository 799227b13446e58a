"""`querywright evaluate` as a person types it: what it prints, what it leaves, how it ends, and how it goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from bookshop import GOLD, write_bookshop

Cli = Callable[..., CompletedProcess[str]]
RUNAWAY = "WITH RECURSIVE n (i) AS (SELECT {n} UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bookshop, gold rows, and predictions of two systems."""
    place = tmp_path_factory.mktemp("evaluation")
    write_bookshop(place / "databases")
    rows = [
        {"id": f"q{n}", "db_id": "bookshop", "question": f"Question {n}?", "SQL": sql} for n, sql in enumerate(GOLD)
    ]
    write_lines(place / "gold.jsonl", rows)
    write_lines(place / "same.jsonl", rows)
    write_lines(place / "other.jsonl", [{**row, "SQL": "SELECT COUNT(*) FROM book"} for row in rows])
    return place


@pytest.fixture
def evaluate(cli: Cli, place: Path) -> Cli:
    """`evaluate("same.jsonl", …)`: in that folder, with its gold and databases."""

    def call(*words: object, gold: str = "gold.jsonl", databases: str = "databases") -> CompletedProcess[str]:
        given = ("evaluate", *words, "--gold", gold, "--databases", databases)
        return cli(*given, cwd=place, env={"XDG_CACHE_HOME": str(place / "cache"), "COLUMNS": "120"})

    return call


def refusal(done: CompletedProcess[str]) -> str:
    """The one line on standard error of a program that failed."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("querywright: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("querywright: ").rstrip("\n")


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths to every value of a JSON document that is none of objects or lists."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from leaves(each, (*path, str(number)))
    else:
        yield path


# -- what it prints ---------------------------------------------------------------------------------------------------
def test_gold_against_itself_is_right_and_the_databases_are_said_to_be_unchanged(evaluate: Cli) -> None:
    done = evaluate("same.jsonl")
    assert done.returncode == 0, done.stderr
    assert "100.00 %" in done.stdout
    assert f"{len(GOLD)} of {len(GOLD)} gold rows scored under the rule strict" in done.stdout
    assert "1 database read, unchanged" in done.stdout


def test_several_systems_stand_side_by_side_with_their_difference(evaluate: Cli) -> None:
    done = evaluate("same.jsonl", "other.jsonl")
    assert done.returncode == 0, done.stderr
    head = next(line for line in done.stdout.splitlines() if "same" in line)
    assert head.index("same") < head.index("other")
    assert f"same against other, {len(GOLD)} rows: +" in done.stdout
    assert "McNemar p = " in done.stdout


def test_json_is_every_figure_and_nothing_else(evaluate: Cli, place: Path, tmp_path: Path) -> None:
    done = evaluate("same.jsonl", "other.jsonl", "--json", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed == json.loads((tmp_path / "out" / "figures.json").read_text())
    found = set(leaves(printed))
    for figure in ("ex", "ex_of_all", "valid", "empty", "soft_f1", "soft_f1_by_position"):
        assert ("systems", "0", figure, "percent") in found
    for rule in ("strict", "bird", "spider"):
        assert ("systems", "1", "rules", rule, "percent") in found
    assert ("comparisons", "0", "test", "p") in found
    assert (printed["gold_rows"], printed["scored"], printed["changed"]) == (len(GOLD), len(GOLD), [])
    assert [system["name"] for system in printed["systems"]] == ["same", "other"]


def test_what_was_wrong_goes_to_standard_error_a_line_each(evaluate: Cli, place: Path) -> None:
    rows = [json.loads(line) for line in (place / "same.jsonl").read_text().splitlines()]
    rows[1]["SQL"] = 7
    rows[2]["SQL"] = ["SELECT 1"]
    write_lines(place / "bad.jsonl", [*rows, rows[0], {"id": "nobody", "SQL": "SELECT 1"}])
    done = evaluate("bad.jsonl")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "bad.jsonl:2: q1: SQL must be text, not int; it counts as wrong",
        "bad.jsonl:3: q2: SQL must be text, not list; several queries stand under candidates; it counts as wrong",
        f"bad.jsonl:{len(rows) + 1}: a second prediction for q0; the first one counts",
        f"bad.jsonl:{len(rows) + 2}: no gold row has the id nobody",
    ]


def test_gold_that_cannot_be_scored_is_told_and_both_denominators_are_shown(evaluate: Cli, place: Path) -> None:
    rows = [json.loads(line) for line in (place / "gold.jsonl").read_text().splitlines()]
    rows[3]["SQL"] = "SELECT absent FROM book"
    rows[4]["db_id"] = "library"
    write_lines(place / "some.jsonl", rows)
    write_lines(place / "bare.jsonl", [{"id": row["id"], "SQL": row["SQL"]} for row in rows])
    done = evaluate("bare.jsonl", gold="some.jsonl")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "not scored: q3: bookshop: no such column: absent",
        f"not scored: q4: there is no database 'library' in {place / 'databases'}",
    ]
    assert f"{len(GOLD) - 2} of {len(GOLD)} gold rows scored under the rule strict; 2 not scored" in done.stdout
    assert "of all gold rows" in done.stdout


def test_birds_and_spiders_files_are_read(evaluate: Cli, place: Path) -> None:
    mark = "\t----- bird -----\tbookshop"
    (place / "bird.json").write_text(json.dumps({str(n): sql + mark for n, sql in enumerate(GOLD)}))
    (place / "spider.sql").write_text("".join(f"{sql}\n" for sql in GOLD))
    done = evaluate("bird.json", "spider.sql", "--json", "--rule", "spider")
    assert done.returncode == 0, done.stderr
    assert [system["ex"]["percent"] for system in json.loads(done.stdout)["systems"]] == [100.0, 100.0]


# -- what it refuses --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.jsonl"], "there is no file or run folder none.jsonl"),
        (["same.jsonl", "--rule", "loose"], "there is no comparison rule 'loose': choose from strict, bird, spider"),
        (["same.jsonl", "--metrics", "ex,vse"], "there is no metric 'vse': choose from "),
        (["same.jsonl", "--subset", "2"], "a subset is a share above 0 and up to 1, not 2"),
        (["same.jsonl", "--missing", "drop"], "missing predictions are taken as error or wrong or skip, not 'drop'"),
        (["empty.jsonl"], "empty.jsonl: it holds no predictions"),
        (["few.jsonl"], f"few has no prediction for {len(GOLD) - 2} of {len(GOLD)} gold rows: q2, q3, q4, q5, q6 and"),
        (
            ["few.sql"],
            f"few has 2 lines without keys for {len(GOLD)} gold rows, so it cannot be told which line answers",
        ),
        (["same.jsonl", "--resume"], "there is nothing to resume without the folder of an evaluation"),
    ],
)
def test_a_mistake_is_one_line(evaluate: Cli, place: Path, words: list[str], said: str) -> None:
    (place / "empty.jsonl").write_text("")
    (place / "few.jsonl").write_text("".join((place / "same.jsonl").read_text().splitlines(keepends=True)[:2]))
    (place / "few.sql").write_text("SELECT 1\nSELECT 2\n")
    assert said in refusal(evaluate(*words))


def test_databases_or_gold_that_are_not_there_are_one_line(evaluate: Cli) -> None:
    assert "none" in refusal(evaluate("same.jsonl", databases="none"))
    assert "none.jsonl" in refusal(evaluate("same.jsonl", gold="none.jsonl"))


def test_missing_predictions_may_count_as_wrong_or_be_left_out(evaluate: Cli, place: Path) -> None:
    (place / "few.jsonl").write_text("".join((place / "same.jsonl").read_text().splitlines(keepends=True)[:2]))
    for missing, of in (("wrong", len(GOLD)), ("skip", 2)):
        done = evaluate("few.jsonl", "--missing", missing, "--json")
        assert done.returncode == 0
        (system,) = json.loads(done.stdout)["systems"]
        assert (system["ex"]["count"], system["ex"]["of"]) == (2, of)


# -- folders, and going on --------------------------------------------------------------------------------------------
def test_the_folder_holds_results_figures_and_a_report(evaluate: Cli, tmp_path: Path) -> None:
    done = evaluate("same.jsonl", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert {"results.jsonl", "figures.json", "rejects.jsonl", "run.json"} <= {
        p.name for p in (tmp_path / "out").iterdir()
    }
    rows = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [f"q{n}" for n in range(len(GOLD))]
    assert all(row["scores"]["same"]["verdicts"]["strict"] for row in rows)


def test_a_folder_with_an_evaluation_is_refused_without_resume_and_with_another_rule(
    evaluate: Cli, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert evaluate("same.jsonl", "-o", out).returncode == 0
    before = (out / "results.jsonl").read_bytes()
    assert "resume" in refusal(evaluate("same.jsonl", "-o", out))
    for words, named in (
        (["--rule", "bird"], "rule"),
        (["--metrics", "ex"], "metrics"),
        (["--timeout", "3"], "limits"),
    ):
        assert named in refusal(evaluate("same.jsonl", "-o", out, "--resume", *words))
    assert "systems" in refusal(evaluate("other.jsonl", "-o", out, "--resume"))
    done = evaluate("same.jsonl", "-o", out, "--resume")
    assert done.returncode == 0, done.stderr
    assert (out / "results.jsonl").read_bytes() == before


def test_ctrl_c_keeps_what_was_scored_and_resuming_gives_the_same_bytes(
    evaluate: Cli, program: list[str], place: Path, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in (place / "same.jsonl").read_text().splitlines()]
    for n in range(8, 14):  # each different, so that each runs into its limit
        rows[n]["SQL"] = RUNAWAY.format(n=n)
    write_lines(place / "slow.jsonl", rows)
    words = ["slow.jsonl", "--timeout", "1", "--metrics", "rules,soft-f1", "-o"]
    assert evaluate(*words, tmp_path / "whole").returncode == 0
    given = [*words, str(tmp_path / "stopped"), "--gold", "gold.jsonl", "--databases", "databases"]
    started = subprocess.Popen(
        [*program, "evaluate", *given],
        cwd=place,
        env={**os.environ, "XDG_CACHE_HOME": str(place / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wal, until = tmp_path / "stopped" / "store.sqlite-wal", time.monotonic() + 60
    while started.poll() is None and time.monotonic() < until and not (wal.exists() and wal.stat().st_size > 60_000):
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGINT)
    printed, said = started.communicate(timeout=60)
    assert (started.returncode, printed) == (130, "")
    assert said.startswith("querywright: stopped by SIGINT; pass --resume (resume=True) to go on; ")
    assert said.count("\n") == 1
    done = evaluate(*words, tmp_path / "stopped", "--resume")
    assert done.returncode == 0, done.stderr
    for name in ("results.jsonl", "rejects.jsonl", "figures.json"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_workers_do_not_show(evaluate: Cli, tmp_path: Path) -> None:
    for workers in (1, 2):
        assert evaluate("same.jsonl", "-o", tmp_path / str(workers), "--workers", workers).returncode == 0
    one, two = ((tmp_path / str(n) / "results.jsonl").read_bytes() for n in (1, 2))
    assert one == two


def test_predicted_writes_change_nothing_and_leave_nothing_behind(evaluate: Cli, place: Path) -> None:
    writes = ["DELETE FROM book", "DROP TABLE book", "ATTACH 'made.sqlite' AS m", "PRAGMA user_version = 9", "VACUUM"]
    gold = [{"id": f"w{n}", "db_id": "bookshop", "SQL": "SELECT COUNT(*) FROM book"} for n in range(len(writes))]
    write_lines(place / "wgold.jsonl", gold)
    write_lines(place / "writes.jsonl", [{"id": f"w{n}", "SQL": sql} for n, sql in enumerate(writes)])
    before = {path: path.read_bytes() for path in (place / "databases").rglob("*") if path.is_file()}
    for rule in ("strict", "bird", "spider"):
        done = evaluate("writes.jsonl", "--json", "--rule", rule, gold="wgold.jsonl")
        assert done.returncode == 0, done.stderr
        figures = json.loads(done.stdout)
        assert (figures["systems"][0]["ex"]["count"], figures["changed"]) == (0, [])
    assert {path: path.read_bytes() for path in (place / "databases").rglob("*") if path.is_file()} == before
    assert not list(place.rglob("made.sqlite"))
