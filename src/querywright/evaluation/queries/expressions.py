"""The key of an expression: one value for all spellings of it, and what it uses noted on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from sqlglot import exp

from querywright.evaluation.queries.blocks import VALUE, Condition, Key, Reading, bag, is_query
from querywright.evaluation.queries.naming import Known, Scope

__all__ = ["Expressions"]

_KEPT: Final = frozenset(("format", "unit", "part"))
"""Literals under these arguments say what is computed, not with what (as in `sql.skeleton`)."""

_MIRRORED: Final = {"gt": "lt", "lt": "gt", "gte": "lte", "lte": "gte", "eq": "eq", "neq": "neq"}


class Expressions:
    """Reads the expressions of one query.

    Args:
        found: where to note columns, literals, functions and what else they use.
        dialect: the query's dialect.
        known: the database's names.
        query: reads a query inside an expression, and gives its key.
    """

    def __init__(self, found: Reading, dialect: str, known: Known, query: Callable[[exp.Expr, Scope], Key]) -> None:
        self._found = found
        self._dialect = dialect
        self._known = known
        self._query = query

    def key(self, node: exp.Expr, scope: Scope) -> Key:
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node, scope)
        if isinstance(node, (exp.Query, exp.SetOperation)):
            return self._inner(node, scope)
        if isinstance(node, exp.AggFunc) and not (isinstance(node, (exp.Max, exp.Min)) and node.expressions):
            return self._aggregate(node, scope)
        if isinstance(node, exp.Binary) and not isinstance(node, exp.Func):
            return self._operator(node, scope)
        if isinstance(node, exp.Func):
            name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
            self._found.functions.append(name)
        elif isinstance(node, exp.Window):
            self._found.functions.append("window")
        return self.parts(node, scope)

    def parts(self, node: exp.Expr, scope: Scope) -> Key:
        """The class of a node and the keys of its parts."""
        parts: list[Key] = [node.key]
        for name, value in node.args.items():
            if isinstance(value, exp.Expr):
                kept = name in _KEPT and isinstance(value, (exp.Literal, exp.Var))
                parts.append(value.name.lower() if kept else self.key(value, scope))
            elif isinstance(value, list):
                parts.append(tuple(self.key(v, scope) if isinstance(v, exp.Expr) else str(v) for v in value))
            elif value:
                parts.append(f"{name} {value}".lower())
        return tuple(parts)

    def _inside(self, node: exp.Expr, scope: Scope) -> Key:
        return self.key(node.this, scope) if isinstance(node.this, exp.Expr) else node.key

    def _inner(self, node: exp.Expr, scope: Scope) -> Key:
        """A query inside an expression."""
        self._found.nesting.append("query")
        return self._query(node, scope)

    def _column(self, node: exp.Expr, scope: Scope) -> Key:
        if isinstance(node.this, exp.Star):
            source = scope.sources.get(node.text("table").lower())
            return ("*", source.key) if source is not None else "*"
        name, table = node.name.lower(), node.text("table").lower()
        key = scope.qualified(table, name) if table else scope.bare(name)
        if key is None:
            return self._nowhere(node, table, name)
        if isinstance(key, tuple) and len(key) == 3 and key[0] == "column" and isinstance(key[1], str):
            real, column = key[1:]
            self._found.columns.append((real, column))
            tables = self._known.tables
            if tables is not None and column not in tables.get(real, (column,)):
                self._found.unknown.append(column)
        return key

    def _nowhere(self, node: exp.Expr, table: str, name: str) -> Key:
        """A column that no source has: in SQLite text, if quoted; otherwise known by its name alone."""
        known = self._known.tables is not None
        if known and not table and self._dialect == "sqlite" and getattr(node.this, "quoted", False):
            self._found.literals.append((True, node.name))
            return VALUE
        if known:
            self._found.unknown.append(name)
        self._found.columns.append((table, name))
        return ("column", table, name)

    def _literal(self, node: exp.Expr, scope: Scope) -> Key:
        text = node.name
        value: Any = text
        if not node.args.get("is_string"):
            with suppress(ValueError):
                value = float(text)
        if isinstance(node.parent, exp.Neg) and isinstance(value, float):
            value = -value
        self._found.literals.append((bool(node.args.get("is_string")), value))
        return VALUE

    def _constant(self, node: exp.Expr, scope: Scope) -> Key:
        """TRUE, FALSE, a date or blob written down, a parameter."""
        self._found.literals.append((False, str(node.this).lower()))
        return VALUE

    def _negative(self, node: exp.Expr, scope: Scope) -> Key:
        inner = self.key(node.this, scope)
        return VALUE if inner == VALUE else ("neg", inner)

    def _aggregate(self, node: exp.Expr, scope: Scope) -> Key:
        this = node.this
        name = node.key
        self._found.aggregates.append(name)
        if isinstance(this, exp.Distinct):
            self._found.distincts += 1
            inner = [self.key(e, scope) for e in this.expressions]
            return ("aggregate", name, inner[0] if len(inner) == 1 else tuple(inner))
        return ("aggregate", name, self.key(this, scope) if isinstance(this, exp.Expr) else "*")

    def _operator(self, node: exp.Expr, scope: Scope) -> Key:
        """A binary operator; a chain of one operator is read in a loop, for it may be long."""
        kind, operands = type(node), []
        while type(node) is kind:
            self._found.functions.append(node.key)
            operands.append(node.args.get("expression"))
            node = node.this
        operands.append(node)
        return (kind.__name__, *(self.key(e, scope) for e in reversed(operands) if isinstance(e, exp.Expr)))

    def _connected(self, node: exp.Expr, scope: Scope) -> Key:
        """A Boolean expression that stands inside another expression."""
        operands: dict[str, list[Key]] = {node.key: []}
        todo: list[exp.Expr] = [node]
        while todo:
            part = todo.pop()
            if type(part) is type(node):
                todo += (part.expression, part.this)
            elif isinstance(part, exp.Paren):
                todo.append(part.this)
            else:
                operands[node.key].append(self.key(part, scope))
        return (node.key, bag(operands[node.key]))

    def condition(self, node: exp.Expr, scope: Scope) -> Condition:
        negated = False
        while isinstance(node, (exp.Not, exp.Paren, exp.Escape)):
            negated ^= isinstance(node, exp.Not)
            node = node.this
        negated ^= bool(node.args.get("negate"))
        compare = _CONDITIONS.get(type(node))
        if compare is None:
            return Condition(negated, "true", self.key(node, scope), None)
        return compare(self, node, scope, negated)

    def _compared(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition:
        operator = node.key
        left, right = self.key(node.this, scope), self.key(node.expression, scope)
        if operator in _MIRRORED and left != right and (left == VALUE or (right != VALUE and repr(right) < repr(left))):
            left, right, operator = right, left, _MIRRORED[operator]
        if operator in ("eq", "neq") and right != VALUE and not is_query(right):
            return Condition(negated, operator, frozenset((left, right)), None)
        return Condition(negated, operator, left, None if right == VALUE else right)

    def _is(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition:
        if isinstance(node.expression, exp.Null):
            return Condition(negated, "is null", self.key(node.this, scope), None)
        return self._compared(node, scope, negated)

    def _in(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition:
        left = self.key(node.this, scope)
        query = node.args.get("query")
        if query is not None:
            return Condition(negated, "in", left, self.key(query, scope))
        others = [key for e in node.expressions if (key := self.key(e, scope)) != VALUE]
        return Condition(negated, "in", left, bag(others) if others else None)

    def _between(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition:
        left = self.key(node.this, scope)
        ends = tuple(self.key(node.args[end], scope) for end in ("low", "high"))
        return Condition(negated, "between", left, None if ends == (VALUE, VALUE) else ends)

    def _exists(self, node: exp.Expr, scope: Scope, negated: bool) -> Condition:
        return Condition(negated, "exists", "exists", self.key(node.this, scope))

    def _cast(self, node: exp.Expr, scope: Scope) -> Key:
        self._found.functions.append("cast")
        return ("cast", self.key(node.this, scope), str(node.args["to"].this))


_CONDITIONS: Final[Mapping[type, Callable[[Expressions, Any, Scope, bool], Condition]]] = {
    **dict.fromkeys(
        (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike, exp.Glob, exp.RegexpLike,
         exp.RegexpILike, exp.SimilarTo, exp.NullSafeEQ, exp.NullSafeNEQ),
        Expressions._compared,
    ),
    exp.Is: Expressions._is,
    exp.In: Expressions._in,
    exp.Between: Expressions._between,
    exp.Exists: Expressions._exists,
}  # fmt: skip

_HANDLERS: Final[Mapping[type, Callable[[Expressions, Any, Scope], Key]]] = {
    exp.Column: Expressions._column,
    exp.Literal: Expressions._literal,
    exp.Star: lambda reader, node, scope: "*",
    exp.Alias: Expressions._inside,
    exp.Paren: Expressions._inside,
    exp.Neg: Expressions._negative,
    exp.Cast: Expressions._cast,
    exp.Identifier: lambda reader, node, scope: node.name.lower(),
    exp.Boolean: Expressions._constant,
    exp.And: Expressions._connected,
    exp.Or: Expressions._connected,
    exp.Not: Expressions.condition,
    exp.Escape: Expressions.condition,
    **dict.fromkeys(_CONDITIONS, Expressions.condition),
}
