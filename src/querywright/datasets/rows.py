"""Rows of a file as they are, good and bad, each with its place: for readers that reject a row and read on.

What kind of file it is, its first bytes say, not its name: people call JSON lists `.jsonl` and the other way round.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from querywright.datasets.formats import named_format, parquet
from querywright.datasets.jsonl import read_lines
from querywright.errors import DatasetError

Kind = Literal["lines", "list", "parquet"]

_HEAD = 4096
"""Bytes looked at to tell what a file is."""
_LONG_NUMBER = re.compile(rb"\d{20}")
"""Perhaps an integer beyond 64 bits, which orjson would turn into a float without a word."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what was in it, or what hinders reading it."""

    place: str
    """`seeds.jsonl:4`, `dev.json item 12`, `data.parquet row 7`."""
    value: Any
    """The object read; text where it is no JSON."""
    problem: str = ""


def read_rows(path: Path | str, format: str | None = None) -> Iterator[Row]:  # noqa: A002 - the CLI's word
    """Every row of a JSONL file, a JSON list or a Parquet file, one at a time (a JSON list is read whole).

    Args:
        path: the file.
        format: `jsonl`, `parquet`, `spider` or `bird` (both a JSON list); without it the file's first bytes decide.

    Raises:
        SettingsError: there is no such format.
        DatasetError: there is no such file, it is no UTF-8 text, or not JSON as a whole. A row that is not JSON, or
            no object, is a `Row` with a problem.
    """
    path = Path(path)
    match _asked(format, path) or _recognised(path):
        case "parquet":
            return (Row(f"{path.name} row {number}", row) for number, row in parquet.read_rows(path))
        case "list":
            return (_checked(f"{path.name} item {number}", item) for number, item in enumerate(_items(path), start=1))
        case "lines":
            return (_line(f"{path.name}:{number}", line) for number, line in read_lines(path))


def digest_of(file: Path | str) -> str:
    """The digest of a file's bytes, which tells whether it is still the same. Raises DatasetError."""
    path = Path(file).expanduser()
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error


def parse(text: bytes) -> Any:
    """What JSON text says, read as Python's own `json` does where orjson cannot or would round: NaN, long integers.

    Raises:
        ValueError: it is not JSON, or not UTF-8.
    """
    if not _LONG_NUMBER.search(text):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            pass
    try:
        return json.loads(text.decode())
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _asked(name: str | None, path: Path) -> Kind | None:
    """The kind of file that goes by a format's name."""
    if name is None:
        return None
    if named_format(name).read is None:
        raise DatasetError(f"the {name} format holds no db_id, so examples cannot be read back from it", path)
    return {"jsonl": "lines", "parquet": "parquet"}.get(name, "list")  # type: ignore[return-value]


def _recognised(path: Path) -> Kind:
    """What the file is by its first bytes."""
    head = _head(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if b"\x00" in head:
        raise DatasetError("is neither UTF-8 text nor Parquet: save it as UTF-8", path)
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = head.partition(b"\n")[0]
    if head.startswith(b"[") and not (path.suffix.lower() in (".jsonl", ".ndjson") and _is_json(first)):
        return "list"
    if path.suffix.lower() == ".json" and len(head) < _HEAD and not _is_json(first) and _is_json(head):
        raise DatasetError("must be a JSON list of objects, or one object a line", path)
    return "lines"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error


def _is_json(text: bytes) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _items(path: Path) -> list[Any]:
    try:
        items = parse(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"is not UTF-8 text: {error.reason} at byte {error.start}", path) from error
    except ValueError as error:
        raise DatasetError(f"not JSON: {error}", path) from error
    if not isinstance(items, list):
        raise DatasetError("must be a JSON list of objects", path)
    return items


def _line(place: str, line: bytes) -> Row:
    try:
        return _checked(place, parse(line.rstrip(b"\r\n")))
    except UnicodeDecodeError as error:
        problem = f"not UTF-8: {error.reason} at byte {error.start} of the line"
    except json.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} at column {error.colno}"
    except ValueError as error:
        problem = f"not JSON: {error}"
    return Row(place, line.decode("utf-8", "backslashreplace").rstrip("\r\n"), problem)


def _checked(place: str, value: Any) -> Row:
    if isinstance(value, dict):
        return Row(place, value)
    return Row(place, value, f"a row must be a JSON object, not {type(value).__name__}")
