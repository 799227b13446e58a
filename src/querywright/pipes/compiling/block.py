"""A SELECT that is being put together: what it reads, and which clauses it has so far.

Steps are added to the block at hand as long as its clauses commute with them; where they do not, the block becomes
the source of a new one. Columns are slots throughout: what a slot is called is decided when a block is written out,
from outside to inside, so that a block gives exactly the columns that the one around it asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from querywright.pipes.scope.plan import CtePlan, Slot, SortKey
from querywright.pipes.tree import Expression


@dataclass(slots=True)
class Source:
    """One thing that a block reads: a table, or another block."""

    alias: str
    columns: dict[Slot, str] = field(default_factory=dict)
    """What its slots are called in it. A block's grow as they are asked for."""
    table: Expression | None = None
    """The table as it stands in FROM; None where it is a block."""
    inner: Block | Combined | None = None
    star: Slot | None = None
    """Stands for all columns of a table whose columns are not known."""
    unknown: dict[Slot, tuple[str, Slot]] = field(default_factory=dict)
    """Columns of such a table somewhere inside: their name, and the star they come with."""

    def column(self, slot: Slot) -> Expression | None:
        """How a slot is written in the block that reads this; None if this does not give it."""
        name = self.columns.get(slot)
        if name is None and slot in self.unknown:
            name, star = self.unknown[slot]
            self.column(star)
        if name is None:
            if self.inner is None or slot not in self.inner.gives:
                return None
            name = self.inner.called(slot, self.columns)
            self.columns[slot] = name
        if name == "*":
            return exp.Column(this=exp.Star(), table=exp.Identifier(this=self.alias))
        return exp.Column(this=exp.Identifier(this=name), table=exp.Identifier(this=self.alias))


@dataclass(slots=True)
class Joined:
    """A source behind the first one, and how it is joined."""

    source: Source
    kind: str
    on: Expression | None = None


@dataclass(slots=True)
class Block:
    """One SELECT. Expressions in it are bound: their columns are slots."""

    labels: dict[Slot, str]
    first: Source | None
    joins: list[Joined] = field(default_factory=list)
    where: list[Expression] = field(default_factory=list)
    defined: dict[Slot, Expression] = field(default_factory=dict)
    """What is computed here."""
    sizes: dict[Slot, int] = field(default_factory=dict)
    """How many nodes each of these has, with what is written out in it."""
    keys: tuple[Slot, ...] = ()
    sets: tuple[tuple[Slot, ...], ...] | None = None
    """Grouping sets."""
    grouped: bool = False
    """Has aggregates, with or without keys."""
    grouped_by: bool = False
    """Has GROUP BY, if only by nothing."""
    having: list[Expression] = field(default_factory=list)
    windows: bool = False
    distinct: bool = False
    fixed: tuple[Slot, ...] = ()
    """What it must give, in this order, when the columns are part of its meaning: DISTINCT, operands."""
    order: tuple[SortKey, ...] = ()
    limit: Expression | None = None
    offset: Expression | None = None
    sample: exp.TableSample | None = None
    ctes: list[CtePlan] = field(default_factory=list)
    gives: set[Slot] = field(default_factory=set)
    """Every slot that it could give."""

    @property
    def cut(self) -> bool:
        return self.limit is not None or self.offset is not None

    def shows_no_aggregate(self, slots: Iterable[Slot]) -> bool:
        """Whether it is one row of aggregates, and these are all columns from outside: then nothing would say so."""
        wanted = set(slots)
        return self.grouped and not self.keys and bool(wanted) and not wanted & self.gives

    def sources(self) -> list[Source]:
        return [*([self.first] if self.first else []), *(join.source for join in self.joins)]

    def column(self, slot: Slot) -> Expression | None:
        """A slot that is not computed here, as its source has it."""
        for source in self.sources():
            found = source.column(slot)
            if found is not None:
                return found
        return None

    def called(self, slot: Slot, taken: dict[Slot, str]) -> str:
        return free_name(slot, self.labels, taken)


@dataclass(slots=True)
class Combined:
    """A set operation of blocks, columns by position."""

    labels: dict[Slot, str]
    kind: str
    distinct: bool
    sides: list[Block]
    result: tuple[Slot, ...]
    recursive: str = ""
    """The name under which the last side reads what it last gave; empty where none does."""
    names: dict[Slot, str] = field(default_factory=dict)

    @property
    def gives(self) -> set[Slot]:
        return set(self.result)

    def called(self, slot: Slot, taken: dict[Slot, str]) -> str:
        if not self.names:
            for each in self.result:
                self.names[each] = free_name(each, self.labels, self.names)
        return self.names[slot]


def free_name(slot: Slot, labels: dict[Slot, str], taken: dict[Slot, str]) -> str:
    """A name for a slot that no other of the same block has: the query's own where that is free."""
    label = labels.get(slot) or f"column_{slot}"
    if label == "*":
        return label
    used = {name.lower() for name in taken.values()}
    if label.lower() not in used:
        return label
    number = 2
    while f"{label}_{number}".lower() in used:
        number += 1
    return f"{label}_{number}"


def distinct_names(names: Sequence[str]) -> list[str]:
    """Names for columns by position, each different: the given ones where they are, or have a number behind them."""
    labels = {position: name or f"column_{position + 1}" for position, name in enumerate(names)}
    taken: dict[Slot, str] = {}
    for position in labels:
        taken[position] = free_name(position, labels, taken)
    return list(taken.values())
