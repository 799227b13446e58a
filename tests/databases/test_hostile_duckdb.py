"""Whatever is sent to a DuckDB database, it is refused or stopped in time, and nothing is changed or lost."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

SCRIPT = Path(__file__).with_name("hostile_duckdb.py")
SECONDS = 0.5
WAYS = ("database", "connector")

spec = importlib.util.spec_from_file_location("hostile_duckdb", SCRIPT)
hostile = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hostile)


@pytest.fixture(scope="module", params=WAYS)
def report(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "hostile.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE t AS SELECT i AS id, 'x' || i AS s, i * 1.5 AS r FROM range(100000) g(i)")
    done = subprocess.run(
        [sys.executable, SCRIPT, path, str(SECONDS), request.param], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def outcomes(report):
    return [row["outcome"] for row in report["outcomes"]]


def test_there_are_enough_statements():
    assert len(set(hostile.EVERYTHING)) >= 100


def test_each_is_over_within_its_deadline_and_a_second(report):
    assert [row for row in report["outcomes"] if row["seconds"] > SECONDS + 1] == []


def test_the_next_query_works_after_each(report):
    assert [row for row in report["outcomes"] if not row["alive"]] == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
def test_memory_stays_below_300_mb(report):
    assert report["peak_mb"] < 300


def test_the_bytes_are_unchanged_and_no_file_appears(report):
    assert report["unchanged"]
    assert report["files"] == ["hostile.duckdb"]


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        (hostile.WRITES, {"QueryRejected", "QueryFailed"}),
        (hostile.REACHES_OUT, {"QueryRejected", "QueryFailed"}),
        (hostile.SMUGGLED, {"QueryRejected"}),
        (hostile.ENDLESS, {"QueryRejected", "QueryTimeout"}),
        (hostile.GREEDY, {"QueryRejected", "QueryFailed", "QueryTimeout"}),
    ],
    ids=["writes", "reaches out", "smuggled", "endless", "greedy"],
)
def test_none_gives_rows(outcomes, statements, allowed):
    start = hostile.EVERYTHING.index(statements[0])
    found = outcomes[start : start + len(statements)]
    assert {sql: got for sql, got in zip(statements, found, strict=True) if got not in allowed} == {}
