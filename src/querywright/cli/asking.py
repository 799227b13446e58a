"""The options of commands that ask models, and what they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from querywright.errors import SettingsError

if TYPE_CHECKING:
    from querywright.answering import Preset
    from querywright.models.budget import Budget
    from querywright.models.roles import Roles
    from querywright.runs.estimating import Estimate
    from querywright.synthesis.making import Making
    from querywright.synthesis.scales import Scale

Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="A chat model that writes, asks and judges: provider:model, a [models.NAME] table, a folder of weights. "
        "Without one the embedded author does.",
    ),
]
ReasoningModel = Annotated[
    str | None, typer.Option("--reasoning-model", help="A chat model for the reasoning; else the one of --model.")
]
EmbeddingModel = Annotated[
    str | None, typer.Option("--embedding-model", help="What compares questions; else the embedded one.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither use nor keep cached answers.")]
BudgetOption = Annotated[
    str | None, typer.Option("--budget", help="Stop, resumably, when so much is asked of models: 5usd, 2Mtok.")
]
EstimateOption = Annotated[
    bool, typer.Option("--estimate", help="Only tell what it would cost, judged by a sample that is really made.")
]
AnsweringModel = Annotated[
    str | None,
    typer.Option("--model", help="The chat model that answers: provider:model, a [models.NAME] table, a folder."),
]
Comparing = Annotated[
    str | None, typer.Option("--embedding-model", help="What compares texts in indexes; else the embedded one.")
]
PresetOption = Annotated[
    str, typer.Option("--preset", help="How: fast, chess, chase, pipe-agent, or a .toml file of yours.")
]
Without = Annotated[
    str, typer.Option("--without", metavar="PART,PART", help="Stages, strategies and tools of the preset to leave out.")
]
Samples = Annotated[
    int | None, typer.Option("--candidates", min=1, help="Queries that each strategy writes; else as the preset says.")
]
Judge = Annotated[
    Path | None,
    typer.Option("--judge", help="A folder that `train selector` wrote: it judges between candidates, not the model."),
]
IndexFolder = Annotated[
    Path | None, typer.Option("--index", help="The folder that `querywright index -o` wrote; else the one it takes.")
]
Asked = Annotated[str, typer.Option("--database", help="The database: a file, a folder or a server's address.")]
DbId = Annotated[str | None, typer.Option("--db-id", help="Which database, where there are several.")]
Candidates = Annotated[int, typer.Option(min=1, max=11, help="Questions a model makes for a query; one is kept.")]
Retries = Annotated[int, typer.Option(min=0, help="How often a model explains again where its SQL is not right.")]
Generations = Annotated[
    int, typer.Option(min=0, help="Answers of the model that the execution difficulty is measured by; 0: none.")
]
ComponentDifficulty = Annotated[
    str | None,
    typer.Option(help="Thresholds and labels from the tree: 2,4,6:easy,medium,hard,extra. Else Spider's rule."),
]
ExecutionDifficulty = Annotated[str, typer.Option(help="Thresholds and labels of wrong answers in ten.")]
EXECUTION = "2,5,9:easy,medium,hard,extra"


def roles_of(model: str | None, reasoning: str | None, embedding: str | None, no_cache: bool) -> Roles:
    """The models that were named. Raises SettingsError where a name means nothing, ModelUnavailable without a key."""
    from querywright.cli.settings import models_from_file
    from querywright.models.cache import default_cache
    from querywright.models.roles import Roles

    if embedding and not (model or reasoning):
        raise SettingsError("--embedding-model compares questions that a model wrote: name one with --model")
    cache = None if no_cache else default_cache()
    return Roles.named(model, reasoning, embedding, cache=cache, tables=models_from_file())


def answering_roles(model: str | None, embedding: str | None, no_cache: bool) -> Roles:
    """The models that answer. Raises ModelUnavailable where none is named, or its key is not there; SettingsError."""
    from querywright.answering.missing import no_model

    if not model:
        raise no_model()
    return roles_of(model, None, embedding, no_cache)


def embedding_roles(embedding: str | None, no_cache: bool) -> Roles:
    """The embedding model alone. Raises as `roles_of`."""
    from querywright.cli.settings import models_from_file
    from querywright.models.cache import default_cache
    from querywright.models.roles import Roles

    cache = None if no_cache else default_cache()
    return Roles.named(None, None, embedding, cache=cache, tables=models_from_file())


def preset_of(name: str, without: str, candidates: int | None = None, judge: Path | None = None) -> Preset:
    """The preset that was asked for. Raises SettingsError where it, or a part of it, is not there, and
    ModelUnavailable where the judge is none.
    """
    from querywright.answering import Preset

    parts = [part.strip() for part in without.split(",") if part.strip()]
    return Preset.load(name).without(parts).drawing(candidates).judged_by(judge)


def budget_of(text: str | None, roles: Roles, estimate: bool) -> Budget | None:
    """The budget. Raises SettingsError where it cannot be read, or is money and a price is not known; where no model is
    asked that it, or an estimate, could be of.
    """
    from querywright.models.budget import Budget
    from querywright.models.prices import price_of

    if not roles.any and (text or estimate):
        raise SettingsError(f"--{'budget' if text else 'estimate'} is of what models take: name one with --model")
    if text is None:
        return None
    budget = Budget.parse(text)
    for settings in (roles.default, roles.reasoning):
        if settings is not None:
            budget.require_price(settings.name, price_of(settings) is not None)
    return budget


def making_of(candidates: int, retries: int, generations: int, component: str | None, execution: str) -> Making:
    """How records are made. Raises SettingsError where a scale does not fit."""
    from querywright.synthesis.making import Making

    return Making(candidates, retries, generations, _scale(component) if component else None, _scale(execution))


def show_estimate(estimate: Estimate, roles: Roles) -> None:
    """Print what a run would cost, step by step."""
    from rich.console import Console
    from rich.table import Table

    grid = Table("step", "model", "calls", "tokens in", "tokens out", "cost")
    for entry in (*estimate.usage, estimate.total):
        money = "?" if entry.cost is None else f"${entry.cost:,.4f}"
        tokens = (f"{entry.input_tokens:,}", f"{entry.output_tokens:,}")
        grid.add_row(entry.step or "all", entry.model, f"{entry.calls:,}", *tokens, money)
    console = Console(highlight=False, markup=False)
    console.print(grid)
    cached = "; their answers are in the cache, so the run does not pay for them again" if roles.cache else ""
    size = f"about {estimate.kept:,} examples from {estimate.inputs:,} inputs"
    console.print(f"for {size}, judged by {estimate.sample} of them{cached}")


def _scale(text: str) -> Scale:
    from querywright.synthesis.scales import Scale

    bounds, colon, labels = text.partition(":")
    try:
        thresholds = tuple(float(part) for part in bounds.split(","))
    except ValueError:
        raise SettingsError(
            f"{text!r} is no scale: write ascending thresholds and labels, 2,5,9:easy,medium,hard,extra"
        ) from None
    return Scale(thresholds, tuple(part.strip() for part in labels.split(","))) if colon else Scale(thresholds)


def template_of(path: Path | None) -> dict[str, str]:
    """The prompt template of a file, as a setting. Raises SettingsError where it cannot be read."""
    if path is None:
        return {}
    try:
        return {"template": path.read_text(encoding="utf-8")}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the prompt template {path} cannot be read: {error}") from error
