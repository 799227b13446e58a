"""`predict`: every question of a dataset answered, as a run that can be killed and goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from querywright.answering.desk import LIMITS, PROMPT_TOKENS
from querywright.answering.preset import Preset
from querywright.databases import Catalog, Limits
from querywright.runs import Progress, Run, run
from querywright.runs.estimating import SAMPLE, Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from querywright.answering.prediction import PredictRecipe
    from querywright.answering.questions import Dataset, Questions
    from querywright.models.budget import Budget
    from querywright.models.roles import Roles
    from querywright.runs.found import Found


def predict(
    dataset: Dataset,
    databases: Catalog | Path | str,
    output: Path | str,
    *,
    roles: Roles,
    preset: str | Preset = "fast",
    without: Collection[str] = (),
    candidates: int | None = None,
    judge: Path | str | None = None,
    seed: int = 0,
    workers: int = 1,
    resume: bool = False,
    budget: Budget | None = None,
    progress: Progress | None = None,
    indexes: Path | str | None = None,
    limits: Limits = LIMITS,
    prompt_tokens: int = PROMPT_TOKENS,
) -> Run:
    """Answer every question of a dataset; what comes of it is what `evaluate` scores.

    Only db_id, question, evidence and the row's id are read. Every question is kept, one that got no answer with empty
    SQL and its `problem`; what cannot be asked, because the row or its database cannot be used, is a reject.

    Args:
        dataset: a file of Spider's, BIRD's or our own rows, a run or its folder, or examples.
        databases: open databases, or where they are.
        output: the run folder.
        roles: the chat model that answers, and the embedding model.
        preset: `fast`, `chess`, `chase`, `pipe-agent`, `taught`, the path of a TOML file, or a preset.
        without: stages, strategies and tools of the preset to leave out.
        candidates: of each strategy; None: as many as the preset says.
        judge: a folder of weights that `train selector` wrote: they decide a tournament between the candidates.
        seed: decides chance, with each row's id; neither order nor workers do.
        workers: processes.
        resume: go on with the run in `output`.
        budget: how much the models may be asked for in all.
        progress: is told how it goes.
        indexes: the folder that `querywright index` wrote; None: where it writes unless told.
        limits: of each execution.
        prompt_tokens: what a prompt may hold.

    Raises:
        RunError: the run folder cannot be used, or the run had to stop; the message says how to go on.
        DatasetError: the dataset cannot be read.
        DatabaseUnavailable: no database can be opened; ModelUnavailable: a model cannot, or none is named.
        SettingsError: a setting is wrong.
    """
    tell = progress.tell if progress else None
    chosen = _chosen(preset, without, candidates, judge, roles)
    ready = _ready(dataset, databases, roles, chosen, seed, indexes, limits, prompt_tokens, tell)
    with ready as (recipe, found, questions):
        return run(
            output,
            recipe,
            lambda: questions.about(found.location, found.databases, found.left_out),
            count=None,
            workers=workers,
            width=recipe.width,
            resume=resume,
            budget=budget,
            progress=progress,
            about=found.about(),
        )


def estimate_predict(
    dataset: Dataset,
    databases: Catalog | Path | str,
    *,
    roles: Roles,
    preset: str | Preset = "fast",
    without: Collection[str] = (),
    candidates: int | None = None,
    judge: Path | str | None = None,
    seed: int = 0,
    indexes: Path | str | None = None,
    limits: Limits = LIMITS,
    prompt_tokens: int = PROMPT_TOKENS,
    sample: int = SAMPLE,
) -> Estimate:
    """What `predict` would ask of its models, from `sample` questions that are really answered and then forgotten.

    Their answers stay in the cache, so the run does not pay for them again. Args and errors as `predict`.
    """
    chosen = _chosen(preset, without, candidates, judge, roles)
    ready = _ready(dataset, databases, roles, chosen, seed, indexes, limits, prompt_tokens)
    with ready as (recipe, found, questions):
        inputs = list(questions.about(found.location, found.databases, found.left_out))
        return estimate(recipe, lambda: iter(inputs), sample)


def _chosen(
    preset: str | Preset, without: Collection[str], candidates: int | None, judge: Path | str | None, roles: Roles
) -> Preset:
    found = preset if isinstance(preset, Preset) else Preset.load(preset)
    return found.without(without).drawing(candidates).judged_by(judge).asked_as_taught(roles.default)


@contextmanager
def _ready(
    dataset: Dataset,
    databases: Catalog | Path | str,
    roles: Roles,
    preset: Preset,
    seed: int,
    indexes: Path | str | None,
    limits: Limits,
    prompt_tokens: int,
    tell: Callable[[str], None] | None = None,
) -> Iterator[tuple[PredictRecipe, Found, Questions]]:
    """The recipe, with its databases looked at, their indexes up to date and its servers up."""
    from querywright.answering.indexes import Home, renewed
    from querywright.answering.missing import no_model
    from querywright.answering.prediction import PredictRecipe
    from querywright.answering.questions import read_questions
    from querywright.runs.found import Found

    if roles.default is None:
        raise no_model()
    questions = read_questions(dataset)
    catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
    try:
        found = Found.of(catalog, questions.databases)
        home = Home.at(indexes)
        with roles.served(tell) as served:
            with served.open() as models:
                indexed = {db_id: renewed(home, catalog, db_id, models, tell) for db_id in found.databases}
            about = {"name": questions.name, "content": questions.digest}
            settings = (preset, served, seed, limits, prompt_tokens)
            recipe = PredictRecipe(found.location, about, *settings, found.databases, home, indexed, preset.judges())
            yield recipe, found, questions
    finally:
        if catalog is not databases:
            catalog.close()
