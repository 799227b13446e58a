"""Questions to bound expressions: which slots they mean, and what in them keeps steps from commuting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from querywright.pipes.scope.plan import Plan, Slot, slot_of
from querywright.pipes.scope.walking import expressions_of_plan
from querywright.pipes.tree import Expression

_VOLATILE = (exp.Rand, exp.Randn, exp.Uuid)
_VOLATILE_NAMES = frozenset({"RANDOM", "RANDOMBLOB", "GENERATE_UUID", "RAND", "GEN_RANDOM_UUID", "UUID", "NEXTVAL"})
_SIMPLE = (exp.Column, exp.Literal, exp.Boolean, exp.Null)
LARGE = 24
"""Nodes above which an expression is computed once rather than written out where it is used."""


def nodes(tree: Expression) -> Iterator[Expression]:
    """Every node of a bound expression, and of the plans nested in it."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        plan = node.args.get("pipe") if isinstance(node, exp.Select) else None
        if isinstance(plan, Plan):
            todo.extend(expressions_of_plan(plan))
        else:
            todo.extend(node.iter_expressions())


@dataclass(frozen=True, slots=True)
class Facts:
    """What the builder asks of an expression, found in one walk."""

    slots: frozenset[Slot]
    """The slots it means, in queries nested in it too."""
    size: int
    """Its nodes."""
    has_window: bool
    """A window function, outside nested queries."""
    has_query: bool
    has_aggregate: bool
    is_volatile: bool
    """It may give another value each time it is asked."""
    is_simple: bool
    """A column, a literal, NULL: as cheap to write again as to name."""

    @property
    def may_repeat(self) -> bool:
        """Whether writing it out again where its column is used changes nothing and costs little."""
        return not (self.has_query or self.has_window or self.is_volatile)


def facts(tree: Expression) -> Facts:
    """The facts of a bound expression."""
    if type(tree) is exp.Column:
        slot = slot_of(tree)
        return Facts(frozenset(() if slot is None else (slot,)), 1, False, False, False, False, True)
    slots, size = set(), 0
    window = query = aggregate = volatile = False
    for node in nodes(tree):
        size += 1
        if isinstance(node, exp.Column):
            slot = slot_of(node)
            if slot is not None:
                slots.add(slot)
        elif isinstance(node, exp.Window):
            window = window or not query or has_window(tree)
        elif isinstance(node, exp.Query):
            query = True
        elif isinstance(node, exp.AggFunc):
            aggregate = True
        elif isinstance(node, exp.Func) and _varies(node):
            volatile = True
    return Facts(frozenset(slots), size, window, query, aggregate, volatile, isinstance(tree, _SIMPLE))


def has_window(tree: Expression) -> bool:
    """Whether a window function stands in it, outside nested queries."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, exp.Window):
            return True
        if not isinstance(node, exp.Query):
            todo.extend(node.iter_expressions())
    return False


def _varies(node: Expression) -> bool:
    return isinstance(node, _VOLATILE) or (isinstance(node, exp.Anonymous) and node.name.upper() in _VOLATILE_NAMES)
