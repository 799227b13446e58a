"""Who composes text: an author writes queries, varies them, asks for them, judges what was asked, and explains."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from querywright.datasets.example import Example
from querywright.synthesis.augment import Variant
from querywright.synthesis.desk import Desk


@dataclass(frozen=True, slots=True)
class Refused:
    """An attempt that was not taken, and why; what an author should do better than."""

    text: str
    why: str
    rewrite: str = ""
    """The name of the rewrite that made it, where it has one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a query. `score`, from 0 to 1, says how well it stood among the candidates."""

    question: str
    evidence: str
    style: str
    kind: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether a question asks for what a query gives, and why (not)."""

    agrees: bool
    reason: str


class Author(Protocol):
    """Composes text about one database at a time. Every method raises Reject where it has nothing to offer.

    `refused` holds the attempts of the same call that were not taken; another one is wanted then.
    """

    name: str

    def write(self, desk: Desk, draw: int, rng: random.Random, refused: Sequence[Refused] = ()) -> str:
        """A new query."""

    def vary(
        self, desk: Desk, example: Example, direction: str, rng: random.Random, refused: Sequence[Refused] = ()
    ) -> Variant:
        """A query made from the example's in one direction."""

    def ask(self, desk: Desk, example: Example, rng: random.Random) -> Asked:
        """A question for the example's query."""

    def judge(self, desk: Desk, example: Example, step: str) -> Agreement:
        """Whether the example's question asks for what its query gives; `step` wants to know."""

    def explain(self, desk: Desk, example: Example, refused: Sequence[Refused] = ()) -> str:
        """Reasoning that ends in the example's query."""
