"""Laws of pipes, on random pipelines: compiled they give what GoogleSQL gives, and nothing is lost on the way."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from googlesql import Answer, Engine, EvaluationError
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from pipe_engines import difference, loaded, schema_of
from pipe_generator import Pipeline, pipelines

from querywright import pipes
from querywright.errors import NotCompilable

Opened = Callable[..., Engine]

laws = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large),
)

CANNOT = {"sqlite": ("STRING_AGG", "GROUP_CONCAT", "REVERSE"), "duckdb": ()}
"""What an engine of these versions cannot say at all, by what the refusal names."""


@pytest.fixture(scope="module", autouse=True)
def _engine_is_here(googlesql: Opened) -> None:
    """Skips, or fails in CI, without the engine."""


def _compiled(query: pipes.PipeQuery, dialect: str, schema: dict[str, dict[str, str]]) -> str | None:
    """None where the engine cannot say it and the refusal names what."""
    try:
        return pipes.compile(query, dialect=dialect, schema=schema)
    except NotCompilable as refusal:
        if any(name in str(refusal) for name in CANNOT[dialect]):
            return None
        raise


def _answered(googlesql: Engine, text: str) -> Answer:
    """What the reference engine gives; what it has not implemented is no example."""
    try:
        return googlesql.run(text)
    except EvaluationError as error:
        assume("Unimplemented feature" not in str(error))
        raise


@laws
@given(pipelines())
def test_compiled_pipes_give_what_googlesql_gives(pipeline: Pipeline) -> None:
    text, schema = str(pipeline), schema_of(pipeline.tables)
    note(text)
    with Engine(pipeline.tables) as googlesql:
        expected = _answered(googlesql, text)
        ordered = pipeline.total and googlesql.analyze(text).ordered
    query = pipes.parse(text)
    for dialect in ("sqlite", "duckdb"):
        compiled = _compiled(query, dialect, schema)
        if compiled is None:
            continue
        note(compiled)
        with loaded(dialect, pipeline.tables) as run:
            assert not difference(expected, run(compiled), ordered), dialect


@laws
@given(pipelines())
def test_what_is_printed_reads_as_the_same_query(pipeline: Pipeline) -> None:
    query = pipes.parse(str(pipeline))
    assert pipes.parse(str(query)) == query


@laws
@given(pipelines())
def test_columns_are_told_as_googlesql_tells_them(pipeline: Pipeline) -> None:
    text = str(pipeline)
    note(text)
    with Engine(pipeline.tables) as googlesql:
        expected = googlesql.analyze(text).columns
    active = pipes.parse(text).columns(schema_of(pipeline.tables))
    assert len(active) == 1 + len(pipeline.operators)
    assert tuple((field.name, field.type) for field in active[-1].fields) == expected


@settings(laws, max_examples=30)
@given(pipelines(most=5))
def test_every_prefix_runs_and_gives_what_googlesql_gives(pipeline: Pipeline) -> None:
    schema = schema_of(pipeline.tables)
    with ExitStack() as opened:
        googlesql = opened.enter_context(Engine(pipeline.tables))
        run = opened.enter_context(loaded("duckdb", pipeline.tables))
        for prefix in pipes.parse(str(pipeline)).prefixes():
            text = str(prefix)
            note(text)
            compiled = pipes.compile(prefix, dialect="duckdb", schema=schema)
            assert not difference(_answered(googlesql, text), run(compiled), ordered=False)


@laws
@given(pipelines(most=4))
def test_decompiling_what_was_compiled_keeps_the_results(pipeline: Pipeline) -> None:
    schema = schema_of(pipeline.tables)
    compiled = pipes.compile(pipes.parse(str(pipeline)), dialect="duckdb", schema=schema)
    note(compiled)
    back = pipes.decompile(compiled, dialect="duckdb", schema=schema)
    note(str(back))
    with loaded("duckdb", pipeline.tables) as run:
        again = pipes.compile(back, dialect="duckdb", schema=schema)
        note(again)
        assert not difference(run(compiled), run(again), ordered=False)
