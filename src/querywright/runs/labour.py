"""The work itself, in whichever process it is done: open the recipe once, carry inputs through, pack outcomes."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

from querywright.datasets.example import Example
from querywright.errors import (
    DatabaseOutage,
    DatabaseUnavailable,
    ModelOutage,
    ModelUnavailable,
    QuerywrightError,
)
from querywright.models.usage import Usage
from querywright.runs.chains import INTERNAL_ERROR, carry_through, traceback_text
from querywright.runs.records import Record, pack
from querywright.runs.steps import Chain, Input, Outcome, Recipe, Rejected

Task = tuple[int, Input]
"""An input and its position."""

Order = Sequence[Task] | None
"""What a worker process is told: a batch; None: finish the input at hand and begin no other.

One that met an outage while it opened the recipe is told to try again by an empty batch.
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the run cannot go on, in words for a person; `detail` is a traceback where it is nobody's mistake."""

    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """A database's or a model's server does not answer: what was not done is to be done later."""

    message: str
    what: str = "database"

    @classmethod
    def of(cls, error: DatabaseOutage | ModelOutage) -> Outage:
        """The outage that an error tells of."""
        return cls(str(error), _what(error))

    def given_up(self) -> Stop:
        """What to tell a person once nobody waits any longer."""
        return Stop(f"{self.what} unavailable: {self.message}")


class Done(NamedTuple):
    """What came of a batch of tasks."""

    records: list[Record]
    seconds: float
    stop: Stop | None = None
    tasks: int = 0
    """How many tasks the batch held; more than `records` where it was cut short."""
    outage: Outage | None = None
    left: Sequence[Task] = ()
    """The tasks that an outage left undone: the one that met it, then those behind it; or all of one who is lost."""
    usage: Sequence[Usage] = ()
    """What models were asked meanwhile, for this batch or for others that the process has in hand."""
    begins: int = -1
    """The position of the batch's first task, by which it is known."""
    news: str = ""
    """Something that happened and was dealt with, in words for a person."""


class Labourer:
    """A recipe opened in this process; several batches may be done at a time, each in a thread of its own."""

    def __init__(self, recipe: Recipe) -> None:
        """Open the recipe. Raises whatever that raises: what to do about it comes from `why_not_opened`."""
        self._recipe = recipe
        self._chain: Chain = recipe.open()

    @property
    def steps(self) -> list[str]:
        """The names of the chain's steps, in order."""
        return [step.name for step in self._chain.steps]

    def work(self, tasks: Sequence[Task], stopping: Callable[[], bool]) -> Done:
        """Carry the tasks through, one after the other, until they are done, `stopping()` or a database fails."""
        records: list[Record] = []
        stop: Stop | None = None
        outage: Outage | None = None
        began = perf_counter()
        for position, item in tasks:
            if stopping():
                break
            try:
                outcome = carry_through(self._chain, item)
            except (DatabaseOutage, ModelOutage) as error:
                outage = Outage.of(error)
                break
            except (DatabaseUnavailable, ModelUnavailable) as error:
                stop = _unavailable(error)
                break
            records.append(self._pack(position, outcome))
        left = tasks[len(records) :] if outage else ()
        begins = tasks[0][0] if tasks else -1
        return Done(records, perf_counter() - began, stop, len(tasks), outage, left, self._chain.usage(), begins)

    def _pack(self, position: int, outcome: Outcome) -> Record:
        kept: list[Example] = []
        keys: list[str | None] = []
        rejected = list(outcome.rejected)
        for example in outcome.kept:
            try:
                keys.append(self._recipe.unique_key(example))
                kept.append(example)
            except Exception as error:  # as in a step: a bug costs one example, shown loudly, not the run
                reason = f"{INTERNAL_ERROR}: {type(error).__name__}"
                rejected.append(Rejected("unique", reason, traceback_text(error), example))
        return pack(position, Outcome(outcome.key, tuple(kept), tuple(rejected), outcome.added), keys)

    def close(self) -> None:
        """Give back what the chain holds."""
        self._chain.close()


def _unavailable(error: DatabaseUnavailable | ModelUnavailable) -> Stop:
    return Stop(f"{_what(error)} unavailable: {error}")


def _what(error: DatabaseUnavailable | ModelUnavailable) -> str:
    return "model" if isinstance(error, ModelUnavailable) else "database"


def why_not_opened(error: Exception) -> Stop | Outage:
    """What to tell a person whose recipe could not be opened, or could not be opened yet."""
    if isinstance(error, (DatabaseOutage, ModelOutage)):
        return Outage.of(error)
    if isinstance(error, (DatabaseUnavailable, ModelUnavailable)):
        return _unavailable(error)
    if isinstance(error, QuerywrightError):
        return Stop(str(error))
    return Stop(f"the run could not start: {type(error).__name__}: {error}", traceback_text(error))


def open_parcel(recipe: bytes) -> Labourer | Stop | Outage:
    """Unpack a recipe that was sent here and open it; or why that cannot be."""
    try:
        loaded = pickle.loads(recipe)
    except Exception as error:  # anything may go wrong while a stranger's class is looked up
        return Stop(f"a worker could not load the recipe ({error}): define its class in a module that can be imported")
    try:
        return Labourer(loaded)
    except Exception as error:  # whatever a recipe raises, the parent tells the person
        return why_not_opened(error)


def why_not_read(error: Exception) -> Stop:
    """What to tell a person whose inputs cannot be unpacked where they were sent."""
    return Stop(f"a worker could not read its inputs: {type(error).__name__}: {error}")
