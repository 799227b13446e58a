"""`querywright predict`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.asking import (
    AnsweringModel,
    BudgetOption,
    Comparing,
    EstimateOption,
    IndexFolder,
    Judge,
    NoCache,
    PresetOption,
    Samples,
    Without,
    answering_roles,
    budget_of,
    preset_of,
    show_estimate,
)


def predict(
    dataset: Annotated[
        Path, typer.Argument(metavar="DATASET", help="The questions: a run, or a file of Spider's, BIRD's or ours.")
    ],
    databases: Annotated[str, typer.Option(help="The databases they ask: a folder, a file or a server's address.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The run folder.")],
    preset: PresetOption = "fast",
    without: Without = "",
    candidates: Samples = None,
    judge: Judge = None,
    model: AnsweringModel = None,
    embedding_model: Comparing = None,
    index: IndexFolder = None,
    seed: Annotated[int, typer.Option(help="Decides chance, with each row's id.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the answers do not depend on it.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    budget: BudgetOption = None,
    estimate: EstimateOption = False,
    no_cache: NoCache = False,
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds that a query may take.")] = 10.0,
) -> None:
    """Answer every question of a dataset, as a run that can be killed and goes on; `evaluate` scores it."""
    from querywright.answering import estimate_predict
    from querywright.answering import predict as answer
    from querywright.answering.desk import LIMITS
    from querywright.answering.written import unanswered
    from querywright.cli.opening import open_catalog
    from querywright.runs import progress_on

    chosen = preset_of(preset, without, candidates, judge)
    roles = answering_roles(model, embedding_model, no_cache)
    held = budget_of(budget, roles, estimate)
    limits = type(LIMITS)(timeout, LIMITS.rows, LIMITS.bytes)
    with open_catalog(databases) as catalog:
        if estimate:
            found = estimate_predict(
                dataset, catalog, roles=roles, preset=chosen, seed=seed, indexes=index, limits=limits
            )
            show_estimate(found, roles)
            return
        run = answer(
            dataset, catalog, output, roles=roles, preset=chosen, seed=seed, workers=workers, resume=resume,
            budget=held, progress=progress_on(sys.stderr), indexes=index, limits=limits,
        )  # fmt: skip
    reasons = unanswered(run)
    kept, without_answer = run.counts.kept, reasons.total()
    typer.echo(f"{kept - without_answer:,} of {run.counts.inputs:,} questions have an answer")
    for reason, number in reasons.most_common():
        typer.echo(f"  {number:,} without: {reason}")
    typer.echo(f"dataset  {run.folder / 'dataset.jsonl'}")
    if run.counts.rejected:
        typer.echo(f"rejects  {run.folder / 'rejects.jsonl'}")
