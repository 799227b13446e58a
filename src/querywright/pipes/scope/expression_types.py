"""The type of an expression in a standard query, as far as it can be told at a glance; empty where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from querywright.pipes.scope.tables import googlesql_type

if TYPE_CHECKING:
    from querywright.pipes.scope.standard import Binding, Scope

_BOOL = (exp.Predicate, exp.Connector, exp.Not, exp.Boolean, exp.Exists)
_INT = (
    exp.Count,
    exp.Length,
    exp.RowNumber,
    exp.Rank,
    exp.DenseRank,
    exp.Ntile,
    exp.CountIf,
    exp.IntDiv,
    exp.ApproxDistinct,
)
_FLOAT = (exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.Sqrt, exp.PercentRank)
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
    exp.Initcap,
    exp.Left,
    exp.Right,
    exp.RegexpReplace,
)
_SAME = (
    exp.Paren,
    exp.Alias,
    exp.Neg,
    exp.Max,
    exp.Min,
    exp.Abs,
    exp.Window,
    exp.Filter,
    exp.AnyValue,
    exp.Distinct,
    exp.Ordered,
    exp.FirstValue,
    exp.LastValue,
    exp.Lag,
    exp.Lead,
    exp.HavingMax,
    exp.IgnoreNulls,
    exp.Collate,
)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Mod)
_BOOL_LIKE = frozenset({"BOOL"})


def type_of(node: object, bindings: Mapping[int, Binding], scopes: Mapping[int, Scope]) -> str:
    """GoogleSQL's name for the type of `node`; empty where it cannot be told.

    Args:
        node: an expression whose columns are bound.
        bindings: what its columns mean, by id.
        scopes: the queries inside it, by id.
    """
    for _ in range(50):
        if isinstance(node, exp.Column):
            binding = bindings.get(id(node))
            return binding.type if binding is not None else ""
        if isinstance(node, exp.Literal):
            return "STRING" if node.is_string else "INT64" if node.name.isdigit() else "FLOAT64"
        if isinstance(node, _SAME):
            node = node.this if not isinstance(node, exp.Distinct) else (node.expressions or [None])[0]
            continue
        break
    if isinstance(node, _BOOL):
        return "BOOL"
    if isinstance(node, _INT):
        return "INT64"
    if isinstance(node, _FLOAT):
        return "FLOAT64"
    if isinstance(node, _TEXT):
        return "STRING"
    if isinstance(node, (exp.Cast, exp.TryCast)):
        return googlesql_type(node.to.sql())
    if isinstance(node, exp.Sum):
        inner = type_of(node.this, bindings, scopes)
        return "INT64" if inner == "BOOL" else inner
    if isinstance(node, _ARITHMETIC):
        return _wider(type_of(node.this, bindings, scopes), type_of(node.expression, bindings, scopes))
    if isinstance(node, exp.Div):
        both = {type_of(node.this, bindings, scopes), type_of(node.expression, bindings, scopes)}
        if "" in both:
            return ""
        return "INT64" if both <= {"INT64", "BOOL"} and node.args.get("typed") else "FLOAT64"
    if isinstance(node, (exp.Case, exp.If, exp.Coalesce, exp.Round, exp.Nullif)):
        return _branches(node, bindings, scopes)
    if isinstance(node, (exp.Select, exp.SetOperation, exp.Subquery)):
        return _of_query(node, scopes)
    return ""


def _branches(node: exp.Expr, bindings: Mapping[int, Binding], scopes: Mapping[int, Scope]) -> str:
    if isinstance(node, exp.Case):
        results = [branch.args.get("true") for branch in node.args.get("ifs") or ()] + [node.args.get("default")]
    elif isinstance(node, exp.If):
        results = [node.args.get("true"), node.args.get("false")]
    elif isinstance(node, exp.Coalesce):
        results = [node.this, *node.expressions]
    elif isinstance(node, exp.Round):
        return "FLOAT64"
    else:
        results = [node.this]
    types = {type_of(r, bindings, scopes) for r in results if r is not None and not isinstance(r, exp.Null)}
    if len(types) == 1:
        return types.pop()
    return "FLOAT64" if types == {"INT64", "FLOAT64"} else ""


def _of_query(node: exp.Expr, scopes: Mapping[int, Scope]) -> str:
    scope = scopes.get(id(node))
    while scope is None and isinstance(node, exp.Subquery):
        node = node.this
        scope = scopes.get(id(node))
    return scope.fields[0].type if scope is not None and scope.fields else ""


def _wider(left: str, right: str) -> str:
    left, right = ("INT64" if t in _BOOL_LIKE else t for t in (left, right))
    if left == right:
        return left
    if {left, right} == {"INT64", "FLOAT64"}:
        return "FLOAT64"
    return "NUMERIC" if "NUMERIC" in (left, right) and {left, right} <= {"NUMERIC", "INT64"} else ""
