"""Questions to bound expressions: which slots they mean, and what in them keeps steps from commuting."""

from __future__ import annotations

from collections.abc import Iterator

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


def slots_in(tree: Expression) -> set[Slot]:
    """The slots that a bound expression means, in queries nested in it too."""
    return {slot for node in nodes(tree) if (slot := slot_of(node)) is not None}


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


def has_query(tree: Expression) -> bool:
    return tree.find(exp.Query) is not None


def is_volatile(tree: Expression) -> bool:
    """Whether it may give another value each time it is asked."""
    return any(_varies(node) for node in nodes(tree))


def _varies(node: Expression) -> bool:
    return isinstance(node, _VOLATILE) or (isinstance(node, exp.Anonymous) and node.name.upper() in _VOLATILE_NAMES)


def is_simple(tree: Expression) -> bool:
    return isinstance(tree, _SIMPLE)


def may_repeat(tree: Expression) -> bool:
    """Whether writing an expression out again where its column is used changes nothing and costs little."""
    if is_simple(tree):
        return True
    return not any(isinstance(node, (exp.Query, exp.Window)) or _varies(node) for node in nodes(tree))


def is_constant(tree: Expression) -> bool:
    """Whether no column stands in it: as a key of GROUP BY or ORDER BY some engines would read it as a position."""
    return not any(isinstance(node, exp.Column) for node in nodes(tree))
