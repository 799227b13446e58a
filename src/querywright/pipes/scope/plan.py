"""What a pipe query does, with every name bound: steps over slots, each slot one column that some step made.

An expression in a plan is a copy of the query's, in which each column carries the slot it means (`slot_of`). Names
are gone; what a column is called in the end stands in `Plan.output`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sqlglot import exp

from querywright.pipes.scope.tables import Field
from querywright.pipes.tree import Expression, JoinKind

Slot: TypeAlias = int
"""One column of one relation, made once in a plan."""

SLOT = "slot"
"""Under this name a bound exp.Column holds its slot."""


def slot_of(node: object) -> Slot | None:
    """The slot a bound column means; None for every other tree."""
    slot = node.args.get(SLOT) if isinstance(node, exp.Column) else None
    return slot if isinstance(slot, int) else None


def slot_column(slot: Slot) -> exp.Column:
    """A column that means `slot`."""
    return exp.Column(this=exp.to_identifier(f"slot{slot}"), slot=slot)


@dataclass(frozen=True, slots=True)
class Output:
    """A column as it leaves: its name (empty: none that could be referred to), and its slot."""

    name: str
    slot: Slot


# ── relations ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TableRelation:
    """A table of the database, or a CTE (`cte` is its number among the plan's), or UNNEST and table functions."""

    node: Expression
    alias: str
    columns: Sequence[Output]
    cte: int | None = None
    open: bool = False
    """Its columns are not known: any name may be one."""


@dataclass(frozen=True, slots=True)
class PlanRelation:
    """A nested pipe query in FROM, or as an operand."""

    plan: Plan
    alias: str
    columns: tuple[Output, ...]
    hidden: tuple[tuple[Slot, Slot], ...] = ()
    """Slots that only the table aliases show which a query without an alias lets out: inside, outside."""


@dataclass(frozen=True, slots=True)
class StandardRelation:
    """A standard query; columns by position. Columns of queries around it carry their slots."""

    query: Expression
    alias: str
    columns: tuple[Output, ...]


Relation: TypeAlias = TableRelation | PlanRelation | StandardRelation


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Definition:
    """A new slot, and the expression it stands for."""

    slot: Slot
    value: Expression


@dataclass(frozen=True, slots=True)
class Scan:
    relation: Relation


@dataclass(frozen=True, slots=True)
class Merge:
    """One column of USING: of the left, of the right, and what is seen of both."""

    left: Slot
    right: Slot
    merged: Slot


@dataclass(frozen=True, slots=True)
class JoinStep:
    relation: Relation
    kind: JoinKind
    on: Expression | None = None
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    condition: Expression


@dataclass(frozen=True, slots=True)
class Project:
    """New columns, beside what is there: of SELECT, EXTEND, SET."""

    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Group:
    keys: tuple[Definition, ...]
    aggregates: tuple[Definition, ...]
    sets: tuple[tuple[Slot, ...], ...] | None = None
    """Grouping sets, each the slots of its keys; None: one, of all keys."""
    grouped: bool = True
    """False without GROUP BY: one row even of none."""


@dataclass(frozen=True, slots=True)
class Deduplicate:
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class SortKey:
    slot: Slot
    value: Expression
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Sort:
    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """LIMIT and OFFSET."""

    count: Expression | None
    offset: Expression | None


@dataclass(frozen=True, slots=True)
class Operand:
    """One more side of a set operation: its columns in the order of the result's; None is a NULL."""

    relation: Relation
    slots: tuple[Slot | None, ...]


@dataclass(frozen=True, slots=True)
class Combine:
    """A set operation of what is there with the operands, from left to right."""

    kind: Literal["UNION", "INTERSECT", "EXCEPT"]
    distinct: bool
    left: tuple[Slot | None, ...]
    operands: tuple[Operand, ...]
    result: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Unordered:
    """The end of a nested query: whatever order it had is gone."""


@dataclass(frozen=True, slots=True)
class Sample:
    sample: exp.TableSample


@dataclass(frozen=True, slots=True)
class Unpivoting:
    """Each row once for each choice, without those whose values are all NULL unless `nulls`."""

    choices: tuple[tuple[tuple[Slot, ...], Expression], ...]
    """Columns whose values are taken, and the label."""
    values: tuple[Slot, ...]
    label: Slot
    kept: tuple[tuple[Slot, Slot], ...]
    """Other columns: old slot, new slot."""
    nulls: bool


@dataclass(frozen=True, slots=True)
class Recursion:
    """What is there, then the plan again and again on what it last gave, which the plan reads as `name`."""

    distinct: bool
    left: tuple[Slot, ...]
    plan: Plan
    name: str
    result: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An operator that is read and printed, but cannot be executed."""

    operator: str
    reason: str


Step: TypeAlias = (
    Scan
    | JoinStep
    | Filter
    | Project
    | Group
    | Deduplicate
    | Sort
    | Cut
    | Combine
    | Unordered
    | Sample
    | Unpivoting
    | Recursion
    | Refused
)


@dataclass(frozen=True, slots=True)
class CtePlan:
    """A CTE: its number, its name, what it is, and what its columns are called."""

    number: int
    name: str
    fields: tuple[Field, ...]
    body: Relation
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[tuple[str, Step], ...]
    """Each with the operator it comes from, in words."""
    output: tuple[Output, ...]
    aliases: Mapping[str, tuple[Output, ...]] = field(default_factory=dict)
    """Table aliases alive at its end, with the columns under them."""
    ctes: tuple[CtePlan, ...] = ()
    reserved: frozenset[str] = frozenset()
    """Names that standard queries inside the statement call their tables, which nothing else may be called."""
    labels: dict[Slot, str] = field(default_factory=dict)
    """What slots are called where they are seen; shared by all plans of one statement."""
    types: dict[Slot, str] = field(default_factory=dict)
    """Their types, likewise."""
