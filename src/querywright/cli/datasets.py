"""`querywright export`, `stats` and `report`: what to do with a run once it is made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from querywright.cli.opening import OpenedDataset, open_catalog
from querywright.runs import Run

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]


def export_run(
    run: RunFolder,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    format: Annotated[str, typer.Option(help="jsonl, parquet, spider, bird or chat.")] = "jsonl",  # noqa: A002
) -> None:
    """Write a run's dataset in another format."""
    from querywright.datasets import export

    number = export(Run.open(run).examples(), format, output)
    typer.echo(f"{number:,} examples written to {output}")


def print_statistics(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET_OR_RUN", help="A run folder or a dataset file.")],
    json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
    dialect: Annotated[str, typer.Option(help="The SQL dialect of a dataset file.")] = "sqlite",
) -> None:
    """Show what a dataset is made of, beside the published ones."""
    import orjson
    from rich.console import Console

    from querywright.datasets.statistics import render, statistics

    opened = OpenedDataset(dataset, dialect)
    measured = statistics(opened.examples(), opened.dialect_of)
    if json:
        typer.echo(orjson.dumps(measured.to_dict(), option=orjson.OPT_INDENT_2).decode())
    else:
        Console().print(render(measured, dataset.name))


def rewrite_report(
    run: RunFolder,
    databases: Annotated[str | None, typer.Option(help="Where its databases are now, if they moved.")] = None,
) -> None:
    """Write (again) the report.html of a run, or of an evaluation."""
    from querywright.runs.report import write_report

    opened = Run.open(run)
    if opened.fingerprint.get("job") == "evaluate":
        from querywright.evaluation.evaluation import Evaluation
        from querywright.evaluation.report import write_evaluation_report

        typer.echo(write_evaluation_report(Evaluation.open(run)))
        return
    if databases is None:
        typer.echo(write_report(opened))
        return
    with open_catalog(databases) as catalog:
        typer.echo(write_report(Run.open(run), catalog))
