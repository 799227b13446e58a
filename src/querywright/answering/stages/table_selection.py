"""Table selection: of the schema that is left, the tables that a query needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from querywright.answering.desk import Desk, Wish
from querywright.answering.keeping import only_tables_of
from querywright.answering.known import Known
from querywright.answering.places import Names, in_order, some
from querywright.answering.showing import selection_prompt
from querywright.answering.stages.contract import Stage
from querywright.errors import ModelFailed
from querywright.models.templates import as_data


@dataclass(frozen=True, slots=True)
class Settings:
    """How tables are selected."""

    temperature: float = 0.0


def select_tables(known: Known, desk: Desk, settings: Settings) -> Known:
    """Keep the tables that a model names, and where no such table holds a value that surely is meant, the one that
    does. Where it names none, all stay."""
    if len(known.columns) < 2:
        return replace(known, notes=("there is only one table: nobody was asked",))
    from querywright.answering.answers import SelectedTables

    prompt = selection_prompt("table-selection", known, desk)
    try:
        answer = desk.ask("table-selection", Wish(prompt, settings.temperature), SelectedTables)[0]
    except ModelFailed as failed:
        return replace(known, notes=(f"all tables stay, because {failed.reason}",))
    names = Names(desk.schema, known.columns)
    tables = {table for text in answer.tables if (table := names.table(text)) is not None}
    notes = names.complaints()
    if not tables:
        return replace(known, notes=(*notes, "no table was named: all stay"))
    for table, keyword in only_tables_of(known, tables).items():
        tables.add(table)
        notes += (f"{some([table])} stays, because only it holds {as_data(keyword)}",)
    gone = [table for table in known.columns if table not in tables]
    if gone:
        notes += (f"left out: {some(gone)}",)
    places = ((table, column) for table in tables for column in known.columns[table])
    return replace(known, columns=in_order(desk.schema, places, tables), notes=notes)


TABLE_SELECTION = Stage("table-selection", Settings, select_tables, ("columns",))
