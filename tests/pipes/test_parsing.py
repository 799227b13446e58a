"""Reading pipes: what each operator becomes, and what an error says."""

import pytest
from sqlglot import exp

from querywright import pipes
from querywright.errors import PipeSyntaxError
from querywright.pipes.tree import (
    Aggregate,
    From,
    If,
    Input,
    Join,
    Limit,
    RecursiveUnion,
    Select,
    SetOperation,
    Standard,
    Where,
    pipe_in,
)


def test_a_chain_has_a_head_and_an_operator_for_each_pipe() -> None:
    query = pipes.parse("FROM t |> WHERE a > 1 |> AGGREGATE COUNT(*) AS n GROUP BY b |> SELECT b, n |> LIMIT 3;")
    assert isinstance(query.head, From)
    assert [type(operator) for operator in query.operators] == [Where, Aggregate, Select, Limit]


def test_a_nested_pipe_is_a_leaf_that_holds_its_query() -> None:
    query = pipes.parse("FROM t |> WHERE a IN (FROM u |> SELECT b) AND EXISTS (FROM v |> WHERE v.x = t.x)")
    condition = query.operators[0].condition
    leaves = [pipe_in(select) for select in condition.find_all(exp.Select)]
    assert sorted(str(leaf) for leaf in leaves) == ["FROM u\n|> SELECT b", "FROM v\n|> WHERE v.x = t.x"]


def test_operands_of_a_set_operation_are_queries_of_either_kind() -> None:
    query = pipes.parse("FROM t |> UNION ALL (FROM u |> SELECT a), (SELECT 1)")
    operation = query.operators[0]
    assert isinstance(operation, SetOperation)
    assert [pipe_in(operand) is not None for operand in operation.operands] == [True, False]


def test_a_comma_in_from_is_a_join_of_its_own_kind() -> None:
    head = pipes.parse("FROM a, b CROSS JOIN c LEFT JOIN d ON x = y").head
    assert isinstance(head, From)
    assert [join.kind for join in head.joins] == ["COMMA", "CROSS", "LEFT"]
    assert all(isinstance(join, Join) for join in head.joins)


def test_the_from_of_is_distinct_from_names_no_table() -> None:
    query = pipes.parse("FROM t |> JOIN u ON a = b AND a IS NOT DISTINCT FROM 1 AND NOT (b IS DISTINCT FROM 'x')")
    assert str(query).endswith("a = b AND a IS NOT DISTINCT FROM 1 AND NOT (b IS DISTINCT FROM 'x')")


