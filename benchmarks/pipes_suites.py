"""The scores of the two pipe suites: every composition of three operators, and the traps of standard SQL.

Prints one JSON object. Reads the shared copies beside the repository, and the databases' support from `tests/support`.

    python benchmarks/pipes_suites.py [--suites FOLDER]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from googlesql import AnalysisError, Answer, Engine, EvaluationError, Table, installed  # noqa: E402
from pipe_engines import Dialect, difference, loaded, schema_of  # noqa: E402

from querywright import pipes  # noqa: E402

SUITES = ROOT.parent / "shared" / "data" / "pipes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suites", type=Path, default=SUITES)
    folder = parser.parse_args().suites
    lines = [json.loads(line) for line in (folder / "compose_suite.jsonl").read_text(encoding="utf-8").splitlines()]
    traps = json.loads((folder / "trap_suite.json").read_text(encoding="utf-8"))
    report = {
        "benchmark": "pipes_suites",
        "compositions": {dialect: compositions(lines, dialect) for dialect in ("sqlite", "duckdb")},
        "traps_compiled": compiled_traps(traps),
        "traps_decompiled": decompiled_traps(traps) if installed() else "needs zetasql",
    }
    print(json.dumps(report, indent=2, ensure_ascii=False))


def tables_of(found: dict[str, Any]) -> dict[str, Table]:
    return {name: Table(tuple(map(tuple, columns)), tuple(map(tuple, rows))) for name, (columns, rows) in found.items()}


def compositions(lines: list[dict[str, Any]], dialect: Dialect) -> dict[str, Any]:
    """Right ones by the number of operators."""
    tables, started = tables_of(lines[0]["tables"]), time.perf_counter()
    total, right, wrong = Counter[int](), Counter[int](), []
    with loaded(dialect, tables) as run:
        for line in lines[1:]:
            total[line["n"]] += 1
            expected = Answer(tuple(line["cols"]), list(map(tuple, line["rows"])))
            try:
                compiled = pipes.compile(pipes.parse(line["sql"]), dialect=dialect, schema=schema_of(tables))
                said = difference(expected, run(compiled), ordered=False)
            except Exception as error:
                said = str(error)
            right[line["n"]] += not said
            wrong += [f"{line['id']}: {said}"] if said else []
    return {
        "right": {f"{n} operators": f"{right[n]} of {total[n]}" for n in sorted(total)},
        "wrong": wrong[:10],
        "seconds": round(time.perf_counter() - started, 1),
    }


def compiled_traps(traps: dict[str, Any]) -> dict[str, Any]:
    """The pipes of all pairs, compiled to SQLite, against what the standard query gives."""
    tables = tables_of(traps["tables"])
    cases = [case for case in traps["cases"] if case["kind"] == "equivalent"]
    wrong = []
    with loaded("sqlite", tables) as run:
        for case in cases:
            try:
                compiled = pipes.compile(
                    pipes.parse(case["googlesql_pipe"]), dialect="sqlite", schema=schema_of(tables)
                )
                found = run(compiled)
                said = difference(
                    Answer(found.columns, list(map(tuple, case["expected_standard"]))), found, case["ordered"]
                )
            except Exception as error:
                said = str(error)
            wrong += [f"{case['id']}: {said}"] if said else []
    return {"right": f"{len(cases) - len(wrong)} of {len(cases)}", "wrong": wrong[:10]}


def decompiled_traps(traps: dict[str, Any]) -> dict[str, Any]:
    """The standard queries of all cases, decompiled and run natively on GoogleSQL, against what SQLite gives."""
    tables = tables_of(traps["tables"])
    wrong, naive = [], 0
    with loaded("sqlite", tables) as run, Engine(tables) as googlesql:
        for case in traps["cases"]:
            try:
                query = pipes.decompile(
                    case["sqlite_sql"], dialect="sqlite", schema=schema_of(tables), mode="googlesql"
                )
                said = difference(run(case["sqlite_sql"]), googlesql.run(str(query)), case["ordered"])
                naive += case["kind"] != "equivalent" and str(query) == str(pipes.parse(case["googlesql_pipe"]))
            except (AnalysisError, EvaluationError, ValueError) as error:
                said = str(error)
            wrong += [f"{case['id']}: {said}"] if said else []
    total = len(traps["cases"])
    return {"right": f"{total - len(wrong)} of {total}", "naive_forms_produced": naive, "wrong": wrong[:10]}


if __name__ == "__main__":
    main()
