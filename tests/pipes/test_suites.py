"""Pipelines with GoogleSQL's own answers: every composition of three operators, and the traps of standard SQL."""

import json
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from googlesql import AnalysisError, Answer, Engine, EvaluationError, Table
from pipe_engines import Dialect, Run, difference, loaded, schema_of

from querywright import pipes
from querywright.databases import Catalog
from querywright.errors import NotDecompilable
from querywright.pipes.scope import Tables

pytestmark = pytest.mark.shared

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "pipes"


STEPS = {"sqlite": 1, "duckdb": 8}
"""DuckDB binds slowly; benchmarks/pipes_suites.py runs them all."""


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
        for line in islice(lines, 0, None, STEPS[dialect]):
            compiled = pipes.compile(pipes.parse(line["sql"]), dialect=dialect, schema=schema_of(tables))
            expected = Answer(tuple(line["cols"]), list(map(tuple, line["rows"])))
            if found := difference(expected, run(compiled), ordered=False):
                wrong[line["id"]] = found
            else:
                right += 1
    assert wrong == {}
    assert right == 3048 // STEPS[dialect]


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


def test_every_pipe_beside_a_trap_compiles_to_what_the_standard_query_gives(traps: dict[str, Any], sqlite: Run) -> None:
    wrong, right = {}, 0
    schema = schema_of(tables_of(traps["tables"]))
    for case in _cases(traps, "equivalent"):
        compiled = pipes.compile(pipes.parse(case["googlesql_pipe"]), dialect="sqlite", schema=schema)
        found, expected = sqlite(compiled), Answer((), list(map(tuple, case["expected_standard"])))
        if said := difference(expected._replace(columns=found.columns), found, case["ordered"]):
            wrong[case["id"]] = said
        else:
            right += 1
    assert wrong == {}
    assert right == 81


def test_what_is_decompiled_gives_on_googlesql_what_sqlite_gives(
    traps: dict[str, Any], engine: Engine, sqlite: Run
) -> None:
    wrong, right = {}, 0
    refused: list[str] = []
    schema = schema_of(tables_of(traps["tables"]))
    for case in traps["cases"]:
        try:
            query = pipes.decompile(case["sqlite_sql"], dialect="sqlite", schema=schema, mode="googlesql")
        except NotDecompilable:
            refused.append(case["id"])
            continue
        try:
            said = difference(sqlite(case["sqlite_sql"]), engine.run(str(query)), case["ordered"])
        except (AnalysisError, EvaluationError) as error:
            said = str(error)
        if said:
            wrong[case["id"]] = f"{case['sqlite_sql']} → {query}: {said}"
        else:
            right += 1
    assert wrong == {}
    assert set(refused) <= {"sq_r"}, "a text compared with a number: never equal in SQLite, which no cast keeps"
    assert right == 99 - len(refused)


def test_no_naive_form_is_ever_decompiled(traps: dict[str, Any]) -> None:
    schema = schema_of(tables_of(traps["tables"]))
    naive = {case["sqlite_sql"]: case["googlesql_pipe"] for case in _cases(traps, "naive_wrong_form")}
    assert len(naive) == 18
    for sql, wrong in naive.items():
        try:
            query = pipes.decompile(sql, dialect="sqlite", schema=schema, mode="googlesql")
        except NotDecompilable:
            continue
        assert str(query) != str(pipes.parse(wrong)), sql


def test_googlesql_accepts_what_spiders_queries_become(googlesql: Any) -> None:
    folder = FOLDER.parent / "spider"
    if not folder.is_dir():
        pytest.skip("needs the shared Spider data")
    lines = (folder / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = sorted({(row["db_id"], row["SQL"]) for row in map(json.loads, lines)})[::5]
    accepted = 0
    with Catalog.open(folder / "database") as catalog:
        for db_id, group in groupby(rows, key=itemgetter(0)):
            schema = catalog[db_id].schema
            known = Tables(schema)
            tables = {
                table.name: Table([(f.name, f.type or "STRING") for f in known.fields(table.name) or ()], None)
                for table in schema.tables
            }
            with Engine(tables) as engine:
                for _, sql in group:
                    engine.analyze(str(pipes.decompile(sql, dialect="sqlite", schema=schema, mode="googlesql")))
                    accepted += 1
    assert accepted == len(rows) >= 100
