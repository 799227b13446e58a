"""The active schema: columns with types after each operator, and the table aliases that are alive."""

import pytest
from googlesql import Engine
from googlesql import Table as GoogleSqlTable

from querywright import pipes
from querywright.databases.schema import Column, Schema, Table
from querywright.errors import NotCompilable, PipeNameError

SCHEMA = {
    "emp": {"id": "INT64", "name": "varchar(20)", "dept": "TEXT", "salary": "int", "rate": "double"},
    "dept": {"dname": "STRING", "city": "STRING", "id": "INT64"},
}
EMP = "id:INT64 name:STRING dept:STRING salary:INT64 rate:FLOAT64"

AFTER = [
    ("FROM emp", EMP, "emp"),
    ("FROM emp AS e |> WHERE salary > 1 |> ORDER BY id |> LIMIT 2", EMP, "e"),
    ("FROM emp AS e |> EXTEND salary / 2 AS half", EMP + " half:FLOAT64", "e"),
    ("FROM emp AS e |> SET name = LENGTH(name)", EMP.replace("name:STRING", "name:INT64"), "e"),
    ("FROM emp AS e |> DROP dept, rate", "id:INT64 name:STRING salary:INT64", "e"),
    ("FROM emp AS e |> RENAME salary AS pay", EMP.replace("salary", "pay"), "e"),
    ("FROM emp AS e |> AS f", EMP, "f"),
    ("FROM emp AS e |> SELECT id, e.salary + 1.5 AS more, 'x'", "id:INT64 more:FLOAT64 :STRING", ""),
    ("FROM emp AS e |> SELECT e.* EXCEPT (id, dept) |> DISTINCT", "name:STRING salary:INT64 rate:FLOAT64", ""),
    ("FROM emp |> AGGREGATE COUNT(*) AS n, AVG(salary) AS mean GROUP BY dept", "dept:STRING n:INT64 mean:FLOAT64", ""),
    ("FROM emp AS e |> JOIN dept AS d ON e.dept = d.dname", EMP + " dname:STRING city:STRING id:INT64", "e d"),
    (
        "FROM emp AS e |> JOIN dept AS d USING (id)",
        EMP + " dname:STRING city:STRING",
        "e d",
    ),
    ("FROM emp |> SELECT id |> UNION ALL (SELECT 1.5)", "id:FLOAT64", ""),
    ("FROM emp |> SELECT dept |> UNION DISTINCT (FROM dept |> SELECT city)", "dept:STRING", ""),
    ("FROM emp |> EXTEND RANK() OVER (ORDER BY salary) AS r |> SELECT r, salary > 2 AS rich", "r:INT64 rich:BOOL", ""),
    ("WITH c AS (FROM emp |> AGGREGATE MAX(rate) AS top) FROM c AS x", "top:FLOAT64", "x"),
    ("FROM (FROM emp |> SELECT id, name) AS q", "id:INT64 name:STRING", "q"),
    ("FROM (FROM emp AS e |> DROP name)", "id:INT64 dept:STRING salary:INT64 rate:FLOAT64", "e"),
]


@pytest.mark.parametrize(("pipe", "fields", "aliases"), AFTER)
def test_columns_types_and_aliases_after_the_last_operator(pipe: str, fields: str, aliases: str) -> None:
    last = pipes.parse(pipe).columns(SCHEMA)[-1]
    assert " ".join(f"{field.name}:{field.type}" for field in last.fields) == fields
    assert " ".join(last.aliases) == aliases


def test_there_is_one_active_schema_for_the_head_and_for_each_operator() -> None:
    query = pipes.parse("FROM emp AS e |> SELECT id, name |> WHERE id > 1")
    active = query.columns(SCHEMA)
    assert [len(each.fields) for each in active] == [5, 2, 2]
    assert active[0].aliases == {"e": ("id", "name", "dept", "salary", "rate")}
    assert active[1].aliases == {}


def test_an_alias_keeps_the_columns_that_set_drop_and_rename_change() -> None:
    active = pipes.parse("FROM emp AS e |> SET name = 'x' |> DROP dept |> RENAME salary AS pay").columns(SCHEMA)[-1]
    assert active.aliases["e"] == ("id", "name", "dept", "salary", "rate")


def test_distinct_leaves_an_alias_only_the_columns_that_are_seen() -> None:
    active = pipes.parse("FROM emp AS e |> DROP dept |> DISTINCT").columns(SCHEMA)[-1]
    assert active.aliases["e"] == ("id", "name", "salary", "rate")


def test_our_own_schema_is_taken_too() -> None:
    table = Table("emp", (Column("id", "INTEGER", "integer"), Column("Born", "DATE", "date")))
    active = pipes.parse("FROM EMP |> SELECT born").columns(Schema("db", "sqlite", (table,)))
    assert [(field.name, field.type) for field in active[0].fields] == [("id", "INT64"), ("Born", "DATE")]


