"""What is SQLite's own becomes GoogleSQL with the same answer: golden pairs, each run on both engines."""

from pathlib import Path

import pytest
from googlesql import Engine
from pipe_engines import loaded
from staff_tables import STAFF

from querywright.errors import NotDecompilable
from querywright.pipes.decompiling import decompile

SCHEMA = {name: dict(table.columns) for name, table in STAFF.items()}

PAIRS = [
    tuple(line.removesuffix(";") for line in pair.strip().splitlines())
    for pair in (Path(__file__).parent / "decompiled_googlesql.sql").read_text().split("\n\n")[1:]
]
STANDARD = [
    tuple(line.removesuffix(";") for line in pair.strip().splitlines())
    for pair in (Path(__file__).parent / "decompiled.sql").read_text().split("\n\n")[1:]
]


def _plain(rows: list[tuple[object, ...]]) -> list[str]:
    """Rows that can be compared: truth values are numbers, whole reals are whole."""
    return [repr([round(float(v), 9) if isinstance(v, (int, float)) else v for v in row]) for row in rows]


@pytest.mark.parametrize(("sql", "pipe"), PAIRS)
def test_a_query_becomes_googlesql(sql: str, pipe: str) -> None:
    assert str(decompile(sql, "sqlite", SCHEMA, mode="googlesql")).replace("\n", " ") == pipe


@pytest.mark.parametrize("sql", [sql for sql, _ in [*PAIRS, *STANDARD]])
def test_googlesql_gives_what_sqlite_gives(sql: str, googlesql: type[Engine]) -> None:
    query = decompile(sql, "sqlite", SCHEMA, mode="googlesql")
    assert query.dialect == "googlesql"
    with googlesql(STAFF) as engine, loaded("sqlite", STAFF) as run:
        assert sorted(_plain(engine.run(str(query)).rows)) == sorted(_plain(run(sql).rows))


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT id FROM emp WHERE SUBSTR(hire, 1, 4) = 2020", "a text compared with a number"),
        ("SELECT id FROM emp WHERE name GLOB 'A*'", "GLOB"),
        ("SELECT typeof(id) FROM emp", "TYPEOF"),
        ("SELECT unheard_of(id) FROM emp", "the function UNHEARD_OF"),
        ("SELECT id FROM emp WHERE name", "a text as a condition"),
        ("SELECT CASE WHEN id > 1 THEN 1 ELSE name END FROM emp", "results of different types"),
        ("SELECT id FROM emp UNION SELECT dname FROM dept", "different types"),
        ("SELECT strftime('%J', hire) FROM emp", "a format that GoogleSQL writes differently"),
        ("SELECT date(hire, 'weekday 1') FROM emp", "a modifier of a time"),
        ("SELECT date(hire, '+1 month') FROM emp", "months of SQLite overflow"),
        ("SELECT date(hire, 'start of month', '+30 days', '-1 year') FROM emp", "months of SQLite overflow"),
        ("SELECT date(hire, '-' || id || ' months') FROM emp", "months of SQLite overflow"),
    ],
)
def test_what_googlesql_has_no_words_for_is_refused_by_name(sql: str, reason: str) -> None:
    with pytest.raises(NotDecompilable, match=reason):
        decompile(sql, "sqlite", SCHEMA, mode="googlesql")


OTHERS = [
    ("postgres", "SELECT id FROM emp WHERE id = ANY(ARRAY[1, 2])", "FROM emp |> WHERE id IN (1, 2) |> SELECT id"),
    (
        "postgres",
        "SELECT id FROM emp WHERE id <> ALL (SELECT x FROM nums)",
        "FROM emp |> WHERE id NOT IN (FROM nums |> SELECT x) |> SELECT id",
    ),
    (
        "postgres",
        "SELECT id FROM public.emp WHERE id = ANY (SELECT emp_id FROM sales)",
        "FROM emp |> WHERE id IN (FROM sales |> SELECT emp_id) |> SELECT id",
    ),
    (
        "duckdb",
        "SELECT arg_min(name, salary) AS n FROM emp",
        "FROM emp |> AGGREGATE ANY_VALUE(name HAVING MIN IF(name IS NULL, NULL, salary)) AS n",
    ),
    ("mysql", "SELECT LENGTH(name) AS n FROM emp", "FROM emp |> SELECT BYTE_LENGTH(name) AS n"),
    ("mysql", "SELECT CHAR_LENGTH(name) AS n FROM emp", "FROM emp |> SELECT LENGTH(name) AS n"),
]


@pytest.mark.parametrize(("dialect", "sql", "pipe"), OTHERS)
def test_a_query_of_another_dialect_becomes_googlesql(
    dialect: str, sql: str, pipe: str, googlesql: type[Engine]
) -> None:
    assert str(decompile(sql, dialect, SCHEMA, mode="googlesql")).replace("\n", " ") == pipe
    with googlesql(STAFF) as engine:
        engine.run(pipe)


@pytest.mark.parametrize(
    ("dialect", "sql", "reason"),
    [
        ("postgres", "SELECT id FROM emp WHERE id > ALL (SELECT x FROM nums)", "this comparison with ALL"),
        ("postgres", "SELECT id FROM emp WHERE id > ANY (SELECT x FROM nums)", "this comparison with ANY"),
        ("postgres", "SELECT id FROM emp WHERE id = ANY('{1,2}'::int[])", "ANY of an array"),
        ("postgres", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM emp", "WITHIN"),
        ("postgres", "SELECT age(hire) FROM emp", "the function AGE"),
        ("duckdb", "SELECT unnest([1, 2]) AS u FROM emp", "the function"),
        ("duckdb", "SELECT COLUMNS('id') FROM emp", "the function COLUMNS"),
        ("duckdb", "SELECT name.upper() FROM emp", "a method"),
        ("duckdb", "SELECT arg_max(name, salary, 2) FROM emp", "of several rows"),
        ("mysql", "SELECT id FROM emp WHERE id = 1 XOR mgr = 1", "XOR"),
        ("mysql", "SELECT id FROM emp WHERE name REGEXP '^a'", "blind to case"),
    ],
)
def test_what_only_another_dialect_says_is_refused_by_name(dialect: str, sql: str, reason: str) -> None:
    with pytest.raises(NotDecompilable, match=reason):
        decompile(sql, dialect, SCHEMA, mode="googlesql")
