"""How fast lessons are made: samples a second, by format, from what `synthesize --pipes` made. Prints JSON.

python benchmarks/lessons.py RUN [DATABASES] [--base MODEL]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from itertools import chain
from pathlib import Path

import querywright as qw
from querywright.training.base import Base
from querywright.training.dataset import databases_of, examples_of
from querywright.training.lessons.formats import FORMATS
from querywright.training.lessons.making import LessonMaker
from querywright.training.lessons.settings import LessonSettings

RUNS = 3
EXAMPLES = 4_000
"""Rows are repeated up to so many: databases are opened and schemas written once, however many come."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("databases", nargs="?")
    parser.add_argument("--base", help="a folder whose tokenizer measures lessons")
    said = parser.parse_args()
    rows = examples_of(said.run)
    examples = [
        row.having(id=f"{row.id}-{number}")
        for number, row in enumerate(chain.from_iterable([rows] * (EXAMPLES // len(rows) + 1)))
    ][:EXAMPLES]
    base = Base.open(said.base) if said.base else None
    found: dict[str, dict[str, float]] = {}
    with databases_of(said.run, said.databases) as catalog:
        for name in FORMATS:
            found[name] = {"verified": rate(catalog, examples, LessonSettings(format=name))}
            found[name]["not executed"] = rate(catalog, examples, LessonSettings(format=name), verify=False)
            found[name]["noisy schema"] = rate(catalog, examples[:1000], LessonSettings(format=name, noise=0.3))
            if base:
                fitted = LessonSettings(format=name, max_tokens=base.window or 4096)
                found[name]["measured in tokens"] = rate(catalog, examples[:1000], fitted, base)
    print(json.dumps({"examples": EXAMPLES, "samples_per_second": found}, indent=2))


def rate(
    catalog: qw.Catalog,
    examples: list[qw.Example],
    settings: LessonSettings,
    base: Base | None = None,
    verify: bool = True,
) -> float:
    """Samples a second, the median of some runs; a run begins with nothing worked out."""
    rates = []
    for _ in range(RUNS):
        maker = LessonMaker(catalog, settings, base.tokens if base else None, verify=verify)
        began = time.perf_counter()
        for _made in maker.lessons(examples):
            pass
        rates.append(maker.tally.lessons / (time.perf_counter() - began))
    return round(statistics.median(rates))


if __name__ == "__main__":
    main()
