"""`train_grpo`: learning by reward, from questions whose gold result is known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.errors import TrainingError
from querywright.training import libraries
from querywright.training.base import Base, require_libraries
from querywright.training.dataset import databases_of, examples_of
from querywright.training.folder import TrainingFolder
from querywright.training.lessons.files import tally_record, told
from querywright.training.lessons.making import LessonMaker
from querywright.training.lessons.settings import LessonSettings
from querywright.training.rewards import RewardTask, Scorer, Weights, tasks_of
from querywright.training.rewards.reward import NAMES
from querywright.training.settings import Grpo
from querywright.training.sft import PROVED, Tell, best_of, decisions, fitted_to, held, silent, split_record
from querywright.training.splitting import split
from querywright.training.watching import looker

WHOLE = ("reasoning", "sql", "pipe")
"""Formats whose completion is a whole query: a reward needs one."""
SHOWN = 3
"""Questions that are told to be not asked."""


def train_grpo(
    dataset: Path | str,
    base: str,
    output: Path | str,
    *,
    databases: Catalog | Path | str | None = None,
    course: Grpo | None = None,
    lessons: LessonSettings | None = None,
    chat_template: Path | None = None,
    resume: bool = False,
    tell: Tell | None = None,
) -> TrainingFolder:
    """Train a model by executing what it writes (GRPO; source 003, section 10).

    Args:
        dataset: a file of examples or a run folder.
        base: weights that write queries already, such as a folder of `train_sft`.
        output: the training folder; `model` in it is what comes of it.
        databases: where the dataset's databases are; None: where its run says.
        course: how to train, and what each part of the reward counts; None: the defaults.
        lessons: how questions are asked: the settings that the base was taught with.
        chat_template: a Jinja file in the place of the base's own.
        resume: go on with what is in `output`.
        tell: hears how it goes.

    Raises:
        SettingsError, TrainingError, DatasetError, DatabaseUnavailable, RunInterrupted: as `train_sft`.
    """
    require_libraries()
    course, lessons, tell = course or Grpo(), lessons or LessonSettings(format="sql"), tell or silent
    if lessons.format not in WHOLE:
        raise TrainingError(f"a reward needs whole queries: a format of {', '.join(WHOLE)}, not {lessons.format}")
    examples = examples_of(dataset)
    start = Base.open(base, chat_template)
    for note in start.notes:
        tell(note)
    lessons = fitted_to(start, lessons)
    folder = TrainingFolder(Path(output).expanduser())
    decided_by = decisions(start, examples, course, lessons)
    team = libraries.Team.here()
    tell = tell if team.leads else silent
    weights = Weights(course.executes, course.rows, course.schema, course.structure)
    with (
        held(folder, "grpo", decided_by, team, resume=resume),
        databases_of(dataset, databases) as catalog,
        Scorer(catalog) as scorer,
    ):
        if folder.record()["status"] == "finished":
            tell(f"{folder.path} is finished already")
            return folder
        parts = split(examples, course.split, course.held_out, course.seed)  # type: ignore[arg-type]
        rows, tasks, told_of = _asked(parts.learnt, catalog, scorer, lessons, start, tell)
        held_out = parts.held_out[: course.questions] if team.size == 1 else ()
        if team.leads:
            folder.note(
                base=base, split=split_record(parts), lessons=[told_of], questions=len(rows), asked=len(held_out)
            )
        look = None
        if held_out:
            look = looker(held_out, catalog, lessons, start.tokenizer, course.max_new_tokens)
        counts = [getattr(weights, name) for name in NAMES]
        figures = libraries.grpo(start, rows, rewards_of(scorer, tasks), counts, course, folder, look, tell)
        if team.leads:
            folder.note(status="finished", figures={**figures, **best_of(folder)}, executed=scorer.executed)
    tell(f"the weights are in {folder.model}")
    return folder


def _asked(
    examples: Sequence[Example], catalog: Catalog, scorer: Scorer, lessons: LessonSettings, base: Base, tell: Tell
) -> tuple[list[dict[str, Any]], list[RewardTask], dict[str, Any]]:
    """The prompts, each with the place of its task; what cannot be rewarded is said."""
    maker = LessonMaker(catalog, lessons, base.tokens, verify=False)
    made = list(maker.lessons(examples))
    tell(f"to be asked: {told(maker.tally)}")
    base.preflight([each for _, lesson in made[:PROVED] for each in lesson])
    tasks = tasks_of([example for example, _ in made], "pipe" if lessons.format == "pipe" else "sql")
    checked = scorer.check(tasks)
    for task, reason in checked.refused[:SHOWN]:
        tell(f"not asked, since {reason}: {task.question!r}")
    if len(checked.refused) > SHOWN:
        tell(f"{len(checked.refused):,} are not asked for such reasons")
    kept = {id(task) for task in checked.kept}
    asked = [(lesson[0], task) for (_, lesson), task in zip(made, tasks, strict=True) if id(task) in kept]
    rows = [{"prompt": lesson.prompt, "task": place} for place, (lesson, _) in enumerate(asked)]
    if not rows:
        why = f": {checked.refused[0][1]}" if checked.refused else f": {told(maker.tally)}"
        raise TrainingError(f"there is no question whose answer could be rewarded{why}")
    return rows, [task for _, task in asked], {**tally_record(maker.tally), "refused": len(checked.refused)}


def rewards_of(scorer: Scorer, tasks: Sequence[RewardTask]) -> list[Callable[..., Awaitable[list[float]]]]:
    """A function a part, each logged under its own name; a completion is executed once for all of them."""

    def part(name: str) -> Callable[..., Awaitable[list[float]]]:
        async def reward(completions: Sequence[Any], task: Sequence[int], **named: Any) -> list[float]:
            import asyncio

            found = await asyncio.gather(
                *(scorer.score(tasks[place], each) for place, each in zip(task, completions, strict=True))
            )
            return [float(getattr(parts, name)) for parts in found]

        reward.__name__ = name
        return reward

    return [part(name) for name in NAMES]
