"""`Desk`: one database with all that stages work with: its indexes, the models, limits, a budget for prompts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from querywright.answering.prompting import tokens_of
from querywright.databases import Database, Limits, Result
from querywright.errors import ModelFailed, QueryError, QueryFailed
from querywright.models import Message, Request

if TYPE_CHECKING:
    from pydantic import BaseModel

    from querywright.answering.selection.judge import Judges
    from querywright.databases.schema import Schema
    from querywright.datasets.example import Example
    from querywright.models.opened import Models

    Shape = TypeVar("Shape", bound=BaseModel)

LIMITS = Limits(seconds=10.0, rows=10_000, bytes=16_000_000)
"""Of each execution while a question is answered."""
AT_ONCE = 16
"""Requests of one question that wait for a model at a time; what the model takes, its own gate decides."""
PROMPT_TOKENS = 8_000
"""What a prompt may hold."""
NOT_EXECUTED = "not executed: this is a dry run"
REMEMBERED = 512
"""Queries whose outcome is kept for the question at hand."""

T = TypeVar("T")
S = TypeVar("S")


class FoundValue(Protocol):
    """A value that a keyword may mean."""

    @property
    def value(self) -> str: ...
    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def score(self) -> float: ...


class Values(Protocol):
    """The value index, as far as stages ask it."""

    def search(self, keyword: str, limit: int = 10) -> Sequence[FoundValue]: ...


class FoundDescription(Protocol):
    """A column, or a table where `column` is empty, whose name or description a keyword may mean."""

    @property
    def table(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def score(self) -> float: ...


class Descriptions(Protocol):
    """The description index, as far as stages ask it."""

    def search(self, keyword: str, limit: int = 5) -> Sequence[FoundDescription]: ...


class FoundExample(Protocol):
    """An example that is like the question."""

    @property
    def example(self) -> Example: ...
    @property
    def score(self) -> float: ...


class Examples(Protocol):
    """The example index, as far as stages ask it."""

    def search(
        self, question: str, schema: Schema, k: int, strategy: str, *, seed: int = 0, draft_sql: str | None = None
    ) -> Sequence[FoundExample]: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to ask a model."""

    prompt: str
    temperature: float | None = None
    samples: int = 1


@dataclass
class Account:
    """What one question asked of models, as far as the desk sees it: tokens are estimated, four letters each."""

    calls: int = 0
    prompt_tokens: int = 0
    failed: int = 0
    left_out: list[str] = field(default_factory=list)
    """What did not fit into a prompt."""


class Desk:
    """What stages work with, for one question. Safe in the threads that it starts itself.

    Args:
        database: the database that is asked.
        models: open; None: no model can be asked, and a stage that needs one says so.
        values: its value index; None: there is none.
        descriptions: its description index; None: there is none.
        examples: examples to show; None: there are none.
        judges: the judges of tournaments that are open already; None: it opens its own.
        seed: decides chance, with the question's key.
        limits: of each execution.
        prompt_tokens: what a prompt may hold.
        dry: no query is executed.
    """

    def __init__(
        self,
        database: Database,
        models: Models | None,
        *,
        values: Values | None = None,
        descriptions: Descriptions | None = None,
        examples: Examples | None = None,
        judges: Judges | None = None,
        seed: int = 0,
        limits: Limits = LIMITS,
        prompt_tokens: int = PROMPT_TOKENS,
        dry: bool = False,
    ) -> None:
        self.database, self.models = database, models
        self.values, self.descriptions, self.examples = values, descriptions, examples
        self.seed, self.limits, self.prompt_tokens, self.dry = seed, limits, prompt_tokens, dry
        self.account = Account()
        self._judges = judges
        self._outcomes: dict[str, Result | QueryError] = {}
        self._lock = threading.Lock()

    @property
    def schema(self) -> Schema:
        """Tables and columns of the database."""
        return self.database.schema

    @property
    def judges(self) -> Judges:
        """The judges of tournaments."""
        if self._judges is None:
            from querywright.answering.selection.judge import Judges

            self._judges = Judges()
        return self._judges

    def execute(self, sql: str) -> Result | QueryError:
        """The result of a query, or why it has none; a text that was executed for this question is not again.

        Raises:
            DatabaseUnavailable: the database is gone.
        """
        if self.dry:
            return QueryFailed(NOT_EXECUTED, self.database.db_id, sql)
        key = sql.strip().rstrip(";").rstrip()
        with self._lock:
            found = self._outcomes.get(key)
        if found is None:
            with self.turn():
                try:
                    found = self.database.execute(key, self.limits)
                except QueryError as error:
                    found = error
            with self._lock:
                if len(self._outcomes) < REMEMBERED:
                    self._outcomes[key] = found
        return found

    def turn(self) -> AbstractContextManager[None]:
        """What a query is executed in: deadlines are of the clock, and queries that take each other's time away would
        run past them."""
        return self.models.turns.taken() if self.models else nullcontext()

    def ask(self, step: str, wish: Wish, shape: type[Shape]) -> list[Shape]:
        """The answers of the model to one wish, an object for each sample.

        Raises:
            ModelFailed: it has no answer that can be used.
            ModelUnavailable: there is no model, or it cannot be asked.
        """
        request = Request(
            messages=(Message("user", wish.prompt),), samples=wish.samples, temperature=wish.temperature, step=step
        )
        return self._asked(request, lambda models: models.ask_for("default", request, shape))

    def reply(
        self, step: str, messages: Sequence[Message], temperature: float | None = None, longest: int | None = None
    ) -> str:
        """What the model says next in a conversation, as it says it: of no shape, for models that know but one.

        An answer that is cut off, by the server or after `longest` tokens, comes as far as it goes.

        Raises:
            ModelFailed: it has no answer that can be used.
            ModelUnavailable: there is no model, or it cannot be asked.
        """
        request = Request(
            messages=tuple(messages), temperature=temperature, max_tokens=longest, partial=True, step=step
        )
        (answer,) = self._asked(request, lambda models: models.ask("default", request))
        return answer

    def ask_each(self, step: str, wishes: Sequence[Wish], shape: type[Shape]) -> list[list[Shape] | ModelFailed]:
        """The answers to several wishes, asked at the same time, in their order; a failed one spoils no other.

        Raises:
            ModelUnavailable: the model cannot be asked.
        """

        def one(wish: Wish) -> list[Shape] | ModelFailed:
            try:
                return self.ask(step, wish, shape)
            except ModelFailed as failed:
                return failed

        return self.each(one, wishes)

    def _asked(self, request: Request, ask: Callable[[Models], T]) -> T:
        """Ask, and enter it into the account."""
        if self.models is None:
            from querywright.answering.missing import no_model

            raise no_model()
        with self._lock:
            self.account.calls += 1
            self.account.prompt_tokens += sum(tokens_of(message.content) for message in request.messages)
        try:
            return ask(self.models)
        except ModelFailed:
            with self._lock:
                self.account.failed += 1
            raise

    def each(self, work: Callable[[S], T], things: Sequence[S]) -> list[T]:
        """Do something with each thing at the same time, in threads; the results in their order."""
        if len(things) <= 1:
            return [work(thing) for thing in things]
        # Whoever waits here does not work meanwhile, and gives its turn to those that do.
        waiting = self.models.turns.away() if self.models else nullcontext()
        with waiting, ThreadPoolExecutor(min(AT_ONCE, len(things)), thread_name_prefix="querywright-ask") as pool:
            return list(pool.map(work, things))
