"""`querywright ask`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from querywright.cli.asking import (
    AnsweringModel,
    Asked,
    Comparing,
    DbId,
    IndexFolder,
    Judge,
    NoCache,
    PresetOption,
    Samples,
    Without,
    answering_roles,
    preset_of,
)


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In any language that the model reads.")],
    database: Asked,
    db_id: DbId = None,
    evidence: Annotated[str, typer.Option(help="What words mean, how something is computed.")] = "",
    preset: PresetOption = "fast",
    without: Without = "",
    candidates: Samples = None,
    judge: Judge = None,
    model: AnsweringModel = None,
    embedding_model: Comparing = None,
    index: IndexFolder = None,
    no_cache: NoCache = False,
    seed: Annotated[int, typer.Option(help="Decides chance.")] = 0,
    rows: Annotated[int, typer.Option(min=0, help="Rows that are shown.")] = 20,
    trace: Annotated[bool, typer.Option("--trace", help="Show what each stage made, from top to bottom.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON, and nothing else.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Execute no query: show the first one that would be tried.")
    ] = False,
) -> None:
    """Answer a question about a database: a query that was checked, its rows, and why this one."""
    import orjson

    from querywright.cli.answers import StageLines, show_answer, show_trace
    from querywright.cli.asked import asked
    from querywright.datasets.seeds import sayable

    chosen = preset_of(preset, without, candidates, judge)
    roles = answering_roles(model, embedding_model, no_cache)
    lines = StageLines(Console(stderr=True, highlight=False, markup=False, quiet=json), chosen)
    ready = asked(database, db_id, roles, chosen, index, seed, lambda words: print(words, file=sys.stderr))
    with ready as opened, lines.shown():
        answer = opened.ask(question, evidence, dry_run=dry_run, tell=lines)
    if json:
        said = answer.to_dict()
        if not trace:
            del said["trace"]
        typer.echo(orjson.dumps(sayable(said), option=orjson.OPT_INDENT_2).decode())
    else:
        console = Console(highlight=False, markup=False)
        if trace:
            show_trace(console, answer.trace)
        show_answer(console, answer, rows, dry_run)
    if answer.problem:
        raise typer.Exit(1)
