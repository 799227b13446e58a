"""`Parts` and `Weights`: a reward, part by part, and what each part counts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final, Literal, TypeAlias, get_args

from querywright.errors import SettingsError

Ending: TypeAlias = Literal["right", "wrong", "empty", "failed", "timeout", "constant", "refused", "unreadable"]
"""What became of a completion.

`right`: the gold rows, all and no others. `wrong`: other rows. `empty`: it finds nothing. `failed`: the engine would
not run it, or it names what is not there. `timeout`: it was stopped at its deadline. `constant`: it tells nothing of
the database. `refused`: the guard did not let it through. `unreadable`: no query of the form asked for.
"""

ENDINGS: Final[tuple[Ending, ...]] = get_args(Ending)


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts; as published unless said otherwise, and then a right completion is worth 1.

    Raises:
        SettingsError: a weight that is negative or no number, or nothing but zeros.
    """

    executes: float = 0.3
    rows: float = 0.5
    schema: float = 0.1
    structure: float = 0.1

    def __post_init__(self) -> None:
        for name in NAMES:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise SettingsError(f"the weight of {name} is {value!r}: give a number")
            if not math.isfinite(value) or value < 0:
                raise SettingsError(f"the weight of {name} is {value}: give a number that is not negative")
        if not any(getattr(self, name) for name in NAMES):
            raise SettingsError("all weights are 0, so every completion would be worth the same")


NAMES: Final = tuple(field.name for field in fields(Weights))
"""The parts, in order."""

PUBLISHED: Final = Weights()


@dataclass(frozen=True, slots=True)
class Parts:
    """What one completion has of each part, between 0 and 1."""

    executes: float = 0.0
    rows: float = 0.0
    schema: float = 0.0
    structure: float = 0.0
    ending: Ending = "unreadable"

    def total(self, weights: Weights = PUBLISHED) -> float:
        """The reward."""
        return math.fsum(getattr(weights, name) * getattr(self, name) for name in NAMES)


def figures(parts: Sequence[Parts], weights: Weights = PUBLISHED) -> dict[str, float]:
    """What is logged of a step: the mean of each part and of the whole, and the share of each ending.

    Keys are the parts' names, `total`, and `ending/NAME`. Nothing where there are no completions.
    """
    if not parts:
        return {}
    count = len(parts)
    found = {name: math.fsum(getattr(each, name) for each in parts) / count for name in NAMES}
    found["total"] = math.fsum(each.total(weights) for each in parts) / count
    endings = Counter(each.ending for each in parts)
    return found | {f"ending/{ending}": endings[ending] / count for ending in ENDINGS}
