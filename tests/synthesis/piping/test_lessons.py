"""Lessons of a dataset: a sample an operator and one that stops; of rows that fail nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from piped_shop import sqlite_shop

from querywright.errors import SettingsError
from querywright.synthesis.check_pipes import check
from querywright.synthesis.decompile_rows import decompile_rows
from querywright.synthesis.pipe_trajectories import Written, write_trajectories

ROWS = [
    {"db_id": "shop", "question": "Who is over 30?", "SQL": "SELECT name FROM customer WHERE age > 30", "id": "a"},
    {
        "db_id": "shop",
        "question": "Cities?",
        "SQL": "SELECT DISTINCT city FROM customer",
        "evidence": "no NULL",
        "id": "b",
    },
    {"db_id": "shop", "question": "Bad?", "SQL": "SELECT name FROM customer WHERE agee > 30", "id": "c"},
    {
        "db_id": "shop",
        "question": "Bad?",
        "SQL": "SELECT name FROM customer",
        "pipe_sql": "FROM customer |> WHERE agee > 1",
    },
    {"db_id": "shop", "question": "", "SQL": "SELECT name FROM customer"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sqlite_shop(tmp_path / "shop.sqlite")
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    return tmp_path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def written(folder: Path, source: str = "rows.jsonl", **settings: Any) -> Written:
    return write_trajectories(folder / source, folder / "shop.sqlite", folder / "out.jsonl", **settings)


def test_each_operator_is_a_sample_and_the_last_one_stops(folder: Path) -> None:
    done = written(folder)
    assert (done.rows, done.trajectories, done.samples) == (5, 2, 4 + 3)
    samples = lines(folder / "out.jsonl")
    assert [(s["id"], s["step"], s["steps"]) for s in samples[:4]] == [("a", n, 4) for n in range(4)]
    said = [s["messages"][2]["content"] for s in samples[:4]]
    assert said == ["FROM customer", "|> WHERE age > 30", "|> SELECT name", "<END>"]
    assert "Its columns: id INT64, name STRING, city STRING, age INT64" in samples[1]["messages"][1]["content"]
    assert "Evidence: no NULL" in samples[4]["messages"][1]["content"]


def test_a_trajectory_with_a_prefix_that_fails_is_left_out_whole(folder: Path) -> None:
    done = written(folder)
    rejects = lines(done.rejects)
    assert [(row["step"], row["reason"]) for row in rejects] == [
        ("decompile", "the SQL cannot be bound"),
        ("quarantine", "does not compile"),
        ("decompile", "the row cannot be used"),
    ]
    assert all("Bad?" not in line for line in (folder / "out.jsonl").read_text().splitlines())


def test_one_shot_columns_and_formats_are_choices(folder: Path) -> None:
    assert written(folder, one_shot=True).samples == 2
    assert (
        lines(folder / "out.jsonl")[0]["messages"][2]["content"] == "FROM customer\n|> WHERE age > 30\n|> SELECT name"
    )
    written(folder, columns=False, format="completion", style="ddl")
    samples = lines(folder / "out.jsonl")
    assert set(samples[0]) == {"prompt", "completion", "id", "db_id", "step", "steps"}
    assert "CREATE TABLE" in samples[0]["prompt"]
    assert not any("Its columns" in sample["prompt"] for sample in samples)
    for wrong in ({"format": "x"}, {"mode": "x"}, {"style": "x"}):
        with pytest.raises(SettingsError, match="choose from"):
            written(folder, **wrong)


def test_the_rows_of_a_check_are_taken_as_they_were_checked(folder: Path) -> None:
    check(folder / "rows.jsonl", folder / "shop.sqlite", folder / "run")
    done = written(folder, "run")
    assert (done.trajectories, done.samples) == (2, 7)


def test_decompiling_rows_adds_the_pipe_query_and_lists_what_is_refused(folder: Path) -> None:
    from querywright import Catalog

    with Catalog.open(folder / "shop.sqlite") as catalog:
        done = decompile_rows(folder / "rows.jsonl", catalog, folder / "piped.jsonl")
        with pytest.raises(SettingsError, match="the dataset itself"):
            decompile_rows(folder / "rows.jsonl", catalog, folder / "rows.jsonl")
    rows = lines(folder / "piped.jsonl")
    assert (done.rows, done.made) == (5, 4)
    assert rows[0]["pipe_sql"] == "FROM customer\n|> WHERE age > 30\n|> SELECT name"
    assert rows[0]["pipe_dialect"] == "sqlite"
    (refused,) = lines(done.rejects)
    assert "agee" in refused["detail"]


def test_a_row_checked_before_aliases_were_recorded_is_checked_again(folder: Path) -> None:
    check(folder / "rows.jsonl", folder / "shop.sqlite", folder / "run")
    rows = lines(folder / "run" / "dataset.jsonl")
    for row in rows:
        for step in row["pipe_prefixes"]:
            del step["aliases"]
    (folder / "old.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    assert written(folder, "old.jsonl").samples == 7
    assert "Its table aliases: customer (id, name, city, age)" in (folder / "out.jsonl").read_text()
