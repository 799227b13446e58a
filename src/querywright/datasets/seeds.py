"""Seeds: the examples a run starts from, read so that a bad row is told with its place and never stops the reading."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from querywright.datasets.example import Example
from querywright.datasets.formats import spider
from querywright.datasets.formats.json_list import renamed
from querywright.datasets.jsonl import clean, from_record
from querywright.datasets.rows import Row, read_rows
from querywright.errors import DatasetError

UNKNOWN = "?"
"""The `db_id` of a stand-in whose row names no database."""
ROW = "row"
"""The extra column of a stand-in that holds its row as it was."""


@dataclass(frozen=True, slots=True)
class Seed:
    """One row of a seed file: an example, or what is wrong with it."""

    place: str
    """`seeds.jsonl:4`, `dev.json item 12`, `data.parquet row 7`."""
    example: Example
    """With a problem a stand-in, to be rejected: its only column is the row as it was, under `row` in `extra`."""
    problem: str = ""


def read_seeds(
    path: Path | str,
    format: str | None = None,  # noqa: A002 - the CLI's word
    needs: tuple[str, ...] = ("SQL",),
) -> Iterator[Seed]:
    """Every row of a seed file, in order, one at a time; blank lines are skipped, repeated rows are not.

    A row needs a `db_id` and what `needs` names. Its SQL may be called `SQL` (BIRD's word and ours) or `query`
    (Spider's). A question may be missing, null or blank: one can be made. Nothing is converted: NaN, a number for a
    text and what JSON cannot say are problems; columns that are not ours live in `extra`.

    Args:
        path: a JSONL file, a JSON list or a Parquet file.
        format: `jsonl`, `parquet`, `spider` or `bird`; without it the file's first bytes decide.
        needs: columns of ours that must not be empty, beside `db_id`.

    Raises:
        SettingsError: there is no such format.
        DatasetError: the file as a whole cannot be read.
    """
    return (_seed(row, needs) for row in read_rows(path, format))


def _seed(row: Row, needs: tuple[str, ...]) -> Seed:
    if row.problem:
        return _rejected(row, row.problem)
    try:
        example = from_record(_ours(row.value))
        _complete(example, row.value, needs)
        _writable(row.value)
    except DatasetError as error:
        return _rejected(row, str(error))
    return Seed(row.place, example)


def _ours(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row with our word for its SQL. A row that says both words may mean two queries, and none is taken."""
    if "query" not in row:
        return row
    if row.get("SQL") is None:
        return renamed({name: value for name, value in row.items() if name != "SQL"}, spider.NAMES)
    if row["SQL"] != row["query"]:
        raise DatasetError("SQL and query are both there and differ: keep one")
    return row


def _complete(example: Example, row: Mapping[str, Any], needs: tuple[str, ...]) -> None:
    for name in ("db_id", *needs):
        if not (getattr(example, name) or "").strip():
            word = next((w for w in (name, *(k for k, ours in spider.NAMES.items() if ours == name)) if w in row), None)
            if word is not None:
                raise DatasetError(f"{word} is {'null' if row[word] is None else 'empty'}")
            there = ", ".join(map(str, row))
            raise DatasetError(f"the row has no {name} (it has {there:.200})")


def _writable(row: Mapping[str, Any]) -> None:
    """Refuses what the dataset could not be written with."""
    for name, value in row.items():
        try:
            orjson.dumps(value)
        except (TypeError, orjson.JSONEncodeError) as error:
            raise DatasetError(f"{name!s:.40} cannot be written as JSON: {error}") from error
        if not isinstance(value, str | int | None) and _has_nan(value):
            raise DatasetError(f"{name!s:.40} holds NaN or infinity; write null where there is no value")


def _has_nan(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(map(_has_nan, children))


def _rejected(row: Row, problem: str) -> Seed:
    named = row.value.get("db_id") if isinstance(row.value, dict) else None
    db_id = clean(named) if isinstance(named, str) and named.strip() else UNKNOWN
    return Seed(row.place, Example(db_id, extra={ROW: sayable(row.value)}), problem)


def sayable(value: Any) -> Any:
    """The value as JSON can say it: what JSON has no word for (NaN, bytes, a decimal) as text, all else unchanged."""
    try:
        said = _sayable(value)
        orjson.dumps(said)
    except (RecursionError, TypeError, orjson.JSONEncodeError):
        return ascii(value)
    return said


def _sayable(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(name)): _sayable(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [_sayable(child) for child in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    try:
        orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return clean(str(value))
    return value
