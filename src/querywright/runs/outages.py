"""Outages: a server that does not answer is waited for, longer each time, and the person is told once."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from querywright.runs.labour import Done, Outage, Stop
from querywright.runs.progress import Progress

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
GIVE_UP_SECONDS = 600.0
"""How long a run waits while no input is done by anybody."""


@dataclass(slots=True)
class Rest:
    """The pauses of one worker: each is twice as long as the one before it, until an input is done again."""

    outage: Outage | None = None
    """What the worker met at its last attempt."""
    _pause: float = 0.0
    _until: float = 0.0

    def left(self) -> float:
        """Seconds until the next attempt; 0: now."""
        return max(0.0, self._until - monotonic())

    def hear(self, done: Done) -> None:
        """Take into account what came of a batch."""
        if done.outage is not None:
            self.begin(done.outage)
        elif done.records:
            self.end()

    def begin(self, outage: Outage) -> None:
        """Rest from now on."""
        # A worker that rests is given nothing: what comes from it now was begun before, and is no new attempt.
        if not self.left():
            self.outage = outage
            self._pause = min(2 * self._pause or FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            self._until = monotonic() + self._pause

    def end(self) -> None:
        """Something succeeded; the next pause is a short one."""
        if not self.left():
            self.outage, self._pause = None, 0.0


class Watch:
    """Looks at a crew's outages: tells of each once, whoever and however many meet it, and knows when to give up."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._waiting = False
        self._good = 0.0
        """When an input was last done, or the outage began."""

    def look(self, outage: Outage | None, worked: bool) -> Stop | None:
        """Take in what the crew waits for, if anything, and whether it did any input since; a Stop to give up."""
        began = outage is not None and not self._waiting
        if began or worked:
            self._good = monotonic()
        if outage is None:
            if self._waiting:
                self._progress.go_on()
            self._waiting = False
            return None
        if began:
            self._progress.wait(outage.message)
        self._waiting = True
        return outage.given_up() if monotonic() - self._good > GIVE_UP_SECONDS else None
