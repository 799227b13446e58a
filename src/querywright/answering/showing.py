"""What prompts show: the schema that was selected, values and descriptions beside it, examples, earlier turns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.known import Columns, Known, Shot
from querywright.answering.prompting import Part, as_name, fitted, tagged
from querywright.answering.weighing import hint_weights
from querywright.databases.literals import qualified, quote
from querywright.databases.rendering import restricted
from querywright.databases.schema import Column, Schema, Table
from querywright.datasets.prompts import DIALECTS
from querywright.models.templates import as_data

VALUES = 3
"""Values shown beside a column."""
DESCRIBED = 400
"""Letters of a description that are shown."""
TYPE = 60
"""Letters of a type; in SQLite it may be any text."""


def whole(schema: Schema) -> Columns:
    """Every table with every column."""
    return {table.full_name: tuple(column.name for column in table.columns) for table in schema}


@dataclass(frozen=True, slots=True)
class TableText:
    """A table as CREATE TABLE, in parts that a shuffle can move."""

    name: str
    head: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join((self.head, *self.columns, *self.keys, ")"))

    def shuffled(self, chance: random.Random) -> TableText:
        """With its columns in another order."""
        return replace(self, columns=tuple(chance.sample(self.columns, len(self.columns))))


def table_texts(known: Known, desk: Desk) -> tuple[TableText, ...]:
    """The selected tables in the order of the schema: worked out once for all prompts that show them."""
    return tuple(table_text(table, known, desk.schema) for table in restricted(desk.schema, known.columns))


def schema_part(
    known: Known,
    desk: Desk,
    chance: random.Random | None,
    least: int = 1,
    tables: Sequence[TableText] | None = None,
) -> Part:
    """The tables of the schema, one item each, those that matter most first; with `chance` in another order.

    A table matters as much as the values and descriptions found in it say. Where all fits, the order is that of the
    schema, or chance's. `tables` are their texts, where they are worked out already.
    """
    shown = list(table_texts(known, desk) if tables is None else tables)
    if chance is not None:
        chance.shuffle(shown)
        shown = [table.shuffled(chance) for table in shown]
    weights = hint_weights(known)
    texts = [table.text for table in shown]
    place = {text: number for number, text in enumerate(texts)}
    ranked = sorted(range(len(shown)), key=lambda number: -weights.get(shown[number].name, 0.0))

    def write(kept: Sequence[str]) -> str:
        return "\n\n".join(sorted(kept, key=place.__getitem__))

    return Part("schema", [texts[number] for number in ranked], write, least)


def table_text(table: Table, known: Known, schema: Schema) -> TableText:
    """A table as CREATE TABLE, with what is said of its columns and the values that the question may mean."""
    found: dict[str, list[str]] = {}
    for hint in known.values:
        if hint.table == table.full_name:
            found.setdefault(hint.column, []).append(hint.value)
    dialect = schema.dialect
    columns = tuple(column_line(column, found.get(column.name, ()), dialect) for column in table.columns)
    keys = [f"  PRIMARY KEY ({_names(table.primary_key, dialect)})"] if table.primary_key else []
    for key in table.foreign_keys:
        referred = schema.table(key.referred_table)
        target = as_name(qualified(referred, dialect) if referred else quote(key.referred_table, dialect))
        keys.append(
            f"  FOREIGN KEY ({_names(key.columns, dialect)}) REFERENCES {target} "
            f"({_names(key.referred_columns, dialect)})"
        )
    about = f" -- {as_data(_cut(table.description))}" if table.description else ""
    head = f"CREATE TABLE {as_name(qualified(table, dialect))} ({about}"
    return TableText(table.full_name, head, columns, tuple(keys))


def column_line(column: Column, values: Sequence[str], dialect: str, before: str = "  ") -> str:
    """A column with its type, what is said of it, and values of it; names stand as a query writes them."""
    said = [as_data(_cut(text)) for text in (column.description, column.value_description) if text]
    if values:
        said.append("values: " + ", ".join(as_data(value) for value in list(dict.fromkeys(values))[:VALUES]))
    about = f" -- {'; '.join(said)}" if said else ""
    return f"{before}{as_name(f'{quote(column.name, dialect)} {column.type[:TYPE]}'.strip())}{about}"


def _names(names: Sequence[str], dialect: str) -> str:
    return as_name(", ".join(quote(name, dialect) for name in names))


def _cut(text: str) -> str:
    return text if len(text) <= DESCRIBED else f"{text[:DESCRIBED]}…"


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
    return as_name(" ".join(sql.split()))


def question_text(known: Known) -> str:
    """The question with its evidence, and the turns before it."""
    before = "".join(
        f"Earlier: {as_data(turn.question)} was answered by {sql_text(turn.SQL)}\n" for turn in known.context
    )
    evidence = f"\nEvidence: {as_data(known.evidence)}" if known.evidence else ""
    return f"{before}Question: {as_data(known.question)}{evidence}"


def selection_prompt(name: str, known: Known, desk: Desk) -> str:
    """A prompt that shows the schema and the question, for those who select of it."""
    part = schema_part(known, desk, None)
    fixed = {"dialect": dialect_of(desk), "question": question_text(known)}
    prompt, left_out = fitted(name, desk.prompt_tokens, (part,), **fixed)
    desk.account.left_out += left_out
    return prompt


def dialect_of(desk: Desk) -> str:
    """What a person calls the database's SQL."""
    return DIALECTS.get(desk.database.dialect, desk.database.dialect)
