"""`querywright auxiliary`: which databases of a warehouse to add, and why."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from querywright.cli.opening import open_catalog
from querywright.cli.showing import on_one_line
from querywright.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from querywright.synthesis.auxiliary import Candidate


def choose_auxiliary(
    warehouse: Annotated[
        str, typer.Argument(metavar="WAREHOUSE", help="Databases to choose from: a folder, a file or a server.")
    ],
    budget: Annotated[int, typer.Option(min=1, help="How many to choose.")],
    json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Choose databases that cover simple and complex schemas alike."""
    import orjson

    from querywright.synthesis.auxiliary import choose, survey

    with open_catalog(warehouse) as catalog:
        figures, left_out = survey(catalog)
    for name, reason in left_out.items():
        print(on_one_line(f"left out: {name}: {reason}"), file=sys.stderr)
    if not figures:
        raise DatabaseUnavailable(f"no database in {warehouse} can be used: give another warehouse")
    candidates = choose(figures, budget)
    if json:
        document = {"candidates": [candidate.to_dict() for candidate in candidates], "left_out": left_out}
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(candidates)


def _show(candidates: Sequence[Candidate]) -> None:
    """Every candidate with its figures, simplest first, the chosen ones marked; then their names alone."""
    grid = Table(box=SIMPLE_HEAD, padding=(0, 1))
    grid.add_column("database", overflow="fold")
    for name in ("tables", "columns", "keys", "density", "score", "chosen for"):
        grid.add_column(name, justify="right", no_wrap=True)
    for c in candidates:
        tables, columns = f"{c.tables:,} {_percent(c.tables_rank)}", f"{c.columns:,} {_percent(c.columns_rank)}"
        density = f"{c.density:.2f} {_percent(c.density_rank)}"
        mark = f"✓ {_percent(c.point)}" if c.point is not None else ""
        style = "bold" if c.chosen else "dim"
        cells = (tables, columns, f"{c.foreign_keys:,}", density, f"{c.score:.3f}", mark)
        grid.add_row(on_one_line(c.db_id), *cells, style=style)
    console = Console(highlight=False, markup=False)
    console.print(grid)
    console.print(
        "% beside a figure: how much of the warehouse has as much or less; the score is their mean", style="dim"
    )
    chosen = [c.db_id for c in candidates if c.chosen]
    said = f"{len(chosen):,} of {len(candidates):,} chosen: {', '.join(map(on_one_line, chosen))}"
    console.print(said, soft_wrap=True)


def _percent(share: float) -> str:
    return f"{round(100 * share):3d} %"