def test_columns_that_only_an_engine_knows_are_not_made_up() -> None:
    with pytest.raises(NotCompilable, match=r"GENERATE\(3\) in FROM is no table"):
        pipes.parse("FROM emp |> CROSS JOIN GENERATE(3)").columns(SCHEMA)


def test_an_unknown_table_is_an_error_with_the_nearest_names() -> None:
    with pytest.raises(PipeNameError, match="no table emps; did you mean emp"):
        pipes.parse("FROM emps").columns({"emp": {"id": "INT64"}})


TYPED = """
    i + 1; i + f; i / 2; n / 2; ABS(f); DIV(i, 2); MOD(i, 2); SAFE_DIVIDE(i, 2); ROUND(i); TRUNC(f); SQRT(i); SIGN(f);
    GREATEST(i, f); LEAST(s, 'a'); s || 'a'; LENGTH(s); SUBSTR(s, 1); STARTS_WITH(s, 'a'); SPLIT(s, ','); s LIKE 'a%';
    i IN (1); i BETWEEN 1 AND 2; i IS NULL; NOT b; IF(b, i, f); COALESCE(f, 1); CASE WHEN b THEN i ELSE 2.5 END;
    CAST(s AS INT64); SAFE_CAST(s AS FLOAT64); CAST(s AS DATE); EXTRACT(YEAR FROM d); DATE_ADD(d, INTERVAL 1 DAY);
    DATE_DIFF(d, d, DAY); DATE_TRUNC(d, MONTH); FORMAT_DATE('%Y', d); PARSE_DATE('%Y', s); CURRENT_DATE(); d + 1; d - d;
    n + 1; n * f; i & 1; DATE '2020-01-01'; COUNT(*) OVER (); AVG(n) OVER (); RANK() OVER (ORDER BY i);
    LAG(s) OVER (ORDER BY i); (SELECT MAX(i) FROM t); (FROM t |> AGGREGATE AVG(i) AS a); EXISTS (SELECT 1);
    i IN (SELECT i FROM t); RAND(); GENERATE_UUID(); MD5(s); SAFE_ADD(i, 1); TO_JSON_STRING(i)
"""


@pytest.mark.parametrize("expression", [text.strip() for text in TYPED.split(";")])
def test_the_type_of_an_expression_is_googlesql_s(expression: str, googlesql: type[Engine]) -> None:
    columns = tuple(zip("ifsbdn", ("INT64", "FLOAT64", "STRING", "BOOL", "DATE", "NUMERIC"), strict=True))
    pipe = f"FROM t |> EXTEND {expression} AS x"
    with googlesql({"t": GoogleSqlTable(columns, None)}) as engine:
        expected = engine.analyze(pipe).columns[-1]
    last = pipes.parse(pipe).columns({"t": dict(columns)})[-1].fields[-1]
    assert (last.name, last.type) == expected


LINTED = [
    ("FROM emp |> SELECT COUNT(*) AS n", ["error aggregate"]),
    ("FROM emp |> AGGREGATE dept, COUNT(*) AS n GROUP BY dept", ["error aggregate"]),
    ("FROM emp |> EXTEND 1 AS a, a + 1 AS b", ["error name"]),
    ("FROM emp AS e |> JOIN dept AS d ON TRUE |> WHERE id = 1", ["warning same name", "error name"]),
    ("FROM emp |> JOIN dept ON dept = dname", ["error name"]),
    ("FROM emp |> WHERE x = 1 |> WHERE y = 2 |> SELECT id", ["error name", "error name"]),
    ("FROM emp |> ORDER BY id |> WHERE id > 1", ["warning order lost"]),
    ("FROM emp |> ORDER BY id |> LIMIT 3 |> WHERE id > 1", []),
    ("FROM emp |> LIMIT 3", ["warning arbitrary rows"]),
    ("FROM emp |> EXTEND id + 1 AS id", ["warning same name"]),
    ("FROM emp |> WHERE salary > 1 |> AGGREGATE COUNT(*) AS n GROUP BY dept |> ORDER BY n DESC |> LIMIT 1", []),
]


@pytest.mark.parametrize(("pipe", "found"), LINTED)
def test_lint_says_all_that_is_wrong_or_surprising(pipe: str, found: list[str]) -> None:
    assert [f"{each.severity} {each.rule}" for each in pipes.lint(pipes.parse(pipe), SCHEMA)] == found


def test_a_column_called_like_its_table_is_told() -> None:
    (finding,) = pipes.lint(pipes.parse("FROM city |> SELECT id"), {"city": {"city": "STRING", "id": "INT64"}})
    assert str(finding) == ("warning: FROM: city alone means the whole row of city: give the table another alias")
