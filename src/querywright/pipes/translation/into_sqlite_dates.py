"""GoogleSQL's dates in SQLite, where they are texts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.translation.engine_words import Rewrite, months_between, number, operand, unit_of
from querywright.pipes.tree import Expression

_PARTS: Final = {
    "YEAR": "%Y",
    "MONTH": "%m",
    "DAY": "%d",
    "HOUR": "%H",
    "MINUTE": "%M",
    "SECOND": "%S",
    "DAYOFYEAR": "%j",
    "DAYOFWEEK": "%w",
}
_TRUNCATED: Final = {"YEAR": "%Y-01-01", "MONTH": "%Y-%m-01", "DAY": "%Y-%m-%d"}
_CODES: Final = frozenset("YmdHMSjwsf%")
_SECONDS: Final = {"HOUR": 3600, "MINUTE": 60, "SECOND": 1}


def _strftime(pattern: str, moment: Expression) -> exp.Anonymous:
    return exp.Anonymous(this="STRFTIME", expressions=[exp.Literal.string(pattern), moment])


def _part(part: str, moment: Expression) -> Expression:
    return exp.cast(_strftime(_PARTS[part], moment), exp.DataType.Type.INT)


def _extract(node: Expression) -> Expression:
    part = node.this.name.upper()
    if part not in _PARTS:
        raise NotCompilable(f"SQLite cannot EXTRACT {part}")
    found = _part(part, node.expression)
    return exp.Paren(this=exp.Add(this=found, expression=number(1))) if part == "DAYOFWEEK" else found


def _trunc(node: Expression) -> Expression:
    part = unit_of(node)
    if part not in _TRUNCATED:
        raise NotCompilable(f"SQLite cannot truncate a date to its {part}")
    return _strftime(_TRUNCATED[part], node.this)


def _cast(node: Expression) -> Expression | None:
    """Dates are texts in SQLite; a cast to DATE would keep the year's number only."""
    kind = node.args["to"].this
    if kind in (exp.DataType.Type.DATE, exp.DataType.Type.DATE32):
        return node.this if _is_date(node.this) else exp.Anonymous(this="DATE", expressions=[node.this])
    if kind in (exp.DataType.Type.DATETIME, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ):
        return exp.Anonymous(this="DATETIME", expressions=[node.this])
    return None


def _is_date(tree: Expression) -> bool:
    """A literal that is a day as SQLite writes it."""
    text = tree.name if isinstance(tree, exp.Literal) else ""
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _difference(node: Expression) -> Expression:
    """Days, hours, … between: how many of their beginnings, of timestamps how many whole ones."""
    months = months_between(node, _part, "SQLite")
    if months is not None:
        return months
    unit, whole = unit_of(node), isinstance(node, exp.TimestampDiff)
    if unit == "DAY":
        days = [
            exp.Anonymous(this="JULIANDAY", expressions=[m if whole else exp.Anonymous(this="DATE", expressions=[m])])
            for m in (node.this, node.expression)
        ]
        return exp.cast(exp.Sub(this=days[0], expression=days[1]), exp.DataType.Type.INT)
    if unit not in _SECONDS:
        raise NotCompilable(f"SQLite counts no {unit.lower()}s between dates")
    seconds = [exp.cast(_strftime("%s", m), exp.DataType.Type.INT) for m in (node.this, node.expression)]
    if whole:
        return _whole(exp.Paren(this=exp.Sub(this=seconds[0], expression=seconds[1])), _SECONDS[unit])
    return exp.Paren(
        this=exp.Sub(this=_whole(seconds[0], _SECONDS[unit]), expression=_whole(seconds[1], _SECONDS[unit]))
    )


def _whole(seconds: Expression, size: int) -> Expression:
    return exp.Div(this=seconds, expression=number(size), typed=True, safe=True) if size > 1 else seconds


