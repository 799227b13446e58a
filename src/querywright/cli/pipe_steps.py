"""A pipe query shown operator by operator: what it is, what it leaves, the first rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from querywright.cli.showing import on_one_line
from querywright.databases import Database, Limits
from querywright.errors import QueryError
from querywright.pipes.prefixes import COUNTED, Prefix
from querywright.pipes.scope import Field

SHOWN = 8
"""Columns of a table that are shown: a terminal is not wide."""
LONGEST = 24
"""Characters of a value that are shown."""


def show_steps(steps: Sequence[Prefix], database: Database, rows: int) -> None:
    """Print every step, up to the first that fails."""
    console = Console(highlight=False, markup=False)
    before: tuple[Field, ...] = ()
    for step in steps:
        console.print(_step(step, before, database, rows))
        if not step:
            break
        before = step.columns


def _step(step: Prefix, before: Sequence[Field], database: Database, rows: int) -> RenderableType:
    code = Syntax(step.text, "sql", theme="ansi_dark", word_wrap=True, background_color="default")
    if not step:
        return Group(code, Padding(Text("does not run", style="bold red"), (0, 0, 1, 3)))
    parts: list[RenderableType] = [code, Padding(_about(step, before), (0, 0, 0, 3))]
    if rows and step.rows:
        parts.append(Padding(_rows(step, database, rows), (0, 0, 0, 2)))
    else:
        parts.append(Rule(style="dim", characters=" "))
    return Group(*parts)


def _about(step: Prefix, before: Sequence[Field]) -> Text:
    """How many rows and which columns; those that were not there before stand out."""
    rows = step.rows or 0
    count = f"{rows:,} or more rows" if rows == COUNTED else f"{rows:,} row{'' if rows == 1 else 's'}"
    said = Text(count, style="bold green")
    said.append("  ")
    known = set(before)
    for place, column in enumerate(step.columns):
        said.append(", " if place else "", style="dim")
        said.append(on_one_line(column.name), style="" if column in known else "bold")
        said.append(f" {column.type}" if column.type else "", style="dim")
    if step.aliases:
        said.append(f"  ({', '.join(map(on_one_line, step.aliases))})", style="dim italic")
    return said


def _rows(step: Prefix, database: Database, number: int) -> RenderableType:
    try:
        found = database.execute(step.compiled, Limits(rows=number))
    except QueryError as error:
        return Text(error.message, style="red")
    grid = Table(box=SIMPLE_HEAD, padding=(0, 1), header_style="dim", show_edge=False)
    for name in found.columns[:SHOWN]:
        grid.add_column(on_one_line(name), overflow="ellipsis", no_wrap=True)
    if (more := len(found.columns) - SHOWN) and more > 0:
        grid.add_column(f"… {more} more", style="dim")
    for row in found.rows:
        cells = [_shown(value) for value in row[:SHOWN]]
        grid.add_row(*cells, *([""] if more > 0 else []))
    return Padding(grid, (0, 0, 1, 0))


def _shown(value: Any) -> Text:
    if value is None:
        return Text("NULL", style="dim")
    text = on_one_line(value)
    return Text(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")
