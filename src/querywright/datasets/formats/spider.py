"""Spider's JSON list: `db_id`, `question`, `query`. Evidence, reasoning and labels have no place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from querywright.datasets.example import Example
from querywright.datasets.formats import json_list

NAMES = {"query": "SQL"}
"""What Spider calls our columns."""


def write(path: Path, examples: Iterable[Example]) -> int:
    """Write the examples; give their number. Raises DatasetError."""
    return json_list.write(path, ({"db_id": e.db_id, "question": e.question, "query": e.SQL} for e in examples))


def read(path: Path) -> Iterator[Example]:
    """Examples of the file; what else it holds (tokens, parsed SQL) lives in `extra`. Raises DatasetError."""
    return json_list.read(path, NAMES)
