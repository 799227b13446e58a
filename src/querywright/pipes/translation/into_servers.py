"""GoogleSQL's expressions in PostgreSQL, MySQL and DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.translation.engine_words import (
    OF_BOOL,
    OF_DATE,
    OF_TEXT,
    Rewrite,
    alternatives,
    escaped_like,
    exact_count,
    from_behind,
    months_between,
    number,
    operand,
    refused,
    right_part,
    unit_of,
)
from querywright.pipes.tree import Expression


def _day(node: Expression) -> Expression | None:
    """A day moved by days is a day, where the engine makes a timestamp of it."""
    if not node.args.get(OF_DATE) or isinstance(node.parent, exp.Cast):
        return None
    node.args[OF_DATE] = None
    return exp.cast(node.copy(), exp.DataType.Type.DATE)


def _no_weeks(engine: str) -> Rewrite:
    def trunc(node: Expression) -> Expression | None:
        if unit_of(node) == "WEEK":
            raise NotCompilable(f"weeks begin on Sunday in GoogleSQL, and on Monday in {engine}")
        return _day(node)

    return trunc


def _part(part: str, moment: Expression) -> Expression:
    return exp.Extract(this=exp.Var(this=part), expression=moment)


def _difference(engine: str) -> Rewrite:
    return lambda node: months_between(node, _part, engine)


def _safe_cast(like: type[exp.Expr], engine: str) -> Rewrite:
    """SAFE_CAST of a text to a number, by what numbers look like."""

    def cast(node: Expression) -> Expression | None:
        if not node.args.get(OF_TEXT):
            return None
        if node.args["to"].is_type(*exp.DataType.INTEGER_TYPES):
            pattern = "^[+-]?[0-9]+$"
        elif node.args["to"].is_type(*exp.DataType.REAL_TYPES):
            pattern = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
        else:
            raise NotCompilable(f"{engine} has no SAFE_CAST to {node.args['to'].sql(dialect='bigquery')}")
        looks = like(this=node.this.copy(), expression=exp.Literal.string(pattern))
        return exp.Case(ifs=[exp.If(this=looks, true=exp.cast(node.this.copy(), node.args["to"]))])

    return cast


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _postgres_round(node: Expression) -> Expression | None:
    """PostgreSQL rounds to places what is NUMERIC only."""
    if node.args.get("decimals") is None:
        return None
    number = exp.cast(node.this, exp.DataType.Type.DECIMAL)
    return exp.Round(this=number, decimals=node.args["decimals"])


def _postgres_any_value(node: Expression) -> Expression:
    """ANY_VALUE came with PostgreSQL 16, and never with HAVING MAX."""
    value, order = node.this, None
    if isinstance(value, exp.HavingMax):
        descending = bool(value.args.get("max"))
        key = exp.Ordered(this=value.expression, desc=descending or None, nulls_first=False)
        value, order = value.this, exp.Order(this=value.this, expressions=[key])
    rows = exp.ArrayAgg(this=order or value)
    return exp.Bracket(this=exp.Paren(this=rows), expressions=[exp.Literal.number(1)], offset=1)


def _postgres_extreme(node: Expression) -> Expression:
    """GREATEST and LEAST are NULL where one of them is; PostgreSQL passes over it."""
    sides = [node.this, *node.expressions]
    missing = alternatives(exp.Is(this=operand(side.copy()), expression=exp.Null()) for side in sides)
    return exp.Case(ifs=[exp.If(this=missing, true=exp.Null())], default=node.copy())


def _postgres_extract(node: Expression) -> Expression | None:
    part = {"DAYOFWEEK": "DOW", "DAYOFYEAR": "DOY"}.get(node.this.name.upper())
    if part is None:
        return None
    found = _part(part, node.expression)
    return exp.Paren(this=exp.Add(this=found, expression=number(1))) if part == "DOW" else found


def _postgres_cast(node: Expression) -> Expression | None:
    """PostgreSQL makes no number of more than four bytes of a truth value."""
    if not node.args.get(OF_BOOL):
        return None
    no = exp.Not(this=operand(node.this.copy()))
    return exp.Case(ifs=[exp.If(this=node.this, true=number(1)), exp.If(this=no, true=number(0))])


POSTGRES: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {
        exp.Round: _postgres_round,
        exp.AnyValue: _postgres_any_value,
        exp.ApproxDistinct: exact_count,
        exp.Substring: right_part,
        exp.Greatest: _postgres_extreme,
        exp.Least: _postgres_extreme,
        exp.Extract: _postgres_extract,
        exp.Cast: _postgres_cast,
        exp.TryCast: _safe_cast(exp.RegexpLike, "PostgreSQL"),
        exp.DateAdd: _day,
        exp.DateSub: _day,
        exp.DateTrunc: _no_weeks("PostgreSQL"),
        exp.DateDiff: _difference("PostgreSQL"),
        exp.RegexpExtract: refused("PostgreSQL", "REGEXP_EXTRACT"),
    }
)
"""What PostgreSQL says otherwise, or not at all."""


# ── MySQL ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _mysql_average(node: Expression) -> Expression:
    """An average of whole numbers has four digits in MySQL; of floating ones it has all."""
    return exp.Avg(this=exp.Mul(this=operand(node.this), expression=number("1e0")))


def _mysql_quotient(node: Expression) -> Expression:
    left = exp.Mul(this=operand(node.this), expression=number("1e0"))
    return exp.Div(this=left, expression=operand(node.expression), typed=node.args.get("typed"), safe=True)


def _mysql_length(node: Expression) -> Expression:
    """LENGTH counts bytes there."""
    return exp.Anonymous(this="CHAR_LENGTH", expressions=[node.this])


def _mysql_extract(node: Expression) -> Expression | None:
    part = node.this.name.upper()
    return exp.Anonymous(this=part, expressions=[node.expression]) if part in ("DAYOFWEEK", "DAYOFYEAR") else None


def _mysql_signed(node: Expression) -> Expression | None:
    """What its bits make is no number below zero in MySQL."""
    if isinstance(node.parent, exp.Cast):
        return None
    return exp.cast(node.copy(), exp.DataType.Type.BIGINT)


def _mysql_starts(node: Expression) -> Expression:
    begin = exp.Left(this=node.this, expression=_mysql_length(exp.Length(this=node.expression.copy())))
    return exp.Paren(this=exp.EQ(this=begin, expression=node.expression))


def _mysql_ends(node: Expression) -> Expression:
    end = exp.Right(this=node.this, expression=_mysql_length(exp.Length(this=node.expression.copy())))
    return exp.Paren(this=exp.EQ(this=end, expression=node.expression))


MYSQL: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {
        exp.ApproxDistinct: exact_count,
        exp.Avg: _mysql_average,
        exp.Div: _mysql_quotient,
        exp.Substring: right_part,
        exp.Length: _mysql_length,
        exp.Extract: _mysql_extract,
        exp.BitwiseAnd: _mysql_signed,
        exp.BitwiseOr: _mysql_signed,
        exp.BitwiseXor: _mysql_signed,
        exp.BitwiseNot: _mysql_signed,
        exp.BitwiseLeftShift: _mysql_signed,
        exp.StartsWith: _mysql_starts,
        exp.EndsWith: _mysql_ends,
        exp.TryCast: _safe_cast(exp.RegexpLike, "MySQL"),
        exp.DateTrunc: _no_weeks("MySQL"),
        exp.DateDiff: _difference("MySQL"),
        exp.Initcap: refused("MySQL", "INITCAP"),
        exp.Split: refused("MySQL", "SPLIT"),
        exp.ArrayAgg: refused("MySQL", "arrays"),
    }
)
"""What MySQL says otherwise, or not at all."""


# ── DuckDB ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _duckdb_length(node: Expression) -> Expression:
    return exp.Anonymous(this="LENGTH", expressions=[node.this])


def _duckdb_extract(node: Expression) -> Expression | None:
    """Sunday is day 1 in GoogleSQL, and 0 there."""
    if node.this.name.upper() != "DAYOFWEEK":
        return None
    return exp.Paren(this=exp.Add(this=_part("DOW", node.expression), expression=number(1)))


DUCKDB: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {
        exp.Substring: from_behind,
        exp.Length: _duckdb_length,
        exp.Like: escaped_like,
        exp.Extract: _duckdb_extract,
        exp.DateAdd: _day,
        exp.DateSub: _day,
    }
)
"""What DuckDB says otherwise."""