def _moved(node: Expression) -> Expression:
    """A date and so many days, months, …; the day of a month that is too short is its last one."""
    back = isinstance(node, (exp.DateSub, exp.DatetimeSub, exp.TimestampSub))
    name = "DATE" if isinstance(node, (exp.DateAdd, exp.DateSub)) else "DATETIME"
    unit, count = unit_of(node), node.expression
    if unit in ("MONTH", "QUARTER", "YEAR"):
        return _moved_by_months(node, name, unit, back)
    if unit not in ("DAY", "WEEK", "HOUR", "MINUTE", "SECOND"):
        raise NotCompilable(f"SQLite cannot move a date by a {unit.lower()}")
    days = exp.Mul(this=operand(_count(count)), expression=number(7)) if unit == "WEEK" else _count(count)
    amount: Expression = exp.Neg(this=operand(days)) if back else days
    word = exp.Literal.string(f" {'days' if unit == 'WEEK' else unit.lower() + 's'}")
    return exp.Anonymous(this=name, expressions=[node.this, exp.DPipe(this=exp.Paren(this=amount), expression=word)])


def _moved_by_months(node: Expression, name: str, unit: str, back: bool) -> Expression:
    count = node.expression.name if isinstance(node.expression, exp.Literal) else ""
    if not count.lstrip("-").isdigit():
        raise NotCompilable(f"SQLite cannot move a date by a number of {unit.lower()}s that is no constant")
    months = int(count) * {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit] * (-1 if back else 1)
    moved = _call(name, node.this, f"{months:+d} months")
    if name == "DATETIME":
        last = _call(name, node.this.copy(), "start of month", f"{months + 1:+d} months", "-1 day", "+86399 seconds")
    else:
        last = _call(name, node.this.copy(), "start of month", f"{months + 1:+d} months", "-1 day")
    return exp.Anonymous(this="MIN", expressions=[moved, last])


def _call(name: str, moment: Expression, *modifiers: str) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[moment, *map(exp.Literal.string, modifiers)])


def _count(tree: Expression) -> Expression:
    """A number of days that SQLGlot holds as a text."""
    return number(tree.name) if isinstance(tree, exp.Literal) else tree


def _formatted(node: Expression) -> Expression:
    """FORMAT_DATE, where STRFTIME knows every code in it."""
    pattern = node.args["format"]
    moment = node.this.this if isinstance(node.this, (exp.TsOrDsToDate, exp.TsOrDsToDatetime)) else node.this
    return _by_pattern(pattern, moment)


def by_name(node: Expression) -> Expression | None:
    """FORMAT_DATE and its like, where they are held by name."""
    if node.name.upper() not in ("FORMAT_DATE", "FORMAT_DATETIME", "FORMAT_TIMESTAMP") or len(node.expressions) < 2:
        return None
    return _by_pattern(node.expressions[0], node.expressions[1])


def _by_pattern(pattern: Expression, moment: Expression) -> Expression:
    codes = pattern.name.split("%")[1:] if isinstance(pattern, exp.Literal) else ["?"]
    if any(code[:1] not in _CODES for code in codes if code):
        raise NotCompilable(f"SQLite cannot write a date as {pattern.sql(dialect='bigquery')}")
    return exp.Anonymous(this="STRFTIME", expressions=[pattern, moment])


def _parsed(node: Expression) -> Expression:
    raise NotCompilable("SQLite reads no dates in formats of their own (PARSE_DATE)")


def _no_interval(node: Expression) -> Expression | None:
    """Dates and intervals with + and -."""
    if isinstance(node.expression, exp.Interval) or isinstance(node.this, exp.Interval):
        raise NotCompilable("SQLite has no intervals: DATE_ADD and DATE_SUB say it")
    return None


DATES: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {
        exp.Extract: _extract,
        exp.DateTrunc: _trunc,
        exp.TimestampTrunc: _trunc,
        exp.DatetimeTrunc: _trunc,
        exp.Cast: _cast,
        exp.DateDiff: _difference,
        exp.DatetimeDiff: _difference,
        exp.TimestampDiff: _difference,
        exp.DateAdd: _moved,
        exp.DateSub: _moved,
        exp.DatetimeAdd: _moved,
        exp.DatetimeSub: _moved,
        exp.TimestampAdd: _moved,
        exp.TimestampSub: _moved,
        exp.TimeToStr: _formatted,
        exp.StrToDate: _parsed,
        exp.StrToTime: _parsed,
        exp.Add: _no_interval,
        exp.Sub: _no_interval,
    }
)
"""What SQLite says otherwise of dates."""
