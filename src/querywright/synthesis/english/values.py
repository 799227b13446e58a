"""Literals as people write them: dates in words, numbers with separators and units, text quoted where it must be."""

from __future__ import annotations

import re
from datetime import date

from sqlglot import exp

from querywright.synthesis.english.voice import Voice
from querywright.synthesis.lexicon import ColumnFacts, Role

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?)?$")
_PLAIN = re.compile(r"^[^\W\d_][\w.'’&-]*( [\w.'’&-]+){0,4}$")
_SMALL = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


def number(text: str, facts: ColumnFacts | None = None) -> str:
    """`12500` → `12,500`; years stay as they are; a known unit is added."""
    negative, digits = (text.startswith("-"), text.lstrip("-"))
    whole, _, fraction = digits.partition(".")
    if fraction.strip("0") == "":
        fraction = ""
    plain = facts is not None and facts.role in (Role.YEAR, Role.CODE, Role.KEY, Role.CATEGORY)
    if whole.isdigit() and len(whole) > 3 and not plain:
        whole = f"{int(whole):,}"
    said = ("-" if negative else "") + whole + (f".{fraction}" if fraction else "")
    return with_unit(said, facts)


def with_unit(said: str, facts: ColumnFacts | None) -> str:
    """The number with its unit: `$12`, `12%`, `12 km`."""
    unit = facts.unit if facts else None
    if not unit or facts is None or any(w.startswith(unit.rstrip("s")) for w in facts.phrase.split(" ")):
        return said
    if unit in "$€£¥":
        return f"{unit}{said}"
    if unit == "%":
        return f"{said}%"
    return f"{said} {unit[:-1] if said == '1' and unit.endswith('s') else unit}"


def counted(text: str) -> str:
    """Small whole numbers in words: `3` → `three`."""
    return _SMALL.get(int(text), f"{int(text):,}") if text.isdigit() else text


def day(text: str) -> str | None:
    """`2019-06-01` → `June 1, 2019`; None if the text is not a date."""
    match = _DATE.match(text)
    if not match:
        return None
    year, month, dom = int(match[1]), int(match[2]), int(match[3])
    try:
        date(year, month, dom)
    except ValueError:
        return None
    said = f"{MONTHS[month - 1]} {dom}, {year}"
    clock = match[4] and (match[4], match[5], match[6] or "00")
    if clock and clock != ("00", "00", "00"):
        said += f" {match[4]}:{match[5]}" + (f":{clock[2]}" if clock[2] != "00" else "")
    return said


def text(value: str, facts: ColumnFacts | None = None) -> str:
    """Text bare where it reads as a word or a name, in quotes where its exact form matters."""
    if facts is not None and facts.role is Role.YEAR and value.isdigit():
        return value
    said = day(value)
    if said and (facts is None or facts.role in (Role.DATE, Role.DATETIME, Role.TEXT, Role.OTHER)):
        return said
    if facts is not None and (facts.messy or facts.role in (Role.TEXT, Role.CONTACT)):
        return f'"{value}"'
    ending = value[-1:] in ".&-'"
    return (
        value
        if _PLAIN.match(value) and "_" not in value and not ending and value.lower() not in _CONFUSING
        else f'"{value}"'
    )


_CONFUSING = {"true", "false", "null", "none", "and", "or", "not", "all", "any", "the", "a", "an", "other", "no", "yes"}


def literal(node: exp.Expr, facts: ColumnFacts | None, voice: Voice) -> str | None:
    """A literal of the tree in words; None if the node is not a literal.

    Coded values are said by their meaning, and the code goes into the notes.
    """
    if isinstance(node, (exp.Cast, exp.TsOrDsToDate, exp.Date, exp.Timestamp, exp.TsOrDsToTimestamp)) and node.this:
        return literal(node.this, facts, voice)
    if isinstance(node, exp.Neg):
        inner = literal(node.this, facts, voice)
        return f"-{inner}" if inner else None
    if isinstance(node, exp.Boolean):
        return "true" if node.this else "false"
    if not isinstance(node, exp.Literal):
        return None
    meaning = _meaning(node, facts, voice)
    if meaning:
        return meaning
    return text(node.this, facts) if node.is_string else number(node.this, facts)


def _meaning(node: exp.Literal, facts: ColumnFacts | None, voice: Voice) -> str | None:
    if facts is None or not facts.meanings:
        return None
    value: object = node.this if node.is_string else (int(node.this) if node.this.isdigit() else node.this)
    words = facts.meanings.get(value)
    if not words or words.lower() == str(value).lower():
        return None
    code = f"'{node.this}'" if node.is_string else node.this
    voice.note(f"{words} refers to {facts.column} = {code}")
    return words
