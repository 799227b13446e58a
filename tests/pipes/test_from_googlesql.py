"""GoogleSQL's expressions in other engines: they give what GoogleSQL gives, or are refused by name."""

import pytest
from googlesql import Engine, Table
from pipe_engines import difference, loaded, schema_of

from querywright import pipes
from querywright.errors import NotCompilable

TABLES = {
    "t": Table(
        (("i", "INT64"), ("f", "FLOAT64"), ("s", "STRING"), ("d", "STRING")),
        [
            (7, 2.5, "Ann%_x", "2020-01-31"),
            (-3, -0.5, "12", "2019-12-29"),
            (0, 100.5, "it's *?[", "2020-02-29"),
            (2, None, "é日", "2021-03-01"),
            (None, 1.0, None, None),
            (5, -2.5, "", "2000-01-01"),
        ],
    )
}

EXPRESSIONS = r"""
    DIV(i, 2) | i / 4 | MOD(i, 2) | SAFE_DIVIDE(i, 0) | CAST(f AS INT64) | SAFE_CAST(s AS INT64)
    | SAFE_CAST(s AS FLOAT64)
    | s LIKE 'A%' | s LIKE 'a%' | s NOT LIKE '%x' | s LIKE '%\\%%' | s LIKE '%\\__' | LOWER(s) LIKE '%\\%%'
    | s LIKE '%*?[%'
    | s LIKE CONCAT('A', '%') | STARTS_WITH(s, 'it') | ENDS_WITH(s, '2') | STRPOS(s, 'n') | LEFT(s, 2) | RIGHT(s, 2)
    | SUBSTR(s, 2) | SUBSTR(s, -2) | SUBSTR(s, -3, 2) | LENGTH(s) | REPLACE(s, 'n', 'N') | CONCAT(s, '!')
    | GREATEST(i, 2)
    | LEAST(i, NULL) | COALESCE(f, 0) | NULLIF(i, 7) | IF(i > 0, 'p', 'n') | i IN UNNEST([7, 2]) | i IS DISTINCT FROM 2
    | EXTRACT(YEAR FROM DATE(d)) | EXTRACT(DAYOFWEEK FROM DATE(d)) | EXTRACT(DAYOFYEAR FROM DATE(d))
    | FORMAT_DATE('%Y-%m', DATE(d)) | DATE_DIFF(DATE(d), DATE '2019-02-28', DAY)
    | DATE_DIFF(DATE(d), DATE '2019-02-28', MONTH) | DATE_DIFF(DATE(d), DATE '2019-02-28', YEAR)
    | FORMAT_DATE('%F', DATE_ADD(DATE(d), INTERVAL 1 MONTH)) | FORMAT_DATE('%F', DATE_SUB(DATE(d), INTERVAL 3 DAY))
    | FORMAT_DATE('%F', DATE_ADD(DATE(d), INTERVAL 2 WEEK)) | FORMAT_DATE('%F', DATE_TRUNC(DATE(d), MONTH))
    | FORMAT_DATE('%F', DATE_TRUNC(DATE(d), WEEK)) | DATE(d) > DATE '2020-01-01' | d = '2020-02-29' | b'ab' = b'ab'
    | FORMAT('%d', i) | REGEXP_CONTAINS(s, '^A') | REVERSE(s) | LPAD(s, 9, '.') | i | 1 | ABS(i) | ROUND(f) | CEIL(f)
"""

CANNOT = {
    "sqlite": ("DATE_TRUNC(DATE(d), WEEK)", "FORMAT('%d'", "REGEXP_CONTAINS", "REVERSE", "LPAD"),
    "duckdb": ("FORMAT('%d'",),
}
"""What an engine is asked in vain, and says so."""


@pytest.mark.parametrize("expression", [text.strip() for text in EXPRESSIONS.replace("\n    |", " |").split(" | ")])
@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_an_expression_gives_the_same_or_is_refused(expression: str, dialect: str, googlesql: type[Engine]) -> None:
    pipe = f"FROM t |> EXTEND {expression} AS x |> SELECT i, x"
    query = pipes.parse(pipe)
    if expression.strip().startswith(CANNOT[dialect]) or any(words in expression for words in CANNOT[dialect]):
        with pytest.raises(NotCompilable):
            pipes.compile(query, dialect, schema_of(TABLES))
        return
    compiled = pipes.compile(query, dialect, schema_of(TABLES))
    with googlesql(TABLES) as engine, loaded(dialect, TABLES) as run:
        assert not difference(engine.run(pipe), run(compiled), ordered=False), compiled
