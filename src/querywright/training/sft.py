"""`train_sft`: supervised fine-tuning, from a dataset to weights that answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.errors import SettingsError, TrainingError
from querywright.synthesis.check_pipes import rows_of
from querywright.training import libraries
from querywright.training.base import Base, require_libraries
from querywright.training.dataset import databases_of, digest_of, examples_of
from querywright.training.folder import TrainingFolder
from querywright.training.lessons.files import tally_record, told, write_lessons
from querywright.training.lessons.fitting import Measure
from querywright.training.lessons.lesson import Lesson
from querywright.training.lessons.making import LessonMaker, Tally
from querywright.training.lessons.settings import LessonSettings
from querywright.training.settings import Course, Sft
from querywright.training.settings import told as settings_told
from querywright.training.splitting import Split, split
from querywright.training.watching import looker

PROVED = 50
"""Lessons whose masks are looked at before anything is trained."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Both parts of a split as lessons."""

    learnt: tuple[Lesson, ...]
    held_out: tuple[Lesson, ...]
    asked: tuple[Example, ...]
    """Held-out examples that became lessons: what is asked while it trains."""
    split: Split
    tallies: tuple[Tally, Tally]


def train_sft(
    dataset: Path | str,
    base: str,
    output: Path | str,
    *,
    databases: Catalog | Path | str | None = None,
    course: Sft | None = None,
    lessons: LessonSettings | None = None,
    chat_template: Path | None = None,
    resume: bool = False,
    tell: Tell | None = None,
) -> TrainingFolder:
    """Fine-tune a model on a dataset.

    Args:
        dataset: a file of examples or a run folder.
        base: a folder of weights, a training's folder, or a name on the Hub.
        output: the training folder; `model` in it is what comes of it.
        databases: where the dataset's databases are; None: where its run says.
        course: how to train; None: the defaults.
        lessons: how examples become lessons; None: the defaults.
        chat_template: a Jinja file in the place of the base's own.
        resume: go on with what is in `output`.
        tell: hears how it goes, a line at a time.

    Raises:
        SettingsError: a setting is wrong, or the folder holds something else.
        TrainingError: there is nothing to learn, the base cannot be trained, or training had to stop.
        DatasetError, DatabaseUnavailable: the dataset, or a database, cannot be read.
        RunInterrupted: Ctrl-C; `resume` goes on.
    """
    require_libraries()
    course, lessons, tell = course or Sft(), lessons or LessonSettings(), tell or silent
    examples = examples_of(dataset)
    start = Base.open(base, chat_template)
    for note in start.notes:
        tell(note)
    lessons = fitted_to(start, lessons)
    folder = TrainingFolder(Path(output).expanduser())
    decided_by = decisions(start, examples, course, lessons)
    team = libraries.Team.here()
    tell = tell if team.leads else silent
    with held(folder, "sft", decided_by, team, resume=resume), databases_of(dataset, databases) as catalog:
        if folder.record()["status"] == "finished":
            tell(f"{folder.path} is finished already")
            return folder
        made = lessons_of(examples, catalog, lessons, course, start.tokens)
        report(made, tell)
        start.preflight(made.learnt[:PROVED])
        asked = made.asked[: course.questions] if team.size == 1 else ()
        if team.leads:
            folder.lessons.mkdir(exist_ok=True)
            write_lessons(folder.lessons / "learnt.jsonl", made.learnt)
            write_lessons(folder.lessons / "held_out.jsonl", made.held_out)
            told_of = [tally_record(tally) for tally in made.tallies]
            folder.note(base=base, split=split_record(made.split), lessons=told_of, asked=len(asked))
        look = looker(asked, catalog, lessons, start.tokenizer) if asked else None
        figures = libraries.sft(start, made.learnt, made.held_out, course, folder, lessons.max_tokens, look, tell)
        if team.leads:
            folder.note(status="finished", figures={**figures, **best_of(folder)})
    tell(f"the weights are in {folder.model}")
    return folder


def decisions(base: Base, examples: Sequence[Example], course: Course, lessons: LessonSettings) -> dict[str, Any]:
    """Everything that decides what comes of a training."""
    return {
        "base": base.digest,
        "data": digest_of(examples),
        "course": settings_told(course),
        "lessons": settings_told(lessons),
    }


def silent(news: str) -> None:
    """Tells nobody."""


