"""The crew of Ray actors, on this machine or on many: what one that is lost leaves undone is done by others."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from time import monotonic, sleep
from typing import Any

from querywright.runs.crews import FAREWELL_SECONDS
from querywright.runs.hands import QUEUED_BATCHES, Hand, Hands, packed
from querywright.runs.labour import Done, Order, Stop, Task
from querywright.runs.ray_actor import Opening, actor_class
from querywright.runs.ray_cluster import TOKEN, Cluster, ray_at_hand
from querywright.runs.steps import Recipe

INSTEAD = "run it without Ray and with 1 worker"
SHARE = 0.5
"""The CPUs an actor asks for. With a whole one each, as many actors as there are CPUs would leave none for anybody."""
FATAL = 3
"""An input that was in the hands of so many actors when they died is not given to another one."""
STARTING_SECONDS = 300.0
"""How long Ray may take to find a place for the first actor: others may be at work on the cluster, or it may grow."""
NO_NODE_SECONDS = 30.0
"""How long a run waits for a node where none is left."""


@dataclass(slots=True, eq=False)
class _Actor(Hand):
    handle: Any = field(kw_only=True)
    pending: set[Any] = field(default_factory=set)
    """What it was asked and has not answered, as Ray knows it."""
    node: str = ""


class RayCrew(Hands[_Actor]):
    """Works in Ray actors. Everything happens in the caller's thread.

    An actor or a node may be lost at any time: another actor is started, and what was not done is done again.
    """

    def __init__(self, recipe: Recipe, workers: int, width: int, address: str) -> None:
        """Join the cluster at `address`, or one on this machine where it is empty, and start the actors.

        Raises RunError where Ray is not installed or cannot be joined, or the recipe cannot be sent.
        """
        super().__init__(width)
        self._ray = ray_at_hand()
        self._parcel = packed("the recipe", recipe, INSTEAD)
        self._workers = workers
        self._stillborn = 0
        """Actors in a row that died before they were ready."""
        self._deaths: Counter[int] = Counter()
        """In the hands of how many actors that died an input was, by its position."""
        self._told: set[str] = set()
        """The nodes of which was told that an actor was lost."""
        self._alone_since = monotonic()
        self._cluster = Cluster.join(address, workers)
        try:
            # Ray's own restarts would hide from us what was lost.
            self._kind = self._ray.remote(max_restarts=0, max_task_retries=0)(actor_class())
            for _ in range(workers):
                self._hire()
        except BaseException:
            self.close()
            raise

    def collect(self, seconds: float) -> list[Done]:
        self._wake()
        if stop := self._forsaken():
            for actor in self._hands:
                actor.held.clear()
            return [Done([], 0.0, stop)]
        asked = {ref: actor for actor in self._hands for ref in actor.pending}
        if not asked:
            sleep(seconds)
            return []
        some, _ = self._ray.wait(list(asked), num_returns=1, timeout=seconds)
        ready, _ = self._ray.wait(list(asked), num_returns=len(asked), timeout=0) if some else ([], None)
        return [done for ref in ready for done in self._receive(asked[ref], ref)]

    def close(self) -> None:
        farewells = [actor.handle.close.remote() for actor in self._hands if actor.ready]
        if farewells:
            self._ray.wait(farewells, num_returns=len(farewells), timeout=FAREWELL_SECONDS)
        for actor in self._hands:
            self._dismiss(actor)
        self._hands.clear()
        self._cluster.leave()

    def _hire(self) -> None:
        # One call more than there are batches, so that a word to halt is heard at once.
        calls = self._width + QUEUED_BATCHES + 1
        options = self._kind.options(num_cpus=SHARE, max_concurrency=calls, scheduling_strategy="SPREAD")
        actor = _Actor(handle=options.remote(_paths(), self._width))
        self._hands.append(actor)
        self._tell(actor, [])

    def _tell(self, hand: _Actor, order: Order) -> None:
        handle = hand.handle
        if order is None:
            handle.halt.remote()
        elif order:
            hand.pending.add(handle.work.remote(packed("an input", order, INSTEAD)))
        else:
            # Sent like this and not when the actor is made: what an actor is made of is kept by the cluster's head, and
            # a recipe may hold a password.
            hand.pending.add(handle.open.remote(self._parcel, version("querywright")))

    def _receive(self, actor: _Actor, ref: Any) -> list[Done]:
        if ref not in actor.pending:  # it is lost: its other answers are as well
            return []
        actor.pending.remove(ref)
        errors = self._ray.exceptions
        try:
            said = self._ray.get(ref)
        except errors.RayTaskError as error:
            return self._hear(actor, Stop(f"a Ray actor failed: {error.cause!r}", str(error)))
        except errors.RayError as error:
            return self._lose(actor, error)
        if isinstance(said, Opening):
            actor.node, said = said
            self._stillborn = 0
        return self._hear(actor, said)

    def _lose(self, actor: _Actor, error: Any) -> list[Done]:
        """An actor is gone, or cannot be reached: start another, unless that would go on for ever."""
        self._hands.remove(actor)
        actor.pending.clear()
        self._dismiss(actor)
        left = list(chain.from_iterable(actor.held.values()))
        self._deaths.update(position for position, _ in left)
        self._stillborn += not actor.node
        stop = self._hopeless(actor, left, error)
        if not (stop or self._halted):
            self._hire()
        # One that died before it was ready had nothing in hand: nobody needs to hear of it unless it ends the run.
        untold = not stop and actor.node not in self._told | {""}
        self._told.add(actor.node)
        news = f"a Ray actor on {actor.node} was lost; what it had in hand is done again, and another takes its place"
        return [Done([], 0.0, stop, tasks=len(left), left=left, news=news if untold else "")]

    def _hopeless(self, actor: _Actor, left: Sequence[Task], error: Any) -> Stop | None:
        """Why no other actor is to be started in the place of one that was lost."""
        fatal = [item.key for position, item in left if self._deaths[position] >= FATAL]
        if fatal:
            keys = fatal[0] + (f" … {fatal[-1]}" if len(fatal) > 1 else "")
            return Stop(f"{FATAL} Ray actors died at input {keys}, the last one on {actor.node} (out of memory?)")
        cause = str(getattr(error, "error_msg", error)).strip().splitlines()
        if getattr(error, "actor_init_failed", False) and cause:
            return Stop(
                f"a Ray actor could not start: {cause[-1]}; install the same Querywright on every node", str(error)
            )
        if self._stillborn >= self._workers + FATAL:
            return Stop(f"{self._stillborn} Ray actors in a row died while they started; {TOKEN}", str(error))
        return None

    def _forsaken(self) -> Stop | None:
        """Why nobody will ever answer."""
        if self._cluster.headless():
            return Stop("the head of the Ray cluster is gone")
        if any(actor.node for actor in self._hands):
            self._alone_since = monotonic()
            return None
        alone = monotonic() - self._alone_since
        if alone > NO_NODE_SECONDS and self._cluster.cpus() < SHARE:
            return Stop("no node of the Ray cluster is left that has a CPU")
        if alone > STARTING_SECONDS:
            return Stop(f"Ray found no place for any of {self._workers} actors in {alone:.0f} s: the cluster is busy")
        return None

    def _dismiss(self, actor: _Actor) -> None:
        with suppress(self._ray.exceptions.RayError):
            self._ray.kill(actor.handle)


def _paths() -> list[str]:
    """Where modules are found here beside what is installed: a script's folder, a checkout."""
    installed = (sys.prefix, sys.base_prefix)
    return [path for path in sys.path if path and not path.startswith(installed)]
