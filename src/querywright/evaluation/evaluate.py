"""`evaluate`: how right the predictions of one or several systems are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from querywright.databases import Catalog, Limits
from querywright.datasets.example import Example
from querywright.errors import DatabaseError, RunInterrupted, SettingsError
from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.metrics import checked_rule, chosen_metrics
from querywright.evaluation.predictions.gold import Gold, chosen, read_gold
from querywright.evaluation.predictions.matching import Answers, Missing, match
from querywright.evaluation.predictions.prediction import System
from querywright.evaluation.predictions.reading import read_predictions
from querywright.evaluation.recipe import EvaluationRecipe
from querywright.evaluation.scoring.gold_results import default_place, stamp
from querywright.evaluation.scoring.official import instances
from querywright.evaluation.scoring.step import KEY, PREDICTIONS, PROBLEM
from querywright.evaluation.subset import subset
from querywright.runs import Input, Progress, Run, run
from querywright.runs.folders import FIGURES, RESULTS, replacing
from querywright.runs.found import Found

LIMITS = Limits(seconds=30.0, rows=500_000, bytes=64_000_000)
"""Of each execution: BIRD's script allows thirty seconds; both it and Spider's take every row."""

MOST_WITNESSES = 100
"""Seven alter the rows in seven ways; more draw other rows for the same."""

Source = Path | str | Mapping[str, Any] | Iterable[Mapping[str, Any]] | System


def evaluate(
    predictions: Source | Sequence[Path | str | System],
    gold: Path | str | Run | Iterable[Example],
    databases: Catalog | Path | str,
    output: Path | str | None = None,
    *,
    metrics: Iterable[str] | None = None,
    rule: str = "strict",
    witnesses: int = 0,
    share: float | None = None,
    seed: int = 0,
    missing: Missing = "error",
    limits: Limits = LIMITS,
    workers: int = 1,
    resume: bool = False,
    cached: bool = True,
    progress: Progress | None = None,
) -> Evaluation:
    """Execute predicted and gold queries, read-only and under limits, and measure how far they agree.

    Args:
        predictions: one system's, as `read_predictions` takes them, or a list of several systems' files.
        gold: the dataset they answer: a file of Spider's, BIRD's or our own rows, a run, or examples. Queries in a
            column `alternatives` count as right, too.
        databases: open databases, or where they are.
        output: the folder of the evaluation, which can be resumed; None: nothing is left on disk.
        metrics: names out of `METRICS`; None: all but `ves`.
        rule: what counts as right: `strict`, `bird` or `spider`.
        witnesses: on how many altered copies of its database a right prediction is tried.
        share: score only this share of each database's rows, drawn by `seed`, with its difficulties in proportion.
        seed: decides the share.
        missing: gold rows without a prediction: `error`, `wrong` (count them so) or `skip`.
        limits: of each execution.
        workers: processes.
        resume: go on with the evaluation in `output`.
        cached: keep gold results from one evaluation to the next, by the content of their database.
        progress: is told how it goes.

    Raises:
        DatasetError: predictions or gold cannot be read, or do not match.
        SettingsError: a metric, a rule or another setting is wrong.
        DatabaseUnavailable: no database can be opened.
        RunError: the folder cannot be used, or the work had to stop; the message says how to go on.
    """
    names, chosen_rule = chosen_metrics(metrics), checked_rule(rule)
    if not 0 <= witnesses <= MOST_WITNESSES:
        raise SettingsError(f"witnesses must be 0 to {MOST_WITNESSES}, not {witnesses:,}")
    if not 0 < limits.seconds < float("inf"):
        raise SettingsError(f"a query needs a deadline in seconds, not {limits.seconds}")
    if resume and output is None:
        raise SettingsError("there is nothing to resume without the folder of an evaluation: name it with -o (output)")
    systems = _systems(predictions)
    rows, name, digest = read_gold(gold)
    if share is not None:
        rows = chosen(rows, subset(rows, share, seed))
    answers = [match(rows, system, missing) for system in systems]
    catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
    try:
        needed = _needed(rows, catalog, spider=chosen_rule == "spider" or "rules" in names)
        stamps = {name: stamp(file) for name in needed if isinstance(file := catalog.place(name), Path)}
        found = Found.of(catalog, needed)
        recipe = EvaluationRecipe(
            found.location,
            {"name": name, "content": digest, "share": share, "seed": seed if share else None, "missing": missing},
            {system.name: system.digest for system in systems},
            names,
            chosen_rule,
            witnesses,
            limits,
            found.databases,
            default_place() if cached else None,
            stamps,
        )
        about = {**found.about(), **_about(rows, answers)}
        unusable = dict(found.left_out)

        def work(folder: Path | str, resume: bool) -> Run:
            return run(
                folder,
                recipe,
                lambda: _inputs(rows, answers, found, unusable),
                count=None,
                workers=workers,
                resume=resume,
                progress=progress,
                about=about,
                dataset=RESULTS,
                summed_up=False,
            )

        if output is not None:
            return _finished(Evaluation(work(output, resume), _changed(found)))
        with TemporaryDirectory(prefix="querywright-evaluation-") as folder:
            try:
                ended = work(folder, False)
            except RunInterrupted as stopped:
                raise RunInterrupted(
                    "stopped; nothing is kept without an output folder: name one (-o) to go on later", stopped.signal
                ) from None
            return Evaluation(ended, _changed(found)).without_folder()
    finally:
        if catalog is not databases:
            catalog.close()


def _systems(predictions: Any) -> list[System]:
    """The systems, each by a name of its own."""
    several = isinstance(predictions, Sequence) and not isinstance(predictions, str)
    if several and predictions and all(isinstance(each, (str, Path, System)) for each in predictions):
        sources = list(predictions)
    else:
        sources = [predictions]
    systems = [each if isinstance(each, System) else read_predictions(each) for each in sources]
    seen = Counter(system.name for system in systems)
    for place, (source, system) in enumerate(zip(sources, systems, strict=True)):
        if seen[system.name] > 1:
            folder = Path(source).resolve().parent.name if isinstance(source, (str, Path)) else str(place + 1)
            systems[place] = replace(system, name=f"{folder}/{system.name}")
    if len({system.name for system in systems}) < len(systems):
        systems = [replace(system, name=f"{number} {system.name}") for number, system in enumerate(systems, 1)]
    return systems


def _needed(rows: Sequence[Gold], catalog: Catalog, *, spider: bool) -> set[str]:
    """The databases that the rows ask, with their further instances where those are looked at."""
    asked = {row.example.db_id for row in rows if row.wanted and row.example.db_id in catalog}
    return {name for db_id in asked for name in instances(catalog, db_id)} if spider else asked


def _inputs(
    rows: Sequence[Gold], answers: Sequence[Answers], found: Found, unusable: Mapping[str, str]
) -> Iterator[Input]:
    """Every wanted gold row that some system answers, or nobody can, in order; the step says what is wrong."""
    for row in rows:
        said = {each.name: each.by_key[row.key] for each in answers if row.key in each.by_key}
        if not row.wanted or not (said or row.problem):
            continue
        db_id, problem = row.example.db_id, row.problem
        if not problem and db_id in unusable:
            problem = f"the database {db_id!r} cannot be used: {unusable[db_id]}"
        elif not problem and db_id not in found.databases:
            problem = f"there is no database {db_id!r} in {found.location}"
        extra = {**row.example.extra, KEY: row.key, PREDICTIONS: said, **({PROBLEM: problem} if problem else {})}
        yield Input(row.key, row.example.having(extra=extra))


def _about(rows: Sequence[Gold], answers: Sequence[Answers]) -> dict[str, Any]:
    """What the summary tells beside figures."""
    return {
        "gold_rows": sum(row.wanted for row in rows),
        "matched_by": {each.name: each.matched_by for each in answers},
        "problems": [problem for each in answers for problem in each.problems],
    }


def _finished(evaluation: Evaluation) -> Evaluation:
    """The evaluation, with its figures and its report written."""
    from querywright.evaluation.report import write_evaluation_report

    summary = evaluation.summary()
    with replacing(evaluation.run.folder / FIGURES) as file:
        file.write(orjson.dumps(summary.to_dict(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    write_evaluation_report(evaluation, summary)
    return evaluation


def _changed(found: Found) -> tuple[str, ...]:
    """The databases whose content is not what it was before; opened anew, so that they are really read."""
    changed: list[str] = []
    with Catalog.open(found.location) as catalog:
        for db_id, entry in found.databases.items():
            try:
                same = db_id in catalog and catalog[db_id].fingerprint() == entry["content"]
            except DatabaseError:
                same = False
            if not same:
                changed.append(db_id)
    return tuple(changed)
