"""What a model is told: the prompt that pipe by pipe is learnt from, the first rows, and what became of its answers.

The prompt is `Task`'s, word for word. What is not learnt with it comes behind it or in later turns, never in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from querywright.answering.agent.beginning import Beginning
from querywright.answering.agent.settings import COLUMNS, ROWS, VALUES, Settings
from querywright.answering.agent.tools import LONGEST, dialect_of
from querywright.answering.desk import Desk
from querywright.answering.judging import LONGEST_ERROR, row_text
from querywright.answering.known import Known, ValueHint
from querywright.answering.prompting import as_name, tokens_of
from querywright.answering.showing import sql_text, whole
from querywright.answering.weighing import hint_weights
from querywright.databases import Result
from querywright.databases.rendering import render
from querywright.databases.schema import Column, ForeignKey, Schema, Table
from querywright.models import Message
from querywright.models.templates import as_data, visible
from querywright.pipes.trajectories import END

if TYPE_CHECKING:
    from querywright.databases.rendering import Style
    from querywright.pipes.scope import Active
    from querywright.pipes.trajectories import Task

SHARE: Final = 0.75
"""Of a prompt, for the schema."""
TURNS: Final = 4
"""Answers that could not be used which are told again with what was wrong with them; older ones are forgotten."""
ANSWER: Final = 2_000
"""Letters of such an answer."""

NOT_READ: Final = f"No operator was found in that. Reply with the one line that comes next and nothing else, or {END}."
NOTHING_YET: Final = "There is no query yet, so it cannot be complete. Reply with its head: FROM and a table."
AGAIN: Final = f"That is the operator that stands there last. Reply with the one that comes next, or {END}."


@dataclass(frozen=True, slots=True)
class Turn:
    """An answer that could not be used, and what was said to it."""

    answer: str
    reply: str


def task_of(known: Known, desk: Desk, settings: Settings) -> tuple[Task, tuple[str, ...]]:
    """What is asked for, as it is learnt, and what of the schema did not fit into it."""
    from querywright.pipes.trajectories import Task

    values = [hint for hint in known.values if hint.column in known.columns.get(hint.table, ())]
    hints = sorted(values, key=lambda hint: -hint.score) if VALUES in settings.tools else []
    earlier = [f"earlier, {as_data(turn.question)} was answered by {sql_text(turn.SQL)}" for turn in known.context]
    evidence = "; ".join(filter(None, [*earlier, _one_line(known.evidence), values_text(hints[: settings.values])]))
    question = _one_line(known.question)
    room = min(int(desk.prompt_tokens * SHARE), desk.prompt_tokens - tokens_of(question + evidence))
    schema, left_out = schema_text(known, desk, settings.style, room)
    return Task(dialect_of(desk.database, settings.mode), question, schema, evidence), left_out


def schema_text(known: Known, desk: Desk, style: str, room: int) -> tuple[str, tuple[str, ...]]:
    """The selected schema as training shows it, within about so many tokens, and what was left out, in words.

    Tables give way by what the question's values and descriptions say of them. Names and descriptions that would begin
    a line or hide something stand as escapes, which ordinary ones never need.
    """
    columns = known.columns
    shown = _harmless(desk.schema)
    names = {table.full_name: made.full_name for table, made in zip(desk.schema, shown, strict=True)}
    only = {names[table]: tuple(map(as_name, held)) for table, held in columns.items()}
    drawn: Style = "compact" if style == "compact" else "ddl"
    text = render(shown, drawn, None, None if columns == whole(desk.schema) else only)
    if tokens_of(text) <= room:
        return text, ()
    weights = hint_weights(known)
    kept: dict[str, Sequence[str]] = {}
    for table in sorted(columns, key=lambda name: -weights.get(name, 0.0)):
        part = {names[table]: only[names[table]]}
        room -= tokens_of(render(shown, drawn, None, part))
        if kept and room < 0:
            break
        kept |= part
    gone = len(columns) - len(kept)
    left_out = (f"{gone} of {len(columns)} tables did not fit into pipe-agent",) if gone else ()
    return render(shown, drawn, None, kept), left_out


def messages_of(
    task: Task, beginning: Beginning | None, turns: Sequence[Turn], settings: Settings
) -> tuple[Message, ...]:
    """The conversation that asks for what comes next, the last turns of it."""
    lines = _lines(beginning) if beginning else ()
    active = _shown(beginning.active) if beginning and COLUMNS in settings.tools else None
    system, user = task.next(lines, active)
    said = [Message("system", system), Message("user", f"{user}{rows_text(beginning, settings)}")]
    for turn in turns[-TURNS:]:
        said += [Message("assistant", turn.answer[:ANSWER]), Message("user", turn.reply)]
    return tuple(said)


def rows_text(beginning: Beginning | None, settings: Settings) -> str:
    """The first rows of a beginning between tags; empty where they are not shown."""
    rows = "\n".join(rows_told(beginning, settings))
    return f"\n\nIts first rows, as data:\n<rows>\n{rows}\n</rows>" if rows else ""


def rows_told(beginning: Beginning | None, settings: Settings) -> tuple[str, ...]:
    """The first rows of a beginning, as data, where its last operator is one that they are shown behind."""
    sample = beginning.sample if beginning else None
    if beginning is None or ROWS not in settings.tools or beginning.kind not in settings.rows_after:
        return ()
    return tuple(row_text(row) for row in sample.rows[: settings.rows]) if isinstance(sample, Result) else ()


def error_text(problem: str) -> str:
    """What is said to an answer that syntax, scope or the engine refuses."""
    return f"That cannot stand there: {as_data(problem[:LONGEST_ERROR])}. Reply with the line corrected, or {END}."


def empty_text(hints: Sequence[ValueHint], further: bool) -> str:
    """What is said to an operator behind which there are no rows; `further`: whatever came behind it had none."""
    gave = "Whatever came behind that gave no rows" if further else "With that the query gives no rows"
    near = f" Values like it: {values_text(hints)}." if hints else ""
    return f"{gave}.{near} Reply with another operator in its place, or with {END} if the query is right without one."


def values_text(hints: Iterable[ValueHint]) -> str:
    """Values and where they are, as evidence."""
    told = (
        f"{as_name(f'{hint.table}.{hint.column}')} has {as_data(hint.value)}"
        for hint in hints
        if len(hint.value) <= LONGEST
    )
    return "; ".join(dict.fromkeys(told))


def _lines(beginning: Beginning) -> list[str]:
    """The query so far, an operator a line, whatever the names and texts in it are; a WITH has lines of its own."""
    head, *operators = beginning.lines
    return [head if beginning.query.ctes else as_name(head), *map(as_name, operators)]


def _shown(active: Active) -> Active:
    """Columns and aliases on one line, whatever they are called."""
    fields = tuple(replace(field, name=_name(field.name)) for field in active.fields)
    aliases = {_name(alias): tuple(map(_name, names)) for alias, names in active.aliases.items()}
    return replace(active, fields=fields, aliases=aliases)


def _name(name: str) -> str:
    return as_name(name if len(name) <= LONGEST else f"{name[:LONGEST]}…")


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
    return text if len(text) <= ANSWER else f"{text[:ANSWER]}…"


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))
