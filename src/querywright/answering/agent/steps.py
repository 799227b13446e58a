"""`Step`: what one answer of the model became. The steps of a walk, in order, are its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

TAKEN, REFUSED, NO_ROWS, TRIED, BACK, ENDED, STOPPED = (
    "taken",
    "refused",
    "no rows",
    "tried before",
    "went back",
    "ended",
    "stopped",
)
LONGEST: Final = 500
"""Letters of a text in a step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened on the way to a candidate."""

    sample: int
    """The candidate's number."""
    answer: int
    """The number of the model's answer that it came from; one answer may hold several operators."""
    operators: int
    """How many operators stood before it; -1 where there was no query yet."""
    became: str
    text: str = ""
    """The head or operator as it is written, or what could not be read as one."""
    columns: tuple[str, ...] = ()
    """What is in force behind it, with types."""
    rows: tuple[str, ...] = ()
    """The first rows behind it, as data."""
    found: str = ""
    """How many rows that are: `3`, `5 or more`; empty where it was not executed."""
    said: str = ""
    """Why it became that: the error, the values like it, the budget."""


def step_line(step: Step | Mapping[str, Any]) -> str:
    """A step on one line, for a person; also one that a trace has turned into a mapping."""
    get = step.get if isinstance(step, Mapping) else lambda name, otherwise=None: getattr(step, name, otherwise)
    found = get("found")
    rows = f" ({found} row{'' if found == '1' else 's'})" if found else ""
    said = f": {get('said')}" if get("said") else ""
    text = " ".join(str(get("text") or "").split())
    return f"{get('answer')}. {get('became')}{f'  {text}' if text else ''}{rows}{said}"
