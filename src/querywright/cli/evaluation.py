"""`querywright evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

Predictions = Annotated[
    list[Path],
    typer.Argument(
        metavar="PREDICTIONS…", help="A run, JSONL, BIRD's JSON or Spider's text; several are compared with each other."
    ),
]


def evaluate(
    predictions: Predictions,
    gold: Annotated[Path, typer.Option(help="The dataset they answer: a run, or a file of Spider's, BIRD's or ours.")],
    databases: Annotated[str, typer.Option(help="The databases: a folder, a file or a server's address.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A folder for report.html and results.jsonl.")
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(help="Any of ex, rules, soft-f1, exact, linking, failures, candidates, ves; all but ves without."),
    ] = None,
    rule: Annotated[str, typer.Option(help="What counts as right: strict, bird or spider.")] = "strict",
    witnesses: Annotated[
        int, typer.Option(min=0, help="Try what is right on so many altered copies of its database, too.")
    ] = 0,
    subset: Annotated[
        float | None, typer.Option(help="Score only this share of each database's rows, such as 0.1.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the subset.")] = 0,
    missing: Annotated[str, typer.Option(help="Gold rows without a prediction: error, wrong or skip.")] = "error",
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds that a query may take.")] = 30.0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the evaluation in the folder.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Execute gold again, also where it is known.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON, and nothing else.")] = False,
) -> None:
    """Measure how right predictions are: read-only, under limits, resumable."""
    import orjson

    from querywright.cli.evaluation_figures import show_summary
    from querywright.cli.opening import open_catalog
    from querywright.errors import RunError
    from querywright.evaluation.evaluate import LIMITS
    from querywright.evaluation.evaluate import evaluate as measure
    from querywright.runs import progress_on
    from querywright.runs.chains import INTERNAL_ERROR

    names = None if metrics is None else [name.strip() for name in metrics.split(",") if name.strip()]
    limits = type(LIMITS)(timeout, LIMITS.rows, LIMITS.bytes)
    with open_catalog(databases) as catalog:
        found = measure(
            list(predictions), gold, catalog, output, metrics=names, rule=rule, witnesses=witnesses, share=subset,
            seed=seed, missing=missing, limits=limits, workers=workers, resume=resume, cached=not no_cache,  # type: ignore[arg-type]
            progress=progress_on(sys.stderr),
        )  # fmt: skip
    summary = found.summary()
    if json:
        typer.echo(orjson.dumps(summary.to_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        show_summary(summary, found.folder)
    ours = [each.key for each in summary.excluded if each.reason.startswith(INTERNAL_ERROR)]
    if ours:
        raise RunError(
            f"a mistake of ours kept {len(ours):,} rows from being scored, {ours[0]} the first; please report it"
        )
    if not summary.scored:
        raise RunError(f"none of {summary.gold_rows:,} gold rows could be scored")
