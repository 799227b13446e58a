"""The shape of a query: what remains when names and values are masked."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from querywright.sql.parsing import SQL, Tree, query_of, render
from querywright.sql.references import SchemaNames, references

__all__ = ["mask", "shape_key", "skeleton"]

_KEPT_ARGUMENTS: Final = ("format", "unit", "part")
"""Literals under these arguments (`'%Y'` of strftime, `'month'` of date_trunc) say what is computed, not with what."""


def skeleton(sql: SQL, dialect: str = "sqlite") -> str:
    """The query with every name as `_` and every value as `?`, in one spelling.

    Aliases vanish, `IN` lists of values shrink to one, dates' formats and units stay. Two queries that differ in
    names and values only have the same skeleton.

    Args:
        sql: a query, or its tree (not changed).
        dialect: the dialect of the text and of the skeleton.

    Raises:
        QueryRejected: the text is not one readable query.
    """
    return mask(sql, dialect, tables="_", columns="_", values="?")


def mask(
    sql: SQL, dialect: str = "sqlite", tables: str = "<table>", columns: str = "<column>", values: str = "<value>"
) -> str:
    """As `skeleton`, with the words to stand for tables (and other names), columns and values."""
    tree = query_of(sql, dialect).copy()
    _mask(tree, tables, columns, values)
    return render(tree, dialect)


def shape_key(sql: SQL, dialect: str = "sqlite", schema: SchemaNames | None = None) -> str:
    """A key that two queries share when they have one skeleton over the same columns: the skeleton, then the columns.

    Args and errors as `references`.
    """
    tree = query_of(sql, dialect)
    found = references(tree, dialect, schema)
    named = sorted({f"{table}.{column}".lower() for table, column in found.columns} | {t.lower() for t in found.tables})
    return f"{skeleton(tree, dialect)} | {', '.join(named)}"


def _mask(tree: Tree, tables: str, columns: str, values: str) -> None:
    """Mask a query in place, parents before children. A query's root is none of the nodes that are replaced."""
    todo = [tree]
    while todo:
        node = todo.pop()
        while isinstance(node, exp.Alias):
            node = _swap(node, node.this)
        stand_in = _stand_in(node, columns, values)
        if stand_in is not None:
            _swap(node, stand_in)
        else:
            _simplify(node, tables)
            todo.extend(node.iter_expressions())


def _swap(node: exp.Expr, other: exp.Expr) -> exp.Expr:
    """Put `other` where `node` is; returns it."""
    node.replace(other)
    return other


def _stand_in(node: exp.Expr, columns: str, values: str) -> exp.Expr | None:
    """What stands for a column or a value; None for every other node."""
    if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
        return exp.Column(this=exp.Identifier(this=columns))
    if isinstance(node, (exp.Literal, exp.Boolean, exp.JSONPath)) and node.arg_key not in _KEPT_ARGUMENTS:
        return exp.Var(this=values)
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return exp.Var(this=values)
    return None


def _simplify(node: exp.Expr, tables: str) -> None:
    """Drop what a skeleton leaves out of a node that stays: names, aliases, all but one value of a list."""
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        for part in ("alias", "db", "catalog"):
            node.set(part, None)
    elif isinstance(node, exp.Identifier):
        node.set("this", tables)
        node.set("quoted", False)
    elif isinstance(node, exp.In) and node.expressions and all(map(_is_value, node.expressions)):
        node.set("expressions", node.expressions[:1])


def _is_value(node: exp.Expr) -> bool:
    return isinstance(node.this if isinstance(node, exp.Neg) else node, exp.Literal)
