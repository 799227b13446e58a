"""`synthesize`: from databases to a verified dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from querywright.databases import Catalog
from querywright.models.roles import Roles
from querywright.runs import Progress, Run, run
from querywright.runs.estimating import SAMPLE, Estimate, estimate
from querywright.synthesis.making import Making
from querywright.synthesis.prompt import PromptSettings

if TYPE_CHECKING:
    from querywright.models.budget import Budget
    from querywright.runs.found import Found
    from querywright.synthesis.grammar import Profile
    from querywright.synthesis.piping.columns import Mode
    from querywright.synthesis.recipe import SynthesisRecipe

PATIENCE = 500
"""Draws in a row, for each database, without anything new: then the schema has no more to give."""


def synthesize(
    catalog: Catalog | Path | str,
    count: int,
    output: Path | str,
    seed: int = 0,
    *,
    workers: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    profile: Profile | Path | str = "sqlflow",
    prompt: PromptSettings | None = None,
    making: Making | None = None,
    roles: Roles | None = None,
    budget: Budget | None = None,
    progress: Progress | None = None,
    pipes: Mode | None = None,
) -> Run:
    """Make verified (question, SQL, reasoning) examples from nothing but databases.

    The embedded grammar author makes them, or the chat models named in `roles`.

    Args:
        catalog: open databases, or where they are.
        count: how many examples to keep.
        output: the run folder.
        seed: the same seed over the same databases gives the same bytes, with any number of workers.
        workers: processes, or Ray actors.
        cluster: the address of a Ray cluster whose actors do the work; empty: Ray on this machine; None: no Ray.
        resume: go on with the run in `output`.
        profile: the mix of features to aim at: `sqlflow`, `spider`, `bird`, a file, or a `Profile`.
        prompt: how the `prompt` column is made.
        making: candidates, retries, generations and the scales of difficulty.
        roles: the chat models, and the embedding model; none: the embedded author does everything.
        budget: how much the models may be asked for in all.
        progress: is told how it goes.
        pipes: give every example a verified `pipe_sql` and reasoning that goes operator by operator: `portable` keeps
            the database's own functions, `googlesql` takes GoogleSQL's; None: neither.

    Raises:
        RunError: the run folder cannot be used, or the run had to stop; the message says how to go on.
        DatabaseUnavailable: no database can be opened; ModelUnavailable: a model cannot.
        SettingsError: a setting is wrong.
    """
    tell = progress.tell if progress else None
    with _ready(catalog, seed, profile, prompt, making, roles, pipes, tell) as (recipe, found):
        return run(
            output,
            recipe,
            recipe.inputs,
            count=count,
            workers=workers,
            width=recipe.roles.width,
            cluster=cluster,
            resume=resume,
            patience=PATIENCE * len(found.databases),
            budget=budget,
            progress=progress,
            about=found.about(),
        )


def estimate_synthesize(
    catalog: Catalog | Path | str,
    count: int,
    seed: int = 0,
    *,
    profile: Profile | Path | str = "sqlflow",
    prompt: PromptSettings | None = None,
    making: Making | None = None,
    roles: Roles | None = None,
    sample: int = SAMPLE,
    pipes: Mode | None = None,
) -> Estimate:
    """What `synthesize` would ask of its models, from `sample` draws that are really made and then forgotten.

    Their answers stay in the cache, so the run does not pay for them again. Args and errors as `synthesize`.
    """
    with _ready(catalog, seed, profile, prompt, making, roles, pipes) as (recipe, _):
        return estimate(recipe, recipe.inputs, sample, count)


@contextmanager
def _ready(
    catalog: Catalog | Path | str,
    seed: int,
    profile: Profile | Path | str,
    prompt: PromptSettings | None,
    making: Making | None,
    roles: Roles | None,
    pipes: Mode | None,
    tell: Callable[[str], None] | None = None,
) -> Iterator[tuple[SynthesisRecipe, Found]]:
    """The recipe, with its databases looked at and its servers up."""
    # The authors are heavy; importing us is not.
    from querywright.runs.found import Found
    from querywright.synthesis.grammar import profile as named
    from querywright.synthesis.piping.columns import dialect_of
    from querywright.synthesis.recipe import SynthesisRecipe

    if pipes is not None:
        dialect_of(pipes, "sqlite")
    aim = named(profile) if isinstance(profile, (str, Path)) else profile
    databases = catalog if isinstance(catalog, Catalog) else Catalog.open(catalog)
    try:
        found = Found.of(databases)
        with (roles or Roles()).served(tell) as served:
            settings = (prompt or PromptSettings(), making or Making(), served, pipes)
            yield SynthesisRecipe.of(found, seed, aim, *settings), found
    finally:
        if databases is not catalog:
            databases.close()
