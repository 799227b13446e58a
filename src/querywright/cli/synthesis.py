"""`querywright synthesize`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

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

Databases = Annotated[
    str,
    typer.Argument(
        metavar="DATABASES",
        help="A folder searched for *.sqlite, *.db and *.duckdb; one such file; "
        "postgresql://user@host/db or mysql://user@host/db, or without a db every one there.",
    ),
]


def synthesize(
    databases: Databases,
    output: Annotated[Path, typer.Option("--output", "-o", help="The run folder.")],
    count: Annotated[int, typer.Option(min=1, help="How many examples to keep.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes, or actors with --ray; the dataset does not depend on it.")
    ] = 1,
    ray: Ray = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    profile: Annotated[
        str, typer.Option(help="The mix to aim at: sqlflow, spider, bird, or a JSON or TOML file.")
    ] = "sqlflow",
    pipes: Annotated[
        bool, typer.Option("--pipes", help="Add pipe SQL, and reasoning that goes operator by operator.")
    ] = False,
    pipe_mode: Annotated[
        str, typer.Option(help="portable: the database's own functions in pipe SQL; googlesql: GoogleSQL's.")
    ] = "portable",
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
    """Make a verified dataset from nothing but databases."""
    from querywright.cli.opening import open_catalog
    from querywright.runs import progress_on
    from querywright.synthesis import PromptSettings
    from querywright.synthesis import synthesize as make
    from querywright.synthesis.synthesize import estimate_synthesize

    prompt = PromptSettings(style=schema_style, examples=schema_examples, **template_of(prompt_template))  # type: ignore[arg-type]
    roles = roles_of(model, reasoning_model, embedding_model, no_cache)
    making = making_of(candidates, max_retries, generations, component_difficulty, execution_difficulty)
    piped: Any = pipe_mode if pipes else None
    held = budget_of(budget, roles, estimate)
    with open_catalog(databases) as catalog:
        if estimate:
            found = estimate_synthesize(
                catalog, count, seed, profile=profile, prompt=prompt, making=making, roles=roles, pipes=piped
            )
            show_estimate(found, roles)
            return
        run = make(
            catalog, count, output, seed, workers=workers, cluster=address_of(ray), resume=resume, profile=profile,
            prompt=prompt, making=making, roles=roles, budget=held, progress=progress_on(sys.stderr),
            pipes=piped,
        )  # fmt: skip
        show_run(run, catalog)
        if not run.counts.kept:
            raise RunError(
                f"no example could be made of {catalog.location} (mostly: {commonest(run)}): give other databases"
            )
