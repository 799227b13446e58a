"""Writes one demo database: its statements and rows become a file, the same one every time."""

from __future__ import annotations

import csv
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from querywright.errors import QuerywrightError
from querywright.writing import replaceable, resting_place

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""The rows of each table, parents before children."""

DESCRIPTION_HEADER = ("original_column_name", "column_name", "column_description", "data_format", "value_description")


@dataclass(frozen=True, slots=True)
class Blueprint:
    """One demo database before it is a file. Its statements (and notes on columns) lie in `ddl/`."""

    db_id: str
    engine: Literal["sqlite", "duckdb"]
    rows: Rows
    parents: Mapping[str, int] = field(default_factory=dict)
    """Tables that point at themselves, with the position of the column that does."""

    @property
    def ddl(self) -> str:
        """`CREATE TABLE`, `CREATE INDEX`, `CREATE VIEW` (and `COMMENT ON`) statements."""
        return (resources.files(__package__) / "ddl" / f"{self.db_id}.sql").read_text(encoding="utf-8")


def write(blueprint: Blueprint, folder: Path) -> Path:
    """Write the database as `folder/<db_id>/<db_id>.<engine>`, replacing one that is there; returns that path.

    A SQLite database gets its `database_description/` beside it. Half a database is never left under the name.
    Raises QuerywrightError when DuckDB is needed and not installed, the disk is full or something other than a file has
    the name, OSError when the folder cannot be written.
    """
    path = folder / blueprint.db_id / f"{blueprint.db_id}.{blueprint.engine}"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not replaceable(path):
        raise QuerywrightError(f"{path} is no regular file, and an engine writes no other: give another folder")
    target = resting_place(path)
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    try:
        if blueprint.engine == "sqlite":
            _write_sqlite(draft, blueprint)
            _write_descriptions(path.parent / "database_description", blueprint.db_id)
        else:
            _write_duckdb(draft, path, blueprint)
        _remove_logs(target)
        os.replace(draft, target)
    except sqlite3.Error as error:
        raise _unwritable(path, error) from error
    finally:
        draft.unlink(missing_ok=True)
        _remove_logs(draft)
    return path


def _unwritable(target: Path, error: Exception) -> QuerywrightError:
    """What an engine says when it cannot write; mostly the disk is full."""
    said = str(error).splitlines()[0]
    return QuerywrightError(f"{target} cannot be written ({said}): free some space, or give another folder")


def _remove_logs(database: Path) -> None:
    """A log that a killed process left beside an older file would be replayed into the new one."""
    for suffix in (".wal", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _write_sqlite(path: Path, blueprint: Blueprint) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(f"BEGIN;\n{blueprint.ddl}")
        for table, rows in blueprint.rows.items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', (_iso(row) for row in rows))
        connection.execute("COMMIT")


def _iso(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """SQLite has no dates: they are written as ISO text, moments with a space and whole seconds."""
    return tuple(
        value.isoformat(" ", "seconds") if isinstance(value, datetime)
        else value.isoformat() if isinstance(value, date)
        else value
        for value in row
    )  # fmt: skip


def _write_descriptions(folder: Path, db_id: str) -> None:
    """Split `ddl/<db_id>.csv` into one file a table, in the layout of the BIRD benchmark."""
    notes = (resources.files(__package__) / "ddl" / f"{db_id}.csv").read_text(encoding="utf-8")
    tables: dict[str, list[dict[str, str]]] = {}
    for note in csv.DictReader(notes.splitlines()):
        tables.setdefault(note.pop("table"), []).append(note)
    folder.mkdir(exist_ok=True)
    for table, lines in tables.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, DESCRIPTION_HEADER, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)


def _write_duckdb(path: Path, target: Path, blueprint: Blueprint) -> None:
    try:
        import duckdb
    except ImportError as missing:
        raise QuerywrightError(
            f"the demo database '{blueprint.db_id}' needs DuckDB: pip install 'querywright[duckdb]'"
        ) from missing
    try:
        with duckdb.connect(str(path), config={"threads": 1, "default_block_size": "16384"}) as connection:
            connection.execute("BEGIN")
            connection.execute(blueprint.ddl)
            for table, rows in blueprint.rows.items():
                for wave in _generations(rows, blueprint.parents.get(table)):
                    _load(connection, table, wave)
            connection.execute("COMMIT")
    except duckdb.Error as error:
        raise _unwritable(target, error) from error


def _generations(rows: Sequence[tuple[Any, ...]], parent: int | None) -> list[list[tuple[Any, ...]]]:
    """The rows of a tree, roots first: DuckDB wants a parent there before the statement that adds its child."""
    if parent is None:
        return [list(rows)]
    waves: list[list[tuple[Any, ...]]] = []
    seen: set[Any] = {None}
    while rows:
        waves.append([row for row in rows if row[parent] in seen])
        rows = [row for row in rows if row[parent] not in seen]
        seen.update(row[0] for row in waves[-1])
    return waves


def _load(connection: DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One statement a table: row-by-row INSERTs take DuckDB minutes."""
    import pyarrow

    columns = list(zip(*rows, strict=True))
    batch = pyarrow.table([pyarrow.array(column) for column in columns], names=[f"c{i}" for i in range(len(columns))])
    connection.register("demo_rows", batch)
    connection.execute(f'INSERT INTO "{table}" SELECT * FROM demo_rows')
    connection.unregister("demo_rows")
