"""Standard queries of SQLite become pipes with the same result: golden pairs, each run, and what is refused."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from pipe_engines import loaded
from staff_tables import STAFF

from querywright import pipes
from querywright.databases.schema import Column, Schema, Table
from querywright.errors import NotDecompilable, PipeNameError, QueryRejected, SettingsError
from querywright.pipes.decompiling import decompile
from querywright.sql.parsing import parse

SCHEMA = {name: dict(table.columns) for name, table in STAFF.items()}

PAIRS = [
    tuple(line.removesuffix(";") for line in pair.strip().splitlines())
    for pair in (Path(__file__).parent / "decompiled.sql").read_text().split("\n\n")[1:]
]


def piped(sql: str, dialect: str = "sqlite", schema: object = SCHEMA) -> str:
    return str(decompile(sql, dialect, schema)).replace("\n", " ")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def database() -> Iterator[object]:
    with loaded("sqlite", STAFF) as run:
        yield run


@pytest.mark.parametrize(("sql", "pipe"), PAIRS)
def test_a_query_becomes_pipes(sql: str, pipe: str) -> None:
    assert piped(sql) == pipe


@pytest.mark.parametrize("sql", [sql for sql, _ in PAIRS])
def test_the_pipes_give_what_the_query_gives(sql: str, database: object) -> None:
    query = decompile(sql, "sqlite", SCHEMA)
    assert str(pipes.parse(str(query), "sqlite")) == str(query)
    expected, got = (database(text).rows for text in (sql, pipes.compile(query, "sqlite", SCHEMA)))  # type: ignore[operator]
    if parse(sql, "sqlite").args.get("order") is None:
        expected, got = sorted(expected, key=repr), sorted(got, key=repr)
    assert got == expected


@pytest.mark.parametrize("sql", [sql for sql, _ in PAIRS])
def test_every_prefix_of_the_pipes_runs(sql: str, database: object) -> None:
    for prefix in decompile(sql, "sqlite", SCHEMA).prefixes():
        database(pipes.compile(prefix, "sqlite", SCHEMA))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT DISTINCT name FROM emp ORDER BY salary", "DISTINCT sorted by what it drops"),
        ("SELECT name FROM emp LIMIT (SELECT 1)", "a LIMIT that is no number"),
        ("SELECT * FROM emp LEFT JOIN (dept JOIN nums ON budget = x) ON dept = dname", "a join in brackets"),
        ("SELECT (SELECT MAX(e.salary) FROM dept) FROM emp AS e", "an aggregate that belongs to the query around"),
        ("SELECT rowid FROM emp", "rowid of a table without"),
        ("SELECT COUNT(*)", "an aggregate without FROM"),
        ("SELECT name FROM emp GROUP BY 3", "a position that the SELECT list does not have"),
        ("SELECT COUNT(*) FROM emp GROUP BY 'x'", "GROUP BY a constant"),
        ("SELECT COUNT(*) AS n FROM emp WHERE n > 1", "computed later"),
    ],
)
def test_what_pipes_cannot_say_is_refused_by_name(sql: str, reason: str) -> None:
    with pytest.raises(NotDecompilable, match=reason) as caught:
        decompile(sql, "sqlite", SCHEMA)
    assert caught.value.reason


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT nam FROM emp", "did you mean name"),
        ("SELECT name FROM employees", "no table is named 'employees'"),
        ("SELECT x.name FROM emp AS e", "nothing in FROM is named 'x'"),
    ],
)
def test_a_wrong_name_is_an_error(sql: str, message: str) -> None:
    with pytest.raises(PipeNameError, match=message):
        decompile(sql, "sqlite", SCHEMA)


def test_a_mode_that_is_none_is_an_error_that_names_both() -> None:
    with pytest.raises(SettingsError, match="'x': use portable or googlesql"):
        decompile("SELECT 1 AS a", mode="x")  # type: ignore[arg-type]


def test_a_pipe_query_is_none_to_decompile() -> None:
    with pytest.raises(QueryRejected, match="pipe operator"):
        decompile("FROM emp |> SELECT name", "sqlite", SCHEMA)


def test_a_tree_is_not_changed() -> None:
    tree = parse('SELECT name FROM emp WHERE dept = "eng" ORDER BY salary', "sqlite")
    before = tree.sql()
    assert "ORDER BY salary" in piped(tree)  # type: ignore[arg-type]
    assert tree.sql() == before


def test_the_same_query_becomes_the_same_pipes() -> None:
    sql = "SELECT dept, COUNT(*), AVG(salary) FROM emp GROUP BY dept ORDER BY COUNT(*), AVG(salary)"
    assert len({piped(sql) for _ in range(5)}) == 1


def _nested(levels: int) -> str:
    return "SELECT id FROM emp WHERE id IN (" * levels + "SELECT 1" + ")" * levels


@pytest.mark.parametrize("levels", [20, 90])
def test_nested_queries_become_nested_pipes(levels: int) -> None:
    assert piped(_nested(levels)).count("FROM emp") == levels


def test_deeper_nesting_is_refused_by_name() -> None:
    with pytest.raises((QueryRejected, NotDecompilable), match="deep"):
        piped(_nested(200))


@pytest.mark.parametrize("operator", ["UNION ALL", "UNION", "EXCEPT"])
def test_a_long_chain_of_set_operations_is_a_long_chain_of_pipes(operator: str) -> None:
    query = decompile(f" {operator} ".join(["SELECT id FROM emp"] * 300), "sqlite", SCHEMA)
    assert len(query.operators) == 300


def test_a_long_condition_is_no_deep_one() -> None:
    condition = " AND ".join(f"id <> {i}" for i in range(1500))
    assert piped(f"SELECT COUNT(*) FROM emp, dept WHERE {condition}").startswith("FROM emp |> CROSS JOIN dept |> WHERE")


def test_without_a_schema_what_needs_none_is_said() -> None:
    assert piped("SELECT a, COUNT(*) FROM t GROUP BY a", schema=None) == "FROM t |> AGGREGATE COUNT(*) GROUP BY a"
    assert piped("SELECT * FROM t WHERE a > 1", schema=None) == "FROM t |> WHERE a > 1"
    with pytest.raises(PipeNameError, match="NATURAL JOIN needs a schema"):
        decompile("SELECT * FROM t NATURAL JOIN u", "sqlite")
    with pytest.raises(NotDecompilable, match="written out"):
        decompile("SELECT *, COUNT(*) FROM t GROUP BY a", "sqlite")


def _keyed() -> Schema:
    columns = (
        Column("id", "INTEGER", "integer", nullable=False),
        Column("name", "TEXT", "text"),
        Column("boss", "INTEGER", "integer"),
    )
    return Schema("staff", "sqlite", (Table("person", columns, primary_key=("id",)),))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT name FROM person WHERE id = (SELECT boss FROM person WHERE id = 3)",
            "FROM person |> WHERE id = (FROM person |> WHERE id = 3 |> SELECT boss) |> SELECT name",
        ),
        (
            "SELECT name FROM person WHERE id = (SELECT boss FROM person WHERE name = 'x')",
            "FROM person |> WHERE id = (FROM person |> WHERE name = 'x' |> LIMIT 1 |> SELECT boss) |> SELECT name",
        ),
        ("SELECT rowid FROM person WHERE person.oid > 3", "FROM person |> WHERE person.id > 3 |> SELECT id"),
        (
            "SELECT DISTINCT id FROM person ORDER BY name",
            "FROM person |> SELECT DISTINCT id, name AS _name |> ORDER BY _name |> SELECT id",
        ),
    ],
)
def test_keys_prove_what_would_not_be_safe_without(sql: str, expected: str) -> None:
    assert piped(sql, schema=_keyed()) == expected


def test_sqlite_itself_agrees_that_the_first_row_of_a_scalar_subquery_counts() -> None:
    connection = sqlite3.connect(":memory:")
    assert connection.execute("SELECT (SELECT 1 UNION ALL SELECT 2)").fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "SELECT * FROM person WHERE boss IN (SELECT id FROM person WHERE name = 'x') AND name <> 'y'",
            "FROM person |> JOIN (FROM person |> WHERE name = 'x' |> SELECT id AS _id) AS t ON boss = t._id "
            "|> WHERE name <> 'y' |> SELECT id, name, boss",
        ),
        (
            "SELECT name FROM person WHERE id IN (SELECT boss FROM person)",
            "FROM person |> WHERE id IN (FROM person |> SELECT boss) |> SELECT name",
        ),
        (
            "SELECT name FROM person WHERE NOT boss IN (SELECT id FROM person)",
            "FROM person |> WHERE boss NOT IN (FROM person |> SELECT id) |> SELECT name",
        ),
    ],
)
def test_a_subquery_is_unrolled_only_where_a_key_proves_it_safe(sql: str, expected: str) -> None:
    assert str(decompile(sql, "sqlite", _keyed(), unroll=True)).replace("\n", " ") == expected
    assert " JOIN " not in piped(sql, schema=_keyed())
