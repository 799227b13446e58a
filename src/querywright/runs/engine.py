"""`run`: every input through the chain, until there are enough examples; killed at any instant, resumed at any time."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from querywright.errors import RunError, RunInterrupted
from querywright.models.budget import Budget
from querywright.runs.crews import Crew, SoloCrew
from querywright.runs.folders import DATASET, MANIFEST, REJECTS, RESULTS, STORE
from querywright.runs.interrupts import Interrupts
from querywright.runs.locking import locked
from querywright.runs.manifest import Manifest, differences, jsonable
from querywright.runs.opened import Run
from querywright.runs.outputs import write_outputs
from querywright.runs.processes import ProcessCrew
from querywright.runs.progress import Progress, Silence
from querywright.runs.ray_cluster import ray_at_hand
from querywright.runs.ray_crew import RayCrew
from querywright.runs.session import Ending, Session
from querywright.runs.settling import Settler
from querywright.runs.spending import Spending
from querywright.runs.steps import Input, Recipe
from querywright.runs.store import Store

TOLD = 5
"""So many differences are named in an error; it is one line."""


def run(
    folder: Path | str,
    recipe: Recipe,
    inputs: Callable[[], Iterator[Input]],
    *,
    count: int | None,
    workers: int = 1,
    width: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    patience: int | None = None,
    budget: Budget | None = None,
    progress: Progress | None = None,
    about: Mapping[str, Any] | None = None,
    dataset: str = DATASET,
    summed_up: bool = True,
) -> Run:
    """Carry inputs through the recipe's chain and keep what comes of them in a run folder.

    Args:
        folder: where the run lives; made if need be.
        recipe: what to do; pickled to the workers when there are several.
        inputs: gives a fresh iterator, the same inputs each time, possibly without end.
        count: stop at this many kept examples; None: when the inputs end.
        workers: processes that do the work; with 1, and a width of 1, it is done in this one.
        width: inputs that each of them works on at a time, for steps that mostly wait for models.
        cluster: the address of a Ray cluster, `host:port`, whose actors do the work, `workers` of them; empty: Ray on
            this machine, started if it does not run.
        resume: go on with the run in this folder if there is one. Its fingerprint must be the same; `count` may grow,
            `workers`, `width`, `cluster`, `patience` and `budget` may change.
        patience: give up after this many inputs in a row without a new example.
        budget: what models may be asked for in all, earlier stretches of the run included; then the run stops.
        progress: is told how it goes; None: nobody is.
        about: kept in `run.json` beside the settings and free to change: where the databases lie, engine versions.
        dataset: the file of what is kept.
        summed_up: whether `progress` hears a summary at the end; False where the caller has better words.

    Returns:
        The run, `finished`, or `exhausted` where fewer than `count` distinct examples exist or patience ran out.

    Raises:
        RunInterrupted: SIGINT or SIGTERM; what was begun is stored, what is settled is written.
        RunError: the folder is in use, cannot be written or holds another run; a database or a model is gone; a worker
            died; the budget is spent; Ray is not installed, cannot be joined or has no node left. What was made is kept
            and the message says how to go on.
    """
    folder = Path(folder)
    _check(count=count, workers=workers, width=width, patience=patience)
    if cluster is not None:
        ray_at_hand()  # before there is a folder
    with locked(folder):
        settings: dict[str, Any] = {"count": count, "patience": patience, "workers": workers, "width": width}
        settings["budget"] = str(budget) if budget else None
        settings["cluster"] = cluster
        manifest = _begin(folder, settings, recipe.fingerprint(), dict(about or {}), dataset, resume=resume)
        progress = progress or Silence()
        ended: Run | None = None
        try:
            ended, ending = _work(folder, manifest, recipe, inputs, progress, budget)
        finally:
            # A bad ending is told once, by the error that is raised for it.
            told = summed_up and ended and ended.status in ("finished", "exhausted")
            progress.finish(ended.summary() if ended and told else "")
    _raise(ended, ending)
    return ended


def _work(
    folder: Path,
    manifest: Manifest,
    recipe: Recipe,
    inputs: Callable[[], Iterator[Input]],
    progress: Progress,
    budget: Budget | None,
) -> tuple[Run, Ending]:
    """Do what is left to do, then write the files; whatever ended the work, what is settled is written."""
    count, patience, workers, width = (manifest.settings[n] for n in ("count", "patience", "workers", "width"))
    cluster: str | None = manifest.settings["cluster"]
    began = monotonic()

    def crew() -> Crew:
        if cluster is not None:
            return RayCrew(recipe, workers, width, cluster)
        return SoloCrew(recipe) if workers == width == 1 else ProcessCrew(recipe, workers, width)

    with Store(folder) as store, Interrupts() as interrupts:
        spending = Spending(store.usage(), budget)
        session = Session(store, Settler(count, patience), inputs, progress, interrupts, spending)
        ending = session.work(crew)
        steps = session.steps
        del session  # with everything it has seen: writing sees it all again
        settler = Settler(count, patience)
        write_outputs(folder, store, settler, manifest.dataset)
        message = _message(ending, settler, count)
        ended = manifest.ended(
            ending.status, message, steps, settler.tally, monotonic() - began, tuple(spending.ledger)
        )
        ended.save(folder)
    return Run(folder, ended), ending


def _begin(
    folder: Path,
    settings: dict[str, Any],
    fingerprint: dict[str, Any],
    about: dict[str, Any],
    dataset: str,
    *,
    resume: bool,
) -> Manifest:
    """The manifest of a new run, or of the one to be resumed; saved, so that a killed run can be told from none."""
    present = [name for name in (MANIFEST, STORE, DATASET, RESULTS, REJECTS) if (folder / name).exists()]
    if not present:
        manifest = Manifest.begin(settings, fingerprint, about, dataset)
    elif MANIFEST not in present:
        raise RunError(f"{folder} holds {present[0]} but no {MANIFEST}, so not a run of ours: choose another folder")
    elif not resume:
        raise RunError(f"{folder} holds a run already: pass --resume (resume=True) to go on, or choose another folder")
    else:
        manifest = replace(_resumed(folder, settings, fingerprint), about=jsonable(about))
    manifest.save(folder)
    return manifest


def _resumed(folder: Path, settings: dict[str, Any], fingerprint: dict[str, Any]) -> Manifest:
    before = Manifest.load(folder)
    if changed := differences(before.fingerprint, fingerprint):
        told = "; ".join(changed[:TOLD]) + (f"; and {len(changed) - TOLD} more" if len(changed) > TOLD else "")
        raise RunError(
            f"{folder} holds a run that was made differently ({told}): "
            "go on with what it was made with, or choose another folder"
        )
    had, wanted = before.settings["count"], settings["count"]
    if wanted is not None and (had is None or wanted < had):
        was = "all there are" if had is None else f"{had:,}"
        raise RunError(f"{folder} holds a run for {was} examples: count may grow, not shrink to {wanted:,}")
    return replace(before, settings=settings, status="running", message="")


def _message(ending: Ending, settler: Settler, count: int | None) -> str:
    """How the run ended and what to do, for a person; empty where there is nothing to say."""
    tally = settler.tally
    if ending.stop is not None:
        return ending.stop.message
    if ending.status == "interrupted":
        return f"stopped by {ending.signal.name if ending.signal else 'a signal'}; pass --resume (resume=True) to go on"
    if ending.status == "exhausted":
        why = "the inputs ended" if not settler.out_of_patience else f"{settler.barren:,} inputs in a row gave no other"
        asked = f" of {count:,} asked for" if count is not None else ""
        return f"only {tally.kept:,} distinct examples{asked} were found in {tally.inputs:,} inputs: {why}"
    return ""


def _raise(ended: Run, ending: Ending) -> None:
    """Raise for an ending that is not a success; the message is one line."""
    kept = f"{ended.counts.kept:,} examples are kept in {ended.folder}"
    if ending.stop is not None:
        error = RunError(f"{ending.stop.message}; {kept}; once that is put right, --resume (resume=True) goes on")
        if ending.stop.detail:
            error.add_note(ending.stop.detail)
        raise error
    if ending.status == "interrupted":
        raise RunInterrupted(f"{ended.manifest.message}; {kept}", ending.signal or signal.SIGINT)


def _check(**numbers: int | None) -> None:
    for name, value in numbers.items():
        if value is not None and value < 1:
            raise RunError(f"{name} must be at least 1, not {value}")
