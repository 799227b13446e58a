"""A law: whoever says the lines of a pipe query is followed to what that query gives."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from answering_table import roles
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from model_server import ModelServer
from pipe_engines import TYPES
from pipe_generator import Pipeline, pipelines
from pipe_speaker import Knowing

import querywright as qw
from querywright import pipes
from querywright.answering import ask
from querywright.answering.desk import LIMITS
from querywright.answering.preset import Preset
from querywright.errors import NotCompilable, QueryError

PRESET = """
[[stages]]
use = "pipe-agent"
mode = "googlesql"
steps = 40

[[stages]]
use = "select"
"""
NUMBERS = count()


def written(pipeline: Pipeline, folder: Path) -> Path:
    """The pipeline's tables, as a SQLite file."""
    path = folder / f"p{next(NUMBERS)}.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        for name, table in pipeline.tables.items():
            columns = ", ".join(f'"{column}" {TYPES["sqlite"][kind]}' for column, kind in table.columns)
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" for _ in table.columns)
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', [tuple(row) for row in table.rows])
        connection.commit()
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pipelines")


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
)
@given(pipeline=pipelines())
def test_the_lines_of_any_query_lead_to_its_result(folder: Path, pipeline: Pipeline) -> None:
    query = pipes.parse(str(pipeline))
    path = written(pipeline, folder)
    with qw.Catalog.open(path) as catalog:
        database = catalog[path.stem]
        try:
            gold = database.execute(pipes.compile(query, dialect="sqlite", schema=database.schema), LIMITS)
        except (NotCompilable, QueryError):
            assume(False)
        assume(not gold.truncated)  # which rows are left of a larger result, nobody promises
        lines = [str(beginning) for beginning in query.prefixes()]
        # A line that stands there twice in a row is refused: it is a model that repeats itself.
        assume(not any(one.endswith(other) for one, other in zip(lines[1:], _last_lines(query), strict=False)))
        note(str(query))
        with ModelServer({"": Knowing({"What then?": query})}) as server:
            answer = ask("What then?", database, model=roles(server), preset=Preset.parse(PRESET, "p", "p"))
    assert answer.problem == ""
    assert answer.result is not None
    assert (answer.result.columns, sorted(map(repr, answer.result.rows))) == (
        gold.columns,
        sorted(map(repr, gold.rows)),
    )
    assert answer.known.candidates[0].reasoning == str(query)


def _last_lines(query: pipes.PipeQuery) -> list[str]:
    from pipe_speaker import lines_of

    return lines_of(query)[:-1]
