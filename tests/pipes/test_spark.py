"""The second witness: Spark runs pipes of its own, and says no in the same two ways as the first."""

import pytest
from googlesql import AnalysisError, EvaluationError, Table
from spark_session import Spark

pytestmark = pytest.mark.spark

TABLES = {
    "t": Table((("id", "INT64"), ("name", "STRING"), ("size", "FLOAT64")), [(1, "a", 0.5), (2, None, None)]),
    "empty": Table((("id", "INT64"),)),
}


@pytest.fixture(scope="module")
def loaded(spark: Spark) -> Spark:
    spark.load(TABLES)
    return spark


def test_rows_come_back_as_they_went_in(loaded: Spark) -> None:
    assert loaded.run("FROM t |> ORDER BY id") == (("id", "name", "size"), list(TABLES["t"].rows or ()))
    assert loaded.run("FROM empty") == (("id",), [])


def test_what_is_not_sparks_is_told_from_what_fails_on_the_rows(loaded: Spark) -> None:
    with pytest.raises(AnalysisError):
        loaded.run("FROM t |> WHERE ident = 1")
    with pytest.raises(AnalysisError):
        loaded.run("FROM t |> RENAME id AS k")
    with pytest.raises(EvaluationError):
        loaded.run("FROM t |> SELECT 1 / 0")
