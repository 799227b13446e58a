"""Printing pipes: what is read is printed, and read again it is the same; Spark gets its subset."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from querywright import pipes
from querywright.errors import NotCompilable, PipeError, PipeSyntaxError
from querywright.pipes.printing import expression_text

EXPRESSIONS = """
a + b * c; a - (b - c); - -a; a / b; DIV(a, b); MOD(a, b); NOT (p OR q); a = NULL; a IS DISTINCT FROM b
a IN (1, 2); a NOT IN (FROM u |> SELECT a); a IN UNNEST([1, 2]); EXISTS(FROM u |> WHERE u.a = t.a)
c LIKE ANY ('a%', 'b'); CASE WHEN a > 1 THEN 'x' ELSE 'y' END; IF(a > 1, 'x', 'y'); CAST(a AS NUMERIC(10, 2))
SAFE_CAST(c AS INT64); CAST(c AS DATE FORMAT 'YYYY-MM-DD'); CAST(a AS UINT64); CAST(a AS INT32)
DATE '2020-01-01'; TIMESTAMP '2020-01-01 00:00:00+00'; INTERVAL 1 DAY; INTERVAL a DAY; INTERVAL '1-2' YEAR TO MONTH
'it\\'s'; "it's"; 'back\\\\slash'; 'new\\nline'; '|> pipe'; r'raw\\d'; '''triple 'q' '''; b'\\x00a'; 0x1F; 1e10; 'a' 'b'
[1, 2][OFFSET(0)]; ARRAY<INT64>[1]; STRUCT(1 AS a, 'x' AS b); STRUCT<a INT64, b STRING>(1, 'x'); (a, b) = (1, 2)
STRPOS(c, 'a'); INSTR(c, 'a', 2, 1); SAFE.SUBSTR(c, 0, -1); EDIT_DISTANCE(c, d, max_distance => 3)
ARRAY_FILTER(x, (e, i) -> e > i); EXTRACT(HOUR FROM ts AT TIME ZONE 'UTC'); DATE_TRUNC(d, WEEK(MONDAY)); my_udf(a, b)
SUM(a) OVER (ORDER BY b ROWS 2 PRECEDING); LAG(a IGNORE NULLS) OVER (ORDER BY b DESC NULLS FIRST)
STRING_AGG(DISTINCT c, ', ' ORDER BY a DESC LIMIT 3) OVER (); ANY_VALUE(a HAVING MAX b) OVER (); @p; ?
(SELECT a FROM u ORDER BY b NULLS LAST LIMIT 1); (WITH w AS (FROM u |> SELECT a) FROM w); `a b`.`select`
"""

QUERIES = """
FROM t AS e, u JOIN v USING (a) LEFT JOIN (FROM w |> SELECT a) AS x ON x.a = e.a |> WHERE TRUE
FROM UNNEST([1, 2]) AS x WITH OFFSET AS o |> ORDER BY o DESC
FROM tvf(TABLE t, x => 1) AS e |> SELECT *
FROM `a-b`.c.d |> SELECT a
FROM t TABLESAMPLE BERNOULLI (10 PERCENT) REPEATABLE (3) |> DISTINCT
SELECT 1 AS x UNION ALL SELECT 2 |> WHERE x > 1
(FROM t |> SELECT a) UNION ALL (SELECT 1) |> ORDER BY a
WITH w AS (SELECT 1 AS x), v AS (FROM w |> WHERE x > 0) FROM v |> WITH z AS (FROM w) |> JOIN z USING (x)
WITH RECURSIVE w AS ((SELECT 1 AS n) UNION ALL (FROM w |> WHERE n < 3 |> SELECT n + 1 AS n)) FROM w |> ORDER BY n
FROM t |> SELECT DISTINCT AS STRUCT * EXCEPT (a) REPLACE (b + 1 AS b), t.*,
FROM t |> SELECT SUM(b) OVER w AS s WINDOW w AS (PARTITION BY a), v AS (w ORDER BY b)
FROM t |> EXTEND a + 1 AS x, s.* |> SET x = 1, `y z` = (FROM u |> AGGREGATE MAX(a)) |> DROP a, b |> RENAME c AS d, e f
FROM t |> AGGREGATE COUNT(*) AS n DESC NULLS FIRST, SUM(a) GROUP BY b AS k ASC, c + 1, |> AS x
FROM t |> AGGREGATE GROUP AND ORDER BY a DESC, b AS c
FROM t |> AGGREGATE COUNT(*) GROUP BY ROLLUP(a, b), CUBE(c), GROUPING SETS(a, (b, c), ()), ()
FROM t |> JOIN u ON t.a = u.a |> FULL OUTER JOIN v USING (a, b) |> CROSS JOIN UNNEST([1]) AS x
FROM t |> ORDER BY a, b DESC NULLS FIRST |> LIMIT @n OFFSET 2
FROM t |> UNION ALL (FROM u), (SELECT 1) |> EXCEPT DISTINCT (FROM v) |> INTERSECT ALL (FROM w |> SELECT a)
FROM t |> FULL OUTER UNION ALL BY NAME ON (a, b) (FROM u) |> UNION ALL STRICT CORRESPONDING BY (a) (FROM v)
FROM t |> PIVOT(SUM(a) AS s FOR b IN (1 AS x, 2)) AS p |> UNPIVOT INCLUDE NULLS (v FOR k IN (c AS 'x', d AS 'y'))
FROM t |> WINDOW SUM(a) OVER () AS z |> TABLESAMPLE RESERVOIR (10 ROWS) |> CALL f(1, TABLE u) AS c
FROM t |> RECURSIVE UNION ALL (FROM r |> WHERE a < 3) AS r |> RECURSIVE UNION DISTINCT (|> WHERE a < 3)
FROM t |> ASSERT a > 1, 'no' |> LOG |> TEE (|> SELECT a) |> FORK (|> WHERE a > 1), () |> DESCRIBE
FROM t |> IF a THEN (|> LIMIT 1) ELSEIF b THEN () ELSE (|> DISTINCT) |> CREATE OR REPLACE TABLE x OPTIONS (a = 1)
FROM t |> RECURSIVE UNION ALL CORRESPONDING BY (a) WITH DEPTH AS d MAX 3 (|> EXTEND 1) |> RECURSIVE UNION DISTINCT ()
FROM t |> WITH RECURSIVE w AS (FROM w) WITH DEPTH BETWEEN 2 AND UNBOUNDED, v AS (FROM w) |> JOIN v USING (a)
FROM t @{a=1, b='}'} AS e, u |> HASH JOIN @{c=2} v ON TRUE |> LOOKUP JOIN w |> NATURAL JOIN x
FROM t |> SELECT @{a=1} DISTINCT a |> AGGREGATE COUNT(*) GROUP @{b=2} BY a
FROM t |> UNION @{c=3} ALL (FROM u) |> CALL f() @{d=4} AS g
FROM t |> IF @{a=1} TRUE THEN (|> LIMIT 1 |> SELECT a)
FROM t |> FORK @{b=2} (|> WHERE a) |> INSERT INTO u @{c=3} (a, b) THEN RETURN a
FROM t |> SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1) a |> AGGREGATE WITH ANONYMIZATION COUNT(*) GROUP BY a
FROM t |> SELECT AS a.b.C x |> SELECT DISTINCT AS VALUE x |> SELECT WITH(a AS 1, b AS a + 1, a * b) AS y
FROM t |> PIVOT(a, 2 + COUNT(b + 3) n FOR t.x + 1 IN (z, x + y xpy, (1, 2))) PIVOT
FROM t |> UNPIVOT((a, b) FOR c IN ((f, g) '1', (h, i) AS 2)) UNPIVOT
FROM t |> TABLESAMPLE RESERVOIR (CAST(@p AS INT64) ROWS PARTITION BY a, b) WITH WEIGHT AS w REPEATABLE (@s)
FROM t |> TABLESAMPLE SYSTEM (1 PERCENT) WITH WEIGHT |> AGGREGATE GROUP BY a NULLS FIRST, b + 1 AS c NULLS LAST
FROM t |> JOIN (u JOIN (v JOIN w)) USING (a) |> JOIN (u JOIN v JOIN w)
FROM t FOR SYSTEM TIME AS OF x TABLESAMPLE SYSTEM (1 PERCENT), t.arr AS e WITH OFFSET AS o |> WHERE o = 0
FROM t |> AGGREGATE SUM(a WHERE b > 1), COUNT(* WHERE c) AS n GROUP BY d |> EXTEND MAX(n WHERE n > 2) OVER () AS m
FROM t |> ORDER @{a=1} BY b |> ASSERT b > 1, 'no' |> CREATE TABLE x CLUSTER BY b |> EXPORT DATA OPTIONS (a = 1)
FROM tvf(INPUT TABLE, 1, n => INPUT TABLE) |> CALL f(MODEL m, CONNECTION DEFAULT, INPUT)
WITH offset AS (FROM t) FROM offset |> WITH offset AS (FROM offset) |> SELECT offset.where, f(a).from AS x
FROM größe |> SELECT naïve AS 名前
"""

PORTABLE = {
    "sqlite": ["STRFTIME('%Y', d)", "IIF(a > 1, 'x', 'it''s')", '"a b" || [c d]', "GROUP_CONCAT(a, ',')", "'a\\\\b'"],
    "duckdb": ["LIST_TRANSFORM([1], x -> x + 1)", "a // b", "{'k': 1}", "a[1:2]", "a::INT", "ARG_MAX(a, b)"],
    "postgres": ["a ->> 'x'", "E'a\\nb'", "COUNT(*) FILTER (WHERE a > 1)", "d + INTERVAL '1 day'", "a ILIKE 'x'"],
    "mysql": ["a DIV b", "'it\\'s'", "GROUP_CONCAT(a ORDER BY b SEPARATOR ',')", "a <=> b", "`a b`"],
    "spark": ["transform(a, x -> x + 1)", "a RLIKE 'x'", "r'a\\d'", "a <=> b", "collect_list(a)"],
}


def _stable(text: str, dialect: str = "googlesql") -> None:
    query = pipes.parse(text, dialect)
    again = pipes.parse(str(query), dialect)
    assert again == query
    assert str(again) == str(query)


@pytest.mark.parametrize("text", [part for line in EXPRESSIONS.strip().split("\n") for part in line.split("; ")])
def test_an_expression_of_googlesql_is_printed_so_that_it_reads_the_same(text: str) -> None:
    _stable(f"FROM t |> EXTEND {text} AS z")
    _stable(f"FROM t |> WHERE f({text}) IS NULL")


@pytest.mark.parametrize("text", QUERIES.strip().split("\n"))
def test_a_query_is_printed_so_that_it_reads_the_same(text: str) -> None:
    _stable(text)
    _stable(f"FROM ({text}) AS nested |> WHERE a IN ({text})")


@pytest.mark.parametrize(("dialect", "text"), [(name, text) for name, texts in PORTABLE.items() for text in texts])
def test_an_expression_of_a_database_is_printed_so_that_it_reads_the_same(dialect: str, text: str) -> None:
    _stable(f"FROM t |> SELECT {text} AS z |> WHERE a = (FROM u |> AGGREGATE MAX(a))", dialect)


def test_each_operator_has_a_line_and_nested_queries_stand_in_theirs() -> None:
    query = pipes.parse("FROM t |> WHERE a IN (FROM u |> SELECT a) |> LIMIT 3")
    assert str(query) == "FROM t\n|> WHERE a IN (FROM u |> SELECT a)\n|> LIMIT 3"
    assert pipes.render(query, pretty=False) == "FROM t |> WHERE a IN (FROM u |> SELECT a) |> LIMIT 3"


def test_printing_leaves_the_tree_as_it_was() -> None:
    query = pipes.parse("FROM t |> AGGREGATE STRING_AGG(name, ',' ORDER BY id) AS l GROUP BY dept")
    assert str(query) == str(query)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("FROM t |> DISTINCT", "FROM t |> SELECT DISTINCT *"),
        ("FROM t |> UNION ALL (FROM u), (FROM v)", "FROM t |> UNION ALL (FROM u) |> UNION ALL (FROM v)"),
        (
            "FROM t |> AGGREGATE COUNT(*) AS n DESC, SUM(b) GROUP AND ORDER BY a",
            "FROM t |> AGGREGATE COUNT(*) AS n, SUM(b) GROUP BY a |> ORDER BY a, n DESC",
        ),
        (
            "FROM t |> WHERE RANK() OVER (ORDER BY a) = 1",
            "FROM t |> EXTEND RANK() OVER (ORDER BY a) = 1 AS _kept |> WHERE _kept |> DROP _kept",
        ),
        ("FROM t |> WINDOW SUM(a) OVER () AS s", "FROM t |> EXTEND SUM(a) OVER () AS s"),
    ],
)
def test_what_spark_says_otherwise_is_said_otherwise(text: str, printed: str) -> None:
    assert pipes.render(pipes.parse(text), "spark", pretty=False) == printed


@pytest.mark.parametrize(
    "operator",
    [
        "RENAME a AS b",
        "WITH w AS (FROM u)",
        "CALL f()",
        "LOG",
        "UNION ALL BY NAME (FROM u)",
        "SELECT * REPLACE (1 AS a)",
    ],
)
def test_what_spark_lacks_is_refused_by_name(operator: str) -> None:
    with pytest.raises(NotCompilable, match=rf"\|> {operator.split()[0]}.*Spark"):
        pipes.render(pipes.parse(f"FROM t |> {operator}"), "spark")


@pytest.mark.parametrize("depth", [50, 200])
def test_nested_queries_of_any_depth_allowed_are_read_printed_and_compared(depth: int) -> None:
    text = "FROM t"
    for level in range(depth):
        text = f"FROM ({text} |> WHERE a > {level})"
    _stable(text)


@pytest.mark.parametrize(
    "text",
    [
        "FROM (" * 201 + "FROM t" + ")" * 201,
        "FROM t |> WHERE " + "(" * 20_000 + "a" + ")" * 20_000,
        "FROM t |> WHERE " + "NOT " * 20_000 + "a",
        "FROM t |> SELECT " + "CASE WHEN a THEN " * 1_000 + "1" + " END" * 1_000,
        "FROM t" + " JOIN u" * 40,
        "FROM t |> SELECT '" + "x" * 200_000 + "'",
        "FROM t\x00",
    ],
)
def test_what_is_too_much_is_refused_by_name(text: str) -> None:
    with pytest.raises(PipeSyntaxError):
        pipes.parse(text)


def test_a_chain_of_two_thousand_operators_is_read_and_printed() -> None:
    _stable("FROM t" + " |> WHERE a > 1 |> EXTEND a + 1 AS b" * 1_000)


_VOCABULARY = """
    FROM t u a b , ( ) |> WHERE SELECT EXTEND AGGREGATE GROUP BY ORDER JOIN ON USING AS SET DROP RENAME LIMIT 1 'x' =
    COUNT(*) UNION ALL DISTINCT * + - NOT IN EXISTS CASE WHEN THEN END OVER [ ] . @ WITH PIVOT FOR ; `q` NULL DESC
