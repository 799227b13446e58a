"""How long the description index of a large schema takes, and whether whole questions find the columns they need.

    python benchmarks/description_index.py [--tables 1000] [--columns 20] [--spider FOLDER] [--folder FOLDER]

The schema is made up of two-word names with descriptions. With `--spider` (a folder with `database/` and `dev.jsonl`),
the schemas of all its databases are one schema, and questions of dev are asked of that: `columns@150` is the share of
the right answer's columns among the first 150, `tables@150` the share of questions all of whose tables are among those
columns' tables. Prints one JSON object; times are of processor.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from querywright.databases import Catalog, Column, Database, Schema, Table
from querywright.datasets import read_jsonl
from querywright.models.local import FolderEmbedding
from querywright.retrieval.descriptions import DescriptionIndex
from querywright.retrieval.embedding import Embedder, embedded
from querywright.sql.references import references

SYLLABLES = ("ba", "co", "di", "fer", "gan", "hol", "il", "jam", "ku", "lem", "mon", "nar", "ost", "pri", "qua", "rel")
LIMIT = 150


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--spider", type=Path)
    parser.add_argument("--folder", help="weights to embed with; without it, the embedded model")
    parser.add_argument("--asked", type=int, default=200)
    arguments = parser.parse_args()
    embed = embedded()
    if arguments.folder:
        model = FolderEmbedding(arguments.folder)
        embed = Embedder(model.name, model.vectors)
    figures: dict[str, Any] = {"model": embed.name}
    if arguments.spider:
        figures["spider as one schema"] = found_in_spider(arguments.spider, embed, arguments.asked)
    else:
        figures["made up"] = timed_on(made_up(arguments.tables, arguments.columns), embed)
    print(json.dumps(figures, indent=2))


def holding(schema: Schema) -> Database:
    """What stands for a database of which only the schema is asked."""
    return cast(Database, SimpleNamespace(schema=schema, db_id=schema.db_id))


def made_up(tables: int, columns: int) -> Schema:
    chance = random.Random(1)
    words = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES]

    def named() -> str:
        return "_".join(chance.sample(words, 2))

    def column(name: str) -> Column:
        return Column(name, "TEXT", "text", description=" ".join(["the", *chance.sample(words, 6)]))

    return Schema("large", "sqlite", tuple(
        Table(f"{named()}_{n}", tuple(column(f"{named()}_{m}") for m in range(columns))) for n in range(tables)
    ))  # fmt: skip


def timed_on(schema: Schema, embed: Embedder) -> dict[str, float]:
    database = holding(schema)
    table, column = schema.tables[-1], schema.tables[-1].columns[-1]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "index"
        figures = {"build_s": once(lambda: DescriptionIndex.build(database, folder, embed))}
        figures["build_again_s"] = once(lambda: DescriptionIndex.build(database, folder, embed))
        figures["open_s"] = once(lambda: DescriptionIndex.open(folder, embed))
        figures["disk_mb"] = round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6, 1)
        index = DescriptionIndex.open(folder, embed)
        keyword = f"{column.name.split('_')[0]} of {table.name.split('_')[0]}"
        question = f"How many {table.name.split('_')[0]} have the largest {column.name.split('_')[1]} in each year?"
        figures["search_ms"] = each(lambda: index.search(keyword))
        figures["question_columns_ms"] = each(lambda: index.question_columns(question, limit=LIMIT))
    return figures


def found_in_spider(spider: Path, embed: Embedder, asked: int) -> dict[str, float]:
    with Catalog.open(spider / "database") as catalog, tempfile.TemporaryDirectory() as made:
        tables = tuple(replace(table, namespace=db_id) for db_id in catalog for table in catalog[db_id].schema)
        index = DescriptionIndex.build(holding(Schema("spider", "sqlite", tables)), Path(made) / "index", embed)
        figures: dict[str, float] = {"tables": len(tables), "columns": sum(len(table.columns) for table in tables)}
        columns, whole = [], []
        for example in random.Random(7).sample(list(read_jsonl(spider / "dev.jsonl")), asked):
            names = {table.name: [c.name for c in table.columns] for table in catalog[example.db_id].schema}
            said = references(example.SQL, "sqlite", names)
            found = index.question_columns(example.question, limit=LIMIT)
            there = {(match.table, match.column) for match in found}
            needed = {(f"{example.db_id}.{table}", column) for table, column in said.columns if table}
            columns.append(len(needed & there) / len(needed) if needed else 1.0)
            whole.append({f"{example.db_id}.{table}" for table in said.tables} <= {table for table, _ in there})
    figures["columns@150"] = round(statistics.mean(columns), 3)
    figures["tables@150"] = round(statistics.mean(whole), 3)
    return figures


def once(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return round(time.process_time() - began, 2)


def each(work: Callable[[], object]) -> float:
    """Milliseconds, the median of twenty."""
    work()
    times = []
    for _ in range(20):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return round(1000 * statistics.median(times), 1)


if __name__ == "__main__":
    main()
