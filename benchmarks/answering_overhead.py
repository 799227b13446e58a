"""What answering costs beside its model: questions of the demo through `chase`, 21 candidates, all answers cached.

Every question is asked twice. The second time each answer comes from the cache, so what is left is our own work and the
SQL, whose seconds are told apart. Prints one JSON object.

    python benchmarks/answering_overhead.py [--questions 40] [--preset chase]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import querywright as qw
from querywright.answering import ask
from querywright.demo import create_databases, write_seeds
from querywright.models import ModelSettings, Roles
from querywright.sql.references import references

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from model_server import ModelServer
from oracle_model import Gold, Oracle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--preset", default="chase")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        create_databases(Path(folder) / "databases")
        seeds = write_seeds(Path(folder) / "seeds.jsonl")
        with qw.Catalog.open(Path(folder) / "databases") as catalog:
            print(json.dumps(measure(catalog, seeds, arguments.questions, arguments.preset, Path(folder)), indent=2))


def measure(catalog: qw.Catalog, seeds: Path, questions: int, preset: str, folder: Path) -> dict[str, Any]:
    """Milliseconds a question beside the model."""
    rows = [row for row in qw.read_dataset(seeds) if catalog[row.db_id].dialect == "sqlite"][:questions]
    gold = {row.question: _gold(row, catalog) for row in rows}
    with ModelServer(Oracle(gold, share=0.6).answers()) as server:
        settings = ModelSettings("compatible", "compatible", "oracle", base_url=server.url)
        with Roles(settings, cache=folder / "answers.sqlite").open() as models:
            for row in rows:
                ask(row.question, catalog[row.db_id], model=models, preset=preset)
            spent = [_timed(row, catalog, models, preset) for row in rows]
    own, sql = [ours for ours, _, _ in spent], [asked for _, asked, _ in spent]
    return {
        "preset": preset,
        "questions": len(rows),
        "candidates": median(number for _, _, number in spent),
        "own_milliseconds": {"median": round(1000 * median(own), 1), "most": round(1000 * max(own), 1)},
        "sql_milliseconds": {"median": round(1000 * median(sql), 1), "most": round(1000 * max(sql), 1)},
        "reach_milliseconds": 150,
    }


def _timed(row: qw.Example, catalog: qw.Catalog, models: Any, preset: str) -> tuple[float, float, int]:
    began = time.perf_counter()
    answer = ask(row.question, catalog[row.db_id], model=models, preset=preset)
    seconds = time.perf_counter() - began
    different = {id(each.outcome): each.outcome for each in answer.known.candidates}
    asked = sum(outcome.seconds for outcome in different.values() if isinstance(outcome, qw.Result))
    return seconds - asked, asked, len(answer.known.candidates)


def _gold(row: qw.Example, catalog: qw.Catalog) -> Gold:
    names = {table.full_name: [c.name for c in table.columns] for table in catalog[row.db_id].schema}
    found = references(row.SQL, catalog[row.db_id].dialect, names)
    return Gold(row.SQL, found.tables, found.columns)


if __name__ == "__main__":
    main()
