"""`querywright pipes …` as a person types it: queries, files and datasets in; pipe SQL, tables and one line out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from piped_shop import duckdb_shop, sqlite_shop

from querywright.runs import Run

Cli = Callable[..., CompletedProcess[str]]

SQL = (
    "SELECT city, COUNT(*) AS n FROM customer WHERE age > 30 GROUP BY city HAVING COUNT(*) > 1 ORDER BY n DESC LIMIT 2"
)
PIPE = (
    "FROM customer |> WHERE age > 30 |> AGGREGATE COUNT(*) AS n GROUP BY city "
    "|> WHERE n > 1 |> ORDER BY n DESC |> LIMIT 2"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_shop(tmp_path_factory.mktemp("shop") / "shop.sqlite")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    found = [SQL, "SELECT DISTINCT city FROM customer", "SELECT name FROM customer", "SELECT nam FROM customer"]
    file.write_text("".join(json.dumps({"db_id": "shop", "question": f"{s}?", "SQL": s}) + "\n" for s in found))
    return file


def refusal(done: CompletedProcess[str]) -> str:
    """The one line on standard error of a program that failed."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("querywright: ").rstrip("\n")


def said(done: CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- queries ----------------------------------------------------------------------------------------------------------
def test_a_query_goes_there_and_back(cli: Cli, shop: Path, tmp_path: Path) -> None:
    piped = said(cli("pipes", "decompile", SQL, "--database", shop))
    assert piped.splitlines()[0] == "FROM customer"
    assert "|> AGGREGATE COUNT(*) AS n GROUP BY city" in piped
    (tmp_path / "query.pipe").write_text(piped)
    back = said(cli("pipes", "compile", tmp_path / "query.pipe", "--database", shop, "--dialect", "sqlite"))
    assert back.startswith("SELECT ")
    duck = said(cli("pipes", "compile", "FROM customer |> ORDER BY age", "--database", shop, "--to", "duckdb"))
    assert "NULLS FIRST" in duck


def test_without_a_database_names_are_taken_as_they_stand(cli: Cli, tmp_path: Path) -> None:
    assert said(cli("pipes", "decompile", "SELECT a FROM t WHERE b > 1")) == "FROM t\n|> WHERE b > 1\n|> SELECT a\n"
    assert "FROM t" in said(cli("pipes", "compile", "FROM t |> WHERE b > 1 |> SELECT a", "--to", "mysql"))
    said(cli("pipes", "decompile", "SELECT a FROM t", "-o", tmp_path / "out.pipe"))
    assert (tmp_path / "out.pipe").read_text() == "FROM t\n|> SELECT a\n"


def test_the_modes_differ_in_whose_functions_are_written(cli: Cli, shop: Path) -> None:
    sql = "SELECT id / 2 FROM customer"
    assert "/ 2" in said(cli("pipes", "decompile", sql, "--database", shop))
    assert "DIV(" in said(cli("pipes", "decompile", sql, "--database", shop, "--mode", "googlesql"))


@pytest.mark.parametrize("make", [sqlite_shop, duckdb_shop])
def test_explain_shows_columns_rows_and_the_first_of_them(
    cli: Cli, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    shown = said(cli("pipes", "explain", PIPE, "--database", make(tmp_path / "shop.db"), "--rows", 2))
    for text in ("FROM customer", "|> WHERE age > 30", "6 rows", "4 rows", "city STRING", "n INT64", "Rome"):
        assert text in shown, text
    assert "Cid" not in shown


def test_a_step_that_fails_is_named_after_those_before_it(cli: Cli, shop: Path) -> None:
    done = cli("pipes", "explain", "FROM customer |> WHERE age > 30 |> SELECT nam", "--database", shop)
    assert "4 rows" in done.stdout
    assert "does not run" in done.stdout
    assert "nam" in refusal(done)


# -- datasets ---------------------------------------------------------------------------------------------------------
def test_a_dataset_is_decompiled_checked_and_made_into_lessons(
    cli: Cli, shop: Path, rows: Path, tmp_path: Path
) -> None:
    told = said(cli("pipes", "decompile", rows, "--databases", shop, "-o", tmp_path / "piped.jsonl"))
    assert "4 rows read, 3 pipe queries written" in told
    assert len((tmp_path / "piped.rejects.jsonl").read_text().splitlines()) == 1
    checked = cli("pipes", "check", rows, "--databases", shop, "-o", tmp_path / "run")
    assert "3 of 4 rows hold (75.0 %)" in said(checked)
    assert "SELECT DISTINCT" in checked.stdout
    assert Run.open(tmp_path / "run").counts.kept == 3
    again = cli("pipes", "check", rows, "--databases", shop, "-o", tmp_path / "run")
    assert "--resume" in refusal(again)
    said(cli("pipes", "check", rows, "--databases", shop, "-o", tmp_path / "run", "--resume"))
    lessons = said(cli("pipes", "trajectories", tmp_path / "run", "--databases", shop, "-o", tmp_path / "chat.jsonl"))
    assert "queries written" in lessons
    assert "kept them" not in lessons
    other = ("pipes", "trajectories", tmp_path / "run", "--databases", shop, "-o", tmp_path / "other.jsonl")
    assert "3 had pipe queries in other functions than googlesql ones, and kept them" in said(
        cli(*other, "--mode", "googlesql")
    )
    first = json.loads((tmp_path / "chat.jsonl").read_text().splitlines()[0])
    assert [m["role"] for m in first["messages"]] == ["system", "user", "assistant"]


def test_variants_are_made_of_a_dataset(cli: Cli, shop: Path, rows: Path, tmp_path: Path) -> None:
    call = ("pipes", "augment", rows, "--databases", shop, "-o", tmp_path / "run", "--kinds", "paraphrase")
    said(cli(*call))
    kinds = {example.augmentation for example in Run.open(tmp_path / "run").examples()}
    assert kinds == {None, "paraphrase"}


@pytest.mark.parametrize("command", ["check", "augment"])
def test_a_dataset_of_which_nothing_holds_is_a_failure(cli: Cli, shop: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "bad.jsonl").write_text(json.dumps({"db_id": "shop", "question": "?", "SQL": "SELECT nam FROM a"}))
    done = cli("pipes", command, tmp_path / "bad.jsonl", "--databases", shop, "-o", tmp_path / "run")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(f"bad.jsonl holds: {tmp_path / 'run' / 'rejects.jsonl'} tells why")
    assert "0 of 1 rows hold" in done.stdout


def test_synthesized_examples_can_have_pipes(cli: Cli, pets: Path, tmp_path: Path) -> None:
    said(cli("synthesize", pets, "-o", tmp_path / "run", "--count", 5, "--pipes"))
    examples = list(Run.open(tmp_path / "run").examples())
    assert len(examples) == 5
    for example in examples:
        assert example.pipe_sql
        assert example.pipe_sql in (example.cot_reasoning or "")
        assert example.extra["pipe_dialect"] == "sqlite"


# -- mistakes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["compile", SQL], "this is a standard query, not a pipe query"),
        (["compile", "WITH a AS (SELECT 1) SELECT * FROM a"], "this is a standard query"),
        (["decompile", PIPE], "this is a pipe query already"),
        (["compile", "FROM custmer |> SELECT name", "--database", "SHOP"], "did you mean customer?"),
        (["compile", "FROM customer |> SELECT nam", "--database", "SHOP"], "nam"),
        (
            [
                "compile",
                "FROM customer AS c |> JOIN orders AS o ON o.customer_id = c.id |> SELECT id",
                "--database",
                "SHOP",
            ],
            "ambiguous",
        ),
        (["decompile", "SELECT nam FROM customer", "--database", "SHOP"], "nam"),
        (["decompile", "SELECT name FROM custmer", "--database", "SHOP"], "customer"),
        (["decompile", "SELECT id FROM customer JOIN orders ON TRUE", "--database", "SHOP"], "id"),
        (["compile", "FROM t |> SELCT a"], "line 1, column 11"),
        (["compile", "FROM t |> WHERE 'a |> b"], "line 1"),
        (["compile", "FROM t |> SELECT a", "--to", "klingon"], "unknown dialect 'klingon'; the nearest"),
        (["compile", "FROM t |> SELECT a", "--to", "postgre"], "are postgres, postgresql"),
        (["compile", ""], "the text is empty"),
        (["decompile", " "], "the text is empty"),
        (["explain", "EMPTY", "--database", "SHOP"], "nothing.pipe is empty"),
        (["compile", "FROM t |> SELECT a", "--dialect", "klingon"], "klingon"),
        (["decompile", "SELECT 1", "--mode", "klingon"], "choose from portable, googlesql"),
        (["decompile", "DROP TABLE customer", "--database", "SHOP"], "not a query"),
        (["decompile", "nothing.jsonl"], "there is no file nothing.jsonl"),
        (["explain", "FROM customer", "--database", "nowhere.sqlite"], "nowhere.sqlite"),
        (
            ["check", "nothing.jsonl", "--databases", "SHOP", "-o", "run"],
            "there is no file or run folder nothing.jsonl",
        ),
        (["augment", "ROWS", "--databases", "SHOP", "-o", "run", "--kinds", "x"], "no kind of variant 'x'"),
        (["trajectories", "ROWS", "--databases", "SHOP", "-o", "x.jsonl", "--format", "x"], "choose from chat"),
        (["decompile", "ROWS"], "--databases"),
        (["decompile", "ROWS", "--databases", "SHOP"], "--output"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_a_mistake_is_one_line_that_says_what_and_where(
    cli: Cli, shop: Path, rows: Path, words: list[str], line: str, tmp_path: Path
) -> None:
    (tmp_path / "nothing.pipe").touch()
    places = {"SHOP": str(shop), "ROWS": str(rows), "EMPTY": "nothing.pipe"}
    assert line in refusal(cli("pipes", *(places.get(word, word) for word in words), cwd=tmp_path))


@pytest.mark.parametrize(
    "pipe",
    [
        "FROM customer |> WHERE " + "(" * 200 + "age > 3" + ")" * 200 + " |> SELECT name",
        "FROM customer " + "|> WHERE age > 3 " * 100 + "|> SELECT name",
        "FROM customer " + "".join(f"|> EXTEND {n} AS x{n} |> LIMIT {200 - n} " for n in range(50)) + "|> SELECT name",
    ],
    ids=["200 brackets", "100 filters", "100 operators"],
)
def test_deep_and_long_queries_are_answered_or_refused_in_a_line(cli: Cli, shop: Path, pipe: str) -> None:
    done = cli("pipes", "compile", pipe, "--database", shop)
    assert done.returncode in (0, 1)
    if done.returncode:
        assert "nested" in refusal(done)
    else:
        assert "SELECT" in done.stdout


def test_operators_inside_strings_comments_and_names_are_none(cli: Cli, tmp_path: Path, shop: Path) -> None:
    pipe = "FROM customer -- |> DROP name\n|> WHERE name <> '|> LIMIT 1' /* |> */ |> SELECT name AS `größe |>`"
    (tmp_path / "query.pipe").write_text(pipe)
    compiled = said(cli("pipes", "compile", tmp_path / "query.pipe", "--database", shop))
    assert "LIMIT 1'" in compiled
    assert "größe |>" in compiled
    assert "LIMIT 1 " not in compiled.replace("'|> LIMIT 1'", "")
    assert "|> SELECT" in said(cli("pipes", "decompile", "SELECT 'a |> b' AS x FROM t"))
