"""Pipelines with GoogleSQL's own answers: every composition of three operators, and the traps of standard SQL."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from googlesql import Answer, Engine, Table
from pipe_engines import Dialect, Run, difference, loaded, schema_of

from querywright import pipes

pytestmark = pytest.mark.shared

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "pipes"


def _lines() -> Iterator[dict[str, Any]]:
    path = FOLDER / "compose_suite.jsonl"
    if not path.exists():
        pytest.skip("needs the shared pipe suites")
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_every_composition_of_operators_compiles_to_what_googlesql_gives(dialect: Dialect) -> None:
    lines = _lines()
    tables = tables_of(next(lines)["tables"])
    wrong, right = {}, 0
    with loaded(dialect, tables) as run:
        for line in lines:
            compiled = pipes.compile(pipes.parse(line["sql"]), dialect=dialect, schema=schema_of(tables))
            expected = Answer(tuple(line["cols"]), list(map(tuple, line["rows"])))
            if found := difference(expected, run(compiled), ordered=False):
                wrong[line["id"]] = found
            else:
                right += 1
    assert wrong == {}
    assert right == 3048


def tables_of(found: dict[str, Any]) -> dict[str, Table]:
    """The suites' tables: name → [columns, rows]."""
    return {name: Table(tuple(map(tuple, columns)), tuple(map(tuple, rows))) for name, (columns, rows) in found.items()}


@pytest.fixture(scope="module")
def traps() -> dict[str, Any]:
    path = FOLDER / "trap_suite.json"
    if not path.exists():
        pytest.skip("needs the shared pipe suites")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def engine(googlesql: Any, traps: dict[str, Any]) -> Engine:
    opened: Engine = googlesql(tables_of(traps["tables"]))
    return opened


@pytest.fixture(scope="module")
def sqlite(traps: dict[str, Any]) -> Iterator[Run]:
    with loaded("sqlite", tables_of(traps["tables"])) as run:
        yield run


def _cases(traps: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [case for case in traps["cases"] if case["kind"] == kind]
