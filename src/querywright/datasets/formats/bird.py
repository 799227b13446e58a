"""BIRD's JSON list: `question_id`, `db_id`, `question`, `evidence`, `SQL`, `difficulty`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from querywright.datasets.example import Example
from querywright.datasets.formats import json_list

DIFFICULTIES = {"easy": "simple", "medium": "moderate", "hard": "challenging", "extra": "challenging"}
"""BIRD's word for each of Spider's four; labels of your own are written as they are."""


def write(path: Path, examples: Iterable[Example]) -> int:
    """Write the examples; give their number. Raises DatasetError.

    A `question_id` or `difficulty` that came with the example (in `extra`) is kept; others are numbered from 0 and
    labelled from `sql_component_difficulty`. An example with neither has no `difficulty` key, as in BIRD's own
    training set.
    """
    return json_list.write(path, _items(examples))


def read(path: Path) -> Iterator[Example]:
    """Examples of the file; `question_id` and `difficulty` live in `extra`. Raises DatasetError."""
    return json_list.read(path)


def _items(examples: Iterable[Example]) -> Iterator[dict[str, Any]]:
    taken: set[int] = set()
    following = 0
    for example in examples:
        number = example.extra.get("question_id")
        if not isinstance(number, int) or number in taken:
            while following in taken:
                following += 1
            number = following
        taken.add(number)
        item = {
            "question_id": number,
            "db_id": example.db_id,
            "question": example.question,
            "evidence": example.evidence,
            "SQL": example.SQL,
        }
        label = example.extra.get("difficulty", example.sql_component_difficulty)
        yield item if label is None else item | {"difficulty": DIFFICULTIES.get(label, label)}
