"""`DescriptionMatch`: one column or table that a text may mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DescriptionMatch:
    """A column, or a table where `column` is empty."""

    table: str
    """Its full name."""
    column: str
    text: str
    """What is said of it; its name in words where nothing is."""
    score: float
    """The cosine of the nearest thing that is said of it: 1 is the same, and higher is nearer."""
