"""`walk`: from a question to a pipe query, an operator at a time, within a budget, and back where nothing is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from querywright.answering.agent import steps as became
from querywright.answering.agent.beginning import Beginning
from querywright.answering.agent.reading import read
from querywright.answering.agent.settings import CHECK, VALUES, Settings
from querywright.answering.agent.steps import LONGEST, Step
from querywright.answering.agent.telling import (
    AGAIN,
    NOT_READ,
    NOTHING_YET,
    Turn,
    empty_text,
    error_text,
    messages_of,
    rows_told,
)
from querywright.answering.agent.tools import first_rows, scope, similar_values, syntax
from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.prompting import tokens_of
from querywright.answering.tasks import values_text
from querywright.databases import Result
from querywright.errors import ModelFailed, PipeError, QueryTimeout

if TYPE_CHECKING:
    from querywright.pipes.trajectories import Task
    from querywright.pipes.tree import PipeQuery


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a walk ended."""

    beginning: Beginning | None
    """The query; None where there is no beginning that can be run."""
    steps: tuple[Step, ...]
    stopped: str = ""
    """Why the model did not come to an end itself; empty where it did."""


def walk(known: Known, desk: Desk, task: Task, settings: Settings, sample: int, temperature: float) -> Walked:
    """Ask for one operator after another until the model says that the query is complete, or the budget is used up.

    A beginning without rows is gone back from, to the one before it, and from there further back; a choice that was
    tried is not tried again. Where nobody finds another way, the first beginning without rows is gone on from.

    Args:
        known: the question, and what was found out about it.
        desk: where queries are executed and the model is asked.
        task: what it is asked for.
        settings: which tools there are, and how far one may go.
        sample: the candidate's number.
        temperature: of the model.

    Raises:
        ModelUnavailable, DatabaseUnavailable: the model or the database is gone.
    """
    return _Walk(known, desk, task, settings, sample, temperature).walked()


@dataclass(eq=False, slots=True)
class _Place:
    """A beginning, and what was tried from it."""

    beginning: Beginning | None
    """None: there is no query yet."""
    before: _Place | None = None
    tried: set[str] = field(default_factory=set)
    """Operators that lead to no rows."""
    turns: list[Turn] = field(default_factory=list)
    """What is told of the answers that could not be used here."""
    refused: int = 0
    """How many of those were refused."""
    stubborn: bool = False
    """Whether a refused answer came once more: told or not, the model says the same, so it is asked warmer."""

    def tell(self, turn: Turn) -> None:
        """Tell it with the next question from here; once is enough."""
        if turn in self.turns:
            self.stubborn = True
        else:
            self.turns.append(turn)

    @property
    def lines(self) -> tuple[str, ...]:
        return self.beginning.lines if self.beginning else ()


class _Stop(Exception):
    """The walk ends where it is; the reason is in words."""


