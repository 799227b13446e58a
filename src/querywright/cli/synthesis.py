"""`querywright synthesize`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.showing import show_run
from querywright.errors import RunError, SettingsError
from querywright.runs import Run

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
    workers: Annotated[int, typer.Option(min=1, help="Processes; the dataset does not depend on it.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in the folder.")] = False,
    profile: Annotated[
        str, typer.Option(help="The mix to aim at: sqlflow, spider, bird, or a JSON or TOML file.")
    ] = "sqlflow",
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

    prompt = PromptSettings(style=schema_style, examples=schema_examples, **_template(prompt_template))  # type: ignore[arg-type]
    with open_catalog(databases) as catalog:
        run = make(
            catalog, count, output, seed, workers=workers, resume=resume, profile=profile, prompt=prompt,
            progress=progress_on(sys.stderr),
        )  # fmt: skip
        show_run(run, catalog)
        if not run.counts.kept:
            raise RunError(
                f"no example could be made of {catalog.location} (mostly: {_commonest(run)}): give other databases"
            )


def _commonest(run: Run) -> str:
    """The reason most draws were rejected for."""
    reasons = [(number, reason) for found in run.funnel.values() for reason, number in found.items()]
    return max(reasons)[1]


def _template(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        return {"template": path.read_text(encoding="utf-8")}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the prompt template {path} cannot be read: {error}") from error
