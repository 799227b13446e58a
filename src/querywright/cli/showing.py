"""What a run shows at its end: what was kept, a few records, where the files are."""

from __future__ import annotations

import random
import sys
from collections import Counter

from rich.console import Console
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from querywright.databases import Catalog
from querywright.datasets import Example
from querywright.errors import SettingsError
from querywright.runs import Run

LEVELS = ("easy", "medium", "hard", "extra")


def show_run(run: Run, catalog: Catalog, samples: int = 0) -> None:
    """Prints what a run kept and writes its report; how it ended is on standard error already."""
    console = Console(highlight=False, markup=False)
    for name, reason in run.about["left_out"].items():
        print(f"left out: {name}: {reason}", file=sys.stderr)
    console.print(_kept(run, catalog))
    for example in _few(run, samples):
        console.print(_record(example, catalog[example.db_id].dialect))
    _files(run, catalog, console)


def commonest(run: Run) -> str:
    """The reason most draws were rejected for."""
    reasons = [(number, reason) for found in run.funnel.values() for reason, number in found.items()]
    return max(reasons)[1]


def on_one_line(text: object) -> str:
    """Text as a terminal can show it: what would move its cursor or is not valid Unicode shows as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(text))


def _kept(run: Run, catalog: Catalog) -> Table:
    """One row a database: how many examples are of it, and how hard they are."""
    hard = {db_id: Counter[str]() for db_id in run.fingerprint["databases"]}
    for example in run.examples():
        hard[example.db_id][example.sql_component_difficulty or "?"] += 1
    table = Table()
    for name in ("database", "engine"):
        table.add_column(name)
    for name in ("tables", "examples", *LEVELS):
        table.add_column(name, justify="right")
    for db_id in sorted(hard):
        database, levels = catalog[db_id], hard[db_id]
        numbers = (len(database.schema.tables), levels.total(), *(levels[level] for level in LEVELS))
        table.add_row(on_one_line(db_id), database.dialect, *(f"{number:,}" for number in numbers))
    total = sum(hard.values(), Counter[str]())
    table.add_section()
    table.add_row("all", "", "", f"{total.total():,}", *(f"{total[level]:,}" for level in LEVELS))
    return table


def _few(run: Run, number: int) -> list[Example]:
    """Records from different databases and of different hardness, the same ones every time."""
    rng, chosen = random.Random(0), []
    seen: set[str | None] = set()
    examples = list(run.examples()) if number else []
    rng.shuffle(examples)
    for example in examples:
        marks = {example.db_id, example.sql_component_difficulty, example.question_style}
        if not seen & marks:
            chosen.append(example)
            seen |= marks
        if len(chosen) == number:
            break
    return chosen


def _record(example: Example, dialect: str) -> Panel:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(style="bold", justify="right")
    grid.add_column()
    grid.add_row("question", Text(on_one_line(example.question)))
    if example.evidence:
        grid.add_row("evidence", Text(on_one_line(example.evidence)))
    sql = on_one_line(example.SQL)
    grid.add_row("SQL", Syntax(sql, "sql", theme="ansi_dark", word_wrap=True, background_color="default"))
    title = f"{example.db_id} ({dialect}) · {example.sql_component_difficulty} · {example.question_style}"
    return Panel(grid, title=Text(on_one_line(title)), title_align="left")


def _files(run: Run, catalog: Catalog, console: Console) -> None:
    from querywright.runs.report import write_report

    console.print(f"dataset  {run.folder / 'dataset.jsonl'}", soft_wrap=True)
    console.print(f"rejects  {run.folder / 'rejects.jsonl'}", soft_wrap=True)
    try:
        console.print(f"report   {write_report(run, catalog)}", soft_wrap=True)
    except SettingsError as error:  # the extra is not installed: the dataset is made all the same
        console.print(f"report   not written: {error}", soft_wrap=True)