class _Walk:
    """One candidate in the making."""

    def __init__(
        self, known: Known, desk: Desk, task: Task, settings: Settings, sample: int, temperature: float
    ) -> None:
        self._known, self._desk, self._task, self._settings = known, desk, task, settings
        self._sample, self._temperature = sample, temperature
        self._place = _Place(None)
        self._steps: list[Step] = []
        self._runnable: list[Beginning] = []
        self._answers = self._tokens = self._backs = 0
        self._empty: _Place | None = None
        """The first place without rows: where to go on from when nobody finds another way."""

    def walked(self) -> Walked:
        """Go until there is an end."""
        try:
            while not self._took(self._asked()):
                pass
        except _Stop as stop:
            self._record(became.STOPPED, said=str(stop))
            return Walked(self._best(), tuple(self._steps), str(stop))
        self._record(became.ENDED)
        return Walked(self._place.beginning, tuple(self._steps))

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _asked(self) -> str:
        """The model's next answer. Raises _Stop where none may be asked for, or none comes."""
        settings, place = self._settings, self._place
        messages = messages_of(self._task, place.beginning, place.turns, settings)
        asked = sum(tokens_of(message.content) for message in messages)
        if self._answers >= settings.steps:
            raise _Stop(f"the budget of {settings.steps} steps is used up")
        if self._tokens + asked > settings.tokens:
            raise _Stop(f"the budget of {settings.tokens:,} tokens is used up")
        warmth = max(self._temperature, settings.hottest) if place.stubborn else self._temperature
        try:
            answer = self._desk.reply("pipe-agent", messages, warmth, settings.answer_tokens or None)
        except ModelFailed as failed:
            raise _Stop(f"the model did not answer ({failed.reason})") from failed
        self._answers += 1
        self._tokens += asked + tokens_of(answer)
        return answer

    # ── taking ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _took(self, answer: str) -> bool:
        """Do what an answer says; whether the query is complete. Raises _Stop."""
        said = read(answer, begun=self._place.beginning is not None)
        if not said.text:
            if said.ends and self._place.beginning is not None:
                return True
            if said.ends and self._empty is not None:
                return self._believed()
            self._refuse(answer, NOTHING_YET if said.ends else NOT_READ, "no operator in it")
            return False
        # Standard SQL is sent back once; who insists on it, or has learnt a head in it, may have it.
        grown = syntax(self._place.beginning, said.text, self._task.dialect, standard=self._place.refused > 0)
        for query in grown.queries:
            if not self._went_on(query):
                return False
        if grown.problem:
            self._refuse(grown.rest, error_text(grown.problem), grown.problem)
            return False
        return said.ends

    def _went_on(self, query: PipeQuery) -> bool:
        """Whether the walk now stands behind this beginning, an operator further. Raises _Stop."""
        place = self._place
        text = _last_line(query)
        if text in place.tried:
            return self._insisted(text)
        if place.beginning is not None and text == place.beginning.last:
            self._refuse(text, AGAIN, "it stands there already")
            return False
        try:
            beginning = scope(query, self._desk.database)
        except PipeError as error:
            self._refuse(text, error_text(str(error)), str(error))
            return False
        sample = first_rows(beginning, self._desk, self._settings.rows)
        beginning = beginning.sampled(sample)
        if sample is not None and not isinstance(sample, Result | QueryTimeout):
            self._refuse(text, error_text(sample.message), sample.message)
            return False
        # One that takes too long may be made quick by the operator behind it; it is not run itself.
        said = "" if not isinstance(sample, QueryTimeout) else sample.message
        if not said:
            self._runnable.append(beginning)
        there = _Place(beginning, place)
        if beginning.is_empty and self._backs < self._settings.backtracks:
            self._empty = self._empty or there
            self._go_back(beginning)
            return False
        self._record(became.TAKEN, text, beginning, said)
        self._place = there
        return True

    def _refuse(self, text: str, reply: str, why: str) -> None:
        """Tell the model what is wrong with its answer. Raises _Stop after too many of them in one place."""
        place = self._place
        self._record(became.REFUSED, text, said=why)
        if CHECK not in self._settings.tools:
            raise _Stop("an answer cannot be used, and errors are not told")
        place.refused += 1
        place.tell(Turn(text, reply))
        if place.refused > self._settings.retries:
            raise _Stop(f"{place.refused} answers in one place could not be used, the last because: {why}")

    # ── going back ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _go_back(self, beginning: Beginning) -> None:
        """From a beginning without rows to the one before it, or where that led to none before, to one further back."""
        place, text = self._place, beginning.last
        most = self._settings.values if VALUES in self._settings.tools else 0
        hints = similar_values(beginning, self._known, self._desk, most) if most else ()
        near = f"values like it: {values_text(hints)}" if hints else ""
        self._record(became.NO_ROWS, text, beginning, near)
        first = not place.tried
        place.tried.add(text)
        self._backs += 1
        if first or not self._went_further_back():
            place.tell(Turn(text, empty_text(hints, further=False)))
        self._record(became.BACK)

    def _insisted(self, text: str) -> bool:
        """The model chose what was tried: go further back, or where that is over, believe it. Never went on."""
        self._record(became.TRIED, text)
        if self._backs < self._settings.backtracks:
            self._backs += 1
            if self._went_further_back():
                self._record(became.BACK)
                return False
        return self._believed()

    def _believed(self) -> bool:
        """Stand where the first beginning without rows was left, and go back no more: an answer may have none."""
        assert self._empty is not None, "only what led to no rows counts as tried"
        self._backs = self._settings.backtracks
        self._place = self._empty
        self._record(became.TAKEN, self._place.lines[-1], self._place.beginning, "no other way was found")
        return False

    def _went_further_back(self) -> bool:
        """Stand before the operator that all that was tried came behind, which counts as tried, too."""
        place = self._place
        if place.before is None or place.beginning is None:
            return False
        text = place.beginning.last
        place.before.tried.add(text)
        place.before.tell(Turn(text, empty_text((), further=True)))
        self._place = place.before
        return True

    # ── ending ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _best(self) -> Beginning | None:
        """Of the beginnings that ran the longest that has rows, the latest of equally long ones."""
        ranked = sorted(self._runnable, key=lambda each: (not each.is_empty, len(each.lines)))
        return ranked[-1] if ranked else None

    def _record(self, what: str, text: str = "", beginning: Beginning | None = None, said: str = "") -> None:
        sample = beginning.sample if beginning else None
        number, most = len(sample.rows) if isinstance(sample, Result) else -1, self._settings.rows
        found = "" if number < 0 else f"{most} or more" if number >= most else f"{number}"
        step = Step(
            self._sample,
            self._answers,
            len(self._place.lines) - 1,
            what,
            text[:LONGEST],
            beginning.columns if beginning else (),
            tuple(row[:LONGEST] for row in rows_told(beginning, self._settings)),
            found,
            said[:LONGEST],
        )
        self._steps.append(step)


def _last_line(query: PipeQuery) -> str:
    from querywright.pipes.printing import operator_text, render

    return operator_text(query.operators[-1], query.dialect) if query.operators else render(query)
