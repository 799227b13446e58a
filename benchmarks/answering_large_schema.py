"""A question to a schema of 1,000 tables of 20 columns, preset `fast`: python benchmarks/answering_large_schema.py

Prints JSON: for each round the longest prompt in tokens (four letters each), our own seconds (all but the model's
answer), each stage's share, and in how many of the questions the tables asked about were in the prompt. The value index
is the real one where it is installed.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from model_server import ModelServer

from querywright.answering import ask
from querywright.databases import Catalog
from querywright.models import ModelSettings, Roles

TABLES, COLUMNS, ROUNDS = 1_000, 20, 20
REACH = {"prompt_tokens": 8_000, "overhead_ms": 300}
DOMAINS = "sales hr finance legal plant fleet clinic school library airport hotel farm museum police court energy"
THINGS = (
    "order invoice customer employee contract machine vehicle patient student book flight room animal exhibit report "
    "judge meter payment supplier warehouse shift salary ticket visit grade loan gate guest field donor officer case "
    "turbine product driver nurse teacher author pilot waiter"
)
TEXTS = "city country code"
PARTS = f"status type date amount {TEXTS} note owner priority score level start end weight color rank".split()
CITIES = ("Lisbon", "Graz", "Lyon", "Turin", "Cork", "Bergen", "Porto", "Ghent", "Basel", "Gdansk")


def names() -> list[str]:
    """Names of the tables: every domain with things, then with what belongs to them."""
    plain = [f"{domain}_{thing}" for domain in DOMAINS.split() for thing in THINGS.split()]
    detail = [f"{name}_detail" for name in plain]
    return (plain + detail)[:TABLES]


def build(path: Path) -> None:
    """The database: keys from each table to another of its domain, some rows with cities."""
    chance = random.Random(7)
    with closing(sqlite3.connect(path)) as connection:
        tables = names()
        for number, name in enumerate(tables):
            other = tables[max(0, number - 1 - number % 5)]
            thing = name.split("_")[1]
            own = [f"{thing}_{part} {'TEXT' if part in TEXTS.split() else 'REAL'}" for part in PARTS]
            lines = ["id INTEGER PRIMARY KEY", "name TEXT", f"{other}_id INTEGER REFERENCES {other} (id)", *own]
            connection.execute(f"CREATE TABLE {name} ({', '.join(lines[:COLUMNS])})")
            rows = [(f"{name} {row}", chance.choice(CITIES)) for row in range(5)]
            connection.executemany(f"INSERT INTO {name} (name, {thing}_city) VALUES (?, ?)", rows)
        connection.commit()


def questions() -> list[tuple[str, set[str]]]:
    """Questions with the tables that they are about."""
    chance = random.Random(11)
    tables = [name for name in names() if not name.endswith("_detail")]
    found = []
    for number in range(ROUNDS):
        domain, thing = chance.choice(tables).split("_")
        part, city = chance.choice(PARTS), chance.choice(CITIES)
        asked = (
            f"What is the average {part} of each {thing} in the {domain} from {city}?",
            f"How many {domain} {thing}s are there in '{city}' with a {part} above 10?",
        )[number % 2]
        found.append((asked, {f"{domain}_{thing}"}))
    return found


class Timed:
    """Open models that tell how long was waited for them."""

    def __init__(self, models: Any) -> None:
        self._models = models
        self.seconds = 0.0
        self.prompts: list[str] = []

    def ask_for(self, role: Any, request: Any, shape: Any) -> Any:
        began = time.perf_counter()
        try:
            return self._models.ask_for(role, request, shape)
        finally:
            self.seconds += time.perf_counter() - began
            self.prompts.append(request.messages[0].content)


def index_of(database: Any, folder: Path) -> Any:
    """The value index; None where there is none in this version."""
    try:
        from querywright.retrieval import ValueIndex
    except ImportError:
        return None
    return ValueIndex.build(database, folder)


def measured(folder: Path, server: ModelServer) -> dict[str, Any]:
    path = folder / "wide.sqlite"
    build(path)
    roles = Roles(ModelSettings("compatible", "compatible", "test", base_url=server.url))
    overheads, prompts, stages, hits = [], [], defaultdict(list), 0
    with Catalog.open(path) as catalog, roles.open() as models:
        database = catalog["wide"]
        index = index_of(database, folder / "index")
        assert len(database.schema.tables) == TABLES
        for question, wanted in questions():
            timed = Timed(models)
            answer = ask(question, database, model=timed, preset="fast", values=index)  # type: ignore[arg-type]
            assert not answer.problem, answer.problem
            overheads.append(1000 * (answer.seconds - timed.seconds))
            prompts.append(max(len(prompt) // 4 for prompt in timed.prompts))
            for record in answer.trace:
                stages[record.stage].append(1000 * record.seconds)
            hits += all(f"CREATE TABLE {name} " in timed.prompts[0] for name in wanted)
    return {
        "benchmark": "answering_large_schema",
        "tables": TABLES,
        "columns": TABLES * COLUMNS,
        "questions": ROUNDS,
        "value_index": index is not None,
        "prompt_tokens": {"median": statistics.median(prompts), "most": max(prompts)},
        "overhead_ms": {
            "first, with imports": round(overheads[0]),
            "median": round(statistics.median(overheads)),
            "most of the others": round(max(overheads[1:])),
        },
        "stages_ms": {name: round(statistics.median(each), 1) for name, each in stages.items()},
        "asked_tables_shown": f"{hits} of {ROUNDS}",
        "reach": REACH,
    }


def main() -> None:
    written = '{"reasoning": "", "sql": "SELECT 1"}'
    with tempfile.TemporaryDirectory() as folder, ModelServer({"WrittenSQL": lambda *_: written}) as server:
        print(json.dumps(measured(Path(folder), server), indent=2))


if __name__ == "__main__":
    main()
