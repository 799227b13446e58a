"""`synthesize`: from databases to a verified dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from querywright.databases import Catalog
from querywright.runs import Progress, Run, run
from querywright.synthesis.prompt import PromptSettings

if TYPE_CHECKING:
    from querywright.synthesis.grammar import Profile

PATIENCE = 500
"""Draws in a row, for each database, without anything new: then the schema has no more to give."""


def synthesize(
    catalog: Catalog | Path | str,
    count: int,
    output: Path | str,
    seed: int = 0,
    *,
    workers: int = 1,
    resume: bool = False,
    profile: Profile | Path | str = "sqlflow",
    prompt: PromptSettings | None = None,
    progress: Progress | None = None,
) -> Run:
    """Make verified (question, SQL, reasoning) examples from nothing but databases, with the embedded grammar author.

    Args:
        catalog: open databases, or where they are.
        count: how many examples to keep.
        output: the run folder.
        seed: the same seed over the same databases gives the same bytes, with any number of workers.
        workers: processes.
        resume: go on with the run in `output`.
        profile: the mix of features to aim at: `sqlflow`, `spider`, `bird`, a file, or a `Profile`.
        prompt: how the `prompt` column is made.
        progress: is told how it goes.

    Raises:
        RunError: the run folder cannot be used, or the run had to stop; the message says how to go on.
        DatabaseUnavailable: no database can be opened.
        SettingsError: a setting is wrong.
    """
    from querywright.synthesis.grammar import profile as named  # the author is heavy; importing us is not
    from querywright.synthesis.recipe import Found, SynthesisRecipe

    aim = named(profile) if isinstance(profile, (str, Path)) else profile
    databases = catalog if isinstance(catalog, Catalog) else Catalog.open(catalog)
    try:
        found = Found.of(databases)
        recipe = SynthesisRecipe.of(found, seed, aim, prompt or PromptSettings())
        return run(
            output,
            recipe,
            recipe.inputs,
            count=count,
            workers=workers,
            resume=resume,
            patience=PATIENCE * len(found.databases),
            progress=progress,
            about=found.about(),
        )
    finally:
        if databases is not catalog:
            databases.close()
