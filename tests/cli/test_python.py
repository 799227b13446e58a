"""What the command line does can be done from Python in the same words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import querywright as qw


def test_the_first_lines_a_python_user_writes(databases: Path, tmp_path: Path) -> None:
    catalog = qw.Catalog.open(databases)
    run = qw.synthesize(catalog, count=20, output=tmp_path / "runs" / "mine", seed=0)
    assert [example.db_id for example in run.examples()][:4] == ["airline", "clinic", "library", "webshop"]
    limits = qw.Limits(seconds=5, rows=3)
    whole = qw.Limits(rows=100_000)
    result = catalog["library"].execute("SELECT title FROM books ORDER BY title", limits)
    assert result.columns == ("title",)
    assert (len(result.rows), result.truncated) == (3, True)
    assert result.seconds >= 0
    assert sorted(catalog.keys()) == ["airline", "clinic", "library", "webshop"]
    assert catalog["library"].schema.table("books") is not None
    gold, other = (
        catalog["library"].execute(f"SELECT title FROM books ORDER BY title {d}", whole) for d in ("ASC", "DESC")
    )
    assert qw.compare(gold, other, rule="bird").equal
    assert not qw.compare(gold, other, rule="strict", ordered=True).equal
    assert qw.sql.hardness("SELECT title FROM books") == "easy"
    assert qw.sql.features("SELECT title FROM books WHERE pages > 3").where == 1
    with pytest.raises(qw.QuerywrightError):
        catalog["library"].execute("DROP TABLE books")
    catalog.close()


def test_importing_us_loads_nothing_heavy() -> None:
    heavy = {"numpy", "pyarrow", "duckdb", "sklearn", "rich", "typer", "wordninja"}
    code = "import sys, querywright; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert loaded & heavy == set()


@pytest.mark.parametrize("location", ["https://example.org/x", "/no/such/folder"])
def test_what_cannot_be_opened_is_an_error_of_ours(location: str, tmp_path: Path) -> None:
    with pytest.raises(qw.DatabaseUnavailable):
        qw.synthesize(location, 1, tmp_path / "run")
    assert not (tmp_path / "run").exists()
