"""Asking a model that was taught here in the words of its lessons: plain text in, plain text out, nothing around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from querywright.answering.completion import query_in
from querywright.answering.desk import Desk
from querywright.answering.executing import executed
from querywright.answering.known import Candidate, Known
from querywright.answering.looking_up import looked_up
from querywright.answering.meant_values import meant_values
from querywright.answering.stages.contract import Stage
from querywright.answering.strategies.sampling import temperature
from querywright.answering.tasks import MODES, STYLES, Shown, task_of
from querywright.datasets.prompts import REASONING, SQL, filled
from querywright.errors import ModelFailed, PipeError, QuerywrightError, SettingsError
from querywright.models import Message

if TYPE_CHECKING:
    from querywright.pipes.trajectories import Task

NAME: Final = "taught"
FORMATS: Final = ("sql", "reasoning", "pipe")
"""What a model may have learnt to answer in one piece."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the question is put. What is empty is as the record of the model's training says, else as by default."""

    format: str = ""
    """One of `FORMATS`; by default `sql`."""
    style: str = ""
    """How the schema is shown, `ddl` or `compact`; by default `ddl`."""
    examples: int = 0
    """Values shown beside each column."""
    values: int = 0
    """Values of the index that are told with the question."""
    mode: str = ""
    """Whose functions a pipe query holds, the database's own (`portable`, the default) or `googlesql`."""
    candidates: int = 1
    temperature: float = 0.0
    """Of the first candidate; further ones are drawn evenly up to `hottest`."""
    hottest: float = 1.0
    answer_tokens: int = 0
    """Of one answer, at most; 0: as many as the server gives."""

    def __post_init__(self) -> None:
        """Raises SettingsError where a name or a number is none."""
        if self.format == "pipe-steps":
            raise SettingsError(f"{NAME}: who was taught pipe-steps is asked by the stage pipe-agent")
        for what, value, known in (
            ("format", self.format, FORMATS),
            ("style", self.style, STYLES),
            ("mode", self.mode, MODES),
        ):
            if value and value not in known:
                raise SettingsError(f"{NAME}: there is no {what} {value!r}: choose from {', '.join(known)}")
        for name, least in (("candidates", 1), ("examples", 0), ("values", 0), ("answer_tokens", 0)):
            if getattr(self, name) < least:
                raise SettingsError(f"{NAME}: {name} must be {least} or more, not {getattr(self, name)}")


def taught(known: Known, desk: Desk, settings: Settings) -> Known:
    """Write candidates as the model learnt to, behind those that are there, and execute them.

    Raises ModelUnavailable, DatabaseUnavailable: the model or the database is gone.
    """
    values, told = _values(known, desk, settings.values)
    task, left_out = task_of(known, desk, Shown(settings.style, settings.examples, settings.mode), values)
    desk.account.left_out += left_out
    messages = _messages(task, desk, settings.format)

    def written(sample: int) -> Candidate | str:
        warmth = temperature(sample, settings)
        try:
            answer = desk.reply(NAME, messages, warmth, settings.answer_tokens or None)
            return executed(_candidate(answer, sample, task, desk, settings.format), desk, NAME)
        except (ModelFailed, PipeError) as failed:
            return failed.reason if isinstance(failed, ModelFailed) else f"its pipe query cannot be run: {failed}"

    found = desk.each(written, range(settings.candidates))
    failures = tuple(dict.fromkeys(each for each in found if isinstance(each, str)))
    candidates = (*known.candidates, *(each for each in found if isinstance(each, Candidate)))
    problem = "" if candidates else f"no candidate was written ({'; '.join(failures)})"
    return replace(known, candidates=candidates, problem=problem, notes=(*told, *failures))


def _values(known: Known, desk: Desk, most: int) -> tuple[str, tuple[str, ...]]:
    """The values that lessons would tell with the question, and what a person should know of them."""
    if not most:
        return "", ()
    if desk.values is None:
        return "", ("it was taught with values, and there is no value index to look them up in",)
    index = desk.values
    found = looked_up(lambda question: [meant_values(question, index, most)], known.question)
    return ("", (str(found),)) if isinstance(found, QuerywrightError) else (found[0], ())


def _messages(task: Task, desk: Desk, form: str) -> tuple[Message, ...]:
    """The prompt of a lesson, word for word."""
    if form == "pipe":
        system, user = task.whole()
        return Message("system", system), Message("user", user)
    template = REASONING if form == "reasoning" else SQL
    return (Message("user", filled(template, task.schema, task.question, task.evidence, desk.database.dialect)),)


def _candidate(answer: str, sample: int, task: Task, desk: Desk, form: str) -> Candidate:
    """The query in an answer, with the thoughts before it or the pipe query that it was. Raises PipeError."""
    if form == "pipe":
        from querywright import pipes

        text = query_in(answer, "pipe")
        query = pipes.parse(text, task.dialect)
        compiled = pipes.compile(query, dialect=desk.database.dialect, schema=desk.schema)
        return Candidate(compiled, NAME, sample, text)
    return Candidate(query_in(answer), NAME, sample, answer.strip() if form == "reasoning" else "")


TAUGHT = Stage(NAME, Settings, taught, ("candidates",))
