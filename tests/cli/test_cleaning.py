"""`deduplicate` and `decontaminate` with real files: what is dropped is listed, what is kept is unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from querywright.datasets import Example, export, read_dataset, write_jsonl
from querywright.runs import Run

Cli = Callable[..., CompletedProcess[str]]

ROWS = [
    Example(
        "shops", "Which stores of the chain are in the city of Rome?", "SELECT name FROM store WHERE city = 'Rome'"
    ),
    Example(
        "shops", "Which stores of the chain are in the city of Bern?", "SELECT name FROM store WHERE city = 'Bern'"
    ),
    Example("shops", "which stores of the chain are in the city of Rome", "SELECT id FROM store WHERE city = 'Rome'"),
    Example("shops", "How many stores?", "not SQL", extra={"note": {"deep": [1, None]}}),
]
ROWS = [*ROWS, ROWS[0].having(prompt="P")]


def refusal(done: CompletedProcess[str]) -> str:
    """The one line on standard error of a program that failed."""
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("querywright: ").rstrip("\n")


def listed(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "data.jsonl", ROWS)
    return tmp_path / "data.jsonl"


# -- deduplicate ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "dropped"),
    [
        ([], {5: 1}),
        (["--by", "exact"], {5: 1}),
        (["--by", "skeleton"], {2: 1, 3: 1, 5: 1}),
        (["--by", "question"], {3: 1, 5: 1}),
        (["--by", "question", "--threshold", "0.5"], {2: 1, 3: 1, 5: 1}),
    ],
)
def test_repeats_are_dropped_and_each_is_listed(
    cli: Cli, data: Path, words: list[str], dropped: dict[int, int]
) -> None:
    out = data.with_name("clean.jsonl")
    done = cli("deduplicate", data, "-o", out, *words)
    assert done.returncode == 0, done.stderr
    assert list(read_dataset(out)) == [row for number, row in enumerate(ROWS, start=1) if number not in dropped]
    found = listed(data.with_name("clean.matches.jsonl"))
    assert {row["row"]: row["repeats"] for row in found} == dropped
    assert [(row["question"], row["SQL"]) for row in found] == [
        (ROWS[n - 1].question, ROWS[n - 1].SQL) for n in dropped
    ]
    assert f"5 examples read, {len(dropped)} dropped" in done.stdout
    assert "row 5 repeats row 1 (1.00)" in done.stdout


def test_a_run_is_deduplicated_in_its_own_dialects_and_parquet_written(cli: Cli, made: Path, tmp_path: Path) -> None:
    out, matches = tmp_path / "new" / "clean.parquet", tmp_path / "why.jsonl"
    done = cli("deduplicate", made, "-o", out, "--by", "skeleton", "--matches", matches)
    assert done.returncode == 0, done.stderr
    gone = {row["row"] for row in listed(matches)}
    every = list(Run.open(made).examples())
    assert list(read_dataset(out)) == [e for row, e in enumerate(every, start=1) if row not in gone]
    assert 0 < len(gone) < 200


def test_a_dataset_may_be_written_over_by_its_clean_self(cli: Cli, data: Path) -> None:
    assert cli("deduplicate", data, "-o", data).returncode == 0
    assert list(read_dataset(data)) == ROWS[:4]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "out.csv"], "out.csv must end in .jsonl or .parquet"),
        (
            ["-o", "out.jsonl", "--by", "skeletons"],
            "there is no rule 'skeletons': choose from exact, skeleton, question",
        ),
        (["-o", "out.jsonl", "--by", "question", "--threshold", "1.5"], "the threshold must be above 0 and up to 1"),
        (["-o", "out.jsonl", "--matches", "data.jsonl"], "data.jsonl is another file of this command"),
        (["-o", "out.jsonl", "--matches", "./out.jsonl"], "out.jsonl is another file of this command"),
        (["-o", "out.jsonl", "--by", "skeleton", "--dialect", "oracle"], "unknown dialect 'oracle'"),
    ],
)
def test_a_wrong_call_is_one_line_and_writes_nothing(cli: Cli, data: Path, words: list[str], said: str) -> None:
    before = data.read_bytes()
    assert said in refusal(cli("deduplicate", data.name, *words, cwd=data.parent))
    assert [path.name for path in data.parent.iterdir()] == ["data.jsonl"]
    assert data.read_bytes() == before


def test_no_dataset_and_a_bad_row_are_one_line(cli: Cli, tmp_path: Path) -> None:
    assert "there is no file or folder" in refusal(cli("deduplicate", tmp_path / "x.jsonl", "-o", tmp_path / "y.jsonl"))
    (tmp_path / "bad.jsonl").write_text('{"db_id": "a"}\nbroken\n')
    assert "bad.jsonl:2: not JSON" in refusal(cli("deduplicate", tmp_path / "bad.jsonl", "-o", tmp_path / "y.jsonl"))
    assert [path.name for path in tmp_path.iterdir()] == ["bad.jsonl"]


# -- decontaminate ----------------------------------------------------------------------------------------------------
def test_what_overlaps_with_any_test_set_is_dropped_and_listed_with_its_place(cli: Cli, data: Path) -> None:
    folder = data.parent
    export([ROWS[1].having(db_id="other")], "spider", folder / "dev.json")
    write_jsonl(folder / "test.jsonl", [Example("a", "Where?"), Example("b", "HOW many stores")])
    words = ["--against", "dev.json", "--against", "test.jsonl", "--ngram", 6, "-o", "clean.jsonl"]
    done = cli("decontaminate", data.name, *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "clean.jsonl").read_bytes() == b""
    found = listed(folder / "clean.matches.jsonl")
    ngram = ("n-gram", "which stores of the chain are", "dev.json item 1")
    assert [(row["row"], row["rule"], row["shared"], row["test"]) for row in found] == [
        (1, *ngram),
        (2, *ngram),
        (3, *ngram),
        (4, "question", "how many stores", "test.jsonl:2"),
        (5, *ngram),
    ]
    assert found[3]["test_question"] == "HOW many stores"
    assert "5 examples read, 5 dropped (n-gram 4, question 1), 0 written to clean.jsonl" in done.stdout


def test_what_does_not_overlap_is_kept_as_it_was_and_in_order(cli: Cli, made: Path, tmp_path: Path) -> None:
    every = list(Run.open(made).examples())
    write_jsonl(tmp_path / "test.jsonl", every[::20])
    out = tmp_path / "clean.jsonl"
    done = cli("decontaminate", made, "--against", tmp_path / "test.jsonl", "-o", out)
    assert done.returncode == 0, done.stderr
    gone = {row["row"] for row in listed(tmp_path / "clean.matches.jsonl")}
    assert set(range(1, 201, 20)) <= gone
    lines = (made / "dataset.jsonl").read_bytes().splitlines(keepends=True)
    assert out.read_bytes() == b"".join(line for row, line in enumerate(lines, start=1) if row not in gone)
    assert len(gone) < 150


def test_a_test_whose_sql_cannot_be_parsed_is_named(cli: Cli, data: Path) -> None:
    done = cli("decontaminate", data.name, "--against", data.name, "-o", "clean.jsonl", cwd=data.parent)
    assert done.returncode == 0
    assert done.stderr == "data.jsonl:4: its SQL cannot be parsed: only its question is compared\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "out.jsonl", "--against", "nowhere.jsonl"], "nowhere.jsonl: cannot be read: No such file"),
        (["-o", "out.jsonl", "--against", "test.jsonl"], "test.jsonl:2: db_id must be text, not int (1)"),
        (["-o", "test.jsonl", "--against", "test.jsonl"], "test.jsonl is another file of this command"),
        (["-o", "out.jsonl", "--matches", "test.jsonl", "--against", "test.jsonl"], "test.jsonl is another file"),
    ],
)
def test_a_test_set_that_cannot_be_used_is_one_line_and_nothing_is_written(
    cli: Cli, data: Path, words: list[str], said: str
) -> None:
    (data.parent / "test.jsonl").write_text('{"db_id": "a", "question": "Who?"}\n{"db_id": 1, "question": "Who?"}\n')
    assert said in refusal(cli("decontaminate", data.name, *words, cwd=data.parent))
    assert {path.name for path in data.parent.iterdir()} == {"data.jsonl", "test.jsonl"}


def test_without_a_test_set_there_is_nothing_to_do(cli: Cli, data: Path) -> None:
    done = cli("decontaminate", data, "-o", data.with_name("out.jsonl"))
    assert done.returncode == 2
    assert "Missing option '--against'" in done.stderr


def test_a_bad_row_of_the_dataset_leaves_no_half_files(cli: Cli, data: Path) -> None:
    (data.parent / "bad.jsonl").write_text('{"db_id": "a"}\nbroken\n')
    done = cli("decontaminate", "bad.jsonl", "--against", data.name, "-o", "out.jsonl", cwd=data.parent)
    assert "bad.jsonl:2: not JSON" in done.stderr
    assert {path.name for path in data.parent.iterdir()} == {"data.jsonl", "bad.jsonl"}
