"""Queries that people wrote: the traps of standard SQL on GoogleSQL itself, Spider's gold queries on its databases."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from googlesql import Engine, Table

from querywright import pipes
from querywright.databases.connectors.sqlite_schema import read_schema
from querywright.errors import NotDecompilable
from querywright.pipes.decompiling import decompile
from querywright.pipes.scope.tables import Tables

pytestmark = pytest.mark.shared

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def _plain(rows: Any) -> list[str]:
    return [repr([round(float(v), 6) if isinstance(v, (int, float)) else v for v in row]) for row in rows]


def test_every_trap_is_avoided(googlesql: type[Engine]) -> None:
    path = DATA / "pipes" / "trap_suite.json"
    if not path.exists():
        pytest.skip("needs the shared pipe suites")
    suite = json.loads(path.read_text(encoding="utf-8"))
    tables = {
        n: Table(tuple(map(tuple, columns)), tuple(map(tuple, rows))) for n, (columns, rows) in suite["tables"].items()
    }
    tables.setdefault("nums", Table((("x", "INT64"),), ((1,), (2,), (3,))))
    schema = {name: dict(table.columns) for name, table in tables.items()}
    naive = {case["googlesql_pipe"] for case in suite["cases"] if case["kind"] != "equivalent"}
    right = 0
    with googlesql(tables) as engine:
        for case in suite["cases"]:
            if case["kind"] != "equivalent":
                continue
            text = str(decompile(case["sqlite_sql"], "sqlite", schema, mode="googlesql")).replace("\n", " ")
            assert text not in naive
            got, expected = _plain(engine.run(text).rows), _plain(case["expected_standard"])
            assert (got if case["ordered"] else sorted(got)) == (expected if case["ordered"] else sorted(expected)), (
                text
            )
            right += 1
    assert right == 81


@pytest.mark.parametrize("split", ["dev", "train"])
def test_spider_keeps_its_answers(split: str) -> None:
    folder = DATA / "spider"
    if not folder.exists():
        pytest.skip("needs the shared Spider data")
    rows = [json.loads(line) for line in (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()][::15]
    outcomes: Counter[str] = Counter()
    schemas: dict[str, Tables] = {}
    for row in rows:
        db_id = row["db_id"]
        with closing(sqlite3.connect(f"file:{folder}/database/{db_id}/{db_id}.sqlite?mode=ro", uri=True)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            if db_id not in schemas:
                schemas[db_id] = Tables(read_schema(connection))
            try:
                query = decompile(row["SQL"], "sqlite", schemas[db_id])
            except NotDecompilable as refusal:
                outcomes[refusal.reason] += 1
                continue
            expected = connection.execute(row["SQL"]).fetchall()
            got = connection.execute(pipes.compile(query, "sqlite", schemas[db_id])).fetchall()
            outcomes["equal" if sorted(_plain(got)) == sorted(_plain(expected)) else row["SQL"]] += 1
    assert outcomes["equal"] >= 0.99 * len(rows), outcomes
