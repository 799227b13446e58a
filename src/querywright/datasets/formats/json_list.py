"""A file that is one JSON list of objects, as Spider and BIRD are published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from querywright.datasets.example import Example
from querywright.datasets.jsonl import from_record, replacing
from querywright.errors import DatasetError


def read(path: Path, names: Mapping[str, str] | None = None) -> Iterator[Example]:
    """Examples of the list; `names` says what the file calls our columns. A JSON list is read whole.

    Raises:
        DatasetError: the file cannot be read or is not a list of objects, or an item is wrong (with its number).
    """
    for number, item in enumerate(_items(path), start=1):
        try:
            yield from_record(renamed(item, names or {}))
        except DatasetError as error:
            raise DatasetError(f"item {number}: {error}", path) from error


def renamed(item: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The item with our names for its columns, in its order."""
    return {names.get(key, key): value for key, value in item.items()}


def first(path: Path) -> dict[str, Any]:
    """The first item; an empty dict if the list is empty. Raises DatasetError as `read`."""
    return next(iter(_items(path)), {})


def write(path: Path, items: Iterable[dict[str, Any]]) -> int:
    """Write the items, one a line, as a JSON list; give their number. Raises DatasetError."""
    count = 0
    with replacing(path) as file:
        for item in items:
            file.write(b",\n" if count else b"[\n")
            try:
                file.write(orjson.dumps(item))
            except (TypeError, orjson.JSONEncodeError) as error:
                raise DatasetError(f"example {count + 1} cannot be written as JSON: {error}", path) from error
            count += 1
        file.write(b"\n]\n" if count else b"[]\n")
    return count


def _items(path: Path) -> list[dict[str, Any]]:
    try:
        items = orjson.loads(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error
    except orjson.JSONDecodeError as error:
        raise DatasetError(f"not JSON: {error}", path) from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise DatasetError("must be a JSON list of objects", path)
    return items
