"""Reduced sets: a share of every database's rows, as CHESS's subsampled development set (section 4.1), by seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence

from querywright.datasets.example import Example
from querywright.errors import SettingsError
from querywright.evaluation.predictions.gold import Gold

DIFFICULTY = ("difficulty", "sql_component_difficulty")
"""Columns that say how hard a row is; the first that a row has counts."""


def subset(rows: Sequence[Gold], share: float = 0.1, seed: int = 0) -> frozenset[str]:
    """The keys of a share of each database's rows: at least one of each, and difficulties in proportion.

    Args:
        rows: the whole set. What is drawn from a database depends on its own rows and the seed only.
        share: between 0 and 1.
        seed: another seed draws other rows.

    Raises:
        SettingsError: the share is no share.
    """
    if not 0 < share <= 1:
        raise SettingsError(f"a subset is a share above 0 and up to 1, not {share:g}")
    by_database: defaultdict[str, list[Gold]] = defaultdict(list)
    for row in rows:
        by_database[row.example.db_id].append(row)
    return frozenset(key for db_id, own in by_database.items() for key in _drawn(db_id, own, share, seed))


def difficulty_of(example: Example) -> str:
    """How hard a row's own columns say it is; empty where they say nothing."""
    found = example.extra.get(DIFFICULTY[0]) or example.sql_component_difficulty
    return found if isinstance(found, str) else ""


def _drawn(db_id: str, rows: Sequence[Gold], share: float, seed: int) -> list[str]:
    """Keys drawn from one database: each difficulty gets its part, what rounding leaves goes to the largest rests."""
    number = max(1, round(share * len(rows)))
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        groups[difficulty_of(row.example)].append(row.key)
    exact = {label: number * len(keys) / len(rows) for label, keys in groups.items()}
    sizes = {label: int(part) for label, part in exact.items()}
    for label in sorted(groups, key=lambda label: (sizes[label] - exact[label], label))[: number - sum(sizes.values())]:
        sizes[label] += 1
    drawn: list[str] = []
    for label, keys in sorted(groups.items()):
        drawn += random.Random(f"{seed}\0{db_id}\0{label}").sample(sorted(keys), sizes[label])
    return drawn
