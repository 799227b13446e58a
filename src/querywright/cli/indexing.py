"""`querywright index`."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from querywright.cli.asking import Comparing, NoCache, embedding_roles
from querywright.cli.showing import on_one_line
from querywright.cli.synthesis import Databases
from querywright.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from querywright.answering.indexes import Indexed


def index(
    databases: Databases,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where indexes lie; else in your cache folder.")
    ] = None,
    examples: Annotated[
        Path | None, typer.Option(help="Examples to learn from: a run, or a file of Spider's, BIRD's or ours.")
    ] = None,
    embedding_model: Comparing = None,
    no_cache: NoCache = False,
) -> None:
    """Index what databases hold and mean, so that questions about them find it; again, only what changed."""
    from querywright.answering.indexes import Home, index_examples
    from querywright.answering.indexes import index as make
    from querywright.cli.opening import OpenedDataset, open_catalog

    home = Home.at(output)
    roles = embedding_roles(embedding_model, no_cache)
    with open_catalog(databases) as catalog, roles.open() as models:
        pointed = None
        if examples is not None:
            shown = index_examples(home, OpenedDataset(examples, "sqlite").examples(), examples, catalog, models)
            pointed = shown.folder
            typer.echo(on_one_line(f"{examples}: {shown.size:,} examples  {pointed}"))
            for reason, number in shown.left_out.items():
                print(on_one_line(f"left out: {number:,} of {examples}: {reason}"), file=sys.stderr)
        failed = dict(catalog.broken)
        for db_id in catalog:
            began = perf_counter()
            try:
                found = make(home, catalog, db_id, models, pointed)
            except DatabaseUnavailable as error:
                failed[db_id] = error.message
                continue
            typer.echo(on_one_line(f"{db_id}: {_told(found)}, {perf_counter() - began:.1f} s  {found.folder}"))
            for kind, problem in found.problems.items():
                failed[f"{db_id}, its {kind}"] = problem
    for name, reason in failed.items():
        print(on_one_line(f"left out: {name}: {reason}"), file=sys.stderr)
    if len(failed) > len(catalog.broken):
        raise typer.Exit(1)


def _told(found: Indexed) -> str:
    return ", ".join(f"{number:,} {kind}" for kind, number in found.sizes.items()) or "nothing to index"
