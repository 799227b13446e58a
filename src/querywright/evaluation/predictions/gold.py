"""Gold rows: the dataset that predictions are held against, each row under a key of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from querywright.datasets.example import Example
from querywright.datasets.jsonl import dumps
from querywright.datasets.rows import digest_of
from querywright.datasets.seeds import ROW, read_seeds
from querywright.errors import DatasetError
from querywright.runs import Run

ALTERNATIVES = "alternatives"
"""The column of further queries that count as right."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold row."""

    key: str
    """What it is called: its id, its question_id, or else its place."""
    keys: Mapping[str, str]
    """What a prediction may call it by, by kind."""
    example: Example
    problem: str = ""
    """Why nothing can be scored against it."""
    wanted: bool = True
    """Whether it is to be scored; a row outside the chosen subset is only known."""


def read_gold(source: Path | str | Run | Iterable[Example]) -> tuple[tuple[Gold, ...], str, str]:
    """The gold rows, what their source is called, and a digest of what was read.

    Args:
        source: a file of Spider's, BIRD's or our own rows, a run or its folder, or examples.

    Raises:
        DatasetError: it cannot be read, or holds no rows.
    """
    if isinstance(source, (str, Path, Run)):
        file = _file_of(source)
        seeds = [(seed.place, seed.example, seed.problem) for seed in read_seeds(file)]
        name, digest = file.name, digest_of(file)
    else:
        seeds = [(f"gold row {number}", example, "") for number, example in enumerate(source, 1)]
        name, digest = "examples", hashlib.sha256(b"".join(dumps(example) for _, example, _ in seeds)).hexdigest()
    if not seeds:
        raise DatasetError("it holds no gold rows", Path(name))
    rows = [_gold(place, number, example, problem) for number, (place, example, problem) in enumerate(seeds)]
    return tuple(_apart(rows, [place for place, _, _ in seeds])), name, digest


def chosen(gold: Sequence[Gold], keys: Collection[str]) -> tuple[Gold, ...]:
    """The rows, with only those of these keys wanted."""
    return tuple(Gold(row.key, row.keys, row.example, row.problem, row.wanted and row.key in keys) for row in gold)


def alternatives(example: Example) -> tuple[str, ...]:
    """The further queries of a gold row that count as right. Raises DatasetError where they are no list of texts."""
    value = example.extra.get(ALTERNATIVES) or []
    if not isinstance(value, list) or not all(isinstance(sql, str) for sql in value):
        raise DatasetError(f"{ALTERNATIVES} must be a list of queries, not {value!r:.60}")
    return tuple(sql for sql in value if sql.strip())


def _file_of(source: Path | str | Run) -> Path:
    if isinstance(source, Run):
        return source.folder / source.manifest.dataset
    path = Path(source).expanduser()
    if path.is_dir():
        return path / Run.open(path).manifest.dataset
    if not path.is_file():
        raise DatasetError(f"there is no file or run folder {path}")
    return path


def _gold(place: str, number: int, example: Example, problem: str) -> Gold:
    keys: dict[str, str] = {"row": str(number)}
    as_it_was: Any = example.extra.get(ROW) if problem else None
    row = as_it_was if isinstance(as_it_was, Mapping) else {**example.extra, "id": example.id}
    keys |= {name: str(row[name]) for name in ("id", "question_id") if isinstance(row.get(name), str | int)}
    if example.question:
        keys["question"] = f"{example.db_id}\n{example.question}"
    try:
        alternatives(example)
    except DatasetError as error:
        problem = problem or str(error)
    return Gold(keys.get("id") or keys.get("question_id") or place, keys, example, problem)


def _apart(rows: Sequence[Gold], places: Sequence[str]) -> Iterable[Gold]:
    """The rows with keys that differ: rows that share an id are called by their places."""
    seen = Counter(row.key for row in rows)
    for row, place in zip(rows, places, strict=True):
        yield row if seen[row.key] == 1 else Gold(f"{row.key} ({place})", row.keys, row.example, row.problem)
