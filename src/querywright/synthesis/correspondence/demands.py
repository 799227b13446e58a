"""What a query demands of its question: its values, columns, aggregates, directions, limits and negations.

`reading` fills it in from a tree, once, whoever asks about it afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from querywright.synthesis.lexicon import ColumnFacts


@dataclass(frozen=True, slots=True)
class Mention:
    """A column where it stands: `output`, `filter`, `group`, `order` or `key` (what joins go by)."""

    facts: ColumnFacts
    place: str
    aggregate: str = ""
    outermost: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A literal that something is compared with; `facts` is the column's, where it is a column."""

    text: str
    number: float | None
    comparison: str
    facts: ColumnFacts | None
    counted: bool
    """Compared with an aggregate."""
    arithmetic: bool
    """Compared with, or part of, something computed."""
    ranked: bool
    """Compared with the result of a window."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate where it stands, and the column it is of."""

    kind: str
    facts: ColumnFacts | None
    place: str
    outermost: bool
    share: bool = False
    """Part of a division: a percentage or ratio."""
    compared: bool = False
    """All that a subquery gives, for a comparison."""


@dataclass(frozen=True, slots=True)
class Direction:
    """An order: descending or not, whether a limit makes it a choice, and what is ordered by."""

    descending: bool
    chooses: bool
    facts: ColumnFacts | None
    aggregate: str
    outermost: bool


@dataclass
class Demands:
    """All that one query demands. Filled by one reading, then only looked at."""

    tables: dict[str, None] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    aggregates: list[Aggregate] = field(default_factory=list)
    directions: list[Direction] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    negations: dict[str, None] = field(default_factory=dict)
    sets: dict[str, None] = field(default_factory=dict)
    distinct: bool = False
    grouped: bool = False
    grouped_outermost: bool = False
    """The outermost query gives a figure for each group."""
    nulls: bool = False
    false: bool = False
    """Something is compared with FALSE."""
    outer: bool = False
    """An outer join: rows without any of the other are asked for or at least not left out."""
    windows: bool = False
    cases: bool = False
    divides: bool = False
    constants: set[float] = field(default_factory=set)
    """All numbers of the query, wherever they stand."""
    texts: list[str] = field(default_factory=list)
    """All texts of the query, wherever they stand."""
