"""The columns of a dataset that tell of pipe queries, beside `pipe_sql`."""

from __future__ import annotations

from typing import Final, Literal, get_args

from querywright import pipes
from querywright.datasets.example import Example
from querywright.errors import PipeSyntaxError, SettingsError
from querywright.pipes.tree import Dialect, PipeQuery

Mode = Literal["portable", "googlesql"]
"""Whose expressions pipe queries are written in: the database's own, or GoogleSQL's."""

MODES: Final[tuple[Mode, ...]] = get_args(Mode)
PIPE_DIALECT: Final = "pipe_dialect"
"""Whose expressions the row's `pipe_sql` holds: `googlesql`, or a database's own dialect."""
PREFIXES: Final = "pipe_prefixes"
"""For the head and each operator: its text, the columns it leaves, how many rows."""
QUARANTINE: Final = "quarantine"
"""What was found wrong with the row's pipe query."""


def dialect_of(mode: str, database_dialect: str) -> Dialect:
    """The dialect of pipe queries made in a mode. Raises SettingsError where there is no such mode."""
    if mode not in MODES:
        raise SettingsError(f"there is no mode {mode!r}: choose from {', '.join(MODES)}")
    return "googlesql" if mode == "googlesql" else database_dialect  # type: ignore[return-value]


def pipe_of(example: Example, otherwise: Dialect) -> PipeQuery:
    """The pipe query of a row that has one; where the row does not tell its dialect it is `otherwise`.

    Raises:
        PipeSyntaxError: it cannot be read.
    """
    named = example.extra.get(PIPE_DIALECT, otherwise)
    if named not in get_args(Dialect):
        raise PipeSyntaxError(
            f"there is no pipe dialect {named!r}: {PIPE_DIALECT} is one of {', '.join(get_args(Dialect))}"
        )
    return pipes.parse(example.pipe_sql or "", named)
