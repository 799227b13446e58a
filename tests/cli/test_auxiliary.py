"""`querywright auxiliary`: every candidate's figures, the chosen ones marked, what was left out named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Cli = Callable[..., CompletedProcess[str]]
SQLite = Callable[[Path, str], Path]


def test_every_database_is_shown_with_its_figures_and_the_chosen_are_named(cli: Cli, databases: Path) -> None:
    done = cli("auxiliary", databases, "--budget", 2)
    assert done.returncode == 0, done.stderr
    for name in ("airline", "clinic", "library", "webshop"):
        assert re.search(rf"^  {name} +\d+ +\d+ % +\d+ +\d+ % +\d+ +\d\.\d\d +\d+ % +\d\.\d\d\d", done.stdout, re.M)
    assert done.stdout.count("✓") == 2
    assert re.search(r"^2 of 4 chosen: \w+, \w+$", done.stdout, re.M)


def test_json_has_what_the_table_has_and_what_was_left_out(cli: Cli, sqlite: SQLite, tmp_path: Path) -> None:
    sqlite(tmp_path / "in" / "shop.sqlite", "CREATE TABLE a (x INTEGER, y TEXT)")
    sqlite(tmp_path / "in" / "bare.sqlite", "")
    (tmp_path / "in" / "letter.db").write_bytes(b"Dear database, " * 100)
    done = cli("auxiliary", tmp_path / "in", "--budget", 3, "--json")
    found = json.loads(done.stdout)
    (candidate,) = found["candidates"]
    assert {name: candidate[name] for name in ("db_id", "tables", "columns", "foreign_keys", "score", "chosen")} == {
        "db_id": "shop", "tables": 1, "columns": 2, "foreign_keys": 0, "score": 1.0, "chosen": True,
    }  # fmt: skip
    assert found["left_out"]["bare"] == "it has no tables"
    assert "left out: bare: it has no tables" in done.stderr
    assert f"left out: {tmp_path / 'in' / 'letter.db'}: neither" in done.stderr


def test_a_warehouse_with_nothing_to_choose_from_is_one_clear_error(cli: Cli, sqlite: SQLite, tmp_path: Path) -> None:
    sqlite(tmp_path / "in" / "bare.sqlite", "")
    done = cli("auxiliary", tmp_path / "in", "--budget", 3)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"querywright: no database in {tmp_path / 'in'} can be used: give another warehouse"
    )
    assert cli("auxiliary", tmp_path / "in", "--budget", 0).returncode == 2
    assert "no file or folder" in cli("auxiliary", tmp_path / "nowhere", "--budget", 1).stderr
