"""Column selection: of the tables that are left, the columns that a query needs, with keys and what was retrieved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, Wish
from querywright.answering.keeping import joins_of, keys_between, retrieved, whole_tables
from querywright.answering.known import Columns, Known
from querywright.answering.places import Names, Place, some
from querywright.answering.showing import selection_prompt
from querywright.answering.stages.contract import Stage
from querywright.databases.schema import Schema
from querywright.errors import ModelFailed


@dataclass(frozen=True, slots=True)
class Settings:
    """How columns are selected."""

    temperature: float = 0.0
    descriptions: int = 1
    """So many columns that a keyword's descriptions lead to stay in any case."""


def select_columns(known: Known, desk: Desk, settings: Settings) -> Known:
    """Keep the columns that a model names, keys between their tables, and columns that retrieval found. Where it names
    none, all stay."""
    from querywright.answering.answers import SelectedColumns

    prompt = selection_prompt("column-selection", known, desk)
    try:
        answer = desk.ask("column-selection", Wish(prompt, settings.temperature), SelectedColumns)[0]
    except ModelFailed as failed:
        return replace(known, notes=(f"all columns stay, because {failed.reason}",))
    names = Names(desk.schema, known.columns)
    tables: set[str] = set()
    chosen: set[Place] = set()
    for each in answer.tables:
        if (table := names.table(each.table)) is not None:
            tables.add(table)
            chosen |= {(table, column) for text in each.columns if (column := names.column(table, text)) is not None}
    notes = names.complaints()
    if not tables:
        return replace(known, notes=(*notes, "no column was named: all stay"))
    found = retrieved(known, settings.descriptions)
    tables |= {table for table, _ in found}
    tables |= _joining(desk.schema, known.columns, tables)
    keys = {(table, column) for table, column in keys_between(desk.schema, tables) if column in known.columns[table]}
    columns = whole_tables(desk.schema, known.columns, chosen | keys | found, tables)
    gone = [
        f"{table}.{column}"
        for table, held in known.columns.items()
        for column in held
        if column not in columns.get(table, ())
    ]
    if gone:
        notes += (f"left out: {some(gone)}",)
    return replace(known, columns=columns, notes=notes)


def _joining(schema: Schema, columns: Columns, tables: set[str]) -> set[str]:
    """Tables that nobody named, though they join two that were named."""
    found = set()
    for name in columns:
        table = schema.table(name)
        if table is not None and name not in tables:
            targets = {target.full_name for _, target in joins_of(table, schema)}
            if len(targets & tables) > 1:
                found.add(name)
    return found


COLUMN_SELECTION = Stage("column-selection", Settings, select_columns, ("columns",))
