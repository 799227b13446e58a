"""What users give by mistake, and what breaks under a run: one line that says what and what to do, nothing lost."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from querywright.runs import Run

Cli = Callable[..., CompletedProcess[str]]
SQLite = Callable[[Path, str], Path]


def refusal(done: CompletedProcess[str]) -> str:
    """The one line on standard error of a program that failed."""
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("querywright: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.removeprefix("querywright: ").rstrip("\n")


# -- databases --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("", "it has no tables"),
        ("CREATE TABLE a (x INTEGER, y TEXT); CREATE TABLE b (z INTEGER)", "its tables hold no rows"),
    ],
)
def test_a_database_with_nothing_in_it_says_so(
    cli: Cli, sqlite: SQLite, tmp_path: Path, script: str, reason: str
) -> None:
    sqlite(tmp_path / "in" / "bare.sqlite", script)
    said = refusal(cli("synthesize", tmp_path / "in", "-o", tmp_path / "run"))
    assert said == f"{tmp_path / 'in'} holds no database to ask about (bare: {reason}): give another folder"
    assert not (tmp_path / "run").exists()


def test_a_folder_without_databases_says_what_was_looked_for(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database")
    for words in (["inspect", tmp_path], ["synthesize", tmp_path, "-o", tmp_path / "run"]):
        assert refusal(cli(*words)) == f"no databases in {tmp_path}: looked at every depth for " + ", ".join(
            ("*.sqlite", "*.sqlite3", "*.db", "*.duckdb")
        )


@pytest.mark.parametrize("value", ["NULL", "x'00ff'"])
def test_columns_nobody_can_ask_about_end_with_the_reason(cli: Cli, sqlite: SQLite, tmp_path: Path, value: str) -> None:
    rows = ", ".join(f"({value})" for _ in range(30))
    sqlite(tmp_path / "in" / "dull.sqlite", f"CREATE TABLE a (x BLOB); INSERT INTO a VALUES {rows}")
    done = cli("synthesize", tmp_path / "in", "-o", tmp_path / "run", "--count", 5)
    assert done.returncode == 1
    assert "no example could be made" in done.stderr.splitlines()[-1]
    assert Run.open(tmp_path / "run").counts.kept == 0


def damaged(file: Path) -> bytes:
    """The file with its header whole and most of its pages overwritten."""
    data, rng = bytearray(file.read_bytes()), random.Random(1)
    for start in range(8192, len(data), 4096):
        data[start : start + 200] = rng.randbytes(200)
    return bytes(data)


def test_what_cannot_be_used_is_left_out_and_said_and_the_rest_is_used(
    cli: Cli, sqlite: SQLite, pets: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    shutil.copytree(pets, folder)
    (folder / "letter.db").write_bytes(b"Dear database, " * 100)
    (folder / "cut.sqlite").write_bytes((pets / "pets.sqlite").read_bytes()[:4096])
    rows = ", ".join(f"({n}, 'text {n}')" for n in range(5000))
    whole = sqlite(tmp_path / "whole.sqlite", f"CREATE TABLE a (x INTEGER, y TEXT); INSERT INTO a VALUES {rows}")
    (folder / "damaged.sqlite").write_bytes(damaged(whole))
    sqlite(folder / "bare.sqlite", "CREATE TABLE a (x INTEGER)")
    done = cli("synthesize", folder, "-o", tmp_path / "run", "--count", 10)
    assert done.returncode == 0, done.stderr
    run = Run.open(tmp_path / "run")
    assert {example.db_id for example in run.examples()} == {"pets"}
    for name, reason in {
        str(folder / "letter.db"): "neither an SQLite nor a DuckDB file by its first bytes",
        str(folder / "cut.sqlite"): "cut short",
        "damaged": "its tables cannot be read: database disk image is malformed",
        "bare": "its tables hold no rows",
    }.items():
        assert f"left out: {name}: {reason}" in done.stderr
        assert run.about["left_out"][name].startswith(reason)


def test_a_count_that_cannot_be_reached_keeps_what_there_is_and_says_how_many(
    cli: Cli, sqlite: SQLite, tmp_path: Path
) -> None:
    script = "CREATE TABLE pet (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);"
    sqlite(tmp_path / "in" / "tiny.sqlite", script + "INSERT INTO pet (name, age) VALUES ('a', 1), ('b', 2), ('c', 2)")
    done = cli("synthesize", tmp_path / "in", "-o", tmp_path / "run", "--count", 5000)
    run = Run.open(tmp_path / "run")
    assert (done.returncode, run.status) == (0, "exhausted")
    assert 0 < run.counts.kept == len(list(run.examples())) < 500
    assert f"only {run.counts.kept:,} distinct examples of 5,000 asked for were found in " in done.stderr


def started(program: list[str], *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.fixture
def working(program: list[str], databases: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that would take long, at work on a copy of the databases in `in/`, with something stored in `run/`."""
    shutil.copytree(databases, tmp_path / "in")
    process = started(program, "synthesize", tmp_path / "in", "-o", tmp_path / "run", "--count", 100_000)
    wal, until = tmp_path / "run" / "store.sqlite-wal", time.monotonic() + 60
    while not (wal.exists() and wal.stat().st_size > 60_000):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_database_that_disappears_stops_the_run_with_its_name(
    working: subprocess.Popen[str], cli: Cli, databases: Path, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "in" / "clinic")
    _, said = working.communicate(timeout=60)
    assert (working.returncode, said.count("\n")) == (1, 1), said
    assert said.startswith("querywright: database unavailable: clinic: ")
    run = Run.open(tmp_path / "run")
    assert f"{run.counts.kept:,} examples are kept in {tmp_path / 'run'}; once that is put right, --resume" in said
    assert len(list(run.examples())) == run.counts.kept > 0
    # What is gone is not passed over in silence by going on without it.
    gone = refusal(cli("synthesize", tmp_path / "in", "-o", tmp_path / "run", "--count", 100_000, "--resume"))
    assert "databases.clinic" in gone
    shutil.copytree(databases / "clinic", tmp_path / "in" / "clinic")
    smaller = refusal(cli("synthesize", tmp_path / "in", "-o", tmp_path / "run", "--count", 5, "--resume"))
    assert "count may grow, not shrink" in smaller


