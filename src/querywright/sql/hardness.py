"""Spider hardness of a query, from its tree.

The published rule grades by three counts taken at the top of the query: *clauses* (WHERE, GROUP BY, ORDER BY, LIMIT,
each further table of FROM, each OR, each LIKE), *nested* (queries inside conditions, and a set operation), and *others*
(more than one aggregate, column, condition or grouping column). `docs/hardness.md` holds the rule, our extension to
what Spider's own parser cannot read (CTEs, windows, CASE, subqueries elsewhere), and where the labels differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlglot import exp

from querywright.errors import SettingsError
from querywright.sql.parsing import SQL, Tree, query_of

__all__ = ["LABELS", "Components", "components", "hardness", "score"]

LABELS: Final = ("easy", "medium", "hard", "extra")
"""The published grades, ascending."""

_NESTED_WEIGHT: Final = 3


@dataclass(frozen=True, slots=True)
class Components:
    """The three counts a grade is made of."""

    clauses: int
    nested: int
    others: int


def hardness(
    sql: SQL,
    dialect: str = "sqlite",
    thresholds: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
) -> str:
    """The difficulty label of a query; blind to white space, case, comments and the values of literals.

    Args:
        sql: a query, or its tree.
        dialect: the dialect of the text.
        thresholds: ascending upper bounds (inclusive) of `score`, one for each label but the last. Without them the
            published rule grades.
        labels: names of the grades, ascending, one more than thresholds; by default `LABELS`.

    Raises:
        QueryRejected: the text is not one readable query.
        SettingsError: thresholds and labels do not fit each other.
    """
    names = _checked(thresholds, labels)
    found = components(sql, dialect)
    if thresholds is None:
        return names[_grade(found)]
    value = score(found)
    return next((name for name, bound in zip(names, thresholds, strict=False) if value <= bound), names[-1])


def score(found: Components) -> float:
    """A difficulty from 0 to 10: clauses + others + three times nested, at most 10."""
    return float(min(10, found.clauses + found.others + _NESTED_WEIGHT * found.nested))


def components(sql: SQL, dialect: str = "sqlite") -> Components:
    """The three counts of a query. Raises QueryRejected as `parse`."""
    tree = query_of(sql, dialect)
    head, set_operation = _head(tree)
    if head is None:
        return Components(0, int(set_operation), 0)
    conditions, ors = _conditions(head)
    return Components(
        clauses=_clauses(head, conditions, ors) + _extra_clauses(head),
        nested=_nested(head, conditions) + int(set_operation) + _extra_nested(tree, head),
        others=_others(head),
    )


def _checked(thresholds: Sequence[float] | None, labels: Sequence[str] | None) -> tuple[str, ...]:
    names = tuple(LABELS if labels is None else labels)
    bounds = len(LABELS) - 1 if thresholds is None else len(thresholds)
    if len(names) != bounds + 1:
        raise SettingsError(f"{len(names)} labels for {bounds} thresholds: there must be one label more")
    if len(set(names)) != len(names):
        raise SettingsError(f"labels must differ from each other: {', '.join(names)}")
    if thresholds is not None and any(a >= b for a, b in pairwise(thresholds)):
        raise SettingsError(f"thresholds must ascend: {', '.join(map(str, thresholds))}")
    if thresholds is not None and not all(0 <= bound <= 10 for bound in thresholds):
        raise SettingsError(f"thresholds must lie between 0 and 10: {', '.join(map(str, thresholds))}")
    return names


def _grade(found: Components) -> int:
    """The published decision table, its gap included: two clauses with two others are `extra`, not `hard`."""
    clauses, nested, others = found.clauses, found.nested, found.others
    if nested:
        return 2 if nested == 1 and clauses <= 1 and others == 0 else 3
    if clauses <= 1 and others == 0:
        return 0
    if (clauses <= 1 and others <= 2) or (clauses <= 2 and others <= 1):
        return 1
    if (clauses <= 2 and others > 2) or (clauses == 3 and others <= 2):
        return 2
    return 3


def _head(tree: Tree) -> tuple[exp.Select | None, bool]:
    """The SELECT that is graded, the first one, and whether a set operation follows it."""
    set_operation = False
    node: exp.Expr | None = tree
    while node is not None and not isinstance(node, exp.Select):
        set_operation = set_operation or isinstance(node, exp.SetOperation)
        node = node.this if isinstance(node, (exp.SetOperation, exp.Subquery, exp.Paren)) else None
    return node, set_operation


def _conditions(head: exp.Select) -> tuple[dict[str, list[exp.Expr]], int]:
    """The conditions of FROM, WHERE and HAVING, and the number of ORs between them."""
    found: dict[str, list[exp.Expr]] = {"from": [], "where": [], "having": []}
    ors = 0
    sources = [("from", join.args.get("on")) for join in head.args.get("joins") or ()]
    sources += [(name, clause.this) for name in ("where", "having") if (clause := head.args.get(name))]
    for name, condition in sources:
        if condition is not None:
            ors += _split(condition, found[name])
    return found, ors


def _split(condition: exp.Expr, into: list[exp.Expr]) -> int:
    """Append the single conditions of a Boolean expression to `into`; returns its number of ORs."""
    ors, todo = 0, [condition]
    while todo:
        node = todo.pop()
        if isinstance(node, (exp.And, exp.Or)):
            ors += isinstance(node, exp.Or)
            todo += (node.expression, node.this)
        elif isinstance(node, exp.Paren):
            todo.append(node.this)
        else:
            into.append(node)
    return ors


def _clauses(head: exp.Select, conditions: dict[str, list[exp.Expr]], ors: int) -> int:
    count = sum(bool(head.args.get(clause)) for clause in ("where", "group", "order", "limit"))
    count += len(head.args.get("joins") or ())
    likes = sum(isinstance(_plain(c), (exp.Like, exp.ILike)) for some in conditions.values() for c in some)
    return count + ors + likes


def _plain(condition: exp.Expr) -> exp.Expr:
    """A condition without its NOT and brackets."""
    while isinstance(condition, (exp.Not, exp.Paren)):
        condition = condition.this
    return condition


def _nested(head: exp.Select, conditions: dict[str, list[exp.Expr]]) -> int:
    """Queries compared with in a condition, at the top of it."""
    return sum(_queries_in(condition) for some in conditions.values() for condition in some)


def _queries_in(node: exp.Expr) -> int:
    """Queries directly inside an expression, not those inside them."""
    count, todo = 0, [node]
    while todo:
        part = todo.pop()
        if isinstance(part, (exp.Select, exp.SetOperation)):
            count += 1
        else:
            todo.extend(part.iter_expressions())
    return count


def _others(head: exp.Select) -> int:
    selected = head.expressions
    order = head.args.get("order")
    group = head.args.get("group")
    where, having = head.args.get("where"), head.args.get("having")
    conditions: list[exp.Expr] = []
    if where:
        _split(where.this, conditions)
    aggregates = sum(_aggregates(e) for e in selected)
    aggregates += sum(_aggregates(e.this) for e in (order.expressions if order else ()))
    aggregates += sum(map(_is_negated, conditions))  # the published script counts a NOT as one
    if having:
        parts: list[exp.Expr] = []
        _split(having.this, parts)
        aggregates += len(parts) - 1 + sum(map(_is_negated, parts))  # and each AND or OR of HAVING
    return sum((aggregates > 1, len(selected) > 1, len(conditions) > 1, len(group.expressions if group else ()) > 1))


def _is_negated(condition: exp.Expr) -> bool:
    """`NOT IN`, `NOT LIKE`, `NOT EXISTS` and so on; `IS NOT NULL` is an operator of its own."""
    if isinstance(condition, exp.Not):
        return not isinstance(condition.this, exp.Is)
    return bool(condition.args.get("negate"))


def _aggregates(node: exp.Expr) -> int:
    count, todo = 0, [node]
    while todo:
        part = todo.pop()
        if isinstance(part, exp.AggFunc):
            count += 1
        elif not isinstance(part, (exp.Select, exp.SetOperation, exp.Window)):
            todo.extend(part.iter_expressions())
    return count


def _extra_clauses(head: exp.Select) -> int:
    """Our extension: every window function and every CASE of this SELECT counts as a clause."""
    return sum(isinstance(node, (exp.Window, exp.Case)) for node in _own(head))


def _extra_nested(tree: Tree, head: exp.Select) -> int:
    """Our extension: a CTE is a nested query, a recursive one two; so is a query in SELECT, GROUP BY or ORDER BY."""
    count = 0
    for with_ in {id(w): w for w in (tree.args.get("with_"), head.args.get("with_")) if w}.values():
        count += len(with_.expressions) * (2 if with_.args.get("recursive") else 1)
    count += sum(_queries_in(e) for e in head.expressions)
    for clause in ("group", "order"):
        if part := head.args.get(clause):
            count += _queries_in(part)
    return count


def _own(head: exp.Select) -> Iterator[exp.Expr]:
    """The nodes of a SELECT that are not inside another query."""
    todo: list[exp.Expr] = list(head.iter_expressions())
    while todo:
        node = todo.pop()
        if not isinstance(node, (exp.Select, exp.SetOperation, exp.With)):
            yield node
            todo.extend(node.iter_expressions())
