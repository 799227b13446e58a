"""What a model is told: the prompt that pipe by pipe is learnt from, the first rows, and what became of its answers.

The prompt is `Task`'s, word for word. What is not learnt with it comes behind it or in later turns, never in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from querywright.answering.agent.beginning import Beginning
from querywright.answering.agent.settings import COLUMNS, ROWS, VALUES, Settings
from querywright.answering.judging import LONGEST_ERROR, row_text
from querywright.answering.known import Known, ValueHint
from querywright.answering.prompting import as_name
from querywright.answering.tasks import LONGEST, values_text
from querywright.databases import Result
from querywright.models import Message
from querywright.models.templates import as_data
from querywright.pipes.trajectories import END

if TYPE_CHECKING:
    from querywright.pipes.scope import Active
    from querywright.pipes.trajectories import Task

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


def found_text(known: Known, settings: Settings) -> str:
    """The best values that were found with the question, of columns that are shown, as evidence; may be empty."""
    hints = [hint for hint in known.values if hint.column in known.columns.get(hint.table, ())]
    most = settings.values if VALUES in settings.tools else 0
    return values_text(sorted(hints, key=lambda hint: -hint.score)[:most])


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