def test_a_second_run_in_a_folder_names_the_first(
    working: subprocess.Popen[str], cli: Cli, databases: Path, tmp_path: Path
) -> None:
    for extra in ([], ["--resume"]):
        said = refusal(cli("synthesize", databases, "-o", tmp_path / "run", *extra))
        assert f"another run (process {working.pid}) is at work in {tmp_path / 'run'}" in said


# -- places to write --------------------------------------------------------------------------------------------------
def own_mounts() -> bool:
    """Whether this system lets us mount a small disk of our own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-Urm", "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True).returncode == 0


@pytest.fixture
def on_disk(program: list[str], tmp_path: Path) -> Callable[[str, str], str]:
    """`on_disk("size=2m", 'RUN stats x')`: shell lines beside a small disk at `tmp_path/disk`; what they said."""
    if not own_mounts():
        pytest.skip("needs unshare and tmpfs, to make a disk that is full")
    (tmp_path / "disk").mkdir()
    (tmp_path / "program.py").write_text("from querywright.cli import main\nmain()\n")

    def call(options: str, script: str) -> str:
        prelude = f"""
            mount -t tmpfs -o {options} disk {tmp_path}/disk || exit 9
            RUN() {{ {sys.executable} {tmp_path}/program.py "$@" 2>&1 >/dev/null; echo "exit $?"; }}
        """
        command = ["unshare", "-Urm", "sh", "-c", prelude + script]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    return call


def test_a_full_disk_is_one_line_and_the_run_goes_on_when_there_is_room(
    on_disk: Callable[[str, str], str], pets: Path, databases: Path, tmp_path: Path
) -> None:
    run = f"RUN synthesize {databases / 'clinic'} -o {tmp_path}/disk/run --count 120"
    said = on_disk(
        "size=500k",
        f"""
        {run}
        mount -o remount,size=64m {tmp_path}/disk
        {run} --resume
        wc -l < {tmp_path}/disk/run/dataset.jsonl
        """,
    ).splitlines()
    assert len(said) == 5, said
    assert f"querywright: the disk that holds {tmp_path}/disk/run is full: free some space; the run can be" in said[0]
    assert said[1] == "exit 1"
    assert said[2].startswith("finished: 120 examples kept")
    assert said[3:] == ["exit 0", "120"]


@pytest.mark.parametrize("size", ["100k", "3m"])
def test_a_demo_that_finds_no_room_for_its_databases_is_one_line(
    on_disk: Callable[[str, str], str], tmp_path: Path, size: str
) -> None:
    line, code = on_disk(f"size={size}", f"RUN demo {tmp_path}/disk/demo --count 10").splitlines()
    assert line.startswith(f"querywright: {tmp_path}/disk/demo")
    assert line.endswith("free some space, or give another folder")
    assert code == "exit 1"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_cannot_be_written_is_one_line(program: list[str], made: Path, unbuffered: str) -> None:
    around = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*program, "stats", str(made)], env=around, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, done.stderr) == (1, "querywright: No space left on device\n")


def test_a_reader_that_goes_away_is_nobodys_error(program: list[str], databases: Path) -> None:
    command = f"{shlex.join([*program, 'inspect', str(databases)])} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_a_read_only_disk_is_one_line_for_every_command_that_writes(
    on_disk: Callable[[str, str], str], pets: Path, made: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    said = on_disk(
        "size=9m",
        f"""
        cp -r {made} {disk}/made; mount -o remount,ro {disk}
        RUN synthesize {pets} -o {disk}/run
        RUN demo {disk}/demo
        RUN report {disk}/made
        RUN export {disk}/made -o {disk}/data.jsonl
        RUN stats {disk}/made
        """,
    ).splitlines()
    assert said[1::2] == ["exit 1"] * 4 + [], said
    for line, place in zip(said[0:8:2], ("run", "demo", "made", "data.jsonl"), strict=True):
        assert line.startswith(f"querywright: {disk}/{place}"), line
        assert "cannot be written" in line
    assert said[8] == "exit 0"


@pytest.mark.parametrize("command", ["synthesize", "demo", "export", "export-folder"])
def test_a_file_in_the_way_is_one_line(cli: Cli, pets: Path, made: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("mine")
    words = {
        "synthesize": ["synthesize", pets, "-o", tmp_path / "file"],
        "demo": ["demo", tmp_path / "file"],
        "export": ["export", made, "-o", tmp_path / "file" / "data.jsonl"],
        "export-folder": ["export", made, "-o", tmp_path],
    }[command]
    assert str(tmp_path) in refusal(cli(*words))
    assert (tmp_path / "file").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_with_other_things_in_it_is_no_run(cli: Cli, tmp_path: Path) -> None:
    for words in (["stats", tmp_path], ["report", tmp_path], ["export", tmp_path, "-o", tmp_path / "x.jsonl"]):
        assert refusal(cli(*words)) == f"{tmp_path} holds no run: there is no run.json in it"


# -- words ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["synthesise"], "No such command 'synthesise'"),
        (["synthesize"], "Missing argument 'DATABASES'"),
        (["synthesize", "x", "--cuont", "3"], "--count"),
        (["synthesize", "x", "-o", "y", "--count", "many"], "'--count'"),
        (["synthesize", "x", "-o", "y", "--count", "0"], "'--count'"),
        (["synthesize", "x"], "Missing option '--output'"),
        (["export", "x"], "Missing option '--output'"),
    ],
)
def test_a_wrong_call_is_one_line_that_says_where_to_read_more(cli: Cli, words: list[str], said: str) -> None:
    done = cli(*words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert said in done.stderr
    assert done.stderr.endswith("-h tells how)\n")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--profile", "spidr"], "did you mean spider?"),
        (["--profile", "none.json"], "none.json"),
        (["--schema-style", "dll"], "use ddl or compact"),
        (["--prompt-template", "none.txt"], "the prompt template none.txt cannot be read"),
        (["--prompt-template", "short.txt"], "must contain {schema}"),
        (["--prompt-template", "odd.txt"], "contains {qestion}, which is not one of {schema}, {question}"),
    ],
)
def test_a_wrong_setting_is_one_line_and_makes_no_folder(
    cli: Cli, pets: Path, tmp_path: Path, flags: list[str], said: str
) -> None:
    (tmp_path / "short.txt").write_text("Q: {question}")
    (tmp_path / "odd.txt").write_text("{schema} {question} {qestion}")
    assert said in refusal(cli("synthesize", pets, "-o", "run", *flags, cwd=tmp_path))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "RUN", "-o", "x", "--format", "parqet"], "did you mean parquet?"),
        (["stats", "/no/such"], "there is no file or folder /no/such"),
        (["stats", "RUN/dataset.jsonl", "--dialect", "sqlitee"], "unknown dialect"),
        (["inspect", "/no/such"], "there is no file or folder /no/such"),
        (["inspect", "oracle://me:secret@host/base"], "there are no databases at oracle:// addresses"),
        (["report", "RUN", "--databases", "/no/such"], "there is no file or folder /no/such"),
    ],
)
def test_what_is_not_there_is_one_line(cli: Cli, made: Path, tmp_path: Path, words: list[str], said: str) -> None:
    done = cli(*(word.replace("RUN", str(made)) for word in words), cwd=tmp_path)
    assert said in refusal(done)
    assert list(tmp_path.iterdir()) == []
