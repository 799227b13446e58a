"""Small questions of how a compiled tree is written: brackets, qualifiers, tables by their names alone."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.scope.plan import TableRelation
from querywright.pipes.tree import Expression

_OPERAND = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.Predicate, exp.Case, exp.Collate)
_IN_BRACKETS = (exp.Binary, exp.Not, exp.Neg, exp.Between, exp.In, exp.Predicate)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_COMPARISON = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def drop_qualifiers(select: exp.Select) -> None:
    """Name columns alone where one table is read, nothing nested could capture them, and no new column is called so."""
    computed = {
        item.alias.lower()
        for item in select.expressions
        if isinstance(item, exp.Alias) and not (isinstance(item.this, exp.Column) and item.this.name == item.alias)
    }
    found = []
    for part in select.args.values():
        for tree in part if isinstance(part, list) else [part]:
            if not isinstance(tree, exp.Expr) or isinstance(tree, exp.From):
                continue
            for node in tree.walk():
                if isinstance(node, exp.Query):
                    return
                if isinstance(node, exp.Column) and node.name.lower() not in computed:
                    found.append(node)
    for column in found:
        column.set("table", None)


def needs_brackets(tree: Expression, parent: Expression | None) -> bool:
    """Whether an expression that takes a column's place would be torn apart by what stands around it."""
    if isinstance(tree, _ARITHMETIC) and isinstance(parent, _COMPARISON):
        return False
    return isinstance(tree, _IN_BRACKETS) and isinstance(parent, _OPERAND)


def bare_table(table: Expression | TableRelation) -> exp.Table:
    """A table by its name alone, without alias, sample and the rest."""
    node = table.node if isinstance(table, TableRelation) else table
    kept = {part: node.args[part].copy() for part in ("this", "db", "catalog") if node.args.get(part)}
    return exp.Table(**kept)


def as_query(tree: Expression) -> exp.Query:
    assert isinstance(tree, exp.Query)
    return tree
