"""The oracle itself: what it answers, what it refuses, and what it says of order."""

from collections.abc import Callable

import pytest
from googlesql import AnalysisError, Engine, EvaluationError, Table
from googlesql_machine import Crashed

TABLES = {
    "t": Table(
        (("id", "INT64"), ("name", "STRING"), ("size", "FLOAT64"), ("born", "DATE"), ("old", "BOOL")),
        [(1, "a", 0.5, "2020-02-29", True), (2, None, None, None, None), (3, "Ø|>", -1.0, "1969-12-31", False)],
    ),
    "empty": Table((("id", "INT64"),)),
    "unread": Table((("x y", "STRING"),), None),
}


@pytest.fixture(scope="module")
def engine(googlesql: Callable[[dict[str, Table]], Engine]) -> Engine:
    return googlesql(TABLES)


def test_rows_come_back_as_they_went_in(engine: Engine) -> None:
    assert engine.run("FROM t") == (("id", "name", "size", "born", "old"), list(TABLES["t"].rows or ()))
    assert engine.run("FROM empty") == (("id",), [])


def test_arrays_and_structs_are_lists_and_tuples(engine: Engine) -> None:
    assert engine.run("SELECT [1, 2] AS a, STRUCT(1 AS x, NULL AS y) AS s").rows == [([1, 2], (1, None))]


def test_what_is_not_googlesql_is_told_from_what_fails_on_the_rows(engine: Engine) -> None:
    with pytest.raises(AnalysisError, match="Unrecognized name: ident; Did you mean id"):
        engine.run("FROM t |> WHERE ident = 1")
    with pytest.raises(AnalysisError, match="Syntax error"):
        engine.analyze("FROM t |> HAVING id = 1")
    with pytest.raises(EvaluationError, match="division by zero"):
        engine.run("FROM t |> SELECT DIV(id, 0)")


def test_analysis_gives_columns_and_types_without_rows(engine: Engine) -> None:
    assert engine.analyze("FROM unread |> AGGREGATE COUNT(*) AS n GROUP BY `x y`").columns == (
        ("x y", "STRING"),
        ("n", "INT64"),
    )
    assert engine.analyze("FROM t |> SELECT id / 2 AS half, [born] AS days").columns == (
        ("half", "FLOAT64"),
        ("days", "ARRAY<DATE>"),
    )


@pytest.mark.parametrize(
    ("operators", "kept"),
    [
        ("ORDER BY id", True),
        ("ORDER BY id |> SELECT name", True),
        ("ORDER BY id |> LIMIT 2 |> DROP name", True),
        ("ORDER BY id |> WHERE id > 1", False),
        ("ORDER BY id |> DISTINCT", False),
        ("ORDER BY id |> UNION ALL (FROM t)", False),
        ("ORDER BY id |> EXTEND COUNT(*) OVER () AS n", False),
        ("AGGREGATE COUNT(*) AS n GROUP AND ORDER BY name", True),
    ],
)
def test_it_says_where_order_is_kept(operators: str, kept: bool, engine: Engine) -> None:
    assert engine.analyze(f"FROM t |> {operators}").ordered is kept


def test_a_machine_that_crashed_is_replaced(engine: Engine) -> None:
    with pytest.raises(Crashed):
        engine.run("SELECT " + "ABS(" * 20000 + "1" + ")" * 20000)
    assert engine.run("FROM t |> SELECT id |> LIMIT 1").rows == [(1,)]


def test_a_closed_engine_takes_its_tables_away_and_opens_again(engine: Engine) -> None:
    with Engine(TABLES) as other:
        assert other.run("FROM empty").rows == []
    assert other.run("FROM empty").rows == []
    other.close()
