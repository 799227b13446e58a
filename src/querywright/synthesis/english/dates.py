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
}


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
        return calendar_unit(node.this.name.lower()), bare_date(node.expression)
    for kind, unit in PARTS.items():
        if isinstance(node, kind):
            return unit, bare_date(node.this)
    if isinstance(node, exp.Substring) and arithmetic.is_number(node.args.get("start") or exp.null(), 1):
        unit = {"4": "year", "7": "month", "10": "day"}.get(str(node.args.get("length") or ""))
        return (unit, bare_date(node.this)) if unit else None
    return None


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
    return nouns.bare(node) or node


def date_part(node: exp.Expr, block: Block, voice: Voice) -> str:
    found = date_unit(node)
    if found is None:
        return terms.call(node, block, voice)
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
