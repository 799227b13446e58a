"""What a query says, as values that can be compared: names resolved, the values of literals left out.

A *key* is a hashable value that two expressions share when they say the same: columns by the table they belong to,
aliases by what they stand for, every literal as one mark. A `Block` holds the keys of one SELECT, clause by clause; a
`Reading` holds the outermost block and, flat, what is found anywhere in the query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple, TypeAlias

__all__ = ["VALUE", "Block", "Condition", "Key", "Reading", "bag", "flat", "is_query"]

Key: TypeAlias = Hashable

VALUE: Final = "?"
"""The key of every literal."""


class Condition(NamedTuple):
    """One operand of AND and OR."""

    negated: bool
    operator: str
    left: Key
    """What is compared; of two columns said to be equal, both."""
    right: Key
    """What it is compared with; None for values."""


@dataclass(frozen=True, slots=True)
class Block:
    """One SELECT and the set operations that follow it."""

    selects: tuple[Key, ...] = ()
    tables: tuple[Key, ...] = ()
    outer_joins: tuple[str, ...] = ()
    """LEFT, RIGHT, FULL, SEMI, ANTI, one for each such join."""
    on: tuple[Condition, ...] = ()
    on_words: frozenset[str] = frozenset()
    """Which of `and`, `or` connect the conditions."""
    where: tuple[Condition, ...] = ()
    where_words: frozenset[str] = frozenset()
    groups: tuple[Key, ...] = ()
    having: tuple[Condition, ...] = ()
    having_words: frozenset[str] = frozenset()
    orders: tuple[tuple[Key, str], ...] = ()
    """(what, `asc` or `desc`)."""
    is_limited: bool = False
    operations: tuple[tuple[str, Key], ...] = ()
    """(`union`, `union all`, …, the key of the query that follows)."""

    def key(self) -> Key:
        """What two SELECTs share that match clause by clause: ORDER BY in its order, ON left out."""
        parts = (getattr(self, name) for name in _BLOCK)
        return ("query", *(bag(part) if name in _BAGS else part for name, part in zip(_BLOCK, parts, strict=True)))


_BLOCK: Final = tuple(f.name for f in fields(Block) if f.name not in ("on", "on_words"))
_BAGS: Final = frozenset(("selects", "tables", "outer_joins", "where", "groups", "having"))


@dataclass(slots=True)
class Reading:
    """What one query says. Flat fields are over all its SELECTs, in the order they were met."""

    block: Block = field(default_factory=Block)
    tables: list[str] = field(default_factory=list)
    columns: list[tuple[str, str]] = field(default_factory=list)
    """(table, column) of SELECT and of conditions, but for links."""
    unknown: list[str] = field(default_factory=list)
    """Names of columns that no table of the schema has."""
    literals: list[tuple[bool, Any]] = field(default_factory=list)
    """(is text, value), but those of LIMIT and of places in ORDER BY."""
    links: list[Condition] = field(default_factory=list)
    """Equalities of columns of two tables, in ON, USING or WHERE."""
    outer_joins: list[str] = field(default_factory=list)
    filters: list[Condition] = field(default_factory=list)
    """Other conditions of WHERE and ON; a query inside counts as one mark."""
    nulls: list[Condition] = field(default_factory=list)
    """IS NULL and IS NOT NULL."""
    words: list[frozenset[str]] = field(default_factory=list)
    """Of each condition in brackets or clause that has an `or`, which of `and`, `or` connect it."""
    aggregates: list[str] = field(default_factory=list)
    """As the next, of SELECT and of conditions: what GROUP BY, HAVING and ORDER BY use stands under these."""
    functions: list[str] = field(default_factory=list)
    """Functions and operators that make values; windows and CASE among them."""
    distincts: int = 0
    groups: list[Key] = field(default_factory=list)
    having: list[Condition] = field(default_factory=list)
    orders: list[tuple[Key, str]] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    nesting: list[str] = field(default_factory=list)
    """Set operations, and queries inside expressions."""


def bag(keys: Iterable[Key]) -> Key:
    """A hashable multiset."""
    return frozenset(Counter(keys).items())


def flat(condition: Condition) -> Condition:
    """A condition with a mark for a query in it, whose own parts stand elsewhere in the flat lists."""
    return condition._replace(right="query") if is_query(condition.right) else condition


def is_query(key: Key) -> bool:
    return isinstance(key, tuple) and bool(key) and key[0] == "query"
