"""`refine`: from examples that somebody wrote to more of them, verified, with reasoning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from querywright.databases import Catalog
from querywright.datasets.seeds import read_seeds
from querywright.errors import DatasetError, SettingsError
from querywright.models.roles import Roles
from querywright.runs import Progress, Run, run
from querywright.runs.estimating import SAMPLE, Estimate, estimate
from querywright.synthesis.making import Making
from querywright.synthesis.prompt import PromptSettings

if TYPE_CHECKING:
    from querywright.models.budget import Budget
    from querywright.runs.found import Found
    from querywright.synthesis.refinement import RefineRecipe

STRATEGIES = ("dvt", "qsm", "blc", "ce", "asf", "po")
"""Data values, query structure, business logic, complexity, advanced SQL, performance (Text2SQL-Flow, III-B1)."""


def refine(
    seeds: Path | str,
    databases: Catalog | Path | str,
    output: Path | str,
    seed: int = 0,
    *,
    augment: int = 5,
    strategies: Sequence[str] = STRATEGIES,
    workers: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    prompt: PromptSettings | None = None,
    making: Making | None = None,
    roles: Roles | None = None,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Run:
    """Check seed examples, vary their queries in six directions, and complete all of them to verified records.

    Args:
        seeds: a file of Spider's, BIRD's or our own rows: JSON, JSONL or Parquet.
        databases: open databases, or where they are.
        output: the run folder.
        seed: of the run's chance; the same one gives the same bytes, with any number of workers.
        augment: variants to be made of each seed.
        strategies: the directions they are drawn from.
        workers: processes.
        cluster: the address of a Ray cluster whose actors do the work; empty: Ray on this machine; None: no Ray.
        resume: go on with the run in `output`.
        prompt: how the `prompt` column is made.
        making: candidates, retries, generations and the scales of difficulty.
        roles: the chat models, and the embedding model; none: the embedded author does everything.
        budget: how much the models may be asked for in all.
        progress: is told how it goes.

    Raises:
        RunError: the run folder cannot be used, or the run had to stop; the message says how to go on.
        DatasetError: the seeds cannot be read.
        DatabaseUnavailable: no database can be opened; ModelUnavailable: a model cannot.
        SettingsError: a setting is wrong.
    """
    tell = progress.tell if progress else None
    ready = _ready(seeds, databases, seed, augment, strategies, prompt, making, roles, tell)
    with ready as (recipe, found):
        return run(
            output,
            recipe,
            recipe.inputs,
            count=None,
            workers=workers,
            width=recipe.roles.width,
            cluster=cluster,
            resume=resume,
            budget=budget,
            progress=progress,
            about=found.about(),
        )


def estimate_refine(
    seeds: Path | str,
    databases: Catalog | Path | str,
    seed: int = 0,
    *,
    augment: int = 5,
    strategies: Sequence[str] = STRATEGIES,
    prompt: PromptSettings | None = None,
    making: Making | None = None,
    roles: Roles | None = None,
    sample: int = SAMPLE,
) -> Estimate:
    """What `refine` would ask of its models, from `sample` seeds that are really refined and then forgotten.

    Their answers stay in the cache, so the run does not pay for them again. Args and errors as `refine`.
    """
    ready = _ready(seeds, databases, seed, augment, strategies, prompt, making, roles)
    with ready as (recipe, _):
        return estimate(recipe, recipe.inputs, sample)


@contextmanager
def _ready(
    seeds: Path | str,
    databases: Catalog | Path | str,
    seed: int,
    augment: int,
    strategies: Sequence[str],
    prompt: PromptSettings | None,
    making: Making | None,
    roles: Roles | None,
    tell: Callable[[str], None] | None = None,
) -> Iterator[tuple[RefineRecipe, Found]]:
    """The recipe, with its databases looked at and its servers up."""
    # The authors are heavy; importing us is not.
    from querywright.runs.found import Found
    from querywright.synthesis.refinement import RefineRecipe

    _check(augment, strategies)
    path = Path(seeds)
    catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
    try:
        names = {row.example.db_id for row in read_seeds(path)}
        if not names:
            raise DatasetError("it holds no rows", path)
        found = Found.of(catalog, names)
        with (roles or Roles()).served(tell) as served:
            settings = (prompt or PromptSettings(), making or Making(), served)
            yield RefineRecipe.of(found, path, seed, augment, strategies, *settings), found
    finally:
        if catalog is not databases:
            catalog.close()


def _check(augment: int, strategies: Sequence[str]) -> None:
    if augment < 0:
        raise SettingsError(f"augment must be 0 or more, not {augment}")
    if not strategies:
        raise SettingsError(f"no strategy is named: choose from {', '.join(STRATEGIES)}")
    for name in strategies:
        if name not in STRATEGIES:
            near = get_close_matches(name, STRATEGIES, 1, 0.3)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise SettingsError(f"there is no strategy {name!r}: choose from {', '.join(STRATEGIES)}{hint}")
