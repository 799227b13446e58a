"""Bringing the index in a folder up to date with its database: what changed is read, the rest is taken over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from querywright.databases.database import Database
from querywright.errors import RetrievalError
from querywright.retrieval.values.fingerprints import table_fingerprint
from querywright.retrieval.values.reading import Skipped, read_values, text_like
from querywright.retrieval.values.storage import (
    IndexedColumn,
    IndexedTable,
    Manifest,
    Stored,
    Texts,
    at_work,
    packed,
    read,
    write_arrays,
    write_manifest,
)

Progress = Callable[[str, int, int], None]
"""Told the table that is looked at, how many were before it, and how many there are."""

_WHOLE = frozenset({"sqlite", "duckdb"})
"""Where a database's fingerprint covers all of its content: files. A server's does not."""


def update(database: Database, folder: Path, progress: Progress | None = None) -> None:
    """Make or renew the index in the folder. Raises as `ValueIndex.build`."""
    with at_work(folder):
        try:
            old: Stored | None = read(folder)
        except RetrievalError:  # none, or one that cannot be used
            old = None
        source = database.fingerprint()
        if old is not None and _is_same_file(database, old.manifest, source):
            return
        known = {} if old is None or old.manifest.dialect != database.dialect else _by_name(old.manifest)
        gathered = _Gathered()
        schema = database.schema
        for done, table in enumerate(schema):
            if progress is not None:
                progress(table.full_name, done, len(schema.tables))
            digest = table_fingerprint(database, table, text_like(table, schema))
            first, before = known.get(table.full_name, (0, None))
            if before is not None and digest is not None and before.fingerprint == digest:
                assert old is not None
                gathered.take(before, old.texts, first)
                continue
            skipped = Skipped()
            columns = []
            for column in read_values(database, table, skipped):
                gathered.add(column.values)
                columns.append(IndexedColumn(column.column, len(column.values), column.cut))
            gathered.tables.append(IndexedTable(table.full_name, digest, tuple(columns), skipped.reasons))
        _write(folder, Manifest(database.db_id, database.dialect, source, "", tuple(gathered.tables)), gathered, old)


def is_same(database: Database, manifest: Manifest) -> bool:
    """Whether the database holds what the index was made of. Raises DatabaseUnavailable.

    A file is hashed as a whole; of a server each table's texts are asked for.
    """
    if database.dialect in _WHOLE:
        return _is_same_file(database, manifest, database.fingerprint())
    schema = database.schema
    return (
        manifest.dialect == database.dialect
        and [table.full_name for table in schema] == [table.name for table in manifest.tables]
        and all(
            before.fingerprint is not None
            and before.fingerprint == table_fingerprint(database, table, text_like(table, schema))
            for table, before in zip(schema, manifest.tables, strict=True)
        )
    )


def _is_same_file(database: Database, manifest: Manifest, source: str) -> bool:
    return database.dialect in _WHOLE and (manifest.dialect, manifest.source) == (database.dialect, source)


def _by_name(manifest: Manifest) -> dict[str, tuple[int, IndexedTable]]:
    """Each table with the number of its first value."""
    found, first = {}, 0
    for table in manifest.tables:
        found[table.name] = (first, table)
        first += table.values
    return found


class _Gathered:
    """The values of the tables so far, packed."""

    def __init__(self) -> None:
        self.tables: list[IndexedTable] = []
        self.texts: list[Any] = []
        self.lengths: list[Any] = []

    def add(self, values: list[str]) -> None:
        import numpy as np

        text, lengths = packed(values)
        self.texts.append(np.frombuffer(text, np.uint8))
        self.lengths.append(np.array(lengths, np.uint32))

    def take(self, table: IndexedTable, texts: Texts | None, first: int) -> None:
        """A table as another index has it."""
        import numpy as np

        self.tables.append(table)
        if texts is not None and table.values:
            offsets = texts.offsets[first : first + table.values + 1]
            self.texts.append(texts.text[offsets[0] : offsets[-1]])
            self.lengths.append(np.diff(offsets).astype(np.uint32))


def _write(folder: Path, manifest: Manifest, gathered: _Gathered, old: Stored | None) -> None:
    if old is not None and old.manifest.tables == manifest.tables and all(t.fingerprint for t in manifest.tables):
        write_manifest(folder, replace(manifest, data=old.manifest.data))  # nothing but numbers changed
        return
    if not manifest.values:
        write_manifest(folder, manifest)
        return
    import numpy as np

    from querywright.retrieval.values.postings import LOT, bucket_bits, build

    text = np.concatenate(gathered.texts)
    offsets = np.zeros(manifest.values + 1, np.int64)
    np.cumsum(np.concatenate(gathered.lengths), out=offsets[1:])
    gathered.texts.clear()
    texts = Texts(text, offsets.astype(np.uint32) if offsets[-1] < 1 << 32 else offsets)
    postings = build(texts.lots(LOT), manifest.values, bucket_bits(len(text)))
    write_manifest(folder, replace(manifest, data=write_arrays(folder, texts, postings)))