"""

_WORDS = st.sampled_from(_VOCABULARY.split())


@settings(max_examples=400, deadline=None)
@given(st.lists(_WORDS, max_size=14), st.sampled_from(["googlesql", "spark", "sqlite", "duckdb", "postgres", "mysql"]))
def test_any_words_are_read_and_printed_alike_or_refused(words: list[str], dialect: str) -> None:
    try:
        query = pipes.parse("FROM t |> " + " ".join(words), dialect)
        text = str(query)
    except PipeError:
        return
    again = pipes.parse(text, dialect)
    assert str(again) == text
    if dialect == "googlesql":
        assert again == query


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30).filter(lambda text: "\x00" not in text))
def test_any_string_is_quoted_so_that_it_reads_the_same(value: str) -> None:
    text = expression_text(exp.Literal.string(value))
    assert pipes.parse(f"FROM t |> SELECT {text}").operators[0].items[0].this == value


@pytest.mark.shared
def test_every_text_of_the_suites_is_printed_so_that_it_reads_the_same() -> None:
    folder = _shared()
    rows = [json.loads(line) for line in (folder / "compose_suite.jsonl").read_text().splitlines()]
    texts = [row["sql"] for row in rows if "sql" in row]
    cases = json.loads((folder / "trap_suite.json").read_text())["cases"]
    texts += [case["googlesql_pipe"] for case in cases if case.get("googlesql_pipe")]
    assert len(texts) > 3_000
    for text in texts:
        _stable(text)


def _shared() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "data" / "pipes"
    if not folder.is_dir():
        pytest.skip("needs the shared pipe suites")
    return folder
