"""What a run shows at its end: a summary, a few records, where the report is."""

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


def left_out(catalog: Catalog) -> None:
    """Tells of files that look like databases and cannot be used."""
    from querywright.synthesis.recipe import usable

    for path, reason in catalog.broken.items():
        print(f"left out: {path}: {reason}", file=sys.stderr)
    for db_id, reason in usable(catalog)[1].items():
        print(f"left out: {db_id}: {reason}", file=sys.stderr)


def show_run(run: Run, catalog: Catalog, samples: int = 0) -> None:
    """Prints a run's outcome and writes its report."""
    console = Console(highlight=False)
    console.print(_summary(run, catalog))
    for example in _few(run, samples):
        console.print(_record(example, catalog[example.db_id].dialect))
    _report(run, catalog, console)


def _summary(run: Run, catalog: Catalog) -> Table:
    """One row a database: what was kept of it, and how hard it is."""
    kept: Counter[str] = Counter()
    hard: dict[str, Counter[str]] = {}
    for example in run.examples():
        kept[example.db_id] += 1
        hard.setdefault(example.db_id, Counter())[example.sql_component_difficulty or "?"] += 1
    levels = ("easy", "medium", "hard", "extra")
    table = Table(title=run.summary(), title_justify="left", title_style="bold")
    for name in ("database", "engine", "tables"):
        table.add_column(name)
    for name in ("examples", *levels):
        table.add_column(name, justify="right")
    for db_id in sorted(kept):
        database = catalog[db_id]
        found = [f"{hard[db_id][level]:,}" for level in levels]
        table.add_row(db_id, database.dialect, str(len(database.schema.tables)), f"{kept[db_id]:,}", *found)
    totals = [f"{sum(h[level] for h in hard.values()):,}" for level in levels]
    table.add_section()
    table.add_row("all", "", "", f"{sum(kept.values()):,}", *totals)
    return table


def _few(run: Run, number: int) -> list[Example]:
    """Records from different databases and of different hardness, the same ones every time."""
    rng, chosen, seen = random.Random(0), [], set()
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
    grid.add_row("question", Text(example.question))
    if example.evidence:
        grid.add_row("evidence", Text(example.evidence))
    grid.add_row("SQL", Syntax(example.SQL, "sql", theme="ansi_dark", word_wrap=True, background_color="default"))
    title = f"{example.db_id} ({dialect}) · {example.sql_component_difficulty} · {example.question_style}"
    return Panel(grid, title=title, title_align="left")


def _report(run: Run, catalog: Catalog, console: Console) -> None:
    from querywright.runs.report import write_report

    console.print(f"dataset  {run.folder / 'dataset.jsonl'}", soft_wrap=True)
    console.print(f"rejects  {run.folder / 'rejects.jsonl'}", soft_wrap=True)
    try:
        console.print(f"report   {write_report(run, catalog)}", soft_wrap=True)
    except SettingsError as error:  # the extra is not installed: the dataset is made all the same
        console.print(f"report   not written: {error}", soft_wrap=True)
