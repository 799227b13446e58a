"""The type of an expression, as GoogleSQL calls it, as far as it can be told; empty where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from sqlglot import exp

from querywright.pipes.scope.function_types import AS_WIDER, FUNCTIONS, function_name
from querywright.pipes.scope.tables import googlesql_type
from querywright.pipes.tree import Expression

TypeOf: TypeAlias = Callable[[Expression], str]
"""Tells the type of a column, or of a query's one column."""

_BOOLEAN = (
    exp.Exists,
    exp.Predicate,
    exp.Connector,
    exp.Not,
    exp.Boolean,
    exp.LogicalAnd,
    exp.LogicalOr,
)
_INTEGER = (
    exp.Count,
    exp.CountIf,
    exp.ApproxDistinct,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.Ntile,
    exp.Length,
    exp.IntDiv,
    exp.Extract,
    exp.DateDiff,
    exp.TimestampDiff,
    exp.DatetimeDiff,
    exp.StrPosition,
    exp.BitwiseAnd,
    exp.BitwiseOr,
    exp.BitwiseXor,
    exp.Unicode,
    exp.Year,
    exp.Month,
    exp.Day,
)
_REAL = (
    exp.Sqrt,
    exp.Exp,
    exp.Ln,
    exp.Log,
    exp.Pow,
    exp.Stddev,
    exp.StddevPop,
    exp.StddevSamp,
    exp.Variance,
    exp.VariancePop,
    exp.PercentRank,
    exp.CumeDist,
    exp.Rand,
)
_TEXT = (
    exp.Concat,
    exp.DPipe,
    exp.Lower,
    exp.Upper,
    exp.Trim,
    exp.Substring,
    exp.Replace,
    exp.GroupConcat,
    exp.TimeToStr,
    exp.Left,
    exp.Right,
    exp.Pad,
    exp.Reverse,
    exp.Repeat,
    exp.Initcap,
    exp.RegexpExtract,
    exp.RegexpReplace,
    exp.Chr,
)
_AS_ARGUMENT = (
    exp.Max,
    exp.Min,
    exp.AnyValue,
    exp.Abs,
    exp.Neg,
    exp.Paren,
    exp.Alias,
    exp.Ordered,
    exp.Distinct,
    exp.Window,
    exp.Filter,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.Lag,
    exp.Lead,
    exp.IgnoreNulls,
    exp.RespectNulls,
    exp.HavingMax,
    exp.Order,
    exp.Limit,
    exp.Subquery,
    exp.Sign,
    exp.Nullif,
    exp.Collate,
)
_NAMED: dict[type[Expression], str] = {
    exp.Date: "DATE",
    exp.CurrentDate: "DATE",
    exp.DateAdd: "DATE",
    exp.DateSub: "DATE",
    exp.TsOrDsToDate: "DATE",
    exp.CurrentTimestamp: "TIMESTAMP",
    exp.CurrentDatetime: "DATETIME",
    exp.CurrentTime: "TIME",
    exp.Timestamp: "TIMESTAMP",
    exp.Datetime: "DATETIME",
}
_ORDER = {"INT64": 0, "NUMERIC": 1, "BIGNUMERIC": 2, "FLOAT64": 3}


def type_of(tree: Expression, column: TypeOf, query: TypeOf) -> str:
    """The type of an expression.

    Args:
        tree: any expression.
        column: tells the type of an exp.Column.
        query: tells the type of the one column of a query.

    >>> type_of(exp.Literal.number("1.5"), lambda column: "", lambda query: "")
    'FLOAT64'
    """
    while isinstance(tree, _AS_ARGUMENT):
        inner = tree.expressions[0] if isinstance(tree, exp.Distinct) and tree.expressions else tree.this
        if not isinstance(inner, exp.Expr):
            return ""
        tree = inner
    if isinstance(tree, exp.Column):
        return column(tree)
    if isinstance(tree, exp.Literal):
        return "STRING" if tree.args.get("is_string") else "INT64" if tree.name.isdigit() else "FLOAT64"
    if isinstance(tree, exp.Query):
        return query(tree)
    named = _named(tree)
    if named:
        return named
    if isinstance(tree, exp.ArrayAgg):
        inside = type_of(tree.this, column, query)
        return f"ARRAY<{inside}>" if inside else ""
    if isinstance(tree, (exp.Avg, exp.SafeDivide)):
        sides = {type_of(side, column, query) for side in (tree.this, tree.args.get("expression")) if side is not None}
        return "NUMERIC" if "NUMERIC" in sides and "FLOAT64" not in sides else "FLOAT64"
    if function_name(tree) in AS_WIDER:
        return common_type(type_of(side, column, query) for side in tree.iter_expressions())
    if isinstance(tree, exp.Sum):
        inner_type = type_of(tree.this, column, query)
        return "INT64" if inner_type == "BOOL" else inner_type
    if isinstance(tree, exp.Div):
        sides = {type_of(side, column, query) for side in (tree.this, tree.expression)}
        if "NUMERIC" in sides and "FLOAT64" not in sides:
            return "NUMERIC"
        return "INT64" if sides <= {"INT64", "BOOL"} and tree.args.get("typed") else "FLOAT64"
    if isinstance(tree, (exp.Round, exp.Floor, exp.Ceil)):
        inner_type = type_of(tree.this, column, query)
        return inner_type if inner_type in ("NUMERIC", "BIGNUMERIC") else "FLOAT64"
    if isinstance(tree, (exp.Case, exp.If, exp.Coalesce, exp.Least, exp.Greatest)):
        return common_type(type_of(b, column, query) for b in _branches(tree) if not isinstance(b, exp.Null))
    if isinstance(tree, exp.Binary):
        if isinstance(tree, exp.Sub) and type_of(tree.expression, column, query) == "DATE":
            return "INTERVAL"
        return _wider(type_of(tree.this, column, query), type_of(tree.expression, column, query))
    return ""


def common_type(types: Iterable[str]) -> str:
    """The type that values of all these have together: the wider of numbers, otherwise the first that is known."""
    known = [name for name in types if name]
    if known and all(name in _ORDER for name in known):
        return max(known, key=_ORDER.__getitem__)
    return known[0] if known else ""


def _named(tree: Expression) -> str:
    """The type of what always has the same."""
    if isinstance(tree, exp.Cast):
        return googlesql_type(tree.to.sql(dialect="bigquery"))
    kinds = ((_BOOLEAN, "BOOL"), (_INTEGER, "INT64"), (_REAL, "FLOAT64"), (_TEXT, "STRING"))
    known = _NAMED.get(type(tree)) or next((name for kind, name in kinds if isinstance(tree, kind)), "")
    return known or FUNCTIONS.get(function_name(tree), "")


def _branches(tree: Expression) -> list[Expression]:
    if isinstance(tree, exp.Case):
        found = [branch.args.get("true") for branch in tree.args.get("ifs") or ()] + [tree.args.get("default")]
    elif isinstance(tree, exp.If):
        found = [tree.args.get("true"), tree.args.get("false")]
    else:
        found = [tree.this, *tree.expressions]
    return [branch for branch in found if isinstance(branch, exp.Expr)]


def _wider(one: str, other: str) -> str:
    """The type of arithmetic on two: the wider of numbers, otherwise the one that is no number (a date plus days)."""
    one, other = ("INT64" if name == "BOOL" else name for name in (one, other))
    if not one or not other:
        return ""
    if one in _ORDER and other in _ORDER:
        return max(one, other, key=_ORDER.__getitem__)
    return one if one not in _ORDER else other
