"""Spark for tests: one local session, tuned to answer tiny queries quickly, and what it gives on tables of ours."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from googlesql import AnalysisError, Answer, EvaluationError, Table

TYPES = {"INT64": "BIGINT", "FLOAT64": "DOUBLE", "STRING": "STRING", "BOOL": "BOOLEAN", "DATE": "DATE"}

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "UTC",
}


class Absent(Exception):
    """pyspark or Java are not here."""


@contextmanager
def session() -> Iterator[Spark]:
    """The one session of this process. Raises Absent."""
    if find_spec("pyspark") is None:
        raise Absent("pyspark is not installed: pip install 'querywright[spark]'")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise Absent("Spark needs Java 17 or newer: install a JRE")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory(prefix="qw-spark-") as folder:
        builder = SparkSession.builder.master("local[1]").appName("querywright")
        for name, value in {**SETTINGS, "spark.sql.warehouse.dir": folder, "spark.local.dir": folder}.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("OFF")
        try:
            yield Spark(spark)
        finally:
            spark.stop()


class Spark:
    """A session, and the tables it was given last."""

    def __init__(self, spark: Any) -> None:
        self._spark = spark

    def load(self, tables: Mapping[str, Table]) -> None:
        """Make these the tables that queries see, by their names."""
        for view in self._spark.catalog.listTables():
            self._spark.catalog.dropTempView(view.name)
        for name, table in tables.items():
            schema = ", ".join(f"`{column}` {TYPES[kind]}" for column, kind in table.columns)
            rows = [tuple(row) for row in table.rows or ()]
            self._spark.createDataFrame(rows, schema).createOrReplaceTempView(name)

    def run(self, sql: str) -> Answer:
        """The columns' names and the rows.

        Raises:
            AnalysisError: Spark does not accept the query.
            EvaluationError: it fails on these rows.
        """
        from pyspark.errors import AnalysisException, ParseException, PySparkException

        try:
            frame = self._spark.sql(sql)
        except (AnalysisException, ParseException) as error:
            raise AnalysisError(str(error)) from None
        try:
            return Answer(tuple(frame.columns), [tuple(row) for row in frame.collect()])
        except PySparkException as error:
            raise EvaluationError(str(error)) from None
