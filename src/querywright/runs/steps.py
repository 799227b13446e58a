"""The vocabulary of a run: a chain of steps takes one input to kept examples and rejects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from querywright.datasets.example import Example
from querywright.models.usage import Usage


class Reject(Exception):
    """Raised by a step to drop an example. `reason` is short and groupable; `detail` is for this one example."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Step(Protocol):
    """Turns one example into zero or more, or raises Reject. Stateless between inputs."""

    name: str

    def __call__(self, example: Example) -> Iterable[Example]:
        """Examples made of this one. Randomness comes from the example and the run's seed only.

        The verdict on an example is all or nothing: a step that raises, even after its first yield, has dropped it.
        Reject is the only exception expected of a step, besides ModelFailed, which is a reject too, DatabaseUnavailable
        and ModelUnavailable, which stop the run, and their children DatabaseOutage and ModelOutage, after which the
        input is done again from its start. Any other is a reject with the reason `internal error: TypeName`.
        """


class Chain(Protocol):
    """Steps ready to work in one process: databases open, lexicons read, models at hand."""

    steps: Sequence[Step]

    def usage(self) -> Sequence[Usage]:
        """What models were asked since the last time this was called; empty for steps that ask none."""

    def close(self) -> None:
        """Give back what the steps hold."""


class Recipe(Protocol):
    """What a run does, small enough to be pickled to a worker: locations and settings, no open things."""

    def open(self) -> Chain:
        """Build the chain in this process. Called once in each worker, and again after an outage."""

    def fingerprint(self) -> dict[str, Any]:
        """JSON-able record of everything that decides the output: settings, inputs, databases, versions."""

    def unique_key(self, example: Example) -> str | None:
        """Two kept examples with one key are one too many: the later is rejected as a duplicate. None: never."""


@dataclass(frozen=True, slots=True)
class Input:
    """One unit of work. `key` is unique in the run and says where it came from (`library#17`, `seeds.jsonl:4`)."""

    key: str
    example: Example


@dataclass(frozen=True, slots=True)
class Rejected:
    """One drop: the step's name, its reason, and the example as it was when it reached that step."""

    step: str
    reason: str
    detail: str
    example: Example


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input; committed in one transaction.

    `added` counts the examples that steps made beyond one each, so that `1 + added == len(kept) + len(rejected)`.
    """

    key: str
    kept: tuple[Example, ...]
    rejected: tuple[Rejected, ...]
    added: int = 0
