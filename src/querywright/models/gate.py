"""How many requests are in flight at once: as many as the server takes, found out by asking."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic

ROUNDS_TO_RECOVER = 20
"""So many round trips without a complaint bring back what was given up, from nothing to all."""


class Allowance:
    """The law of the gate, without a clock: a complaint halves what is allowed, and quiet brings it back in steps.

    Requests that were sent before the last complaint was heard tell nothing new: a server that turns away fifty at once
    is one complaint, not fifty.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = float(most)
        self.paused_until = 0.0
        self._sent = 0
        self._heard = 0

    def send(self) -> int:
        """The number of the request that is sent now."""
        self._sent += 1
        return self._sent

    def good(self) -> None:
        """A request was answered."""
        self.limit = min(float(self.most), self.limit + max(1.0, self.most / ROUNDS_TO_RECOVER) / self.limit)

    def complain(self, number: int, now: float, wait: float | None) -> None:
        """The request of this number was one too many; the server asks to wait so many seconds, if it said so."""
        if number > self._heard:
            self.limit = max(1.0, self.limit / 2)
            self._heard = self._sent
        if wait is not None:
            self.paused_until = max(self.paused_until, now + wait)


class Gate:
    """Lets as many requests pass as are allowed, in the order they came. For one event loop."""

    def __init__(self, most: int, clock: Callable[[], float] = monotonic) -> None:
        self.allowance = Allowance(most)
        self.in_flight = 0
        self._clock = clock
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.TimerHandle | None = None

    async def enter(self) -> int:
        """Wait for a place; the number of the request. Each needs one `leave`."""
        if self._waiting or not self._open():
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            self._admit()
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():  # it was let in, and is gone
                    self.leave()
                raise
        else:
            self.in_flight += 1
        return self.allowance.send()

    def leave(self) -> None:
        """The request is over."""
        self.in_flight -= 1
        self._admit()

    def good(self) -> None:
        """A request was answered."""
        self.allowance.good()

    def complain(self, number: int, wait: float | None) -> None:
        """The request of this number was one too many; everybody waits as long as the server asks."""
        self.allowance.complain(number, self._clock(), wait)

    def _open(self) -> bool:
        return self.in_flight < int(self.allowance.limit) and self._pause() <= 0

    def _pause(self) -> float:
        return self.allowance.paused_until - self._clock()

    def _admit(self) -> None:
        while self._waiting and self._open():
            place = self._waiting.popleft()
            if not place.done():
                self.in_flight += 1
                place.set_result(None)
        if self._waiting and self._alarm is None and (pause := self._pause()) > 0:
            self._alarm = asyncio.get_running_loop().call_later(pause, self._wake)

    def _wake(self) -> None:
        self._alarm = None
        self._admit()
