"""What crews of others have in common: who holds which batches, who rests, how much is handed out."""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from querywright.errors import RunError
from querywright.runs.crews import Pace
from querywright.runs.labour import Done, Order, Outage, Stop, Task
from querywright.runs.outages import Rest

QUEUED_BATCHES = 1
"""Batches a hand holds besides those in the making, so that it never waits for us."""
KIN_SECONDS = 0.5
"""How much work a hand may hold so that inputs of one database stay together: another one would read it anew."""
KIN_BATCHES = 6
"""And how many batches, while nobody knows yet how long they take."""


@dataclass(slots=True, eq=False)
class Hand:
    """Somebody who works elsewhere, as we know them."""

    held: dict[int, Sequence[Task]] = field(default_factory=dict)
    """Batches sent and not come back, by the position of their first task."""
    ready: bool = False
    rest: Rest = field(default_factory=Rest)
    database: str | None = None
    """What the last input that it was given is about."""
    refused: bool = False
    """An outage kept it from opening the recipe; it waits for a word to try again."""


Somebody = TypeVar("Somebody", bound=Hand)


class Hands(ABC, Generic[Somebody]):
    """The part of a crew that does not depend on where its hands are and how one talks to them."""

    def __init__(self, width: int) -> None:
        """Each hand does `width` batches at a time."""
        self.steps: list[str] = []
        self._width = width
        self._pace = Pace()
        self._halted = False
        self._hands: list[Somebody] = []

    @abstractmethod
    def _tell(self, hand: Somebody, order: Order) -> None:
        """Send an order; whether the hand is still there is noticed when it should answer.

        Raises RunError where the order cannot be sent to anybody.
        """

    def wants(self) -> int:
        if self._halted or self._idlest() is None:
            return 0
        # Who does many at a time is given them one by one: an answer that takes long then holds back nobody.
        return self._pace.size if self._width == 1 else 1

    def submit(self, tasks: Sequence[Task]) -> None:
        hand = self._kin(tasks) or self._idlest()
        if hand is None:
            raise RunError("more was submitted than wanted")
        hand.held[tasks[0][0]] = tasks
        hand.database = tasks[-1][1].example.db_id
        self._tell(hand, tasks)

    def outage(self) -> Outage | None:
        return next((hand.rest.outage for hand in self._hands if hand.rest.outage), None)

    def busy(self) -> bool:
        return any(hand.held for hand in self._hands)

    def halt(self) -> None:
        self._halted = True
        for hand in self._hands:
            self._tell(hand, None)

    def _wake(self) -> None:
        """Let those try again that could not open the recipe and have rested."""
        for hand in self._hands:
            if hand.refused and not hand.rest.left() and not self._halted:
                hand.refused = False
                self._tell(hand, [])

    def _hear(self, hand: Somebody, said: Done | Stop | Outage | list[str]) -> list[Done]:
        """What an answer means: a batch is done, the run cannot go on, or the recipe was opened, or not yet."""
        if isinstance(said, Done):
            del hand.held[said.begins]
            self._pace.learn(said)
            hand.rest.hear(said)
            return [said]
        if isinstance(said, Stop):
            hand.held.clear()
            return [Done([], 0.0, said)]
        if isinstance(said, Outage):
            hand.refused = True
            hand.rest.begin(said)
            return []
        self.steps, hand.ready = said, True
        hand.rest.end()
        return []

    def _idlest(self) -> Somebody | None:
        """The hand with the fewest batches of those that are ready and do not rest, unless all have enough."""
        able = (hand for hand in self._hands if hand.ready and not hand.rest.left())
        hand = min(able, key=lambda h: len(h.held), default=None)
        most = self._width + QUEUED_BATCHES
        return hand if hand is not None and len(hand.held) < most else None

    def _kin(self, tasks: Sequence[Task]) -> Somebody | None:
        """The hand that was just given the same database, unless it has enough, or does many at a time."""
        database = tasks[0][1].example.db_id
        for hand in self._hands:
            if hand.database == database and hand.ready and not hand.rest.left() and self._width == 1:
                seconds = self._pace.seconds * (len(tasks) + sum(map(len, hand.held.values())))
                return hand if len(hand.held) < KIN_BATCHES and seconds <= KIN_SECONDS else None
        return None


def packed(what: str, thing: Any, instead: str) -> bytes:
    """A thing as bytes for a worker; `instead` is what a person may do where it cannot be. Raises RunError."""
    try:
        return pickle.dumps(thing)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise RunError(f"{what} cannot be sent to worker processes ({error}): {instead}") from error
