"""`querywright models check`: what a model can do, or which models a run would use."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from querywright.cli.settings import ENVIRONMENT, models_from_file
from querywright.cli.showing import on_one_line
from querywright.errors import ModelUnavailable, SettingsError
from querywright.models import Ledger, ModelSettings

if TYPE_CHECKING:
    from querywright.models.checking import Finding

models = typer.Typer()


@models.callback(invoke_without_command=True)
def _models(context: typer.Context) -> None:
    """The language models that runs may use."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@models.command()
def check(
    context: typer.Context,
    model: Annotated[
        str | None,
        typer.Option("--model", help="provider:model, a table [models.NAME] of querywright.toml, a folder of weights."),
    ] = None,
    embedding_model: Annotated[
        str | None, typer.Option("--embedding-model", help="Named as a model is, or `hashed`, the embedded one.")
    ] = None,
) -> None:
    """Ask a model a few small things: is it reachable, what can it do, what does it cost?"""
    tables = models_from_file()
    console = Console(highlight=False, markup=False)
    if model is None and embedding_model is None:
        _show_defaults(console, tables, _chosen(context))
        return
    from querywright.models.naming import resolve

    if model is not None:
        _show(console, model, _chat(resolve(model, tables)))
    if embedding_model is not None:
        _show(console, embedding_model, _embedding(resolve(embedding_model, tables)))


def _chat(settings: ModelSettings) -> list[Finding]:
    from querywright.models.checking import check_chat, check_price
    from querywright.models.naming import FOLDER, HASHED, key_of
    from querywright.models.serving import serve

    if settings.provider == HASHED:
        raise SettingsError(f"{settings.name} answers no questions: it is for --embedding-model")
    if settings.provider == FOLDER:
        with serve(settings, lambda words: print(words, file=sys.stderr)) as served:
            return asyncio.run(check_chat(served, None))
    key = key_of(settings, os.environ)
    return [*asyncio.run(check_chat(settings, key)), check_price(settings)]


def _embedding(settings: ModelSettings) -> list[Finding]:
    from querywright.models.checking import check_embedding
    from querywright.models.embeddings import open_embedding
    from querywright.models.naming import key_of

    async def ask() -> list[Finding]:
        model = open_embedding(settings, Ledger(), key=key)
        try:
            return await check_embedding(model)
        finally:
            await model.close()

    key = key_of(settings, os.environ)
    return asyncio.run(ask())


def _show(console: Console, name: str, findings: list[Finding]) -> None:
    grid = Grid("", "found", "what it means", title=on_one_line(name), title_justify="left", title_style="bold")
    for finding in findings:
        grid.add_row(finding.what, on_one_line(finding.found), finding.meaning)
    console.print(grid)


def _show_defaults(console: Console, tables: Mapping[str, Mapping[str, Any]], chosen: Mapping[str, str]) -> None:
    """What runs without a model do, and which models are described."""
    from querywright.models.hashed import DIMENSIONS, HashedEmbedding

    console.print("No model is named, and none is needed.")
    grid = Grid("for", "used", "what it means")
    grid.add_row("SQL and questions", "the grammar author", "embedded: no key, no cost, same seed, same data")
    grid.add_row("embeddings", HashedEmbedding.name, f"embedded: vectors of {DIMENSIONS} numbers, by spelling")
    for where, name in chosen.items():
        grid.add_row(where, on_one_line(name), "a model, because the settings say so")
    console.print(grid)
    if tables:
        console.print(_described(tables))
    console.print(f"querywright models check --model {next(iter(tables), 'PROVIDER:MODEL')}  asks one", soft_wrap=True)


def _described(tables: Mapping[str, Mapping[str, Any]]) -> Grid:
    """The models of `querywright.toml`, and whether their keys are there."""
    from querywright.models.naming import key_of, resolve

    grid = Grid()
    for name in ("--model", "provider", "model", "where", "key"):
        grid.add_column(name, overflow="fold")
    for name in tables:
        settings = resolve(name, tables)
        key = settings.key_variable or "none needed"
        try:
            key_of(settings, os.environ)
        except ModelUnavailable:
            key = f"{settings.key_variable} is not set"
        where = settings.base_url or "this machine"
        grid.add_row(*map(on_one_line, (name, settings.provider, settings.model, where, key)))
    return grid


def _chosen(context: typer.Context) -> dict[str, str]:
    """Models that the file or the environment names for a command: where, and which."""
    found: dict[str, str] = {}
    for command, values in (context.find_root().default_map or {}).items():
        named = {key: value for key, value in values.items() if key.endswith("model")}
        found |= {f"{command} --{key.replace('_', '-')}": str(value) for key, value in named.items()}
    for variable, value in os.environ.items():
        if variable.startswith(f"{ENVIRONMENT}_") and variable.endswith("_MODEL"):
            found[variable] = value
    return found
