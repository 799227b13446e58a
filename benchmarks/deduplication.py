"""How long near-duplicate questions and decontamination take at 100,000 rows, and how much memory.

Prints one JSON object. The rows are made up: questions of some thousand nouns in a few dozen phrasings over ten
databases, one in ten a repeat with a letter or a mark changed. `one phrasing` is the worst case for the lookup: every
question of one database says the same but for two nouns. Test sets have 2,000 rows, once of other databases and once
of the same ones, where queries have to be parsed.

    python benchmarks/deduplication.py [--rows 100000] [--threshold 0.9]
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from querywright.datasets import Example
from querywright.datasets.decontamination import HeldOut, HeldOutRow
from querywright.datasets.deduplication import NearQuestions, SameKey, duplicates, exact

PHRASINGS = (
    ("How many {a} of each {b} have a {c} above {n}?", "SELECT {b}, COUNT(*) FROM {a} WHERE {c} > {n} GROUP BY {b}"),
    ("List the {c} of all {a} whose {b} is {d}.", "SELECT {c} FROM {a} WHERE {b} = '{d}'"),
    (
        "Which {a} has the highest average {c} per {b}?",
        "SELECT {b} FROM {a} GROUP BY {b} ORDER BY AVG({c}) DESC LIMIT 1",
    ),
    ("What is the total {c} of the {a} with a {b} other than {d}?", "SELECT SUM({c}) FROM {a} WHERE {b} <> '{d}'"),
    ("Show {b} and {c} for the {n} largest {a} by {d}.", "SELECT {b}, {c} FROM {a} ORDER BY {d} DESC LIMIT {n}"),
    ("Give me every {a} that has no {b} and more {c} than {d}.", "SELECT * FROM {a} WHERE {b} IS NULL AND {c} > {d}"),
)
OPENINGS = ("", "Please: ", "For the report, ", "I would like to know this. ", "Quick question, ")
SYLLABLES = ("ba", "co", "di", "fer", "gan", "hol", "il", "jam", "ku", "lem", "mon", "nar", "ost", "pri", "qua", "rel")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--threshold", type=float, default=0.9)
    arguments = parser.parse_args()
    size = arguments.rows
    mixed = list(rows(size, databases=10, phrasings=len(PHRASINGS)))
    alike = list(rows(size, databases=1, phrasings=1))
    before = peak_mb()
    figures: dict[str, Any] = {
        "rows": size,
        "threshold": arguments.threshold,
        "exact": timed(lambda: len(list(duplicates(mixed, SameKey(exact))))),
        "near questions": timed(lambda: len(list(duplicates(mixed, NearQuestions(arguments.threshold))))),
    }
    figures["near questions"]["extra_peak_mb"] = peak_mb() - before
    figures["near questions, one phrasing"] = timed(
        lambda: len(list(duplicates(alike, NearQuestions(arguments.threshold))))
    )
    others = [
        HeldOutRow(f"t:{n}", e.having(db_id="test")) for n, e in enumerate(rows(2_000, 1, len(PHRASINGS), seed=1))
    ]
    same = [HeldOutRow(f"t:{n}", e) for n, e in enumerate(rows(2_000, 10, len(PHRASINGS), seed=1))]
    figures["decontamination, other databases"] = timed(lambda: overlapping(mixed, others))
    figures["decontamination, same databases"] = timed(lambda: overlapping(mixed, same))
    figures["peak_mb_with_the_rows"] = peak_mb()
    print(json.dumps(figures, indent=2))


def rows(size: int, databases: int, phrasings: int, seed: int = 0) -> Iterator[Example]:
    """Made-up examples, the same for the same seed; the nouns are the same for all."""
    nouns = sorted({a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES})[:3000]
    rng = random.Random(seed)
    made: list[Example] = []
    for _ in range(size):
        if made and rng.random() < 0.1:
            example = rng.choice(made)
            said = example.question
            at = rng.randrange(len(said))
            yield example.having(question=rng.choice((said[:at] + said[at + 1 :], said.upper(), said + " ?")))
            continue
        question, sql = rng.choice(PHRASINGS[:phrasings])
        words = {name: rng.choice(nouns) for name in "abcd"} | {"n": str(rng.randrange(10))}
        example = Example(
            f"db{rng.randrange(databases)}", rng.choice(OPENINGS) + question.format(**words), sql.format(**words)
        )
        made.append(example)
        yield example


def overlapping(examples: list[Example], tests: list[HeldOutRow]) -> dict[str, int]:
    held_out = HeldOut(tests, 8, lambda db_id: "sqlite")
    found: Counter[str] = Counter()
    for example in examples:
        found.update(overlap.rule for overlap in held_out.overlaps(example))
    return dict(found)


def timed(work: Any) -> dict[str, Any]:
    started = time.process_time()
    found = work()
    return {"cpu_seconds": round(time.process_time() - started, 2), "found": found}


def peak_mb() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if sys.platform == "darwin" else 1 << 10))


if __name__ == "__main__":
    main()