@contextmanager
def held(
    folder: TrainingFolder, kind: str, decided_by: Mapping[str, Any], team: libraries.Team, *, resume: bool
) -> Iterator[None]:
    """The folder, held by the process that leads; the others come in when it is. Raises as `at_work`."""
    with folder.at_work(kind, decided_by, resume=resume) if team.leads else nullcontext():
        team.wait()
        yield


def write_data(
    dataset: Path | str,
    output: Path | str,
    *,
    databases: Catalog | Path | str | None = None,
    lessons: LessonSettings | None = None,
    base: str | None = None,
    chat_template: Path | None = None,
) -> Tally:
    """Write the lessons of a dataset to a file, to look at or to train with something else.

    Args:
        dataset: a file of examples or a run folder.
        output: a JSONL file: `prompt` and `completion` as messages, `id`, `db_id`, `step`, `steps`.
        databases: where its databases are; None: where its run says.
        lessons: how examples become lessons.
        base: whose tokens say what is too long; None: nothing is.
        chat_template: a Jinja file in the place of the base's own.

    Raises:
        As `train_sft`, but for what has to do with training; SettingsError: the output is the dataset.
    """
    lessons = lessons or LessonSettings()
    start = Base.open(base, chat_template) if base else None
    if start is not None:
        lessons = fitted_to(start, lessons)
    if Path(output).resolve() == rows_of(dataset).resolve():
        raise SettingsError(f"{output} is the dataset itself: write the lessons to another file")
    with databases_of(dataset, databases) as catalog:
        maker = LessonMaker(catalog, lessons, start.tokens if start else None)
        write_lessons(Path(output), _some(maker, examples_of(dataset)))
    return maker.tally


def _some(maker: LessonMaker, examples: Sequence[Example]) -> Iterator[Lesson]:
    """The lessons of all examples. Raises TrainingError at the end where there are none: no file is written then."""
    for _, made in maker.lessons(examples):
        yield from made
    if not maker.tally.lessons:
        raise TrainingError(f"there is nothing to learn: {told(maker.tally)}")


def fitted_to(base: Base, lessons: LessonSettings) -> LessonSettings:
    """The settings with a window that the base has."""
    if base.window is None or base.window >= lessons.max_tokens:
        return lessons
    return replace(lessons, max_tokens=base.window)


def lessons_of(
    examples: Sequence[Example], catalog: Catalog, lessons: LessonSettings, course: Sft, measure: Measure
) -> Lessons:
    """Both parts as lessons. Raises TrainingError where one has none, SettingsError as `split`."""
    parts = split(examples, course.split, course.held_out, course.seed)  # type: ignore[arg-type]
    learner, tester = (LessonMaker(catalog, lessons, measure) for _ in range(2))
    learnt = tuple(each for _, made in learner.lessons(parts.learnt) for each in made)
    tested = list(tester.lessons(parts.held_out))
    if not learnt:
        raise TrainingError(f"there is nothing to learn: {told(learner.tally)}")
    if parts.held_out and not tested:
        raise TrainingError(f"nothing of the held-out part can be used: {told(tester.tally)}")
    held_out = tuple(each for _, made in tested for each in made)
    asked = tuple(example for example, _ in tested)
    return Lessons(learnt, held_out, asked, parts, (learner.tally, tester.tally))


def report(made: Lessons, tell: Tell) -> None:
    """Say what is learnt, what is held out, and what is left out."""
    for name, tally in zip(("to learn", "held out"), made.tallies, strict=True):
        if tally.examples:
            tell(f"{name}: {told(tally)}")
    if made.split.by == "question":
        tell("held out by question: databases are the same on both sides, so what is measured is easier than new ones")


def split_record(parts: Split) -> dict[str, Any]:
    """A split as a record says it."""
    return {
        "by": parts.by,
        "learnt": len(parts.learnt),
        "held_out": len(parts.held_out),
        "held_out_databases": list(parts.databases),
    }


def best_of(folder: TrainingFolder) -> dict[str, Any]:
    """The last and the best of what was measured while it trained."""
    logged = folder.logged()
    measured = [entry for entry in logged if "ex" in entry]
    losses = [entry["eval_loss"] for entry in logged if "eval_loss" in entry]
    found: dict[str, Any] = {}
    if measured:
        found = {name: value for name, value in measured[-1].items() if name != "step"}
        found["best_ex"] = max(entry["ex"] for entry in measured)
    if losses:
        found["eval_loss"] = min(losses)
    return orjson.loads(orjson.dumps(found))  # type: ignore[no-any-return]
