"""`Known`: a question and everything that stages found out about it. Each stage gets one and gives another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from querywright.databases import Result
from querywright.errors import QueryError


@dataclass(frozen=True, slots=True)
class ValueHint:
    """A value of the database that a keyword of the question may mean."""

    keyword: str
    table: str
    column: str
    value: str
    score: float


@dataclass(frozen=True, slots=True)
class DescriptionHint:
    """What is said of a column, or of a table where `column` is empty, that a keyword may mean."""

    keyword: str
    table: str
    column: str
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Shot:
    """An example in a prompt."""

    question: str
    SQL: str
    evidence: str = ""
    reasoning: str = ""
    origin: str = ""
    """Where it comes from: `retrieved`, `synthetic: features`, `synthetic: schema`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One text of a candidate, and what became of it when it was executed."""

    SQL: str
    error: str = ""
    """Why it has no rows; empty where it ran."""
    rows: int | None = None
    by: str = "generate"
    """The stage that wrote it: `generate`, `repair`, `revise`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One query for the question."""

    SQL: str
    """The text that counts: the best of its attempts, and of equally good ones the first."""
    strategy: str
    sample: int
    reasoning: str = ""
    attempts: tuple[Attempt, ...] = ()
    outcome: Result | QueryError | None = field(default=None, compare=False, repr=False)
    """What `SQL` gave; None where it was not executed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate that was taken."""

    candidate: int
    """Its place among the candidates."""
    by: str
    """The rule that took it: `agreement`, or a selector's name."""
    why: str
    """In words for a person."""
    confidence: float
    """Between 0 and 1: the share of its cluster, of the comparisons that it won, of the tests that it passes."""
    scores: Mapping[int, float] = field(default_factory=dict)
    """What each candidate scored."""


Columns = Mapping[str, Sequence[str]]
"""Column names by the full name of their table, both as the schema spells them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about one question."""

    key: str
    """Decides chance together with the seed."""
    question: str
    evidence: str
    columns: Columns
    """The schema that prompts show: all of it, until a stage selects."""
    context: tuple[Shot, ...] = ()
    """Earlier turns of a conversation, oldest first."""
    keywords: tuple[str, ...] = ()
    values: tuple[ValueHint, ...] = ()
    descriptions: tuple[DescriptionHint, ...] = ()
    shots: tuple[Shot, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    tests: tuple[str, ...] = ()
    """What the right answer must fulfil, in words."""
    choice: Choice | None = None
    problem: str = ""
    """Why there can be no answer; stages that follow do nothing then."""
    notes: tuple[str, ...] = ()
    """What a stage wants a person to read in the trace: what did not fit, what was passed over, calls saved."""
    extra: Mapping[str, Any] = field(default_factory=dict)
