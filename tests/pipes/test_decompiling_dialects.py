"""Standard queries of PostgreSQL, MySQL and DuckDB become pipes; DuckDB's are run."""

from pathlib import Path

import pytest
from pipe_engines import loaded
from staff_tables import STAFF

from querywright import pipes
from querywright.errors import NotDecompilable
from querywright.pipes.decompiling import decompile
from querywright.sql.parsing import parse

SCHEMA = {name: dict(table.columns) for name, table in STAFF.items()}

PAIRS = []
for pair in (Path(__file__).parent / "decompiled_dialects.sql").read_text().split("\n\n")[1:]:
    mark, sql, pipe = pair.strip().splitlines()
    PAIRS.append((mark.removeprefix("-- "), sql.removesuffix(";"), pipe.removesuffix(";")))


@pytest.mark.parametrize(("dialect", "sql", "pipe"), PAIRS)
def test_a_query_becomes_pipes(dialect: str, sql: str, pipe: str) -> None:
    query = decompile(sql, dialect, SCHEMA)
    assert str(query).replace("\n", " ") == pipe
    assert query.dialect == dialect


RUN = [sql for dialect, sql, pipe in PAIRS if dialect == "duckdb" and "UNNEST" not in pipe]


@pytest.mark.parametrize("sql", RUN)
def test_the_pipes_give_what_duckdb_gives(sql: str) -> None:
    query = decompile(sql, "duckdb", SCHEMA)
    with loaded("duckdb", STAFF) as run:
        expected, got = run(sql).rows, run(pipes.compile(query, "duckdb", SCHEMA)).rows
    assert sorted(got, key=repr) == sorted(expected, key=repr)


@pytest.mark.parametrize(
    ("dialect", "sql", "reason"),
    [
        (
            "postgres",
            "SELECT * FROM emp AS e, LATERAL (SELECT * FROM sales WHERE emp_id = e.id) AS x",
            "LATERAL",
        ),
        ("postgres", "SELECT a.id FROM emp a, dept b RIGHT JOIN sales c ON b.budget = c.amt", "binds tighter"),
        ("postgres", "SELECT name FROM emp GROUP BY dept", "neither grouped nor aggregated"),
        ("postgres", "SELECT id FROM emp ORDER BY id FETCH FIRST 3 ROWS WITH TIES", "WITH TIES"),
        ("duckdb", "SELECT name FROM emp ORDER BY ALL", "special form"),
        ("duckdb", "SELECT a.id FROM emp a ASOF JOIN sales b ON a.id = b.emp_id AND a.salary >= b.amt", "ASOF"),
        ("postgres", "SELECT id FROM emp FOR UPDATE", "LOCKS"),
        ("duckdb", "SELECT id FROM emp LIMIT 50%", "a LIMIT in percent"),
        ("postgres", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM emp", "WITHIN GROUP"),
    ],
)
def test_what_pipes_cannot_say_is_refused_by_name(dialect: str, sql: str, reason: str) -> None:
    with pytest.raises(NotDecompilable, match=reason):
        decompile(sql, dialect, SCHEMA)


def test_intersect_binds_as_the_source_has_it() -> None:
    sql = "SELECT id FROM emp UNION SELECT x FROM nums INTERSECT SELECT emp_id FROM sales"
    assert len(decompile(sql, "sqlite", SCHEMA).operators) == 3
    assert len(decompile(sql, "postgres", SCHEMA).operators) == 2
    assert parse(sql, "postgres").key == "union"
