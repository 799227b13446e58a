"""Read a query, clause by clause, for the metrics that compare two trees.

How expressions are read stands in `expressions`, whose column a name is in `naming`, what comes out in `blocks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from sqlglot import exp

from querywright.evaluation.queries.blocks import VALUE, Block, Condition, Key, Reading, bag, flat
from querywright.evaluation.queries.expressions import Expressions
from querywright.evaluation.queries.naming import Known, Scope, Source
from querywright.sql.parsing import Tree

__all__ = ["read"]


def read(tree: Tree, dialect: str = "sqlite", known: Known | None = None) -> Reading | None:
    """What a query says, or None where it is nested too deeply to tell. The tree is not changed.

    A statement that is no query reads as one that says nothing.
    """
    reader = _Reader(dialect, known or Known())
    try:
        if isinstance(tree, _QUERIES):
            reader.found.block = reader.query(tree, None, {}).block
    except RecursionError:
        return None
    return reader.found


class _Read(NamedTuple):
    """A query inside another, as that one sees it."""

    block: Block
    names: tuple[str, ...]
    """Of its columns, by place; empty where one has none."""
    behind: tuple[Source, ...]
    """What its `*` passes on."""

    def source(self, names: list[str]) -> Source:
        """It as a source of FROM, its first columns renamed."""
        given = [*names, *self.names[len(names) :]]
        outputs = {name: key for name, key in zip(given, self.block.selects, strict=False) if name}
        return Source(self.block.key(), (), outputs, self.behind)


_QUERIES: Final = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)


class _Reader:
    """Reads one query."""

    def __init__(self, dialect: str, known: Known) -> None:
        self.found = Reading()
        self._dialect = dialect
        self._known = known
        self._expressions = Expressions(
            self.found, dialect, known, lambda node, scope: self.query(node, scope, scope.ctes).block.key()
        )

    # queries

    def query(self, node: exp.Expr, outer: Scope | None, ctes: Mapping[str, Source]) -> _Read:
        """A SELECT with all set operations on it; these lean to the left, and there may be thousands."""
        around: list[tuple[exp.Expr, Mapping[str, Source]]] = []
        while True:
            with_ = node.args.get("with_")
            if with_ is not None:
                ctes = self._ctes(with_, outer, ctes)
            if not isinstance(node, (exp.SetOperation, exp.Subquery, exp.Paren)):
                break
            around.append((node, ctes))
            node = node.this
        scope = Scope(outer, ctes)
        parts, names, behind = self._select(node, scope) if isinstance(node, exp.Select) else self._rows(node, scope)
        orders, limited, operations = self._orders(node, scope, parts["selects"]), _is_limited(node), []
        self._limits(node)
        for wrapper, in_force in reversed(around):
            if isinstance(wrapper, exp.SetOperation):
                kind = wrapper.key if wrapper.args.get("distinct") is not False else f"{wrapper.key} all"
                self.found.nesting.append(kind)
                operations.append((kind, self.query(wrapper.expression, outer, in_force).block.key()))
            orders += self._orders(wrapper, scope, parts["selects"])
            limited = limited or _is_limited(wrapper)
            self._limits(wrapper)
        block = Block(**parts, orders=tuple(orders), is_limited=limited, operations=tuple(operations))
        return _Read(block, names, behind)

    def _ctes(self, with_: exp.Expr, outer: Scope | None, ctes: Mapping[str, Source]) -> Mapping[str, Source]:
        known = dict(ctes)
        for cte in with_.expressions:
            name, columns = cte.alias.lower(), [column.name.lower() for column in _alias_columns(cte)]
            if with_.args.get("recursive"):
                known[name] = Source(("recursive", bag(columns)))
            known[name] = self.query(cte.this, outer, known).source(columns)
        return known

    def _rows(self, node: exp.Expr, scope: Scope) -> tuple[dict[str, Any], tuple[str, ...], tuple[Source, ...]]:
        """What stands where a SELECT could: VALUES, a table."""
        if isinstance(node, exp.Table):
            self._source(node, scope)
            return {"selects": ("*",), "tables": _keys(scope)}, (), tuple(scope.sources.values())
        return {"selects": (), "tables": (self._expressions.parts(node, scope),)}, (), ()

    def _select(self, node: exp.Select, scope: Scope) -> tuple[dict[str, Any], tuple[str, ...], tuple[Source, ...]]:
        args, found = node.args, self.found
        joins = self._from(node, scope)
        on, on_words = self._conditions([c for join in joins if (c := join.args.get("on")) is not None], scope)
        outer_joins = tuple(kind for join in joins if (kind := _outer(join)))
        found.outer_joins += outer_joins
        selects, names, behind = self._selects(node.expressions, scope)
        where, where_words = self._conditions(_conditions_of(args.get("where")), scope)
        found.distincts += isinstance(args.get("distinct"), exp.Distinct)
        groups = self._groups(args.get("group"), scope, selects)
        with self._apart("filters", "nulls", "links", "columns", "aggregates", "functions"):
            having, having_words = self._conditions(
                _conditions_of(args.get("having")) + _conditions_of(args.get("qualify")), scope
            )
        found.having += map(flat, having)
        return (
            {
                "selects": selects,
                "tables": _keys(scope),
                "outer_joins": outer_joins,
                "on": on,
                "on_words": on_words,
                "where": where,
                "where_words": where_words,
                "groups": groups,
                "having": having,
                "having_words": having_words,
            },
            names,
            behind,
        )

    @contextmanager
    def _apart(self, *lists: str) -> Iterator[None]:
        """What is read inside adds nothing to these flat lists: it stands under its clause."""
        noted: list[list[Any]] = [getattr(self.found, name) for name in lists]
        lengths = list(map(len, noted))
        yield
        for kept, length in zip(noted, lengths, strict=True):
            del kept[length:]

    # FROM

    def _from(self, node: exp.Expr, scope: Scope) -> list[exp.Expr]:
        """Put the sources into the scope; returns the joins."""
        from_ = node.args.get("from_")
        joins: list[exp.Expr] = []
        if from_ is not None:
            self._source(from_.this, scope, joins)
        for join in (*(node.args.get("joins") or ()), *(node.args.get("laterals") or ())):
            before = list(scope.sources.values())
            if isinstance(join, exp.Join):
                joins.append(join)
                self._source(join.this, scope, joins)
                self._using(join, before, list(scope.sources.values())[len(before) :])
            else:
                self._source(join, scope, joins)
        return joins

    def _source(self, node: exp.Expr, scope: Scope, joins: list[exp.Expr] | None = None) -> None:
        alias = node.alias_or_name.lower()
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            source = scope.source_of(node, self._known, self._dialect)
            if source.outputs is None and isinstance(source.key, str):
                self.found.tables.append(source.key)
            scope.add(alias, source)
        elif isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)) and not node.alias:
            self._source(node.this, scope, joins)
        elif isinstance(node, exp.Subquery):
            columns = [column.name.lower() for column in _alias_columns(node)]
            scope.add(alias, self.query(node, scope.outer, scope.ctes).source(columns))
        else:  # VALUES, a table function, LATERAL
            scope.add(alias, Source(("rows", self._expressions.parts(node, scope))))
        nested = node.args.get("joins") if isinstance(node, (exp.Table, exp.Subquery)) else None
        for join in nested or ():
            if joins is not None:
                joins.append(join)
            self._source(join.this, scope, joins)

    def _using(self, join: exp.Expr, before: list[Source], after: list[Source]) -> None:
        for identifier in join.args.get("using") or ():
            name = identifier.name.lower()
            left = next((k for source in before if (k := source.find(name)) is not None), None)
            right = next((k for source in after if (k := source.find(name)) is not None), None)
            if left is not None and right is not None:
                self.found.links.append(Condition(False, "eq", frozenset((left, right)), None))

    # clauses

    def _selects(
        self, expressions: list[exp.Expr], scope: Scope
    ) -> tuple[tuple[Key, ...], tuple[str, ...], tuple[Source, ...]]:
        keys: list[Key] = []
        names: list[str] = []
        behind: list[Source] = []
        for expression in expressions:
            key = self._expressions.key(expression, scope)
            if isinstance(expression, exp.Star):
                behind += scope.sources.values()
            elif isinstance(expression, exp.Column) and isinstance(expression.this, exp.Star):
                behind += [s for s in (scope.sources.get(expression.text("table").lower()),) if s is not None]
            keys.append(key)
            names.append(expression.alias_or_name.lower())
            if isinstance(expression, exp.Alias):
                scope.outputs.setdefault(names[-1], key)
        return tuple(keys), tuple(names), tuple(behind)

    def _conditions(self, roots: list[exp.Expr], scope: Scope) -> tuple[tuple[Condition, ...], frozenset[str]]:
        """The operands of AND and OR, whatever the brackets between them, and which of the two there are."""
        words = {"and"} if len(roots) > 1 else set()
        conditions, todo = [], roots[::-1]
        while todo:
            node = todo.pop()
            if isinstance(node, (exp.And, exp.Or)):
                words.add(node.key)
                todo += (node.expression, node.this)
            elif isinstance(node, exp.Paren):
                todo.append(node.this)
            else:
                conditions.append(self._clause_condition(node, scope))
        if "or" in words:
            self.found.words.append(frozenset(words))
        return tuple(conditions), frozenset(words)

    def _clause_condition(self, node: exp.Expr, scope: Scope) -> Condition:
        """A condition of a clause, put where it belongs in the flat lists."""
        found, columns = self.found, len(self.found.columns)
        condition = self._expressions.condition(node, scope)
        if _is_link(node, condition):
            found.links.append(condition)
            del found.columns[columns:]
        elif condition.operator == "is null":
            found.nulls.append(condition)
        else:
            found.filters.append(flat(condition))
        return condition

    def _groups(self, group: exp.Expr | None, scope: Scope, selects: tuple[Key, ...]) -> tuple[Key, ...]:
        if group is None:
            return ()
        with self._apart("columns", "aggregates", "functions"):
            plain = [self._placed(e, selects) or self._expressions.key(e, scope) for e in group.expressions]
            more = [
                self._expressions.parts(part, scope)
                for name in ("rollup", "cube", "grouping_sets")
                for part in group.args.get(name) or ()
                if isinstance(part, exp.Expr)
            ]
        self.found.groups += plain + more
        return tuple(plain + more)

    def _orders(self, node: exp.Expr, scope: Scope, selects: tuple[Key, ...]) -> list[tuple[Key, str]]:
        order = node.args.get("order") if isinstance(node, _QUERIES) else None
        orders: list[tuple[Key, str]] = []
        for ordered in order.expressions if order is not None else ():
            term = ordered.this if isinstance(ordered, exp.Ordered) else ordered
            named = isinstance(term, exp.Column) and not term.table and scope.outputs.get(term.name.lower())
            with self._apart("columns", "aggregates", "functions"):
                key = named or self._placed(term, selects) or self._expressions.key(term, scope)
            orders.append((key, "desc" if ordered.args.get("desc") else "asc"))
        self.found.orders += orders
        return orders

    def _placed(self, node: exp.Expr, selects: tuple[Key, ...]) -> Key | None:
        """The column that a number in ORDER BY or GROUP BY means."""
        if isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal():
            place = int(node.name)
            return selects[place - 1] if 0 < place <= len(selects) else None
        return None

    def _limits(self, node: exp.Expr) -> None:
        if not isinstance(node, _QUERIES):
            return
        for clause in ("limit", "offset"):
            part = node.args.get(clause)
            if isinstance(part, exp.Expr):
                number = part.args.get("expression") or part.args.get("count")
                self.found.limits.append(f"{clause} {number.name if isinstance(number, exp.Literal) else VALUE}")


def _is_link(node: exp.Expr, condition: Condition) -> bool:
    """Whether it ties two tables: columns of two sources are said to be equal."""
    if condition.negated or condition.operator != "eq":
        return False
    while isinstance(node, exp.Paren):
        node = node.this
    one, other = node.this, node.args.get("expression")
    if not isinstance(one, exp.Column) or not isinstance(other, exp.Column) or condition.right is not None:
        return False
    if not isinstance(condition.left, frozenset):
        return False
    if one.table and other.table:
        return one.table.lower() != other.table.lower()
    return len({key[1] for key in condition.left if isinstance(key, tuple) and len(key) > 1}) > 1


def _conditions_of(clause: exp.Expr | None) -> list[exp.Expr]:
    return [] if clause is None else [clause.this]


def _alias_columns(node: exp.Expr) -> list[exp.Expr]:
    alias = node.args.get("alias")
    return (alias.args.get("columns") or []) if isinstance(alias, exp.Expr) else []


def _outer(join: exp.Expr) -> str:
    side, kind = str(join.args.get("side") or "").upper(), str(join.args.get("kind") or "").upper()
    return side or (kind if kind in ("SEMI", "ANTI") else "")


def _is_limited(node: exp.Expr) -> bool:
    return isinstance(node, _QUERIES) and node.args.get("limit") is not None


def _keys(scope: Scope) -> tuple[Key, ...]:
    return tuple(source.key for source in scope.sources.values())
