"""What a pipe query is made of: its operators by name, and whether it is one chain from its head to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from sqlglot import exp

from querywright.pipes.scope.walking import expressions_in
from querywright.pipes.tree import (
    Aggregate,
    Call,
    Expression,
    From,
    Join,
    Operator,
    OrderBy,
    Other,
    PipeQuery,
    RecursiveUnion,
    Select,
    SetOperation,
    Standard,
    TableSample,
    With,
    pipe_in,
)

Bend = Literal["subquery", "derived table", "CTE", "standard SQL"]
"""What makes a query more than one chain."""

_NO_HEAD = Standard(exp.Null())


def operator_name(operator: Operator) -> str:
    """What an operator is called in a count: `WHERE`, `LEFT JOIN`, `SELECT DISTINCT`, `UNION ALL`, …"""
    match operator:
        case Select(distinct=True):
            return "SELECT DISTINCT"
        case Join(kind="INNER"):
            return "JOIN"
        case Join(kind=kind):
            return f"{kind} JOIN"
        case SetOperation(kind=kind, distinct=distinct):
            return f"{kind} {'DISTINCT' if distinct else 'ALL'}"
        case RecursiveUnion():
            return "RECURSIVE UNION"
        case Aggregate(groups=()):
            return "AGGREGATE"
        case Aggregate():
            return "AGGREGATE GROUP BY"
        case OrderBy():
            return "ORDER BY"
        case Other(keyword=keyword):
            return keyword.upper()
        case Call() | TableSample() | With() | _:
            return type(operator).__name__.upper()


def operator_counts(query: PipeQuery) -> Counter[str]:
    """How often each operator occurs, those of nested queries included."""
    return Counter(operator_name(o) for each in all_queries(query) for o in each.operators)


def all_queries(query: PipeQuery) -> Iterator[PipeQuery]:
    """The query and every pipe query nested in it, at any depth."""
    waiting = [query]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += [inner for tree in expressions_in(each) for node in _queries_in(tree) if (inner := pipe_in(node))]


def bends(query: PipeQuery) -> frozenset[Bend]:
    """What makes the query more than one chain; nothing where it is *linear*.

    A chain reads tables, one operator after the other. The operands of a set operation are chains of their own.
    """
    found: set[Bend] = set()
    waiting = [query]
    while waiting:
        each = waiting.pop()
        found |= _own_bends(each)
        for operator in each.operators:
            for operand in operator.operands if isinstance(operator, SetOperation) else ():
                inner = pipe_in(operand)
                if inner is None:
                    found.add("standard SQL")
                else:
                    waiting.append(inner)
    return frozenset(found)


def _own_bends(query: PipeQuery) -> set[Bend]:
    found: set[Bend] = set()
    head = query.head
    if query.ctes or any(isinstance(o, (With, RecursiveUnion)) for o in query.operators):
        found.add("CTE")
    if isinstance(head, Standard) and not _is_row(head.query):
        found.add("standard SQL")
    joins = [*(head.joins if isinstance(head, From) else ()), *(o for o in query.operators if isinstance(o, Join))]
    sources = ([head.source] if isinstance(head, From) else []) + [join.source for join in joins]
    if any(not isinstance(source, (exp.Table, exp.Unnest)) for source in sources):
        found.add("derived table")
    for operator in (*joins, *query.operators):
        if isinstance(operator, (SetOperation, With, RecursiveUnion)):
            continue
        alone = PipeQuery(_NO_HEAD, (operator,))
        trees = [operator.on] if isinstance(operator, Join) else list(expressions_in(alone))
        if any(next(_queries_in(tree), None) is not None for tree in trees if tree is not None):
            found.add("subquery")
    return found


def _is_row(query: Expression) -> bool:
    """Whether a standard head is only a row of values: `SELECT 1 AS a`."""
    return isinstance(query, exp.Values) or (isinstance(query, exp.Select) and query.args.get("from_") is None)


def _queries_in(tree: Expression) -> Iterator[Expression]:
    return (node for node in tree.walk() if isinstance(node, (exp.Select, exp.SetOperation)))
