"""What becomes of a dataset's gold queries as pipes: how fast they are decompiled, and how many hold.

Prints one JSON object: queries a second on one core (CPU time) and on two (wall time); how many decompile, verify on
their databases, and are accepted by GoogleSQL's analyzer in googlesql mode; which operators appear; refusals by reason.

    python benchmarks/pipes_decompile.py [FILE ...] [--databases FOLDER] [--limit N] [--no-verify] [--examples 5]

FILE is JSONL with `db_id` and `SQL`; by default Spider's train and dev, shared beside the repository.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from googlesql import AnalysisError, Engine, Table, installed  # noqa: E402

from querywright import pipes  # noqa: E402
from querywright.databases import Catalog, Database  # noqa: E402
from querywright.databases.schema import Schema  # noqa: E402
from querywright.errors import NotDecompilable, PipeError, QueryError  # noqa: E402
from querywright.pipes.scope import Tables  # noqa: E402
from querywright.pipes.verification import verify  # noqa: E402

SPIDER = ROOT.parent / "shared" / "data" / "spider"
ROUNDS = 3

Query = tuple[str, str]
"""Database and SQL."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, default=[SPIDER / "train.jsonl", SPIDER / "dev.jsonl"])
    parser.add_argument("--databases", type=Path, default=SPIDER / "database")
    parser.add_argument("--limit", type=int, help="this many queries, spread evenly")
    parser.add_argument("--no-verify", action="store_true")
    parser.add_argument("--examples", type=int, default=5, help="of each kind of failure")
    arguments = parser.parse_args()
    with Catalog.open(arguments.databases) as catalog:
        rows = [row for file in arguments.files for row in _rows(file) if row["db_id"] in catalog]
        if arguments.limit:
            rows = rows[:: max(1, len(rows) // arguments.limit)]
        weights = Counter((row["db_id"], row["SQL"]) for row in rows)
        coverage = Coverage(arguments.examples)
        for db_id, queries in groupby(sorted(weights), key=lambda query: query[0]):
            coverage.of(catalog[db_id], [(sql, weights[db_id, sql]) for _, sql in queries], not arguments.no_verify)
        report = {"benchmark": "pipes_decompile", "queries": len(rows), "distinct": len(weights), "rounds": ROUNDS}
        schemas = {db_id: catalog[db_id].schema for db_id in {db_id for db_id, _ in weights}}
    report |= {"speed": speed(schemas, sorted(weights)), **coverage.report()}
    print(json.dumps(report, indent=2, ensure_ascii=False))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


# ── speed ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def speed(schemas: Mapping[str, Schema], queries: list[Query]) -> dict[str, Any]:
    """Queries a second, both modes, from text to tree; schemas are read before."""
    one = {mode: statistics.median(_rate(schemas, queries, mode) for _ in range(ROUNDS)) for mode in _MODES}
    with ProcessPoolExecutor(2, initializer=_remember, initargs=(schemas,)) as pool:
        halves = [queries[::2], queries[1::2]]
        list(pool.map(_work, halves))
        two = statistics.median(_together(pool, halves) for _ in range(ROUNDS))
    return {
        "portable_per_second": round(one["portable"]),
        "googlesql_per_second": round(one["googlesql"]),
        "portable_per_second_two_processes": round(two),
        "reach_per_second": 1000,
        "reach_per_second_two_processes": 1800,
    }


_MODES = ("portable", "googlesql")
_known: dict[str, Schema] = {}


def _remember(schemas: Mapping[str, Schema]) -> None:
    _known.update(schemas)


def _rate(schemas: Mapping[str, Schema], queries: list[Query], mode: str) -> float:
    start = time.process_time()
    _decompile_all(schemas, queries, mode)
    return len(queries) / (time.process_time() - start)


def _together(pool: ProcessPoolExecutor, halves: list[list[Query]]) -> float:
    start = time.perf_counter()
    list(pool.map(_work, halves))
    return sum(map(len, halves)) / (time.perf_counter() - start)


def _work(queries: list[Query]) -> None:
    _decompile_all(_known, queries, "portable")


def _decompile_all(schemas: Mapping[str, Schema], queries: list[Query], mode: str) -> None:
    for db_id, sql in queries:
        try:
            pipes.decompile(sql, dialect="sqlite", schema=schemas[db_id], mode=mode)  # type: ignore[arg-type]
        except PipeError:
            continue


# ── coverage ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Coverage:
    """What became of the queries so far, each counted as often as it stands in the dataset."""

    def __init__(self, examples: int) -> None:
        self._most = examples
        self._counts = Counter[str]()
        self._reasons: dict[str, Counter[str]] = defaultdict(Counter)
        self._examples: dict[str, list[str]] = defaultdict(list)
        self._operators = Counter[str]()
        self._sources = Counter[str]()

    def of(self, database: Database, queries: Iterable[tuple[str, int]], verified: bool) -> None:
        """One database's queries."""
        engine = Engine(googlesql_tables(database.schema)) if installed() else None
        for sql, weight in queries:
            self._counts["queries"] += weight
            self._portable(database, sql, weight, verified)
            self._googlesql(database, engine, sql, weight)
        if engine is not None:
            engine.close()

    def _portable(self, database: Database, sql: str, weight: int, verified: bool) -> None:
        try:
            query = pipes.decompile(sql, dialect=database.dialect, schema=database.schema)
        except Exception as error:
            return self._failed("not decompiled", _reason(error), database, sql, str(error), weight)
        self._counts["decompiled"] += weight
        self._operators.update({type(operator).__name__: weight for operator in query.operators})
        if not verified:
            return None
        try:
            found = verify(sql, query, database)
        except QueryError:
            self._counts["gold does not run"] += weight
            return None
        except Exception as error:
            return self._failed("verification broke", type(error).__name__, database, sql, str(error), weight)
        if found:
            self._counts["verified"] += weight
            return None
        said = found.quarantine.difference if found.quarantine else ""
        return self._failed("not verified", found.outcome, database, sql, f"{query}: {said}", weight)

    def _googlesql(self, database: Database, engine: Engine | None, sql: str, weight: int) -> None:
        try:
            text = str(pipes.decompile(sql, dialect=database.dialect, schema=database.schema, mode="googlesql"))
        except Exception as error:
            return self._failed("not decompiled to googlesql", _reason(error), database, sql, str(error), weight)
        self._counts["decompiled to googlesql"] += weight
        try:
            if engine is not None:
                engine.analyze(text)
                self._counts["accepted by googlesql"] += weight
        except AnalysisError as error:
            return self._failed("not googlesql", str(error)[:40], database, sql, f"{text}: {error}", weight)
        return None

    def _failed(self, what: str, reason: str, database: Database, sql: str, said: str, weight: int) -> None:
        self._reasons[what][reason] += weight
        if len(self._examples[what]) < self._most:
            self._examples[what].append(f"{database.db_id}: {sql} → {said}")

    def report(self) -> dict[str, Any]:
        total = self._counts["queries"]
        shares = {f"{name} %": round(100 * n / total, 2) for name, n in self._counts.items() if name != "queries"}
        return {
            "counts": dict(self._counts),
            **shares,
            "operators": dict(self._operators.most_common()),
            "reasons": {what: dict(reasons.most_common(12)) for what, reasons in self._reasons.items()},
            "examples": dict(self._examples),
        }


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, NotDecompilable) else repr(error)[:60]


def googlesql_tables(schema: Schema) -> dict[str, Table]:
    """The schema's tables for GoogleSQL's analyzer, as pipes see them: without rows; what has no type is text."""
    known = Tables(schema)
    return {
        table.name: Table(tuple((f.name, f.type or "STRING") for f in known.fields(table.name) or ()), None)
        for table in schema.tables
    }


if __name__ == "__main__":
    main()