def test_a_query_in_front_of_a_pipe_is_a_standard_head() -> None:
    assert isinstance(pipes.parse("SELECT 1 AS x |> WHERE x > 0").head, Standard)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("FROM t |> WERE a", 1, 11, "did you mean |> WHERE?"),
        ("FROM t\n|> HAVING n > 1", 2, 4, "|> WHERE behind the |> AGGREGATE"),
        ("FROM t |> GROUP BY a", 1, 11, "|> AGGREGATE … GROUP BY does it"),
        ("FROM t |> UNION (FROM u)", 1, 17, "expected ALL or DISTINCT behind UNION, found ("),
        ("FROM t |> WHERE a == 1", 1, 19, "GoogleSQL has no ==: write ="),
        ("FROM t |> SEMI JOIN u USING (a)", 1, 11, "GoogleSQL has no SEMI JOIN"),
        ("FROM t |> WHERE f(a) @{x=1} > 1", 1, 22, "a hint is not read here"),
        ("FROM t |> IF a THEN (FROM u)", 1, 21, "operators stand in these brackets, no query"),
        ("FROM t |> UNION ALL FROM u", 1, 21, "stand in brackets"),
        ("FROM t |> SELECT a FROM u", 1, 20, "found FROM"),
        ("SELECT a FROM t", 1, 1, "standard SQL"),
        ("FROM t |> WHERE (a", 1, 17, "never closed"),
        ("FROM t |>", 1, 8, "expected an operator"),
    ],
)
def test_an_error_knows_its_place_and_what_was_expected(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(PipeSyntaxError) as error:
        pipes.parse(text)
    assert (error.value.line, error.value.column) == (line, column)
    assert words in str(error.value)


@pytest.mark.parametrize(
    "operator",
    [
        "EXTEND *",
        "AGGREGATE *",
        "AGGREGATE COUNT(*) GROUP BY , a",
        "WHERE a, b",
        "WHERE a IN ()",
        "WHERE a ILIKE 'x'",
        "WHERE a::INT64 = 1",
        "SELECT a,,b",
        "SELECT a AS",
        "SELECT a AS by",
        "SELECT f(a,)",
        "SELECT '\\d'",
        "SELECT COUNT(*) FILTER (WHERE a)",
        "SELECT SUM(a) OVER (ROWS 1)",
        "SELECT LAG(a) IGNORE NULLS OVER (ORDER BY b)",
        "SELECT EXTRACT(YEAR, d)",
        "SELECT @{hint=1 a",
        "WHERE a > > 1",
        "WHERE a < < 1",
        "AGGREGATE s.* + 1",
        "AGGREGATE f(s.*)",
        "AGGREGATE COUNT(*) GROUP BY s.*",
        "AGGREGATE COUNT(*) GROUP BY () ASC",
        "PIVOT (SUM(a), FOR b IN (1))",
        "PIVOT (SUM(a) FOR b IN (1,))",
        "PIVOT (SUM(a) FOR b)",
        "UNPIVOT (v FOR k IN (a AS 1.5))",
        "UNPIVOT (v FOR k IN (a AS -1))",
        "UNPIVOT (v, w FOR k IN (a))",
        "TABLESAMPLE RESERVOIR (10 ROWS BY a)",
        "TABLESAMPLE RESERVOIR (10 ROWS) WITH WIGHT",
        "CALL f(SELECT 1)",
        "CALL f(a LIMIT 1)",
        "INSERT INTO u (a) VALUES (1)",
        "INSERT INTO u FROM v",
        "WITH w AS (FROM u) WITH DEPTH BETWEEN 1",
        "RECURSIVE UNION ALL BY (a) (FROM u)",
        "SELECT WITH 1",
        "SELECT a, WINDOW w AS (), , b",
        "ASSERT a,,",
        "CREATE TABLE u v",
        "WITH w AS (u)",
        "JOIN @{a=1} @{b=2} u ON TRUE",
        "TABLESAMPLE RESERVOIR (a ROWS)",
        "RECURSIVE UNION ALL WITH MAX 3 (FROM u)",
        "RECURSIVE UNION UNION ALL (FROM u)",
        "EXPORT DATA AS (FROM u)",
        "CREATE TABLE u AS (FROM v)",
        "SET a.b = 1",
        "DROP",
        "RENAME a.b AS c",
        "JOIN u ON",
        "JOIN u USING ()",
        "SEMI JOIN u USING (a)",
        "LIMIT 3, 2",
        "OFFSET 2",
        "TABLESAMPLE BERNOULLI ()",
        "UNION ALL (FROM u), SELECT 1",
        "FULL UNION ALL STRICT CORRESPONDING (FROM u)",
        "RECURSIVE UNION ALL (FROM u) r",
        "FORK (FROM u)",
        "FORK (|> WEHRE a)",
        "IF a THEN",
        "LOG a",
        "CREATE VIEW x",
        "JOIN u AS v(a) ON TRUE",
    ],
)
def test_what_googlesql_refuses_is_refused_inside_its_operator(operator: str) -> None:
    with pytest.raises(PipeSyntaxError):
        pipes.parse(f"FROM t |> {operator}")


@pytest.mark.parametrize(
    "text", ["FROM (SELECT 1 |> WHERE a", "(FROM t) WHERE a", "FROM (1, 2)", "FROM t WHERE a", "FROM t; FROM u", ""]
)
def test_a_text_that_is_no_pipe_query_is_refused(text: str) -> None:
    with pytest.raises(PipeSyntaxError):
        pipes.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "TABLE t |> WHERE a",
        "VALUES (0), (1) tab(a) |> WHERE a = 0",
        "FROM t |> LEFT ANTI JOIN u USING (a)",
        "FROM t |> NATURAL JOIN u",
        "FROM t |> LEFT JOIN LATERAL (FROM u |> WHERE u.a = t.a) AS l ON TRUE",
        "FROM t |> OFFSET 2",
        "FROM t |> UNION (FROM u)",
        "FROM t |> UNION ALL TABLE u",
        "FROM t |> MINUS (TABLE u)",
        "FROM t |> SELECT /*+ repartition(3) */ DISTINCT a",
        "FROM t |> SORT BY a DESC DISTRIBUTE BY b",
        "FROM t |> CLUSTER BY a",
        "FROM t |> WINDOW w AS (PARTITION BY a), v AS (ORDER BY b) |> SELECT SUM(a) OVER w",
        "FROM t LATERAL VIEW EXPLODE(a) x AS y |> SELECT y",
        "FROM t |> TABLESAMPLE (BUCKET 1 OUT OF 3) REPEATABLE (7)",
        "FROM t |> WHERE a > 1 ORDER BY b",
        "FROM t |> JOIN (SELECT 1 AS a) TABLESAMPLE (50 PERCENT) REPEATABLE (0) u USING (a)",
    ],
)
def test_spark_has_heads_joins_and_operands_of_its_own(text: str) -> None:
    query = pipes.parse(text, "spark")
    assert pipes.parse(str(query), "spark") == query


@pytest.mark.parametrize("operator", ["AGGREGATE", "AGGREGATE GROUP BY ()", "TABLESAMPLE ()", "ORDER BY a SORT BY b"])
def test_what_spark_refuses_is_refused(operator: str) -> None:
    with pytest.raises(PipeSyntaxError):
        pipes.parse(f"FROM t |> {operator}", "spark")


def test_a_pipeline_in_brackets_has_its_input_for_a_head() -> None:
    recursive, case = pipes.parse("FROM t |> RECURSIVE UNION ALL (|> LIMIT 1) AS r |> IF TRUE THEN ()").operators
    assert isinstance(recursive, RecursiveUnion)
    assert isinstance(case, If)
    inner, empty = pipe_in(recursive.query), pipe_in(case.cases[0].pipeline)
    assert inner is not None
    assert empty is not None
    assert (inner.head, empty.head, empty.operators) == (Input(), Input(), ())
    assert [type(operator).__name__ for operator in inner.operators] == ["Limit"]


def test_a_hint_is_kept_where_it_stands() -> None:
    query = pipes.parse(
        "@{a=1} FROM t @{b=2} |> LEFT JOIN @{c=3} u USING (x) |> SELECT @{d=4} x |> UNION @{e=5} ALL (FROM v)"
    )
    left, select, union = query.operators
    assert isinstance(left, Join)
    assert isinstance(select, Select)
    assert isinstance(union, SetOperation)
    assert (query.hint, left.hint, select.hint, union.hint) == ("@{a=1}", "@{c=3}", "@{d=4}", "@{e=5}")
    assert str(query).startswith("@{a=1}\nFROM t @{b=2}\n")
