"""What a run over pipe queries shows at its end: how many hold, which operators there are, why the rest was dropped."""

from __future__ import annotations

from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from querywright.cli.showing import on_one_line
from querywright.errors import RunError
from querywright.runs import Run
from querywright.runs.folders import REJECTS
from querywright.synthesis.piping.figures import PipeFigures, figures_of

BAR = 28


def show_figures(run: Run) -> None:
    """Print the figures of a run and where its files are."""
    console = Console(highlight=False, markup=False)
    found = figures_of(run)
    console.print(_headline(found), soft_wrap=True)
    if found.queries:
        console.print(_operators(found))
    if found.refused:
        console.print(_refusals(found))
    for name in ("dataset.jsonl", "rejects.jsonl", "figures.json"):
        console.print(f"{name.partition('.')[0]:<8} {run.folder / name}", soft_wrap=True)


def some_hold(run: Run, dataset: Path) -> None:
    """Raises RunError where nothing of the dataset was kept."""
    if not run.counts.kept:
        raise RunError(f"no row of {dataset} holds: {run.folder / REJECTS} tells why")


def _headline(found: PipeFigures) -> Text:
    said = Text(f"{found.verified:,} of {found.rows:,} rows hold ({_share(found.verified, found.rows)})", style="bold")
    if found.verified:
        bent = ", ".join(f"{number:,} with a {name}" for name, number in found.bends.items())
        linear = f"; {_share(found.linear, found.verified)} of them are one chain{f' ({bent})' if bent else ''}"
        said.append(linear, style="not bold")
        said.append(f"; {found.steps / found.verified:.1f} operators each", style="not bold")
    return said


def _operators(found: PipeFigures) -> Table:
    grid = Table(box=SIMPLE_HEAD, padding=(0, 1))
    grid.add_column("operator")
    grid.add_column("queries", justify="right")
    grid.add_column("uses", justify="right")
    grid.add_column("", no_wrap=True)
    most = max(found.queries.values())
    for name, number in found.queries.items():
        bar = "━" * max(1, round(BAR * number / most))
        grid.add_row(name, f"{number:,}", f"{found.operators[name]:,}", Text(bar, style="cyan"))
    return grid


def _refusals(found: PipeFigures) -> Table:
    grid = Table(box=SIMPLE_HEAD, padding=(0, 1))
    grid.add_column("dropped in")
    grid.add_column("because", overflow="fold")
    grid.add_column("rows", justify="right")
    for step, reasons in found.refused.items():
        for reason, number in sorted(reasons.items(), key=lambda entry: -entry[1]):
            grid.add_row(step, on_one_line(reason), f"{number:,}")
    return grid


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"
