"""Whose the columns of a standard query are, in each dialect."""

import pytest

from querywright.errors import PipeNameError
from querywright.pipes.scope.standard import Reading, read
from querywright.pipes.scope.tables import Tables
from querywright.sql.parsing import exp, parse

TABLES = Tables(
    {
        "emp": {"id": "int", "name": "text", "dept": "text", "salary": "real"},
        "dept": {"dname": "text", "city": "text", "budget": "int"},
        "sales": {"id": "int", "emp_id": "int", "amt": "int"},
    }
)


def of(sql: str, dialect: str = "sqlite") -> tuple[exp.Expr, Reading]:
    tree = parse(sql, dialect)
    return tree, read(tree, TABLES, dialect)


def meanings(sql: str, dialect: str = "sqlite") -> list[str]:
    """What each column node means, in the text's order: `emp.id`, `#2` for an output column, `?` where it is free."""
    tree, reading = of(sql, dialect)
    found = []
    for node in tree.dfs():
        if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
            binding = reading.bindings.get(id(node))
            if binding is None:
                found.append("?")
            elif binding.output >= 0:
                found.append(f"#{binding.output}")
            else:
                found.append(f"{binding.source.name if binding.source else ''}.{binding.name}")
    return found


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT name FROM emp WHERE ID > 3", ["emp.name", "emp.id"]),
        ("SELECT e.name, city FROM emp AS e, dept", ["e.name", "dept.city"]),
        ("SELECT 1 FROM emp AS e WHERE EXISTS (SELECT 1 FROM sales AS s WHERE emp_id = e.id)", ["s.emp_id", "e.id"]),
        ("SELECT 1 FROM sales WHERE amt > (SELECT AVG(amt) FROM dept)", ["sales.amt", "sales.amt"]),
        ("WITH x AS (SELECT id AS i FROM emp) SELECT i FROM x", ["emp.id", "x.i"]),
        ("WITH x(i) AS (SELECT id FROM emp) SELECT x.i FROM x", ["emp.id", "x.i"]),
        ("SELECT n FROM (SELECT dept, COUNT(*) AS n FROM emp GROUP BY dept)", [".n", "emp.dept", "emp.dept"]),
        ("SELECT id FROM emp JOIN sales USING (id)", ["emp.id"]),
        ("SELECT id FROM emp RIGHT JOIN sales USING (id)", ["sales.id"]),
        ("SELECT id FROM emp FULL JOIN sales USING (id)", [".id"]),
        ("SELECT id FROM emp NATURAL JOIN sales", ["emp.id"]),
        ("SELECT nothing FROM emp", ["?"]),
    ],
)
def test_a_column_belongs_to_its_source(sql: str, expected: list[str]) -> None:
    assert sorted(meanings(sql)) == sorted(expected)


@pytest.mark.parametrize(
    ("sql", "dialect", "expected"),
    [
        ("SELECT -salary AS salary FROM emp ORDER BY salary", "sqlite", "#0"),
        ("SELECT -salary AS salary FROM emp ORDER BY salary + 1", "sqlite", "emp.salary"),
        ("SELECT -salary AS s FROM emp ORDER BY s + 1", "sqlite", "#0"),
        ("SELECT -salary AS salary FROM emp WHERE salary > 0", "sqlite", "emp.salary"),
        ("SELECT -salary AS s FROM emp WHERE s > 0", "sqlite", "#0"),
        ("SELECT -salary AS s FROM emp WHERE s > 0", "duckdb", "#0"),
        ("SELECT -salary AS s FROM emp WHERE s > 0", "postgres", "?"),
        ("SELECT -salary AS s FROM emp WHERE s > 0", "mysql", "?"),
        ("SELECT UPPER(dept) AS dept FROM emp GROUP BY dept", "sqlite", "emp.dept"),
        ("SELECT UPPER(dept) AS d FROM emp GROUP BY d", "postgres", "#0"),
        ("SELECT COUNT(*) AS n FROM emp HAVING n > 1", "mysql", "#0"),
        ("SELECT COUNT(*) AS n FROM emp HAVING n > 1", "postgres", "?"),
        ("SELECT -salary AS s FROM emp ORDER BY s + 1", "postgres", "?"),
        ("SELECT id AS i, i FROM emp", "duckdb", "#0"),
        ("SELECT e.id FROM emp AS e JOIN sales AS s ON TRUE ORDER BY id", "postgres", "#0"),
    ],
)
def test_an_alias_is_named_where_the_dialect_lets_it(sql: str, dialect: str, expected: str) -> None:
    assert meanings(sql, dialect)[-1] == expected


