"""Parts of dates: which unit an expression takes, in every dialect's spelling, and how it is called."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import (
    arithmetic,
    nouns,
    terms,
)
from querywright.synthesis.english.scope import Block, strip
from querywright.synthesis.english.voice import Voice, the

FORMATS = {
    "%Y": "year",
    "%m": "calendar month",
    "%Y-%m": "month",
    "%d": "day of the month",
    "%w": "weekday",
    "%H": "hour",
    "%j": "day of the year",
    "%W": "week number",
    "%Y-%m-%d": "day",
    "%Y-%W": "week",
    "%A": "weekday",
    "%B": "calendar month",
    "%b": "calendar month",
    "%a": "weekday",
    "%c": "calendar month",
    "%-m": "calendar month",
    "%-d": "day of the month",
    # PostgreSQL's names of days and months, as SQLGlot half translates them.
    "%uay": "weekday",
    "FM%uay": "weekday",
    "%uy": "weekday",
    "Month": "calendar month",
    "F%month": "calendar month",
    "Mon": "calendar month",
    "Q": "calendar quarter",
    '%Y-"Q"Q': "quarter",
    "%G-%V": "week",
}
_UNSAID = ("epoch", "year_month")
"""What EXTRACT can take that is no part of a date people speak of."""


def date_unit(node: exp.Expr) -> tuple[str, exp.Expr] | None:
    """(`year`, the date) where an expression takes a part of a date; None otherwise."""
    node = arithmetic.unwrap(node)
    quarter = quarter_of(node)
    if quarter is not None:
        return "calendar quarter", quarter
    if isinstance(node, exp.TimeToStr):
        unit = FORMATS.get(node.args["format"].name)
        return (unit, bare_date(node.this)) if unit else None
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)):
        return node.args["unit"].name.lower(), bare_date(node.this)
    if isinstance(node, exp.Extract):
        part = node.this.name.lower()
        if part in _UNSAID or isinstance(strip(node.expression), exp.Sub):
            return None
        return calendar_unit(part), bare_date(node.expression)
    if _is_weekday(node):
        return "weekday", bare_date(node.this if isinstance(node, exp.Sub) else node.expressions[0])
    for kind, unit in PARTS.items():
        if isinstance(node, kind):
            return unit, bare_date(node.this)
    if isinstance(node, exp.Substring) and arithmetic.is_number(node.args.get("start") or exp.null(), 1):
        unit = {"4": "year", "7": "month", "10": "day"}.get(str(node.args.get("length") or ""))
        return (unit, bare_date(node.this)) if unit else None
    return None


def _is_weekday(node: exp.Expr) -> bool:
    """MySQL's `DAYOFWEEK(d) - 1`, which counts from Sunday as 0, and its `WEEKDAY(d)`."""
    if isinstance(node, exp.Sub):
        return isinstance(node.this, exp.DayOfWeek) and arithmetic.is_number(node.expression, 1)
    return isinstance(node, exp.Anonymous) and node.name.lower() == "weekday" and len(node.expressions) == 1


def weekday_number(node: exp.Expr, raw: str, dialect: str) -> str:
    """The number of a weekday counted from Sunday as 0, whatever the function counts from."""
    node = arithmetic.unwrap(node)
    if not raw.isdigit():
        return raw
    if isinstance(node, exp.Anonymous):
        return str((int(raw) + 1) % 7)
    return str(int(raw) - 1) if isinstance(node, exp.DayOfWeek) and dialect == "mysql" else raw


def quarter_of(node: exp.Expr) -> exp.Expr | None:
    """The date behind `(month + 2) / 3`, which is how SQLite says quarter."""
    if not isinstance(node, exp.Div) or not arithmetic.is_number(node.expression, 3):
        return None
    shifted = strip(node.this)
    if not isinstance(shifted, exp.Add) or not arithmetic.is_number(shifted.expression, 2):
        return None
    month = date_unit(shifted.this)
    return month[1] if month and month[0] == "calendar month" else None


def calendar_unit(unit: str) -> str:
    return {
        "month": "calendar month",
        "dow": "weekday",
        "dayofweek": "weekday",
        "isodow": "weekday",
        "day": "day of the month",
        "doy": "day of the year",
        "quarter": "calendar quarter",
    }.get(unit, unit)


PARTS = {
    exp.Year: "year",
    exp.Month: "calendar month",
    exp.Day: "day of the month",
    exp.Quarter: "calendar quarter",
    exp.DayOfWeek: "weekday",
    exp.Dayname: "weekday",
    exp.Monthname: "calendar month",
    exp.Hour: "hour",
}


def bare_date(node: exp.Expr) -> exp.Expr:
    """The date column inside casts and date wrappers."""
    if isinstance(node, exp.DayOfWeek):
        node = node.this
    return nouns.bare(node) or node


def _length(node: exp.Expr, block: Block, voice: Voice) -> str | None:
    """`EXTRACT(EPOCH FROM b - a)` as the number of seconds from one to the other; None for anything else."""
    span = strip(node.expression) if isinstance(node, exp.Extract) else None
    unit = {"epoch": "second", "day": "day"}.get(node.this.name.lower()) if span is not None else None
    if unit is None or not isinstance(span, exp.Sub):
        return None
    return arithmetic.span(unit, span.expression, span.this, block, voice)


def date_part(node: exp.Expr, block: Block, voice: Voice) -> str:
    found = date_unit(node)
    if found is None:
        return _length(node, block, voice) or terms.call(node, block, voice)
    unit, inner = found
    said = terms.term(inner, block, voice)
    if unit == "day":
        return said
    if unit.startswith("calendar "):
        span = "January to December" if unit.endswith("month") else "first to fourth"
        return f"{unit} ({span}) of {the(said)}"
    short = said.removesuffix(" date").removesuffix(" time").removesuffix(" timestamp")
    if short != said:
        return f"{short} {unit}"
    if said.startswith("date of ") and "of" not in unit:
        return f"{unit} of {said.removeprefix('date of ')}"
    return f"{unit} of {the(said)}"
