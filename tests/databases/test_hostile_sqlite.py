"""Nothing a query can say harms an SQLite database, the disk or the process — with the guard and without it."""

import importlib.util
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("hostile_sqlite.py")
SECONDS = 0.25
PEAK_MEGABYTES = 300

spec = importlib.util.spec_from_file_location("hostile_sqlite", SCRIPT)
hostile = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hostile)

ALL = [*hostile.REFUSED, *hostile.RUNAWAY, *hostile.LARGE]
HARMLESS_ALONE = {"explain a query"}
"""What the engine alone may answer: it changes nothing and is over at once."""
SMALL_ANSWER = {
    "search long text in long text",
    "replace in long text",
    "many large rows",
}
"""Hostile in intent, but done within the limits: a result inside the byte cap is an answer."""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What became of every statement, from one child process whose memory is its own."""
    path = tmp_path_factory.mktemp("hostile") / "target.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INTEGER);"
        "INSERT INTO people VALUES (1, 'Ada', 36), (2, 'Bo', 41);"
        "CREATE INDEX by_name ON people (name);"
        "CREATE TABLE many (n INTEGER);"
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 3000) INSERT INTO many SELECT n FROM r;"
    )
    connection.close()
    done = subprocess.run([sys.executable, SCRIPT, path, str(SECONDS)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_suite_is_large_enough():
    assert len(ALL) >= 80
    assert len(hostile.REFUSED) >= 40


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_what_is_no_query_is_refused_by_the_guard(report, name):
    assert report[name]["guarded"]["outcome"] == "QueryRejected"


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_what_is_no_query_is_refused_by_the_engine_too(report, name):
    expected = "answered" if name in HARMLESS_ALONE else "QueryFailed"
    assert report[name]["alone"]["outcome"] == expected


@pytest.mark.parametrize("name", [*hostile.RUNAWAY, *hostile.LARGE])
@pytest.mark.parametrize("way", ["guarded", "alone"])
def test_what_would_never_end_or_fill_memory_is_stopped(report, name, way):
    allowed = {"QueryRejected", "QueryTimeout", "QueryFailed"} | ({"answered"} if name in SMALL_ANSWER else set())
    assert report[name][way]["outcome"] in allowed


@pytest.mark.parametrize("name", ALL)
def test_it_is_over_within_the_deadline_and_a_second(report, name):
    assert max(report[name][way]["seconds"] for way in ("guarded", "alone")) < SECONDS + 1


@pytest.mark.parametrize("name", ALL)
def test_the_file_is_unchanged_and_nothing_lies_beside_it(report, name):
    assert report[name]["unchanged"]
    assert report[name]["beside"] == ["target.sqlite"]


@pytest.mark.parametrize("name", ALL)
def test_the_next_query_works(report, name):
    assert report[name]["next"] == [[2]]


def test_memory_stays_small(report):
    assert max(entry["peak_mb"] for entry in report.values()) < PEAK_MEGABYTES
