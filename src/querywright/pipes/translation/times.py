"""SQLite's dates are texts: STRFTIME, DATE, DATETIME, JULIANDAY and their modifiers."""

from __future__ import annotations

import re

from sqlglot import exp

from querywright.pipes.translation.making import DATES, call, cast, operand, unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression

_SHIFT = re.compile(r"^([+-]?)\s*(\d+)\s+(day|hour|minute|second|month|year)s?$", re.IGNORECASE)
_START = re.compile(r"^start of (day|month|year)$", re.IGNORECASE)
_MONTHS = re.compile(r"\b(month|year)s?$", re.IGNORECASE)
_EARLY = re.compile(r"^\d{4}-\d\d-([01]\d|2[0-8])\b")
"""A day that every month has."""
_FORMATS = {"DATE": "%F", "DATETIME": "%F %T", "TIME": "%T"}
_KNOWN = set("YmdHMSjwWF%T")


def formatted(node: exp.TimeToStr, types: Types) -> Expression:
    """`strftime(format, time)`."""
    if types.dialect != "sqlite":
        return node
    value = node.this.this if isinstance(node.this, exp.TsOrDsToTimestamp) else node.this
    return _format(node.args["format"], [value], node, types)


def time_call(node: exp.Anonymous, types: Types) -> Expression | None:
    """The time functions of SQLite that SQLGlot leaves as they are; None for other functions."""
    name = node.name.upper()
    if name == "STRFTIME" and len(node.expressions) >= 2:
        return _format(node.expressions[0], node.expressions[1:], node, types)
    if name in _FORMATS:
        return _format(exp.Literal.string(_FORMATS[name]), node.expressions, node, types)
    if name == "JULIANDAY":
        seconds = call("UNIX_SECONDS", exp.Cast(this=_moment(node.expressions, node, types), to=_zoned()))
        days = exp.Div(this=seconds, expression=exp.Literal.number("86400.0"), typed=False, safe=False)
        return exp.Paren(this=exp.Add(this=days, expression=exp.Literal.number("2440587.5")))
    return None


def date_call(node: exp.Date, types: Types) -> Expression:
    """`date(x)` gives a text."""
    if types.dialect != "sqlite":
        return node
    return _format(exp.Literal.string("%F"), [node.this, *node.expressions], node, types)


def now(node: Expression, types: Types) -> Expression:
    """CURRENT_DATE and its like are texts in SQLite."""
    if types.dialect != "sqlite":
        return node
    patterns: dict[type, str] = {exp.CurrentDate: "%F", exp.CurrentTimestamp: "%F %T", exp.CurrentTime: "%T"}
    return call("FORMAT_DATETIME", exp.Literal.string(patterns[type(node)]), call("CURRENT_DATETIME"))


def _zoned() -> exp.DataType:
    return exp.DataType(this=exp.DType.TIMESTAMPTZ)


def _format(pattern: Expression, arguments: list[Expression], node: Expression, types: Types) -> Expression:
    if not isinstance(pattern, exp.Literal):
        raise unsayable("STRFTIME with a format that is no text", node, types.dialect)
    marks = re.findall(r"%(.)", pattern.name)
    if not set(marks) <= _KNOWN | {"s"}:
        raise unsayable("STRFTIME with a format that GoogleSQL writes differently", node, types.dialect)
    moment = _moment(arguments, node, types)
    if marks == ["s"]:
        return cast(call("UNIX_SECONDS", exp.Cast(this=moment, to=_zoned())), "STRING")
    return call("FORMAT_DATETIME", exp.Literal.string(pattern.name), moment)


def _moment(arguments: list[Expression], node: Expression, types: Types) -> Expression:
    """The DATETIME of a time value and its modifiers, NULL where the text is none."""
    if not arguments:
        return call("CURRENT_DATETIME")
    first, later = arguments[0], arguments[1:]
    found: Expression
    if later and isinstance(later[0], exp.Literal) and later[0].name.lower() == "unixepoch":
        found, later = call("DATETIME", call("TIMESTAMP_SECONDS", first)), later[1:]
    elif (isinstance(first, exp.Literal) and first.name.lower() == "now") or isinstance(
        first, (exp.CurrentDate, exp.CurrentTimestamp)
    ):
        found = call("CURRENT_DATETIME")
    else:
        kind = types.of(first)
        if kind == "DATETIME":
            found = first
        elif kind in DATES:
            found = cast(first, "DATETIME")
        elif kind == "STRING":
            found = cast(first, "DATETIME", safe=True)
        else:
            raise unsayable("a number as a time", node, types.dialect)
    early = isinstance(first, exp.Literal) and _EARLY.match(first.name) is not None
    for modifier in later:
        text = modifier.name.strip().lower() if isinstance(modifier, exp.Literal) else ""
        months = _MONTHS.search(text or modifier.sql().rstrip(" '")) is not None and not text.startswith("start")
        if months and not early:
            raise unsayable("months of SQLite overflow: a day that the new month lacks", node, types.dialect)
        early = text in ("start of month", "start of year") or (early and (months or text == "start of day"))
        found = _modified(found, modifier, node, types)
    return found


def _modified(moment: Expression, modifier: Expression, node: Expression, types: Types) -> Expression:
    if isinstance(modifier, exp.DPipe):
        return _shifted(moment, modifier, node, types)
    text = modifier.name if isinstance(modifier, exp.Literal) else ""
    shift, start = _SHIFT.match(text.strip()), _START.match(text.strip())
    if shift is not None:
        sign, count, unit = shift.groups()
        function = "DATETIME_SUB" if sign == "-" else "DATETIME_ADD"
        interval = exp.Interval(this=exp.Literal.number(count), unit=exp.Var(this=unit.upper()))
        return call(function, moment, interval)
    if start is not None:
        return call("DATETIME_TRUNC", moment, exp.Var(this=start.group(1).upper()))
    if text.lower() in ("localtime", "utc"):
        return moment
    raise unsayable("a modifier of a time that is not known", node, types.dialect)


def _shifted(moment: Expression, modifier: exp.DPipe, node: Expression, types: Types) -> Expression:
    """A modifier put together: `'-' || n || ' days'`."""
    first, *middle, last = modifier.flatten()
    unit = last.name.strip().lower().rstrip("s") if isinstance(last, exp.Literal) else ""
    sign = first.name.strip() if isinstance(first, exp.Literal) else ""
    if len(middle) != 1 or sign not in ("+", "-") or unit not in ("day", "hour", "minute", "second", "month", "year"):
        raise unsayable("a modifier of a time that is not known", node, types.dialect)
    function = "DATETIME_SUB" if sign == "-" else "DATETIME_ADD"
    return call(function, moment, exp.Interval(this=cast(middle[0], "INT64"), unit=exp.Var(this=unit.upper())))


__all__ = ["date_call", "formatted", "now", "operand", "time_call"]
