"""The result rows of an example, as few and as short as a page can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from querywright.databases import Catalog, Limits, Result
from querywright.datasets.example import Example
from querywright.errors import DatabaseError, DatabaseUnavailable

ROWS, COLUMNS, LETTERS = 8, 12, 120
LIMITS = Limits(seconds=2.0, rows=1000, bytes=4_000_000)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text. `kind` is `null`, `num` or None; `full` the whole text where it was cut."""

    text: str
    kind: str | None = None
    full: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The first rows of a result. Without columns there are none, and `note` says why."""

    columns: tuple[str, ...] = ()
    cells: tuple[tuple[Cell, ...], ...] = ()
    note: str = ""


def rows_of(examples: Iterable[Example], locations: Mapping[str, str], catalog: Catalog | None = None) -> list[Rows]:
    """The rows of each example: from `catalog`, or from the databases at `locations` as far as they are still there."""
    with ExitStack() as stack:
        opened: dict[str, Catalog | str] = {}

        def database(db_id: str) -> Catalog | str:
            """The catalog that holds the database, or why there is none."""
            if catalog is not None and db_id in catalog:
                return catalog
            location = locations.get(db_id)
            if location is None:
                return "The run does not say where this database is."
            if location not in opened:
                try:
                    opened[location] = stack.enter_context(Catalog.open(location))
                except DatabaseUnavailable as error:
                    opened[location] = f"The database is not where it was: {error}."
            return opened[location]

        return [_rows(example, database(example.db_id)) for example in examples]


def _rows(example: Example, holder: Catalog | str) -> Rows:
    if isinstance(holder, str):
        return Rows(note=holder)
    name = example.db_id if example.db_id in holder else next(iter(holder)) if len(holder) == 1 else None
    if name is None:
        return Rows(note="The database is not where it was.")
    try:
        return shown(holder[name].execute(example.SQL, LIMITS))
    except DatabaseError as error:
        return Rows(note=f"Not executed: {error.message}")


def shown(result: Result) -> Rows:
    """The first rows and columns of a result, and a note on what was left out."""
    columns = result.columns[:COLUMNS]
    cells = tuple(tuple(_cell(value) for value in row[:COLUMNS]) for row in result.rows[:ROWS])
    total = len(result.rows)
    notes = []
    if result.truncated:
        notes.append(f"The first {len(cells)} of more than {total:,} rows.")
    elif total > len(cells):
        notes.append(f"The first {len(cells)} of {total:,} rows.")
    if len(result.columns) > COLUMNS:
        notes.append(f"The first {COLUMNS} of {len(result.columns)} columns.")
    if not total:
        notes.append("No rows.")
    return Rows(columns, cells, " ".join(notes))


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell("NULL", "null")
    if isinstance(value, bool):
        return Cell(str(value).lower())
    if isinstance(value, float):
        return Cell(f"{value:.10g}", "num")
    if isinstance(value, int | Decimal):
        return Cell(str(value), "num")
    if isinstance(value, bytes):
        return _cut(f"x'{value[:LETTERS].hex()}'")
    return _cut(str(value))


def _cut(text: str) -> Cell:
    return Cell(text) if len(text) <= LETTERS else Cell(text[: LETTERS - 1] + "…", full=text[:2000])
