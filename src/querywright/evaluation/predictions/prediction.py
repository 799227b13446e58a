"""`Prediction`: what one system said to one question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Names = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]
"""Tables, and (table, column) pairs."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several queries for a question, and the strategy that made it."""

    SQL: str
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one system said to one question; `problem` says what of it cannot be used."""

    SQL: str | None
    candidates: tuple[Candidate, ...] = ()
    picks: Mapping[str, int] = field(default_factory=dict)
    """The candidate that a selector chose, by the selector's name."""
    stages: Mapping[str, Names] = field(default_factory=dict)
    """The tables and columns that were left after each stage of answering, by its name."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One prediction as it was read: its keys, by their kind, and its place for a person."""

    place: str
    keys: Mapping[str, str]
    """`id`, `question_id`, `question` (with its db_id), `row`: what it says of the gold row that it answers."""
    prediction: Prediction
    db_id: str = ""
    """The database that it names; empty where it names none."""


@dataclass(frozen=True, slots=True)
class System:
    """The predictions of one system, in the order of their file."""

    name: str
    said: tuple[Said, ...]
    digest: str
    """Of the bytes they were read from."""
    by_row: bool = False
    """Whether the file has no keys, so that its lines stand for the gold rows one by one."""
