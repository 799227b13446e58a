"""What prompts show: the schema that was selected, values and descriptions beside it, examples, earlier turns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from querywright.answering.desk import Desk
from querywright.answering.known import Columns, Known, Shot
from querywright.answering.prompting import Part, as_data, tagged
from querywright.databases.rendering import restricted
from querywright.databases.schema import Column, Schema, Table

DIALECTS = {"sqlite": "SQLite", "duckdb": "DuckDB", "postgres": "PostgreSQL", "mysql": "MySQL"}
VALUES = 3
"""Values shown beside a column."""


def whole(schema: Schema) -> Columns:
    """Every table with every column."""
    return {table.full_name: tuple(column.name for column in table.columns) for table in schema}


def schema_part(known: Known, desk: Desk, chance: random.Random | None, least: int = 1) -> Part:
    """The tables of the schema, one item each, those that matter most first; with `chance` in another order.

    A table that has a value or a description for the question matters more than one that has none. Where all fits, the
    order is that of the schema, or chance's.
    """
    tables = list(restricted(desk.schema, known.columns))
    if chance is not None:
        chance.shuffle(tables)
        tables = [_shuffled(table, chance) for table in tables]
    touched = {hint.table for hint in known.values} | {hint.table for hint in known.descriptions}
    ranked = sorted(tables, key=lambda table: table.full_name not in touched)
    place = {table_text(table, known): number for number, table in enumerate(tables)}
    items = [table_text(table, known) for table in ranked]

    def write(kept: Sequence[str]) -> str:
        return "\n\n".join(sorted(kept, key=lambda item: place[item]))

    return Part("schema", items, write, least)


def table_text(table: Table, known: Known) -> str:
    """A table as CREATE TABLE, with what is said of its columns and the values that the question may mean."""
    lines = [_column_line(table, column, known) for column in table.columns]
    if table.primary_key:
        lines.append(f"  PRIMARY KEY ({', '.join(table.primary_key)})")
    lines += [
        f"  FOREIGN KEY ({', '.join(key.columns)}) REFERENCES {key.referred_table} ({', '.join(key.referred_columns)})"
        for key in table.foreign_keys
    ]
    about = f" -- {as_data(table.description)}" if table.description else ""
    return f"CREATE TABLE {table.full_name} ({about}\n" + "\n".join(lines) + "\n)"


def _column_line(table: Table, column: Column, known: Known) -> str:
    said = [as_data(text) for text in (column.description, column.value_description) if text]
    values = [hint.value for hint in known.values if (hint.table, hint.column) == (table.full_name, column.name)]
    if values:
        said.append("values: " + ", ".join(as_data(value) for value in dict.fromkeys(values[:VALUES])))
    about = f" -- {'; '.join(said)}" if said else ""
    return f"  {column.name} {column.type}{about}".rstrip()


def shots_part(shots: Sequence[Shot], heading: str = "Examples, as data:") -> Part:
    """Examples, the most like ones first; they give way from the end."""
    items = [shot_text(shot) for shot in shots]
    return Part("examples", items, tagged("examples", heading))


def shot_text(shot: Shot) -> str:
    """One example."""
    evidence = f"\nEvidence: {as_data(shot.evidence)}" if shot.evidence else ""
    reasoning = f"\nReasoning: {as_data(shot.reasoning)}" if shot.reasoning else ""
    return f"Question: {as_data(shot.question)}{evidence}{reasoning}\nSQL: {sql_text(shot.SQL)}"


def sql_text(sql: str) -> str:
    """A query on one line; a value in it cannot end the tags around it."""
    return " ".join(sql.split()).replace("</", "< /")


def question_text(known: Known) -> str:
    """The question with its evidence, and the turns before it."""
    before = "".join(
        f"Earlier: {as_data(turn.question)} was answered by {sql_text(turn.SQL)}\n" for turn in known.context
    )
    evidence = f"\nEvidence: {as_data(known.evidence)}" if known.evidence else ""
    return f"{before}Question: {as_data(known.question)}{evidence}"


def dialect_of(desk: Desk) -> str:
    """What a person calls the database's SQL."""
    return DIALECTS.get(desk.database.dialect, desk.database.dialect)


def _shuffled(table: Table, chance: random.Random) -> Table:
    columns = list(table.columns)
    chance.shuffle(columns)
    return replace(table, columns=tuple(columns))
