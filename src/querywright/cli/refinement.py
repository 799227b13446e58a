"""`querywright refine`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.asking import (
    EXECUTION,
    BudgetOption,
    Candidates,
    ComponentDifficulty,
    EmbeddingModel,
    EstimateOption,
    ExecutionDifficulty,
    Generations,
    Model,
    NoCache,
    ReasoningModel,
    Retries,
    budget_of,
    making_of,
    roles_of,
    show_estimate,
    template_of,
)
from querywright.cli.cluster import Ray, address_of
from querywright.cli.showing import commonest, show_run
from querywright.errors import RunError


def refine(
    seeds: Annotated[Path, typer.Argument(metavar="SEEDS", help="Examples: JSON, JSONL or Parquet.")],
    databases: Annotated[str, typer.Option(help="The databases they ask: a folder, a file or a server's address.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The run folder.")],
    augment: Annotated[int, typer.Option(min=0, help="Variants to be made of each seed.")] = 5,
    strategies: Annotated[str, typer.Option(help="The directions they are drawn from.")] = "dvt,qsm,blc,ce,asf,po",
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes; the dataset does not depend on it.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    ray: Ray = None,
    model: Model = None,
    reasoning_model: ReasoningModel = None,
    embedding_model: EmbeddingModel = None,
    budget: BudgetOption = None,
    estimate: EstimateOption = False,
    no_cache: NoCache = False,
    candidates: Candidates = 5,
    max_retries: Retries = 3,
    generations: Generations = 10,
    component_difficulty: ComponentDifficulty = None,
    execution_difficulty: ExecutionDifficulty = EXECUTION,
    prompt_template: Annotated[
        Path | None,
        typer.Option(help="A text file with {schema} and {question}; {evidence} and {dialect} if you like."),
    ] = None,
    schema_style: Annotated[str, typer.Option(help="How the prompt shows the schema: ddl or compact.")] = "ddl",
    schema_examples: Annotated[int, typer.Option(min=0, help="Example values beside each column in the prompt.")] = 0,
) -> None:
    """Check examples that you have, vary them in six directions, and complete all of them."""
    from querywright.cli.opening import open_catalog
    from querywright.runs import progress_on
    from querywright.synthesis import PromptSettings
    from querywright.synthesis.refine import estimate_refine
    from querywright.synthesis.refine import refine as make

    prompt = PromptSettings(style=schema_style, examples=schema_examples, **template_of(prompt_template))  # type: ignore[arg-type]
    roles = roles_of(model, reasoning_model, embedding_model, no_cache)
    making = making_of(candidates, max_retries, generations, component_difficulty, execution_difficulty)
    chosen = [name.strip() for name in strategies.split(",") if name.strip()]
    held = budget_of(budget, roles, estimate)
    with open_catalog(databases) as catalog:
        if estimate:
            found = estimate_refine(
                seeds, catalog, seed, augment=augment, strategies=chosen, prompt=prompt, making=making, roles=roles
            )
            show_estimate(found, roles)
            return
        run = make(
            seeds, catalog, output, seed, augment=augment, strategies=chosen, workers=workers,
            cluster=address_of(ray), resume=resume, prompt=prompt, making=making, roles=roles, budget=held,
            progress=progress_on(sys.stderr),
        )  # fmt: skip
        show_run(run, catalog)
        if not run.counts.kept:
            raise RunError(
                f"nothing of {seeds} was kept (mostly: {commonest(run)}): {run.folder / 'rejects.jsonl'} tells why"
            )
