"""How near the grammar author's queries come to the profile they are steered by, and what each kind costs.

Draws round the databases as a run does, drops what repeats an earlier query by skeleton and columns, and prints one
JSON object: the feature table beside the profile, the share of draws that got exactly the features drawn, CPU time,
and for each kind of query how many were kept and how many tries were dropped and why.

    python benchmarks/profile_mix.py [DATABASES] [--count 3000] [--profile sqlflow] [--seed 0]

Without DATABASES the four demo databases are made in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.demo import create_databases
from querywright.runs.steps import Reject
from querywright.sql.features import TABLE_COLUMNS, Features, features, table
from querywright.sql.skeleton import shape_key
from querywright.synthesis.grammar import Grammar, Profile, Written, profile
from querywright.synthesis.lexicon import Lexicon


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("databases", nargs="?", type=Path)
    parser.add_argument("--count", type=int, default=3000, help="queries to keep")
    parser.add_argument("--profile", default="sqlflow")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    steering = profile(arguments.profile)
    with tempfile.TemporaryDirectory() as folder:
        place = arguments.databases or _demo(Path(folder))
        with Catalog.open(place) as catalog:
            print(json.dumps(measure(catalog, steering, arguments.count, arguments.seed), indent=2))


def _demo(folder: Path) -> Path:
    create_databases(folder)
    return folder


def measure(catalog: Catalog, steering: Profile, count: int, seed: int) -> dict[str, Any]:
    """Write until `count` queries are kept (or twenty times as many draws are spent) and count what came."""
    grammars = {}
    for db_id in catalog:
        database = catalog[db_id]
        grammars[db_id] = Grammar(database, Lexicon.read(database), steering)
    kept: list[Written] = []
    found: list[Features] = []
    seen: set[tuple[str, str]] = set()
    lost: Counter[str] = Counter()
    started, draw = time.process_time(), 0
    while len(kept) < count and draw < 20 * count:
        for db_id, grammar in grammars.items():
            try:
                written = grammar.write(random.Random(f"{seed}:{db_id}:{draw}:write"), draw)
            except Reject as reject:
                lost[reject.reason] += 1
                continue
            key = (db_id, shape_key(written.sql, written.dialect))
            if key in seen:
                lost["not new"] += 1
                continue
            seen.add(key)
            kept.append(written)
            found.append(features(written.tree, written.dialect))
        draw += 1
    seconds = time.process_time() - started
    return {
        "mix": _beside(table(found), steering),
        "kept": len(kept),
        "draws": draw * len(grammars),
        "lost": dict(lost.most_common()),
        "exact_percent": round(100 * sum(w.exact for w in kept) / len(kept), 1),
        "tries_per_kept": round(sum(w.tries for w in kept) / len(kept), 2),
        "cpu_ms_per_kept": round(1000 * seconds / len(kept), 2),
        "plans": _plans(kept),
    }


def _beside(mix: dict[str, float], steering: Profile) -> dict[str, Any]:
    """The columns of the published table with their targets, then the others."""
    out: dict[str, Any] = {
        name: {"is": mix[name], "wanted": getattr(steering, name), "off": round(mix[name] - getattr(steering, name), 2)}
        for name in TABLE_COLUMNS
    }
    return out | {name: value for name, value in mix.items() if name not in TABLE_COLUMNS}


def _plans(kept: list[Written]) -> dict[str, Any]:
    """Kept and dropped tries of each kind, and the commonest reasons."""
    made = Counter(w.plan for w in kept)
    dropped = Counter(drop for w in kept for drop in w.dropped)
    names = sorted({*made, *(name for name, _ in dropped)}, key=lambda n: -made[n])
    out = {}
    for name in names:
        reasons = Counter({reason: n for (plan, reason), n in dropped.items() if plan == name})
        tries = made[name] + reasons.total()
        out[name] = {
            "kept": made[name],
            "reject_percent": round(100 * reasons.total() / tries, 1),
            "reasons": dict(reasons.most_common(4)),
        }
    return out


if __name__ == "__main__":
    main()
