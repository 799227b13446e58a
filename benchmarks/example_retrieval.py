"""How good each way of choosing examples is: does it find one whose query has the skeleton of the right answer?

    python benchmarks/example_retrieval.py TRAIN.jsonl DEV.jsonl DATABASES [--folder FOLDER] [--asked 300] [--base 0]

The index is of TRAIN; questions are drawn from DEV, whose databases are others. Where two figures stand for a strategy,
`values` asks the masks' values of the right answer, which is what knowing the database's values can give at best.
`dail` and `draft-sql` are given the right answer as the draft: their ceiling. Prints one JSON object:

- `recall@5`: the share of questions with an example of the same skeleton among the first five; at best `reachable`;
- `jaccard@5`: how alike the skeletons of the five are to the right one, words with how often they come, on average;
- `ms`: milliseconds of processor time for a search, median.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from querywright.databases import Catalog, Schema
from querywright.datasets import Example, read_jsonl
from querywright.models.local import FolderEmbedding
from querywright.retrieval.embedding import Embedder, embedded
from querywright.retrieval.examples import STRATEGIES, ExampleIndex
from querywright.retrieval.masking import mask_sql
from querywright.retrieval.masking.queries import read
from querywright.retrieval.masking.questions import Lookup, as_value
from querywright.sql.references import references

K = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("dev", type=Path)
    parser.add_argument("databases", type=Path)
    parser.add_argument("--folder", help="weights to embed with; without it, the embedded model")
    parser.add_argument("--asked", type=int, default=300, help="questions, drawn by a seed")
    parser.add_argument("--base", type=int, default=0, help="examples, drawn by a seed; 0: all")
    arguments = parser.parse_args()
    embed = embedded()
    if arguments.folder:
        model = FolderEmbedding(arguments.folder)
        embed = Embedder(model.name, model.vectors)
    base = drawn(list(read_jsonl(arguments.train)), arguments.base)
    asked = drawn(list(read_jsonl(arguments.dev)), arguments.asked)
    with Catalog.open(arguments.databases) as catalog, tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        index = ExampleIndex.build(base, Path(folder) / "index", embed, catalog)
        figures: dict[str, Any] = {"model": embed.name, "examples": len(index), "asked": len(asked)}
        figures["build_cpu_seconds"] = round(time.process_time() - started, 1)
        figures["disk_mb"] = round(sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()) / 1e6, 1)
        started = time.process_time()
        ExampleIndex.build(base, Path(folder) / "index", embed, catalog)
        figures["build_again_cpu_seconds"] = round(time.process_time() - started, 1)
        skeletons = {shape(example, catalog) for example in base}
        figures["reachable"] = share([shape(example, catalog) in skeletons for example in asked])
        for strategy in STRATEGIES:
            figures[strategy] = measured(index, asked, strategy, catalog, values=False)
            if strategy in ("masked-alignment", "masked-question", "dail"):
                figures[f"{strategy}, values"] = measured(index, asked, strategy, catalog, values=True)
    print(json.dumps(figures, indent=2))


def drawn(examples: list[Example], count: int) -> list[Example]:
    return random.Random(7).sample(examples, count) if 0 < count < len(examples) else examples


def measured(
    index: ExampleIndex, asked: list[Example], strategy: str, catalog: Catalog, values: bool
) -> dict[str, float]:
    hits, likeness, times = [], [], []
    for example in asked:
        schema = catalog[example.db_id].schema
        lookup = literals_of(example, schema) if values else None
        began = time.process_time()
        found = index.search(example.question, schema, K, strategy, draft_sql=example.SQL, values=lookup)
        times.append(time.process_time() - began)
        right = shape(example, catalog)
        given = [shape(one.example, catalog) for one in found]
        hits.append(right in given)
        likeness.append(statistics.mean(jaccard(right, one) for one in given))
    return {
        "recall@5": share(hits),
        "jaccard@5": round(statistics.mean(likeness), 3),
        "ms": round(1000 * statistics.median(times), 1),
    }


_SHAPES: dict[tuple[str, str], str] = {}


def shape(example: Example, catalog: Catalog) -> str:
    key = (example.db_id, example.SQL)
    if key not in _SHAPES:
        schema = catalog[example.db_id].schema
        _SHAPES[key] = mask_sql(example.SQL, schema.dialect, schema)
    return _SHAPES[key]


def literals_of(example: Example, schema: Schema) -> Lookup:
    tree = read(example.SQL, schema.dialect, schema)
    held = {as_value(str(literal)) for literal in references(tree, schema.dialect).literals}
    return lambda text: as_value(text) in held


def jaccard(one: str, other: str) -> float:
    first, second = Counter(one.split()), Counter(other.split())
    return (first & second).total() / (first | second).total()


def share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3)


if __name__ == "__main__":
    main()
