"""Our own file format: one example a line, every row with the same columns, the same bytes for the same data."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from querywright import writing
from querywright.datasets.example import FIELDS, Example
from querywright.errors import DatasetError

TEXTS: tuple[str, ...] = ("db_id", "question", "SQL", "evidence")
"""Columns that are always text: absent or null means empty (`db_id` must be there). The others may be null."""


def to_record(example: Example) -> dict[str, Any]:
    """The example as a row: every column of ours in `FIELDS` order (None where not made), then the extra ones.

    Raises:
        DatasetError: an extra column has the name of one of ours, so the row could not be read back.
    """
    record = {name: getattr(example, name) for name in FIELDS}
    for name, value in example.extra.items():
        if name in record:
            raise DatasetError(f"extra column {name!r} has the name of a column of ours; rename it")
        record[name] = value
    return record


def from_record(record: Mapping[str, Any], path: Path | None = None, line: int | None = None) -> Example:
    """The example in a row read from `path`, `line`. Columns we do not know go to `extra`, in their order.

    Raises:
        DatasetError: `db_id` is missing or empty, a column of ours is not text, or a number is NaN or infinite.
            Nothing is converted: a `db_id` that arrives as the number 1 may once have been "001".
    """
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise DatasetError(f"{name}: {value} is not a value; write null where there is none", path, line)
        if name not in FIELDS:
            extra[name] = value
        elif value is None or isinstance(value, str):
            known[name] = value
        else:
            raise DatasetError(f"{name} must be text, not {type(value).__name__} ({value!r:.40})", path, line)
    if not known.get("db_id"):
        raise DatasetError("the row has no db_id", path, line)
    texts = {name: known.pop(name, None) or "" for name in TEXTS}
    return Example(**texts, **known, extra=extra)


def dumps(example: Example) -> bytes:
    """One line of JSON with its newline; the same example gives the same bytes.

    Raises:
        DatasetError: an extra column holds something JSON cannot say (NaN, a set, a lone surrogate).
    """
    record = to_record(example)
    _refuse_nan(record)
    try:
        return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise DatasetError(f"{example.db_id}: an example cannot be written as JSON: {error}") from error


def _refuse_nan(value: Any) -> None:
    """orjson would write NaN as null, which reads back as something else."""
    if isinstance(value, float) and not math.isfinite(value):
        raise DatasetError(f"{value} cannot be written as JSON; use None where there is no value")
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_nan(child)


def read_jsonl(path: Path | str) -> Iterator[Example]:
    """Examples of a JSON lines file, one at a time; blank lines are skipped.

    Raises:
        DatasetError: the file cannot be read, or a row is wrong (with its line).
    """
    path = Path(path)
    for line, row in read_lines(path):
        yield parse_line(row, path, line)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(1-based number, bytes) of every line that is not blank, for a reader that turns bad rows into rejects.

    Raises:
        DatasetError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            for line, row in enumerate(file, start=1):
                if row.strip():
                    yield line, row.removeprefix(b"\xef\xbb\xbf") if line == 1 else row
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror}", path) from error


def parse_line(row: bytes, path: Path | None = None, line: int | None = None) -> Example:
    """The example in one line of JSON.

    Raises:
        DatasetError: it is not a JSON object, or `from_record` refuses it.
    """
    try:
        record = orjson.loads(row.rstrip(b"\r\n"))
    except orjson.JSONDecodeError as error:
        raise DatasetError(f"not JSON: {error.msg} at column {error.colno}", path, line) from error
    if not isinstance(record, dict):
        raise DatasetError(f"a row must be a JSON object, not {type(record).__name__}", path, line)
    return from_record(record, path, line)


def write_jsonl(path: Path | str, examples: Iterable[Example]) -> int:
    """Write the examples, one a line, and give their number. `path` is replaced at the end or left untouched.

    Raises:
        DatasetError: an example cannot be written as JSON, or the file cannot be written.
    """
    with replacing(Path(path)) as file:
        return write_rows(file, examples, dumps)


def write_rows(file: IO[bytes], examples: Iterable[Example], row: Callable[[Example], bytes]) -> int:
    """Write `row(example)` for each example; give their number."""
    count = 0
    for example in examples:
        file.write(row(example))
        count += 1
    return count


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """`writing.replacing` for a dataset's file, whose folder is made.

    Raises:
        DatasetError: the folder cannot be written, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing.replacing(path) as file:
            yield file
    except OSError as error:
        raise DatasetError(f"cannot be written: {error.strerror or error}", path) from error


def example_id(example: Example) -> str:
    """Sixteen hex digits that depend on database, question, SQL and evidence, and on nothing else."""
    parts = (example.db_id, example.question, example.SQL, example.evidence)
    content = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def clean(text: str) -> str:
    """Text that JSON can say: bytes that were passed off as text, and halves of surrogate pairs, show as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
