"""Pipe SQL to standard SQL: what is written, and that it gives what GoogleSQL gives."""

import re
import sqlite3
from pathlib import Path

import pytest
from company_tables import TABLES
from googlesql import Engine
from pipe_engines import difference, loaded, schema_of

from querywright import pipes
from querywright.errors import NotCompilable, PipeError, PipeNameError, SettingsError

SCHEMA = schema_of(TABLES)

PAIRS = (Path(__file__).parent / "compiled.sql").read_text().split("\n\n")[1:]
COMPILED = [tuple(line.removesuffix(";") for line in pair.strip().splitlines()) for pair in PAIRS]
"""A pipe query, and the SQLite it becomes. Rows of LIMIT without an order are those that the engines happen to give."""


@pytest.mark.parametrize(("pipe", "sql"), COMPILED)
def test_a_pipe_becomes_one_standard_statement(pipe: str, sql: str) -> None:
    assert pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA) == sql


@pytest.mark.parametrize("pipe", [pipe for pipe, _ in COMPILED])
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_the_statement_gives_what_googlesql_gives(pipe: str, dialect: str, googlesql: type[Engine]) -> None:
    with googlesql(TABLES) as engine, loaded(dialect, TABLES) as run:
        expected, ordered = engine.run(pipe), engine.analyze(pipe).ordered
        got = run(pipes.compile(pipes.parse(pipe), dialect, SCHEMA))
        unnamed = got._replace(columns=expected.columns) if "" in expected.columns else got
        assert not difference(expected, unnamed, ordered)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "bigquery", "spark", "snowflake", "tsql", "clickhouse"])
@pytest.mark.parametrize(
    "pipe", ["FROM emp |> WHERE salary > 80 |> AGGREGATE COUNT(*) AS n GROUP BY dept |> WHERE n > 1"]
)
def test_any_dialect_can_be_asked_for(pipe: str, dialect: str) -> None:
    assert "HAVING COUNT" in pipes.compile(pipes.parse(pipe), dialect, SCHEMA).replace("COUNT_BIG", "COUNT")


@pytest.mark.parametrize(
    ("pipe", "message"),
    [
        ("FROM emps", "FROM: there is no table emps; did you mean emp?"),
        ("FROM emp |> WHERE salry > 1", "|> WHERE (operator 1): there is no column salry here; did you mean salary?"),
        (
            "FROM emp |> WHERE emp.salry > 1",
            "|> WHERE (operator 1): there is no column salry in emp; did you mean salary?",
        ),
        (
            "FROM emp AS a |> JOIN emp AS b ON a.id = b.mgr |> SELECT name",
            "|> SELECT (operator 2): name is ambiguous, 2 columns are called so: a.name or b.name",
        ),
        (
            "FROM emp |> JOIN emp ON TRUE",
            "|> JOIN (operator 1): the table alias emp is there already; give this one another with AS",
        ),
        (
            "FROM emp |> JOIN dept ON dept = dname",
            "|> JOIN (operator 1): dept means the whole row of the table dept here; "
            "qualify the column, or give the table another alias",
        ),
        (
            "FROM emp |> EXTEND salary * 2 AS twice, twice + 1 AS more",
            "|> EXTEND (operator 1): twice is made here, so it can be named in the next operator only: "
            "put |> EXTEND between",
        ),
        (
            "FROM emp |> SELECT name |> WHERE id = 1",
            "|> WHERE (operator 2): there is no column id here; there are name",
        ),
        (
            "FROM emp AS e |> SELECT name |> WHERE e.name = 'x'",
            "|> WHERE (operator 2): there is no column e.name here; did you mean name?",
        ),
        (
            "FROM emp |> AGGREGATE COUNT(*) AS n GROUP BY 1",
            "|> AGGREGATE (operator 1): GROUP BY 1 would be a constant; name the key itself",
        ),
        (
            "FROM emp |> SELECT id |> UNION ALL (FROM dept)",
            "|> UNION (operator 2): 1 columns before, and 3 in the brackets",
        ),
    ],
)
def test_a_name_that_is_not_there_is_said_with_what_is(pipe: str, message: str) -> None:
    with pytest.raises(PipeNameError) as caught:
        pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("pipe", "dialect", "message"),
    [
        ("FROM emp |> CALL f(1)", "sqlite", "|> CALL (operator 1): a table function that no database here has"),
        ("FROM emp |> ASSERT TRUE", "duckdb", "|> ASSERT (operator 1): read and printed, but never executed"),
        (
            "FROM emp |> TABLESAMPLE BERNOULLI (10 PERCENT)",
            "sqlite",
            "|> TABLESAMPLE (operator 1): SQLite has no TABLESAMPLE",
        ),
        (
            "FROM emp |> TABLESAMPLE RESERVOIR (1 ROWS PARTITION BY dept)",
            "duckdb",
            "|> TABLESAMPLE (operator 1): TABLESAMPLE … PARTITION BY: no other SQL has it",
        ),
        (
            "FROM emp |> RECURSIVE UNION ALL WITH DEPTH MAX 3 (|> LIMIT 1)",
            "duckdb",
            "|> RECURSIVE UNION (operator 1): RECURSIVE UNION WITH DEPTH MAX 3: no other SQL has it",
        ),
        (
            "FROM emp |> SELECT WITH(a AS id, a + 1) AS x",
            "sqlite",
            "|> SELECT (operator 1): WITH(… AS …, …) names values inside an expression",
        ),
        (
            "FROM emp |> PIVOT(1 + SUM(salary) FOR dept IN ('eng'))",
            "sqlite",
            "|> PIVOT (operator 1): PIVOT wants an aggregate alone: compute with it behind",
        ),
        (
            "FROM emp |> NATURAL JOIN dept",
            "sqlite",
            "|> JOIN (operator 1): GoogleSQL has no NATURAL JOIN: name the columns with USING",
        ),
        ("FROM emp FOR SYSTEM_TIME AS OF x", "sqlite", "FROM: FOR SYSTEM_TIME: no other SQL keeps what was"),
        (
            "FROM emp |> IF id > 1 THEN (|> LIMIT 1)",
            "sqlite",
            "|> IF (operator 1): IF wants TRUE or FALSE as its conditions",
        ),
        ("FROM emp |> LIMIT -1", "sqlite", "LIMIT -1: a limit cannot be negative"),
        ("FROM emp |> WHERE REGEXP_CONTAINS(name, 'A')", "sqlite", "SQLite has no regular expressions"),
        (
            "FROM emp |> SELECT AS STRUCT id, name",
            "sqlite",
            "|> SELECT (operator 1): SELECT AS STRUCT makes values that other SQL does not have",
        ),
    ],
)
def test_what_an_engine_cannot_say_is_refused_by_name(pipe: str, dialect: str, message: str) -> None:
    with pytest.raises(NotCompilable) as caught:
        pipes.compile(pipes.parse(pipe), dialect, SCHEMA)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("pipe", "words"),
    [
        ("FROM emp |> SELECT AVG(salary)", "AVG(salary) is an aggregate, which only |> AGGREGATE computes"),
        ("FROM emp |> WHERE COUNT(*) > 1", "COUNT(*) is an aggregate"),
        ("FROM emp |> ORDER BY COUNT(*)", "COUNT(*) is an aggregate"),
        ("FROM emp |> AGGREGATE dept GROUP BY dept", "dept stands outside the aggregates"),
        ("FROM emp |> AGGREGATE 1 AS one", "1 has no aggregate: keys stand behind GROUP BY"),
        ("FROM emp |> AGGREGATE COUNT(*) OVER () AS n", "is a window, which |> EXTEND computes behind AGGREGATE"),
    ],
)
def test_aggregates_stand_where_googlesql_lets_them(pipe: str, words: str) -> None:
    with pytest.raises(PipeError, match=re.escape(words)):
        pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA)


