"""What a check found: each sign that was looked for, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 0.5
"""The least fidelity of a question that agrees: one heavy sign missing, or two or three light ones, fall below."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked for. `weight` is how much its lack speaks against the pair: 0 nothing, 1 everything."""

    kind: str
    """`value`, `column`, `table`, `aggregate`, `direction`, `limit`, `negation`, `group`, `set`, `distinct`, or
    `unasked`: the question asks for what the query does not give."""
    sought: str
    """For a person: what must be there (`the value 'Oslo' is in the question`)."""
    weight: float
    found: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a question asks for what a query gives, and why."""

    agrees: bool
    reason: str
    """The heaviest thing missing or contradicting, for a person; empty where nothing is."""
    fidelity: float
    """0 to 1: what is left after each missing sign took its weight's share."""
    closeness: float
    """0 to 1: how far the question's words are the query's own words and those of the lexicon."""
    signs: tuple[Sign, ...]


def weighed(signs: Sequence[Sign], closeness: float) -> Finding:
    """The finding that these signs make."""
    missing = [sign for sign in signs if not sign.found]
    fidelity = math.prod(1.0 - sign.weight for sign in missing)
    agrees = fidelity >= ENOUGH
    first = max(missing, key=lambda sign: sign.weight, default=None)
    reason = first.sought if first else ""
    return Finding(agrees, reason, fidelity, closeness, tuple(signs))
