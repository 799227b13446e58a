"""`querywright demo`: our own databases, seed questions, and a run over them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.showing import show_run


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to put it.")] = Path("demo"),
    count: Annotated[int, typer.Option(min=1, help="How many examples to make.")] = 1000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Create four demo databases and make a dataset from them."""
    from querywright.databases import Catalog
    from querywright.demo import create_databases, write_seeds
    from querywright.runs import progress_on
    from querywright.synthesis import synthesize as make

    say = typer.echo
    say(f"Creating four databases in {folder / 'databases'} …")
    create_databases(folder / "databases")
    write_seeds(folder / "seeds.jsonl")
    shutil.rmtree(folder / "run", ignore_errors=True)
    say(f"Making {count:,} verified examples from them with the grammar author (no model, no key) …")
    with Catalog.open(folder / "databases") as catalog:
        run = make(catalog, count, folder / "run", workers=workers, progress=progress_on(sys.stderr))
        show_run(run, catalog, samples=3)
