"""The type of an expression, as GoogleSQL calls it, as far as it can be told; empty where it cannot."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from querywright.pipes.scope.plan import Slot, slot_of
from querywright.pipes.scope.tables import googlesql_type
from querywright.pipes.tree import Expression

_BOOLEAN = (
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
    exp.Sign,
    exp.BitwiseAnd,
    exp.BitwiseOr,
    exp.BitwiseXor,
    exp.Unicode,
    exp.Year,
    exp.Month,
    exp.Day,
)
_REAL = (
    exp.Div,
    exp.Avg,
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
    exp.Sum,
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
    exp.Nullif,
    exp.Mod,
    exp.Floor,
    exp.Ceil,
    exp.Round,
    exp.Max,
)
_NAMED = {
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


def type_of(tree: Expression, types: Mapping[Slot, str]) -> str:
    """The type of a bound expression, given the types of slots.

    >>> type_of(exp.Literal.number("1.5"), {})
    'FLOAT64'
    """
    kind = type(tree)
    if kind is exp.Column:
        return types.get(slot_of(tree) or 0, "")
    if kind is exp.Literal:
        return "STRING" if tree.args.get("is_string") else "INT64" if tree.name.isdigit() else "FLOAT64"
    if kind in _NAMED:
        return _NAMED[kind]
    if isinstance(tree, _BOOLEAN):
        return "BOOL"
    if isinstance(tree, _INTEGER):
        return "INT64"
    if isinstance(tree, _REAL):
        return "FLOAT64"
    if isinstance(tree, _TEXT):
        return "STRING"
    if isinstance(tree, exp.Cast):
        return googlesql_type(tree.to.sql(dialect="bigquery"))
    if isinstance(tree, _AS_ARGUMENT):
        inner = tree.this
        return type_of(inner, types) if isinstance(inner, exp.Expr) else ""
    if isinstance(tree, exp.Binary):
        return _wider(type_of(tree.this, types), type_of(tree.expression, types))
    if isinstance(tree, (exp.Case, exp.If, exp.Coalesce)):
        return _first([type_of(branch, types) for branch in _branches(tree)])
    return ""


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
    if one in _ORDER and other in _ORDER:
        return max(one, other, key=lambda name: _ORDER[name])
    return one if one not in _ORDER else other


def _first(types: list[str]) -> str:
    known = [name for name in types if name]
    if known and all(name in _ORDER for name in known):
        return max(known, key=lambda name: _ORDER[name])
    return known[0] if known else ""
