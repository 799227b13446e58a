"""Typed query trees: what plans compose, and how they become text.

A leaf is a fragment of the database's own SQL; everything that may turn out to be idle (a condition, a branch of a set
operation, a DISTINCT) is a node of its own, so that the query *without* it can be written by naming it: `render(query,
without=node)`. That is what the checks do. Rendering joins strings and copies no trees: a variant is nearly free.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, Union

Part: TypeAlias = Union[str, "Select", "Compound", "Case"]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """Text with queries and CASEs in it. `window` marks an OVER clause in it."""

    parts: tuple[Part, ...]
    window: bool = False
    wheres: int = 0
    """Comparisons in a FILTER clause of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One condition of a WHERE or HAVING: one comparison, or several of which one must hold.

    `proved` says that the row sample already holds a row which only this condition keeps out.
    """

    branches: tuple[Expression, ...]
    proved: bool = False
    structural: bool = False
    """A correlation between query and subquery: never dropped to see whether it matters."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """`CASE WHEN … THEN … ELSE … END`; without an ELSE where `otherwise` is None."""

    whens: tuple[tuple[Expression, str], ...]
    otherwise: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One output column."""

    expression: Expression
    alias: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A table or a derived table, with its alias."""

    relation: Part
    alias: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Join:
    source: Source
    on: str
    kind: str = "JOIN"


@dataclass(frozen=True, slots=True, eq=False)
class Select:
    """One SELECT."""

    items: tuple[Item, ...]
    source: Source
    joins: tuple[Join, ...] = ()
    where: tuple[Condition, ...] = ()
    group: tuple[str, ...] = ()
    having: tuple[Condition, ...] = ()
    qualify: tuple[Condition, ...] = ()
    order: tuple[Expression, ...] = ()
    limit: int | None = None
    distinct: bool = False
    ctes: tuple[Cte, ...] = ()
    keep: tuple[str, ...] = ()
    """DISTINCT ON: of the rows that agree in these, the first in order is kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Compound:
    """Two queries under a set operator (`UNION`, `UNION ALL`, `INTERSECT`, `EXCEPT`)."""

    operator: str
    left: Select
    right: Select
    order: tuple[Expression, ...] = ()
    limit: int | None = None
    ctes: tuple[Cte, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Cte:
    name: str
    query: Select | Compound
    recursive: bool = False
    columns: tuple[str, ...] = ()


Query: TypeAlias = Select | Compound


@dataclass(frozen=True, slots=True)
class Shape:
    """Feature counts of a tree, as `querywright.sql.features` counts them in its text."""

    window: bool = False
    set_op: bool = False
    subquery: bool = False
    group_by: bool = False
    cases: int = 0
    wheres: int = 0
    joins: int = 0


def text(*parts: Part, window: bool = False) -> Expression:
    """An expression of these parts."""
    return Expression(parts, window)


def condition(*parts: Part, proved: bool = False, structural: bool = False) -> Condition:
    """A condition that is one comparison."""
    return Condition((Expression(parts),), proved, structural)


def render(query: Query, without: object | None = None) -> str:
    """The text of `query`, on one line; `without` names one node (by identity) to be left out."""
    out: list[str] = []
    _query(query, without, out)
    return "".join(out)


def _query(query: Query, without: object | None, out: list[str]) -> None:
    if query.ctes:
        recursive = any(c.recursive for c in query.ctes)
        out.append("WITH RECURSIVE " if recursive else "WITH ")
        for n, cte in enumerate(query.ctes):
            columns = f"({', '.join(cte.columns)})" if cte.columns else ""
            out.append(f"{', ' if n else ''}{cte.name}{columns} AS (")
            _query(cte.query, without, out)
            out.append(")")
        out.append(" ")
    if isinstance(query, Compound):
        _compound(query, without, out)
    else:
        _select(query, without, out)


def _compound(query: Compound, without: object | None, out: list[str]) -> None:
    if query.left is not without:
        _select(query.left, without, out)
    if query.left is not without and query.right is not without:
        out.append(f" {query.operator} ")
    if query.right is not without:
        _select(query.right, without, out)
    _tail(query.order, query.limit, without, out)


def _select(query: Select, without: object | None, out: list[str]) -> None:
    out.append("SELECT ")
    if without != ("distinct", query):
        out.append("DISTINCT " if query.distinct else f"DISTINCT ON ({', '.join(query.keep)}) " if query.keep else "")
    for n, item in enumerate(query.items):
        if n:
            out.append(", ")
        _expression(item.expression, without, out)
        if item.alias:
            out.append(f" AS {item.alias}")
    out.append(" FROM ")
    _source(query.source, without, out)
    for join in query.joins:
        out.append(f" {join.kind} ")
        _source(join.source, without, out)
        if join.on:
            out.append(f" ON {join.on}")
    _conditions(" WHERE ", query.where, without, out)
    if query.group:
        out.append(" GROUP BY " + ", ".join(query.group))
    _conditions(" HAVING ", query.having, without, out)
    _conditions(" QUALIFY ", query.qualify, without, out)
    _tail(query.order, query.limit, without, out)


def _tail(order: tuple[Expression, ...], limit: int | None, without: object | None, out: list[str]) -> None:
    for n, expression in enumerate(order):
        out.append(", " if n else " ORDER BY ")
        _expression(expression, without, out)
    if limit is not None:
        out.append(f" LIMIT {limit}")


def _source(source: Source, without: object | None, out: list[str]) -> None:
    if isinstance(source.relation, str):
        out.append(source.relation)
    else:
        _part(source.relation, without, out)
    if source.alias:
        out.append(f" AS {source.alias}")


def _conditions(keyword: str, conditions: tuple[Condition, ...], without: object | None, out: list[str]) -> None:
    word = keyword
    for one in conditions:
        branches = [b for b in one.branches if b is not without]
        if one is without or not branches:
            continue
        out.append(word)
        word = " AND "
        if len(branches) > 1:
            out.append("(")
        for n, branch in enumerate(branches):
            if n:
                out.append(" OR ")
            _expression(branch, without, out)
        if len(branches) > 1:
            out.append(")")


def _expression(expression: Expression, without: object | None, out: list[str]) -> None:
    for part in expression.parts:
        if isinstance(part, str):
            out.append(part)
        else:
            _part(part, without, out)


def _part(part: Part, without: object | None, out: list[str]) -> None:
    if isinstance(part, str):
        out.append(part)
    elif isinstance(part, Case):
        out.append("CASE")
        for when, then in part.whens:
            out.append(" WHEN ")
            _expression(when, without, out)
            out.append(f" THEN {then}")
        out.append(f" ELSE {part.otherwise} END" if part.otherwise is not None else " END")
    else:
        out.append("(")
        _query(part, without, out)
        out.append(")")


@dataclass
class _Walk:
    """Every SELECT of a query, outermost first, with the compounds met on the way."""

    selects: list[Select] = field(default_factory=list)
    compounds: list[Compound] = field(default_factory=list)
    cases: int = 0
    windows: int = 0
    nested: int = 0
    filtered: int = 0

    def query(self, query: Query) -> None:
        for cte in query.ctes:
            self.query(cte.query)
        if isinstance(query, Compound):
            self.compounds.append(query)
            self.select(query.left)
            self.select(query.right)
        else:
            self.select(query)
        for expression in query.order:
            self.expression(expression)

    def select(self, query: Select) -> None:
        self.selects.append(query)
        for item in query.items:
            self.expression(item.expression)
        self.part(query.source.relation)
        for join in query.joins:
            self.part(join.source.relation)
        for one in (*query.where, *query.having, *query.qualify):
            for branch in one.branches:
                self.expression(branch)

    def expression(self, expression: Expression) -> None:
        self.windows += expression.window
        self.filtered += expression.wheres
        for part in expression.parts:
            self.part(part)

    def part(self, part: Part) -> None:
        if isinstance(part, Case):
            self.cases += 1
            for when, _ in part.whens:
                self.expression(when)
        elif not isinstance(part, str):
            self.nested += 1
            self.query(part)


def shape(query: Query) -> Shape:
    """The feature counts of `query`."""
    walk = _walk(query)
    return Shape(
        window=walk.windows > 0,
        set_op=bool(walk.compounds),
        subquery=len(walk.selects) > 1,
        group_by=any(s.group for s in walk.selects),
        cases=walk.cases,
        wheres=sum(len(c.branches) for s in walk.selects for c in s.where) + walk.filtered,
        joins=sum(len(s.joins) for s in walk.selects),
    )


def droppable(query: Query) -> Iterator[tuple[str, object]]:
    """What may turn out to be idle: `(what it is, the node to leave out)`, the unproved ones only."""
    walk = _walk(query)
    for compound in walk.compounds:
        if not any(c.recursive for c in query.ctes):
            yield "set operation", compound.left
            yield "set operation", compound.right
    for select in walk.selects:
        if select.distinct or select.keep:
            yield "distinct", ("distinct", select)
        for kind, conditions in (("where", select.where), ("having", select.having), ("qualify", select.qualify)):
            for one in conditions:
                if one.proved or one.structural:
                    continue
                if len(one.branches) > 1:
                    yield from ((kind, branch) for branch in one.branches)
                else:
                    yield kind, one


def _walk(query: Query) -> _Walk:
    walk = _Walk()
    walk.query(query)
    return walk
