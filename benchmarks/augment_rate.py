"""What the embedded author makes of seeds in each direction, how much of it passes, and what it costs.

Takes rows of a file of seeds (`db_id` and `SQL`), rewrites each in the six directions with up to three tries, verifies
what came, and words it. Prints one JSON object: kept variants by direction and rewrite, reasons of rejects, the share
that could be worded, and CPU milliseconds per kept variant (without the wording, and without opening the databases).

    python benchmarks/augment_rate.py SEEDS.jsonl --databases DATABASES [--count 500] [--seed 0]
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from querywright.databases import Catalog, Database
from querywright.errors import QueryRejected
from querywright.runs.steps import Reject
from querywright.sql import parse
from querywright.sql.parsing import Tree
from querywright.synthesis.augment import DIRECTIONS, Variant, rewrite, verify
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.lexicon import Lexicon

TRIES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seeds", type=Path)
    parser.add_argument("--databases", type=Path, required=True)
    parser.add_argument("--count", type=int, default=500, help="seeds to take")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.seeds.read_text().splitlines()]
    with Catalog.open(arguments.databases) as catalog:
        filled = {d: any(t.row_count for t in catalog[d].schema) for d in catalog}
        rows = [r for r in rows if filled.get(r["db_id"])]
        chosen = random.Random(arguments.seed).sample(rows, min(arguments.count, len(rows)))
        print(json.dumps(measure(catalog, chosen), indent=2))


def measure(catalog: Catalog, seeds: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Rewrite, verify and word every seed in every direction."""
    tally = _Tally()
    by_database: dict[str, list[str]] = defaultdict(list)
    for row in seeds:
        by_database[row["db_id"]].append(row["SQL"])
    for db_id, queries in by_database.items():
        database = catalog[db_id]
        lexicon = Lexicon.read(database)
        context = Context.read(database, lexicon)
        for table in context.tables:
            context.samples.rows(table)
        for sql in queries:
            tree = tally.tree(sql, database.dialect)
            for direction in DIRECTIONS if tree is not None else ():
                variant = tally.variant(database, context, sql, tree, direction)
                if variant is not None:
                    tally.word(variant, lexicon)
    return tally.summary(len(seeds))


class _Tally:
    def __init__(self) -> None:
        self.cpu = 0.0
        self.kept: Counter[str] = Counter()
        self.rewrites: Counter[str] = Counter()
        self.worded: Counter[str] = Counter()
        self.rejects: Counter[str] = Counter()

    def tree(self, sql: str, dialect: str) -> Tree | None:
        started = time.process_time()
        try:
            return parse(sql, dialect)
        except QueryRejected:
            self.rejects["the seed cannot be read"] += 1
            return None
        finally:
            self.cpu += time.process_time() - started

    def variant(self, database: Database, context: Context, sql: str, tree: Tree, direction: str) -> Variant | None:
        started = time.process_time()
        try:
            return self._try(database, context, sql, tree, direction)
        finally:
            self.cpu += time.process_time() - started

    def _try(self, database: Database, context: Context, sql: str, tree: Tree, direction: str) -> Variant | None:
        rng, tried = random.Random(f"{database.db_id}:{sql}:{direction}"), []
        for _ in range(TRIES):
            try:
                found = rewrite(tree, context, direction, rng, tried)
            except Reject as reject:
                self.rejects[f"{direction}: {reject.reason}"] += 1
                return None
            tried.append(found.rewrite)
            try:
                verify(database, sql, found)
            except Reject as reject:
                self.rejects[f"{direction} ({found.rewrite}): {reject.reason}"] += 1
                continue
            self.kept[direction] += 1
            self.rewrites[f"{direction}: {found.rewrite}"] += 1
            return found
        return None

    def word(self, variant: Variant, lexicon: Lexicon) -> None:
        try:
            ask(parse(variant.sql, lexicon.dialect), lexicon, None, random.Random(0))
        except CannotSay:
            return
        self.worded[f"{variant.direction}: {variant.rewrite}"] += 1

    def summary(self, seeds: int) -> dict[str, Any]:
        kept = sum(self.kept.values())
        return {
            "seeds": seeds,
            "kept": kept,
            "kept_by_direction": dict(self.kept),
            "cpu_ms_per_kept": round(1000 * self.cpu / max(kept, 1), 2),
            "worded": f"{sum(self.worded.values())} of {kept}",
            "rewrites": {n: f"{k} kept, {self.worded[n]} worded" for n, k in sorted(self.rewrites.items())},
            "rejects": dict(self.rejects.most_common()),
        }


if __name__ == "__main__":
    main()
