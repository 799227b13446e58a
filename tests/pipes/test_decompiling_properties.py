"""For any query: its pipes, compiled back, give its result; and so do its pipes in GoogleSQL, on GoogleSQL itself."""

import sqlite3
from random import Random

from googlesql import Engine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pipe_engines import loaded
from staff_tables import STAFF
from standard_queries import random_query

from querywright import pipes
from querywright.errors import NotDecompilable
from querywright.pipes.decompiling import decompile

SCHEMA = {name: dict(table.columns) for name, table in STAFF.items()}
LEISURE = settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))


def _plain(rows: list[tuple[object, ...]]) -> list[str]:
    return sorted(repr([round(float(v), 6) if isinstance(v, (int, float)) else v for v in row]) for row in rows)


@LEISURE
@given(st.integers(0, 2**32))
def test_pipes_compiled_back_give_what_the_query_gives(seed: int) -> None:
    sql = random_query(Random(seed))
    with loaded("sqlite", STAFF) as run:
        try:
            expected = run(sql).rows
        except sqlite3.Error:
            assume(False)
        try:
            query = decompile(sql, "sqlite", SCHEMA)
        except NotDecompilable as refusal:
            assert refusal.reason == "DISTINCT sorted by what it drops"  # noqa: PT017 - the law is about both outcomes
            return
        assert str(pipes.parse(str(query), "sqlite")) == str(query)
        assert _plain(run(pipes.compile(query, "sqlite", SCHEMA)).rows) == _plain(expected)


@LEISURE
@given(st.integers(0, 2**32))
def test_googlesql_gives_what_the_query_gives(googlesql: type[Engine], seed: int) -> None:
    sql = random_query(Random(seed))
    with loaded("sqlite", STAFF) as run:
        try:
            expected = run(sql).rows
        except sqlite3.Error:
            assume(False)
    try:
        query = decompile(sql, "sqlite", SCHEMA, mode="googlesql")
    except NotDecompilable:
        return
    with googlesql(STAFF) as engine:
        assert _plain(engine.run(str(query)).rows) == _plain(expected)
