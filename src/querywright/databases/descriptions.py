"""Column descriptions that lie beside a database, as BIRD ships them: `database_description/<table>.csv`, the
table called by its full name where that is needed.

Real ones are messy: several encodings, columns missing or in another order, names with stray spaces, rows that
name nothing. Whatever can be understood is used and whatever cannot is reported; none of it stops a database
from opening. What the engine's own comment says comes first and what a file says besides is added to it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from querywright.databases.schema import Column, Schema, Table

FOLDER = "database_description"
_FIELDS = ("original_column_name", "column_name", "column_description", "data_format", "value_description")


@dataclass(frozen=True, slots=True)
class Described:
    """A schema with its descriptions, and what in the files could not be used."""

    schema: Schema
    problems: tuple[str, ...] = ()


def describe(schema: Schema, folder: Path) -> Schema:
    """The schema with the descriptions found in `folder`; the same schema if there are none.

    Args:
        schema: as introspected.
        folder: the folder of CSV files; it need not exist.
    """
    return read_descriptions(schema, folder).schema


def read_descriptions(schema: Schema, folder: Path) -> Described:
    """As `describe`, with one line for each file, row or name that could not be used."""
    problems: list[str] = []
    found: dict[str, dict[str, Mapping[str, str]]] = {}
    for path in _files(folder, problems):
        table = schema.table(path.stem.strip())
        if table is None:
            problems.append(f"{path.name}: there is no table {path.stem!r}")
            continue
        found.setdefault(table.full_name, {}).update(_columns(path, table, problems))
    tables = tuple(_described(t, found[t.full_name]) if t.full_name in found else t for t in schema.tables)
    return Described(replace(schema, tables=tables) if found else schema, tuple(problems))


def _files(folder: Path, problems: list[str]) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if p.suffix.lower() == ".csv" and not p.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        problems.append(f"{folder.name} cannot be read: {error.strerror}")
        return []


def _columns(path: Path, table: Table, problems: list[str]) -> dict[str, Mapping[str, str]]:
    rows: dict[str, Mapping[str, str]] = {}
    for line, row in _rows(path, problems):
        name = row.get("original_column_name", "")
        column = table.column(name)
        if column is None:
            problems.append(f"{path.name}:{line}: table {table.full_name} has no column {name!r}")
        else:
            rows[column.name] = row
    return rows


def _rows(path: Path, problems: list[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows by field name with their line, leaving out empty ones."""
    try:
        reader = csv.reader(io.StringIO(_text(path.read_bytes()), newline=""))
        header = [_field(name) for name in next(reader, [])]
        if "original_column_name" not in header:
            problems.append(f"{path.name}: there is no column original_column_name")
            return
        for cells in reader:
            row = {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=False) if name in _FIELDS}
            if any(row.values()):
                yield reader.line_num, row
    except OSError as error:
        problems.append(f"{path.name} cannot be read: {error.strerror}")
    except csv.Error as error:
        problems.append(f"{path.name}: {error}")


def _text(raw: bytes) -> str:
    """UTF-8 with or without a mark; else Windows' western code page, in which any byte means something."""
    try:
        return raw.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").replace("\0", "")


def _field(name: str) -> str:
    return "_".join(name.strip().lower().split())


def _described(table: Table, rows: Mapping[str, Mapping[str, str]]) -> Table:
    return replace(table, columns=tuple(_merged(c, rows[c.name]) if c.name in rows else c for c in table.columns))


def _merged(column: Column, row: Mapping[str, str]) -> Column:
    said = row.get("column_description") or row.get("column_name", "")
    if said.lower() == column.name.lower():
        said = ""
    return replace(
        column,
        description=_both(column.description, said),
        value_description=_both(column.value_description, row.get("value_description", "")),
    )


def _both(first: str | None, second: str) -> str | None:
    if not first or not second:
        return first or second or None
    return first if second.lower() in first.lower() else f"{first}; {second}"
