"""Parquet, written and read a row group at a time.

Our columns are text columns; what an example holds beside them is one JSON text column, `extra`, because a
Parquet file fixes its columns before the first row and an example may bring new ones at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from querywright.datasets.example import FIELDS, Example
from querywright.datasets.jsonl import dumps, from_record, replacing
from querywright.errors import DatasetError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 1000
"""Rows of a group: what is in memory at a time."""
_MARK = {b"querywright": b"1"}


def write(path: Path, examples: Iterable[Example]) -> int:
    """Write the examples; give their number. Raises DatasetError."""
    from pyarrow import parquet

    schema = _schema()
    rows, count = iter(examples), 0
    with replacing(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := tuple(islice(rows, ROWS)):
            writer.write_table(_table(group, schema))
            count += len(group)
    return count


def read(path: Path) -> Iterator[Example]:
    """Examples of the file, also of one that others wrote: its unknown columns live in `extra`.

    Raises:
        DatasetError: the file cannot be read, or a row is wrong (`line` is its number).
    """
    for number, row in read_rows(path):
        yield from_record(row, path, number)


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(1-based number, columns) of every row as it is, for a reader that turns bad rows into rejects.

    Raises:
        DatasetError: the file cannot be read.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            ours = _MARK.items() <= (file.schema_arrow.metadata or {}).items()
            number = 0
            for batch in file.iter_batches(batch_size=ROWS):
                for row in batch.to_pylist():
                    number += 1
                    yield number, _unpacked(row) if ours else row
    except OSError as error:
        raise DatasetError(f"cannot be read: {error.strerror or error}", path) from error
    except pa.ArrowException as error:
        raise DatasetError(f"not a Parquet file: {error}", path) from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"holds text that is not UTF-8, near row {number + 1}", path) from error


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in (*FIELDS, "extra")], metadata=_MARK)


def _table(group: Iterable[Example], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist([_packed(example) for example in group], schema=schema)


def _packed(example: Example) -> dict[str, Any]:
    """The row of an example. Going through our JSON refuses what our JSON refuses."""
    row: dict[str, Any] = orjson.loads(dumps(example))
    extra = {name: row.pop(name) for name in example.extra}
    return row | {"extra": orjson.dumps(extra).decode() if extra else None}


def _unpacked(row: dict[str, Any]) -> dict[str, Any]:
    packed = row.pop("extra")
    extra: dict[str, Any] = orjson.loads(packed) if packed else {}
    row.update(extra)
    return row
