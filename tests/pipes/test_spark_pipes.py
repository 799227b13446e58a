"""Pipes as Spark's subset, run by Spark itself: they give what GoogleSQL gives for the query they were printed from."""

from pathlib import Path

import pytest
from company_tables import TABLES
from googlesql import Engine
from pipe_engines import difference
from spark_session import Spark

from querywright import pipes
from querywright.errors import NotCompilable

pytestmark = pytest.mark.spark

PAIRS = (Path(__file__).parent / "compiled.sql").read_text().split("\n\n")[1:]
PIPES = [pair.strip().splitlines()[0].removesuffix(";") for pair in PAIRS]


@pytest.fixture(scope="module")
def loaded(spark: Spark) -> Spark:
    spark.load(TABLES)
    return spark


@pytest.mark.parametrize("pipe", PIPES)
def test_spark_runs_what_is_printed_for_it(pipe: str, loaded: Spark, googlesql: type[Engine]) -> None:
    try:
        text = pipes.render(pipes.parse(pipe), "spark")
    except NotCompilable as refusal:
        pytest.skip(f"refused by name: {refusal}")
    with googlesql(TABLES) as engine:
        expected, ordered = engine.run(pipe), engine.analyze(pipe).ordered
    got = loaded.run(text)
    assert not difference(expected._replace(columns=got.columns), got, ordered)
