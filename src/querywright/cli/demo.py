"""`querywright demo`: our own databases, seed questions, predictions, and a run over them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.showing import show_run
from querywright.errors import RunError

DATABASES, SEEDS, PREDICTIONS, RUN = "databases", "seeds.jsonl", "predictions", "run"
OURS = {DATABASES, SEEDS, PREDICTIONS, RUN}


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to put it.")] = Path("demo"),
    count: Annotated[int, typer.Option(min=1, help="How many examples to make.")] = 1000,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Create four demo databases and make a dataset from them."""
    from querywright.databases import Catalog
    from querywright.runs import progress_on
    from querywright.synthesis import synthesize as make

    _prepare(folder)
    typer.echo(f"Making {count:,} verified examples from them with the grammar author (no model, no key) …")
    with Catalog.open(folder / DATABASES) as catalog:
        run = make(catalog, count, folder / RUN, workers=workers, progress=progress_on(sys.stderr))
        show_run(run, catalog, samples=3)


def _prepare(folder: Path) -> None:
    """Write seeds and databases; an earlier demo there is replaced, anything else is left alone and said."""
    from querywright.demo import create_databases, write_predictions, write_seeds
    from querywright.runs import clear

    try:
        found = {path.name for path in folder.iterdir()} if folder.exists() else set()
        if found and (SEEDS not in found or found - OURS):
            strange = sorted(found - OURS or found)[0]
            raise RunError(f"{folder} holds {strange}, so it is no earlier demo: give another folder")
        clear(folder / RUN)
        write_seeds(folder / SEEDS)  # first: by it the folder is known as a demo
        write_predictions(folder / PREDICTIONS)
        typer.echo(f"Creating four databases in {folder / DATABASES} …")
        create_databases(folder / DATABASES)
    except OSError as error:
        raise RunError(f"{folder} cannot be written ({error.strerror}): give another folder") from error
