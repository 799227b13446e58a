"""Copies that hold altered rows: small databases of the same engine, or on a server rows that each query brings."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from querywright.databases.connectors import ENGINES
from querywright.databases.connectors.contract import Connector
from querywright.databases.connectors.duckdb import DuckDBConnector, open_in_memory
from querywright.databases.literals import qualified, quote
from querywright.databases.rendering import render
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Schema, Table
from querywright.databases.watchdog import Watchdog
from querywright.databases.witnesses.alterations import ORDER, altered, repaired
from querywright.databases.witnesses.asking import Asking
from querywright.databases.witnesses.filling import fill_duckdb, fill_sqlite
from querywright.databases.witnesses.fitting import fitting
from querywright.databases.witnesses.inventing import invented
from querywright.databases.witnesses.sampling import (
    Mentioned,
    Queryable,
    Rows,
    mentioned_values,
    read_tables,
    sample_rows,
    trees_of,
)
from querywright.errors import WitnessesUnavailable
from querywright.sql.parsing import Tree


class Place(Protocol):
    """What answers queries about a copy."""

    def execute(self, sql: str, limits: Limits) -> Result: ...


@dataclass
class Witness:
    """A small altered copy of some tables. Close it, or use it as a context manager."""

    name: str
    """How its rows were altered: `sample`, `boundaries`, `nulls`, `duplicates`, `childless`, `swaps`, `mixed`."""
    rows: Rows
    """What it holds, by the full names of tables."""
    place: Place
    _give_back: Callable[[], None] = field(repr=False)

    def execute(self, sql: str, limits: Limits) -> Result:
        """Run one query that the statement guard has passed. Raises as a connector does; on a server also
        WitnessesUnavailable, where it is none of those the copy was made for and cannot be asked of it."""
        return self.place.execute(sql, limits)

    def close(self) -> None:
        """Give back what the copy takes."""
        self._give_back()

    def __enter__(self) -> Witness:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Plan:
    """What witnesses of some queries are made from; the same database, queries and seed make the same plan."""

    trees: list[Tree]
    tables: list[Table]
    mentioned: Mentioned
    rows: Rows
    seed: int
    bench: Callable[[], Bench] = field(repr=False)
    """Opens a place to make the copies in."""

    def altered(self, number: int) -> tuple[str, Rows]:
        """The name and the rows of the witness of this number."""
        name = ORDER[min(number, len(ORDER) - 1)]
        return name, altered(name, self.rows, self.tables, self.mentioned, random.Random(f"{self.seed}:{number}"))

    def invented(self) -> Plan:
        """A plan of the same copies with made up rows, which are there also where the tables are empty."""
        exactly = mentioned_values(self.trees, self.tables, exactly=True)
        return replace(self, rows=invented(self.tables, self.trees, exactly, random.Random(f"{self.seed}:invented")))


def plan(database: Queryable, queries: Sequence[str], seed: int) -> Plan:
    """Sample the rows that these queries read. Raises as `witnesses`."""
    dialect = database.dialect
    if dialect not in (*BENCHES, *SERVERS):
        raise WitnessesUnavailable(f"none are made for {dialect}")
    trees = trees_of(queries, dialect)
    asking = Asking(database, queries) if dialect in SERVERS else None
    tables = asking.tables if asking else read_tables(trees, database.schema)
    mentioned = mentioned_values(trees, tables)
    rows = sample_rows(database, tables, mentioned, random.Random(f"{seed}:rows"))
    if asking is None:
        return Plan(trees, tables, mentioned, rows, seed, lambda: BENCHES[dialect](tables))
    asking.prove(rows)
    return Plan(trees, tables, mentioned, rows, seed, lambda: ServerBench(asking, rows, blind=dialect == "mysql"))


def witnesses(database: Queryable, queries: Sequence[str], count: int = 7, seed: int = 0) -> list[Witness]:
    """Small altered copies of what the queries read; the same ones for the same seed.

    Args:
        database: where they are asked.
        queries: the queries to be told apart; their tables are copied and their literals guide the alterations.
        count: how many copies.
        seed: of the choice of rows and of alterations.

    Raises:
        QueryRejected: a query cannot be parsed.
        DatabaseUnavailable: the database is gone.
        WitnessesUnavailable: the database is on a server, and a query holds what a copy would not stand for.
    """
    planned = plan(database, queries, seed)
    made = []
    for number in range(count):
        bench = planned.bench()
        made.append(bench.copy(*planned.altered(number)))
        made[-1]._give_back = bench.close
    return made


class Bench(Protocol):
    """A place to make copies in, one after another: making the next one takes the last one away."""

    def copy(self, name: str, rows: Rows) -> Witness: ...
    def close(self) -> None: ...


class SQLiteBench:
    """One file in a temporary folder, refilled: creating and opening a file anew costs as much as the rest."""

    def __init__(self, tables: list[Table]) -> None:
        import sqlite3

        self._tables = tables
        self._watchdog = Watchdog()
        self._folder = tempfile.TemporaryDirectory(prefix="querywright-witness-")
        path = Path(self._folder.name) / "witness.sqlite"
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = MEMORY")
        self._connection.execute("PRAGMA synchronous = OFF")
        for statement in _statements(tables, "sqlite"):
            self._connection.execute(statement)
        self._connector: Connector = ENGINES["sqlite"](path, self._watchdog)

    def copy(self, name: str, rows: Rows) -> Witness:
        """The same tables with these rows instead."""
        self._connection.execute("BEGIN")
        for table in self._tables:
            self._connection.execute(f"DELETE FROM {qualified(table, 'sqlite')}")
        written = {t.full_name: fill_sqlite(self._connection, t, rows[t.full_name]) for t in self._tables}
        self._connection.execute("COMMIT")
        return Witness(name, written, self._connector, lambda: None)

    def close(self) -> None:
        """Delete the folder."""
        self._connector.close()
        self._connection.close()
        self._watchdog.close()
        self._folder.cleanup()


class DuckDBBench:
    """One database in memory, refilled: starting a DuckDB takes fifty milliseconds, refilling it a few."""

    def __init__(self, tables: list[Table]) -> None:
        self._tables = tables
        self._connection = open_in_memory()
        for statement in _statements(tables, "duckdb"):
            self._connection.execute(statement)
        self._connection.execute("SET lock_configuration = true")
        self._connector = DuckDBConnector("witness", opened=self._connection.cursor())

    def copy(self, name: str, rows: Rows) -> Witness:
        """The same tables with these rows instead."""
        for table in self._tables:
            self._connection.execute(f"DELETE FROM {qualified(table, 'duckdb')}")
        written = {t.full_name: fill_duckdb(self._connection, t, rows[t.full_name]) for t in self._tables}
        return Witness(name, written, self._connector, lambda: None)

    def close(self) -> None:
        """Forget it all."""
        self._connector.close()
        self._connection.close()


class ServerBench:
    """Copies that nobody writes: the rows travel in each query.

    Args:
        asking: the server, and the queries that will be asked.
        sampled: unaltered rows, which show what columns of less known types hold.
        blind: whether two texts that differ in case only are one key.
    """

    def __init__(self, asking: Asking, sampled: Rows, blind: bool) -> None:
        self._asking, self._sampled, self._blind = asking, sampled, blind

    def copy(self, name: str, rows: Rows) -> Witness:
        """These rows, without those that the tables could not hold."""
        tables = self._asking.tables
        fit = {t.full_name: fitting(rows[t.full_name], t, self._sampled[t.full_name]) for t in tables}
        held = repaired(fit, tables, self._blind)
        return Witness(name, held, _Carried(self._asking, held), lambda: None)

    def close(self) -> None:
        """There is nothing to give back."""


@dataclass(frozen=True)
class _Carried:
    asking: Asking
    rows: Rows

    def execute(self, sql: str, limits: Limits) -> Result:
        return self.asking.execute(sql, self.rows, limits)


BENCHES: Mapping[str, Callable[[list[Table]], Bench]] = {"sqlite": SQLiteBench, "duckdb": DuckDBBench}
SERVERS = ("postgres", "mysql")
"""Dialects of servers, where a copy is never written."""


def _statements(tables: list[Table], dialect: str) -> list[str]:
    """What creates the tables: keys but no foreign keys, which the rows already obey; views become tables."""
    plain = tuple(replace(t, foreign_keys=(), description=None) for t in tables)
    schemas = dict.fromkeys(quote(t.namespace, dialect) for t in tables if t.namespace)
    ddl = [render(Schema("witness", dialect, (table,))) for table in plain]
    return [*(f"CREATE SCHEMA {name}" for name in schemas), *ddl]
