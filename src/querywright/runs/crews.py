"""Who does the work: this process, or several others. Either way the parent hands out batches and collects."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Protocol

from querywright.runs.labour import Done, Labourer, Outage, Stop, Task, why_not_opened
from querywright.runs.outages import Rest
from querywright.runs.steps import Recipe

BATCH_SECONDS = 0.05
"""How much work goes into one message: enough to make its cost vanish, little enough to stop at once."""
LARGEST_BATCH = 64
GRACE_SECONDS = 10.0
"""How long a stopping run waits for inputs that are being worked on."""
FAREWELL_SECONDS = 3.0
"""How long a worker that is dismissed may take to leave before it is killed."""


class Crew(Protocol):
    """Does batches of tasks. Results come in any order."""

    steps: list[str]
    """The names of the chain's steps, once somebody has opened it."""

    def wants(self) -> int:
        """How many tasks to submit now, as one batch; 0: none."""

    def submit(self, tasks: Sequence[Task]) -> None:
        """Take a batch."""

    def collect(self, seconds: float) -> list[Done]:
        """What was finished, waiting for at most about so long. A Done with a `stop` ends the run.

        What an outage left undone is in `left`, to be submitted again; who met it wants nothing for a while.
        """

    def outage(self) -> Outage | None:
        """What somebody waits for; None: nobody does."""

    def busy(self) -> bool:
        """Whether anything submitted is not collected."""

    def halt(self) -> None:
        """Finish the inputs being worked on, do not begin others."""

    def close(self) -> None:
        """Dismiss everybody."""


class Pace:
    """How many tasks make a good batch, learnt from the ones done."""

    def __init__(self) -> None:
        self.size = 1
        self.seconds = 0.0
        """How long a task takes, the last ones counting most."""

    def learn(self, done: Done) -> None:
        """Take a batch's time into account; growth is gradual, since the first inputs pay for cold caches."""
        if done.records:
            each = done.seconds / len(done.records)
            self.seconds = (self.seconds + each) / 2 if self.seconds else each
            fitting = int(BATCH_SECONDS / max(each, 1e-9))
            self.size = max(1, min(fitting, self.size * 2, LARGEST_BATCH))


class SoloCrew:
    """Works in this very process: nothing to start, nothing to send; the chain is opened with the first batch."""

    def __init__(self, recipe: Recipe) -> None:
        self.steps: list[str] = []
        self._recipe = recipe
        self._labourer: Labourer | None = None
        self._waiting: deque[Sequence[Task]] = deque()
        self._pace = Pace()
        self._rest = Rest()
        self._halted = False

    def wants(self) -> int:
        return 0 if self._waiting or self._halted or self._rest.left() else self._pace.size

    def submit(self, tasks: Sequence[Task]) -> None:
        self._waiting.append(tasks)

    def collect(self, seconds: float) -> list[Done]:
        if not self._waiting:
            sleep(min(seconds, self._rest.left()))
            return []
        tasks = self._waiting.popleft()
        if self._labourer is None:
            try:
                self._labourer = Labourer(self._recipe)
            except Exception as error:  # whatever a recipe raises, the run ends with its reason
                why = why_not_opened(error)
                if isinstance(why, Stop):
                    return [Done([], 0.0, why)]
                self._rest.begin(why)
                return [Done([], 0.0, outage=why, left=tasks)]
            self.steps = self._labourer.steps
        # A batch of slow inputs is cut when its time is up, so that what is done is stored and Ctrl-C is heard.
        until = monotonic() + max(seconds, BATCH_SECONDS)
        done = self._labourer.work(tasks, lambda: self._halted or monotonic() > until)
        if not (done.stop or done.outage or self._halted) and len(done.records) < len(tasks):
            self._waiting.appendleft(tasks[len(done.records) :])
        self._pace.learn(done)
        self._rest.hear(done)
        return [done]

    def outage(self) -> Outage | None:
        return self._rest.outage

    def busy(self) -> bool:
        return bool(self._waiting) and not self._halted

    def halt(self) -> None:
        self._halted = True

    def close(self) -> None:
        if self._labourer is not None:
            self._labourer.close()