def test_without_a_schema_names_are_taken_as_they_come() -> None:
    query = pipes.parse("FROM t |> WHERE v > 3 |> LIMIT 3 |> EXTEND COUNT(*) OVER () AS n")
    assert pipes.compile(query) == "SELECT *, COUNT(*) OVER () AS n FROM (SELECT * FROM t WHERE v > 3 LIMIT 3) AS _1"
    with pytest.raises(NotCompilable, match="give a schema"):
        pipes.compile(pipes.parse("FROM t |> DROP v"))


def test_an_unknown_dialect_is_named() -> None:
    with pytest.raises(SettingsError, match="unknown dialect 'oracel'"):
        pipes.compile(pipes.parse("FROM emp"), "oracel", SCHEMA)


CHAINS = {
    "100 limits": "FROM emp" + " |> LIMIT 7" * 100,
    "100 columns": "FROM emp" + "".join(f" |> EXTEND salary + {n} AS c{n}" for n in range(100)),
    "100 changes of one column": "FROM emp" + " |> SET salary = salary + 1" * 100,
    "100 windows": "FROM emp" + "".join(f" |> EXTEND COUNT(*) OVER () AS c{n} |> WHERE c{n} > 0" for n in range(100)),
    "100 groupings": "FROM emp" + "".join(f" |> AGGREGATE COUNT(*) AS n{n} GROUP BY id" for n in range(100)),
    "100 unions": "FROM emp |> SELECT id" + " |> UNION ALL (FROM emp |> SELECT id)" * 100,
    "200 brackets": "FROM (" * 200 + "FROM emp" + ") |> WHERE id > 0" * 200,
}


@pytest.mark.parametrize("pipe", CHAINS.values(), ids=CHAINS)
def test_long_and_deep_chains_run(pipe: str) -> None:
    with loaded("sqlite", TABLES) as run:
        assert run(pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA)).rows


def test_queries_too_deep_to_follow_are_refused_by_name() -> None:
    pipe = "FROM emp |> WHERE id IN (" * 190 + "SELECT 1" + ")" * 190
    with pytest.raises(PipeError, match="nested too deeply"):
        pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA)


def test_text_that_looks_like_a_pipe_is_text() -> None:
    pipe = "FROM emp /* |> LIMIT 1 */ |> EXTEND '|> not' AS `größe |> x` -- |> LIMIT 1\n|> SELECT `größe |> x`"
    with loaded("sqlite", TABLES) as run:
        assert set(run(pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA)).rows) == {("|> not",)}


def test_no_alias_is_captured_by_a_query_inside() -> None:
    """The inner query calls its table as the outer one does; the outer's columns must still be the outer's."""
    pipe = "FROM emp |> WHERE EXISTS (SELECT 1 FROM dept AS emp WHERE emp.dname = dept) |> SELECT id"
    compiled = pipes.compile(pipes.parse(pipe), "sqlite", SCHEMA)
    with loaded("sqlite", TABLES) as run:
        assert run(compiled).rows == [(1,), (2,), (3,), (4,), (5,)]


def test_compiling_twice_gives_the_same_text() -> None:
    query = pipes.parse(COMPILED[-3][0])
    assert pipes.compile(query, "sqlite", SCHEMA) == pipes.compile(query, "sqlite", SCHEMA)
    assert sqlite3.complete_statement(pipes.compile(query, "sqlite", SCHEMA) + ";")