@pytest.mark.parametrize(
    ("sql", "dialect", "expected"),
    [
        ("SELECT * FROM emp JOIN dept ON dept = dname", "sqlite", "id name dept salary dname city budget"),
        ("SELECT s.*, name FROM emp, sales AS s", "sqlite", "id emp_id amt name"),
        (
            "SELECT * FROM dept JOIN (SELECT id, city FROM emp, dept) USING (city)",
            "sqlite",
            "dname city budget id",
        ),
        (
            "SELECT * FROM dept JOIN (SELECT id, city FROM emp, dept) USING (city)",
            "duckdb",
            "city dname budget id",
        ),
        ("SELECT * EXCLUDE (name, dept) FROM emp", "duckdb", "id salary"),
        ("SELECT id AS a FROM emp UNION SELECT amt FROM sales", "sqlite", "a"),
        ("SELECT column1 FROM (VALUES (1, 'x'))", "sqlite", "column1"),
        ("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r", "sqlite", "n"),
    ],
)
def test_a_query_gives_its_columns_with_stars_expanded(sql: str, dialect: str, expected: str) -> None:
    assert [there.name for there in of(sql, dialect)[1].fields] == expected.split()


def test_types_are_told_where_they_can_be() -> None:
    fields = of("SELECT id, name || 'x', COUNT(*), AVG(id), SUM(salary), id / 2, id > 1, NULL FROM emp")[1].fields
    assert [there.type for there in fields] == [
        *["INT64", "STRING", "INT64", "FLOAT64", "FLOAT64", "INT64", "BOOL"],
        "",
    ]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1 FROM employee", "no table is named 'employee'"),
        ("SELECT e.nam FROM emp AS e", "did you mean name"),
        ("SELECT id FROM emp, sales", "ambiguous"),
        ("SELECT 1 FROM emp JOIN dept USING (id)", "right side"),
        ("SELECT x.* FROM emp", "nothing in FROM is named so"),
    ],
)
def test_a_wrong_name_is_an_error_with_the_nearest_names(sql: str, message: str) -> None:
    with pytest.raises(PipeNameError, match=message):
        of(sql)


def test_what_nothing_inside_explains_is_free_in_order() -> None:
    _, reading = of("SELECT e.id, name FROM sales WHERE amt > e.salary AND EXISTS (SELECT 1 FROM dept WHERE dname = x)")
    assert [column.sql() for column in reading.free] == ["e.id", "name", "e.salary", "x"]


def test_without_a_schema_names_stay_open_and_nothing_is_refused() -> None:
    tree = parse("SELECT *, a FROM t, u WHERE t.b = 1", "sqlite")
    reading = read(tree, Tables(None), "sqlite")
    assert not reading.known
    assert not reading.free


def test_rowid_is_known_for_what_it_is() -> None:
    tree, reading = of("SELECT rowid FROM emp")
    assert reading.bindings[id(tree.expressions[0])].rowid


def test_a_long_chain_of_unions_is_read() -> None:
    tree = parse(" UNION ALL ".join(["SELECT id FROM emp"] * 500), "sqlite")
    assert len(read(tree, TABLES, "sqlite").fields) == 1
