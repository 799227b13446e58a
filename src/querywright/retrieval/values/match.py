"""What a search finds: one value of one column, and how near it is to what was looked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """A value as the database has it, and where."""

    value: str
    table: str
    """The table's full name."""
    column: str
    score: float
    """From 0 to 1; 1 where nothing but case, accents and spaces differs."""
