"""Each command of the program, with real files."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from querywright.datasets import Example, read_dataset
from querywright.datasets.example import FIELDS
from querywright.runs import Run
from querywright.synthesis import synthesize

Cli = Callable[..., CompletedProcess[str]]


def test_the_version_is_the_installed_one(cli: Cli) -> None:
    assert cli("--version").stdout == f"querywright {version('querywright')}\n"


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_help_names_every_command(cli: Cli, words: list[str]) -> None:
    done = cli(*words)
    assert done.returncode == 0
    for command in ("demo", "inspect", "synthesize", "export", "stats", "report"):
        assert f" {command} " in done.stdout


def test_the_help_of_a_command_names_its_flags(cli: Cli) -> None:
    said = cli("synthesize", "-h").stdout
    for flag in ("--output", "--count", "--seed", "--workers", "--resume", "--profile", "--prompt-template"):
        assert flag in said


# -- demo -------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def demo(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("at") / "demo"
    return folder, cli("demo", folder, "--count", 40, "--workers", 1)


def test_demo_makes_databases_seeds_a_run_and_its_report(demo: tuple[Path, CompletedProcess[str]]) -> None:
    folder, done = demo
    assert done.returncode == 0, done.stderr
    held = folder / "databases"
    found = {path.relative_to(held).as_posix() for path in held.rglob("*.*") if path.suffix in KINDS}
    assert found == {f"{n}/{n}{kind}" for n, kind in DATABASES.items()}
    assert len(list(read_dataset(folder / "seeds.jsonl"))) > 10
    assert {path.name for path in (folder / "run").iterdir()} == {
        "run.json", "store.sqlite", "dataset.jsonl", "rejects.jsonl", "report.html",
    }  # fmt: skip
    assert Run.open(folder / "run").counts.kept == 40


KINDS = (".sqlite", ".duckdb")
DATABASES = {"airline": ".duckdb", "clinic": ".sqlite", "library": ".sqlite", "webshop": ".duckdb"}


def test_demo_shows_a_table_three_records_and_where_the_report_is(demo: tuple[Path, CompletedProcess[str]]) -> None:
    folder, done = demo
    assert done.stderr.count("finished: 40 examples kept") == 1
    assert "finished" not in done.stdout
    assert re.search(r"all\s*│\s*│\s*│\s*40 │", done.stdout)
    assert done.stdout.count("│ question ") == 3
    assert f"report   {folder / 'run' / 'report.html'}\n" in done.stdout


def test_a_second_demo_replaces_the_first(demo: tuple[Path, CompletedProcess[str]], cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(demo[0], folder)
    assert cli("demo", folder, "--count", 10, "--workers", 1).returncode == 0
    assert Run.open(folder / "run").counts.kept == 10


@pytest.mark.parametrize("mine", ["notes.txt", "novel.txt", "run/novel.txt"])
def test_demo_leaves_a_folder_alone_that_is_not_of_a_demo(
    demo: tuple[Path, CompletedProcess[str]], cli: Cli, tmp_path: Path, mine: str
) -> None:
    folder = tmp_path / "demo"
    if of_demo := mine != "notes.txt":
        shutil.copytree(demo[0], folder)
    folder.mkdir(exist_ok=of_demo)
    (folder / mine).write_text("mine")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = cli("demo", folder)
    assert done.returncode == 1
    assert re.fullmatch(r"querywright: .* holds \w+\.txt, .*another folder\n", done.stderr)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


# -- inspect ----------------------------------------------------------------------------------------------------------
def test_inspect_lists_every_database_with_its_engine_and_size(cli: Cli, databases: Path) -> None:
    said = cli("inspect", databases).stdout
    for db_id, kind in DATABASES.items():
        assert re.search(rf"│ {db_id} +│ {kind[1:]} +│", said)


def test_inspect_shows_one_database_with_keys_types_values_and_meanings(cli: Cli, databases: Path) -> None:
    said = cli("inspect", databases, "--db-id", "library", env={"COLUMNS": "200"}).stdout
    assert re.search(r"loan_id\b.*INTEGER.*primary", said)
    assert re.search(r"→ loans.loan_id", said)
    assert "SQLite 3" in said
    assert "rows" in said
    assert cli("inspect", databases / "library" / "library.sqlite", env={"COLUMNS": "200"}).stdout == said


def test_inspect_names_the_databases_there_are_when_asked_for_another(cli: Cli, databases: Path) -> None:
    done = cli("inspect", databases, "--db-id", "libary")
    assert done.returncode == 1
    assert "there is no database 'libary'" in done.stderr
    assert "library" in done.stderr


def test_inspect_says_which_files_were_renamed_and_which_left_out(
    cli: Cli, sqlite: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    for folder in ("north", "south"):
        sqlite(tmp_path / folder / "shop.sqlite", "CREATE TABLE item (name TEXT)")
    (tmp_path / "broken.db").write_bytes(b"not a database " * 100)
    said = cli("inspect", tmp_path).stdout
    for folder in ("north", "south"):
        assert f"{tmp_path / folder / 'shop.sqlite'} is called {folder}.shop: another file has the same name" in said
    assert f"left out: {tmp_path / 'broken.db'}: neither an SQLite nor a DuckDB file" in said


def test_what_a_database_holds_cannot_steer_the_terminal(
    cli: Cli, sqlite: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    sqlite(tmp_path / "odd [red].sqlite", "CREATE TABLE [a\x1b[2J] (v TEXT); INSERT INTO [a\x1b[2J] VALUES ('[bold]')")
    done = cli("inspect", tmp_path)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "odd [red]" in done.stdout
    assert "[bold]" in done.stdout


# -- synthesize, then what is done with a run -------------------------------------------------------------------------
def test_synthesize_keeps_as_many_as_asked_and_counts_add_up(made: Path) -> None:
    run = Run.open(made)
    assert run.status == "finished"
    assert run.counts.kept == len(list(run.examples())) == 200
    assert run.counts.rejected == len(list(run.rejects())) == sum(sum(r.values()) for r in run.funnel.values())
    assert run.counts.inputs + run.counts.added == run.counts.kept + run.counts.rejected
    assert run.counts.inputs == run.counts.fruitful + run.counts.fruitless
    assert run.internal_errors == {}


def test_a_run_records_where_its_databases_are_and_what_made_it(made: Path, databases: Path) -> None:
    run = Run.open(made)
    assert run.about["location"] == str(databases.resolve())
    assert run.about["engines"]["library"].startswith("SQLite 3")
    assert run.about["engines"]["airline"].startswith("DuckDB")
    assert "location" not in json.dumps(run.fingerprint)


def test_a_folder_that_holds_a_run_is_not_written_without_resume(cli: Cli, databases: Path, made: Path) -> None:
    before = (made / "dataset.jsonl").read_bytes()
    done = cli("synthesize", databases, "-o", made, "--count", 200)
    assert done.returncode == 1
    assert done.stderr.startswith(f"querywright: {made} holds a run already: pass --resume")
    assert done.stderr.count("\n") == 1
    assert (made / "dataset.jsonl").read_bytes() == before


@pytest.mark.parametrize(("form", "suffix"), [("jsonl", "jsonl"), ("parquet", "parquet")])
def test_whole_examples_come_back_from_jsonl_and_parquet(
    cli: Cli, made: Path, tmp_path: Path, form: str, suffix: str
) -> None:
    file = tmp_path / "new" / f"data.{suffix}"
    done = cli("export", made, "--format", form, "-o", file)
    assert done.stdout == f"200 examples written to {file}\n"
    assert list(read_dataset(file)) == list(Run.open(made).examples())


@pytest.mark.parametrize(("form", "key"), [("spider", "query"), ("bird", "SQL")])
def test_question_and_sql_come_back_from_the_benchmarks_formats(
    cli: Cli, made: Path, tmp_path: Path, form: str, key: str
) -> None:
    file = tmp_path / "data.json"
    assert cli("export", made, "--format", form, "-o", file).returncode == 0
    written = json.loads(file.read_text("utf-8"))
    examples = list(Run.open(made).examples())
    assert [(r["db_id"], r["question"], r[key]) for r in written] == [(e.db_id, e.question, e.SQL) for e in examples]
    assert [(e.db_id, e.SQL) for e in read_dataset(file)] == [(e.db_id, e.SQL) for e in examples]


def test_chat_is_a_user_and_an_assistant_message_a_line(cli: Cli, made: Path, tmp_path: Path) -> None:
    file = tmp_path / "chat.jsonl"
    assert cli("export", made, "--format", "chat", "-o", file).returncode == 0
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for line, example in zip(lines, Run.open(made).examples(), strict=True):
        user, assistant = line["messages"]
        assert (user["role"], user["content"]) == ("user", example.prompt)
        assert (assistant["role"], assistant["content"]) == ("assistant", example.cot_reasoning)


def test_stats_read_a_run_and_its_dataset_alike(cli: Cli, made: Path) -> None:
    of_run = json.loads(cli("stats", made, "--json").stdout)
    assert of_run["size"] == 200
    assert sum(of_run["hardness"].values()) == 200
    shown = cli("stats", made / "dataset.jsonl", "--dialect", "duckdb")
    assert shown.returncode == 0
    assert "SQLFlow" in shown.stdout


def test_a_report_is_rewritten_from_anywhere_with_the_rows_of_its_databases(
    cli: Cli, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(made, folder)
    first = (folder / "report.html").read_text("utf-8")
    (folder / "report.html").unlink()
    done = cli("report", folder, cwd=tmp_path)
    assert done.stdout == f"{folder / 'report.html'}\n"
    page = (folder / "report.html").read_text("utf-8")
    assert "not where it was" not in page
    assert page.count('class="sample"') == first.count('class="sample"') == 30


def test_a_report_finds_databases_that_moved(cli: Cli, pets: Path, tmp_path: Path) -> None:
    shutil.copytree(pets, tmp_path / "old")
    synthesize(tmp_path / "old", 5, tmp_path / "run")
    (tmp_path / "old").rename(tmp_path / "new")
    cli("report", tmp_path / "run")
    assert "not where it was" in (tmp_path / "run" / "report.html").read_text("utf-8")
    cli("report", tmp_path / "run", "--databases", tmp_path / "new")
    assert "not where it was" not in (tmp_path / "run" / "report.html").read_text("utf-8")
    grown = synthesize(tmp_path / "new", 6, tmp_path / "run", resume=True)
    assert grown.counts.kept == 6


def test_every_record_has_the_columns_of_the_design(made: Path) -> None:
    for line in (made / "dataset.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        assert tuple(record) == FIELDS
        example = Example(**record)
        assert example.id
        assert example.author == "grammar"
