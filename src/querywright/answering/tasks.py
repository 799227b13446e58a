"""A question as a taught model learnt to read it: the schema, the evidence and the words of its lessons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, get_args

from querywright.answering.desk import Desk
from querywright.answering.known import Known, ValueHint
from querywright.answering.prompting import as_name, tokens_of
from querywright.answering.showing import sql_text, whole
from querywright.answering.weighing import hint_weights
from querywright.databases import Database
from querywright.databases.rendering import render
from querywright.databases.schema import Column, ForeignKey, Schema, Table
from querywright.models.templates import as_data, visible

if TYPE_CHECKING:
    from querywright.databases.rendering import Style
    from querywright.pipes.trajectories import Task
    from querywright.pipes.tree import Dialect

SHARE: Final = 0.75
"""Of a prompt, for the schema."""
LONGEST: Final = 200
"""Letters of a value that is told."""
DESCRIBED: Final = 2_000
"""Letters of a description."""


STYLES: Final = ("ddl", "compact")
MODES: Final = ("portable", "googlesql")


@dataclass(frozen=True, slots=True)
class Shown:
    """How a question is shown; the defaults are those of lessons."""

    style: str = ""
    """One of `STYLES`; empty: `ddl`."""
    examples: int = 0
    """Values beside each column."""
    mode: str = ""
    """One of `MODES`: whose functions a pipe query holds; empty: `portable`."""


def task_of(known: Known, desk: Desk, shown: Shown, values: str) -> tuple[Task, tuple[str, ...]]:
    """What is asked for, as it is learnt, and what of the schema did not fit into it.

    Args:
        known: the question, and what was found out about it.
        desk: whose database is asked.
        shown: how it is shown.
        values: what is told of values that the question may mean; may be empty.
    """
    from querywright.pipes.trajectories import Task

    earlier = [f"earlier, {as_data(turn.question)} was answered by {sql_text(turn.SQL)}" for turn in known.context]
    evidence = "; ".join(filter(None, [*earlier, one_line(known.evidence), values]))
    question = one_line(known.question)
    room = min(int(desk.prompt_tokens * SHARE), desk.prompt_tokens - tokens_of(question + evidence))
    schema, left_out = schema_text(known, desk, shown.style, room, shown.examples)
    return Task(dialect_of(desk.database, shown.mode), question, schema, evidence), left_out


def schema_text(known: Known, desk: Desk, style: str, room: int, examples: int = 0) -> tuple[str, tuple[str, ...]]:
    """The selected schema as training shows it, within about so many tokens, and what was left out, in words.

    Tables give way by what the question's values and descriptions say of them. Names and descriptions that would begin
    a line or hide something stand as escapes, which ordinary ones never need.
    """
    columns = known.columns
    shown = _harmless(desk.schema)
    names = {table.full_name: made.full_name for table, made in zip(desk.schema, shown, strict=True)}
    only = {names[table]: tuple(map(as_name, held)) for table, held in columns.items()}
    drawn: Style = "compact" if style == "compact" else "ddl"
    beside = desk.database.examples(examples, columns) if examples else None
    text = render(shown, drawn, beside, None if columns == whole(desk.schema) else only)
    if tokens_of(text) <= room:
        return text, ()
    weights = hint_weights(known)
    kept: dict[str, Sequence[str]] = {}
    for table in sorted(columns, key=lambda name: -weights.get(name, 0.0)):
        part = {names[table]: only[names[table]]}
        room -= tokens_of(render(shown, drawn, beside, part))
        if kept and room < 0:
            break
        kept |= part
    gone = len(columns) - len(kept)
    left_out = (f"{gone} of {len(columns)} tables did not fit into the prompt",) if gone else ()
    return render(shown, drawn, beside, kept), left_out


def dialect_of(database: Database, mode: str) -> Dialect:
    """Whose functions a pipe query over this database holds."""
    from querywright.pipes.tree import Dialect

    known = database.dialect if database.dialect in get_args(Dialect) else "googlesql"
    return "googlesql" if mode == "googlesql" else known  # type: ignore[return-value]


def values_text(hints: Iterable[ValueHint]) -> str:
    """Values and where they are, as evidence."""
    told = (
        f"{as_name(f'{hint.table}.{hint.column}')} has {as_data(hint.value)}"
        for hint in hints
        if len(hint.value) <= LONGEST
    )
    return "; ".join(dict.fromkeys(told))


def _harmless(schema: Schema) -> Schema:
    """The schema with every text in it on one line and visible; the same texts where they are so already."""
    return replace(schema, tables=tuple(_table(table) for table in schema))


def _table(table: Table) -> Table:
    return replace(
        table,
        name=as_name(table.name),
        namespace=as_name(table.namespace) if table.namespace else table.namespace,
        columns=tuple(_column(column) for column in table.columns),
        primary_key=_names(table.primary_key),
        foreign_keys=tuple(
            ForeignKey(_names(key.columns), as_name(key.referred_table), _names(key.referred_columns))
            for key in table.foreign_keys
        ),
        indexes=tuple(replace(index, columns=_names(index.columns)) for index in table.indexes),
        description=_told(table.description),
    )


def _column(column: Column) -> Column:
    return replace(
        column,
        name=as_name(column.name),
        type=_told(column.type) or "",
        description=_told(column.description),
        value_description=_told(column.value_description),
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(as_name, names))


def _told(text: str | None) -> str | None:
    return None if text is None else as_name(_cut(" ".join(text.split())))


def _cut(text: str) -> str:
    return text if len(text) <= DESCRIBED else f"{text[:DESCRIBED]}…"


def one_line(text: str) -> str:
    """A question or evidence as it is told: blanks in a row are one, what would be hidden stands as an escape."""
    return visible(" ".join(text.split()))
