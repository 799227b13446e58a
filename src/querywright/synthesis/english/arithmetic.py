"""Arithmetic as noun phrases: ratios, percentages, differences, spans of days."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import (
    dates,
    nouns,
    terms,
    windows,
)
from querywright.synthesis.english.scope import Block, strip
from querywright.synthesis.english.scope import aggregates as aggregates_in
from querywright.synthesis.english.voice import Voice, listing, the
from querywright.synthesis.lexicon.inflection import singular


def divide(node: exp.Div, block: Block, voice: Voice) -> str:
    if dates.date_unit(node):
        return dates.date_part(node, block, voice)
    top, factor = without_factor(node.this)
    bottom = unwrap(node.expression)
    if isinstance(bottom, exp.Window):
        return f"{'percentage' if factor == 100 else 'share'} of {windows.whole(bottom, block, voice)}"
    part = terms.term(top, block, voice)
    length = _LENGTHS.get(str(bottom.this)) if isinstance(bottom, exp.Literal) else None
    if length and "number of seconds from " in part:
        return part.replace("number of seconds", f"number of {length}", 1)
    whole = terms.term(bottom, block, voice)
    rows = nouns.rows_noun(block, voice).plural
    if isinstance(bottom, exp.Subquery) and part == whole == f"number of {rows}":
        of_all = f"a percentage of the number of all {rows}"
        return f"{part} as {of_all}" if factor == 100 else f"ratio of {part} to the number of all {rows}"
    if part.startswith("number of ") and whole == f"number of {rows}":
        return f"{'percentage' if factor == 100 else 'share'} of {part.removeprefix('number of ')}"
    if factor == 100:
        return f"{part} as a percentage of {the(whole)}"
    if isinstance(bottom, exp.Literal):
        return f"{part} divided by {whole}"
    if whole.startswith("number of different ") and " of " not in whole.removeprefix("number of different "):
        part = part.removeprefix("total ").removeprefix("combined ")
        return f"average {part} per {singular(whole.removeprefix('number of different '))}"
    return f"ratio of {part} to {whole}" if not aggregates_in(bottom) or aggregates_in(top) else f"{part} per {whole}"


_LENGTHS = {"60": "minutes", "3600": "hours", "86400": "days"}
"""What so many seconds make."""


def unwrap(node: exp.Expr) -> exp.Expr:
    """Without parentheses, casts, NULLIF(x, 0) guards and multiplications by one."""
    while True:
        node = strip(node)
        if isinstance(node, (exp.Cast, exp.Nullif)):
            node = node.this
        elif isinstance(node, exp.Mul) and is_number(node.this, 1):
            node = node.expression
        elif isinstance(node, exp.Mul) and is_number(node.expression, 1):
            node = node.this
        else:
            return node


def is_number(node: exp.Expr, value: float) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and float(node.this) == value


def without_factor(node: exp.Expr) -> tuple[exp.Expr, int]:
    """`100.0 * x` → x and 100."""
    node = unwrap(node)
    if isinstance(node, exp.Mul):
        for side, other in ((node.this, node.expression), (node.expression, node.this)):
            if is_number(side, 100):
                return unwrap(other), 100
    return node, 1


def multiply(node: exp.Mul, block: Block, voice: Voice) -> str:
    inner, factor = without_factor(node)
    if factor == 100:
        said = terms.term(inner, block, voice)
        return said.replace("share of", "percentage of", 1) if said.startswith("share of") else f"{said} in percent"
    if inner is not strip(node):
        return terms.term(inner, block, voice)
    return f"{terms.term(node.this, block, voice)} times {terms.term(node.expression, block, voice)}"


def subtract(node: exp.Sub, block: Block, voice: Voice) -> str:
    if dates.date_unit(node):
        return dates.date_part(node, block, voice)
    left, right = unwrap(node.this), unwrap(node.expression)
    late, early = day_number(left), day_number(right)
    if late is not None and early is not None:
        return span("day", early, late, block, voice)
    kinds = {_kind(node.this, block), _kind(node.expression, block)}
    if voice.lexicon.dialect in _DATES_SUBTRACT and kinds <= {"date", "datetime"}:
        said = span("day", right, left, block, voice)
        return said if kinds == {"date"} else said.replace("number of days", "time", 1)
    if isinstance(right, exp.Window) and isinstance(right.this, exp.Lag):
        return f"change in {terms.term(left, block, voice)} from {windows.previous(right, block, voice)}"
    return f"difference between {the(terms.term(left, block, voice))} and {the(terms.term(right, block, voice))}"


_DATES_SUBTRACT = ("postgres", "duckdb")
"""Where one date less another is a number of days, and one moment less another a length of time."""


def _kind(node: exp.Expr, block: Block) -> str | None:
    """`date` or `datetime` for an expression that is one."""
    node = strip(node)
    if isinstance(node, exp.Cast):
        return {"DATE": "date", "TIMESTAMP": "datetime", "TIMESTAMPTZ": "datetime"}.get(node.to.this.name)
    if isinstance(node, exp.Window) and isinstance(node.this, (exp.Lag, exp.Lead)):
        return _kind(node.this.this, block)
    facts = nouns.facts_of(node, block)
    return facts.kind if facts is not None else None


def day_number(node: exp.Expr) -> exp.Expr | None:
    if isinstance(node, exp.Anonymous) and node.name.lower() == "julianday" and node.expressions:
        return nouns.bare(node.expressions[0])
    return None


def date_diff(node: exp.DateDiff | exp.TimestampDiff, block: Block, voice: Voice) -> str:
    unit = (node.args["unit"].name.lower() if node.args.get("unit") else "day").rstrip("s")
    return span(unit, node.expression, node.this, block, voice)


def span(unit: str, early: exp.Expr, late: exp.Expr, block: Block, voice: Voice) -> str:
    """`number of days from the order date to the shipping date`; since the previous one where LAG gives the start."""
    start = nouns.bare(early)
    if isinstance(start, exp.Window) and isinstance(start.this, exp.Lag):
        noun = nouns.row_noun(block, voice).singular
        parts = [windows.partition_words(p, block, voice) for p in start.args.get("partition_by") or ()]
        same = f" of the same {listing(parts)}" if parts else ""
        return f"number of {unit}s since the previous {noun}{same}"
    first, last = (the(terms.term(n, block, voice)) for n in (early, late))
    return f"number of {unit}s from {first} to {last}"


def add(node: exp.Add, block: Block, voice: Voice) -> str:
    return f"sum of {terms.term(node.this, block, voice)} and {terms.term(node.expression, block, voice)}"


def concat(node: exp.Expr, block: Block, voice: Voice) -> str:
    parts = [
        p
        for p in (node.flatten() if isinstance(node, exp.DPipe) else node.expressions)
        if not isinstance(strip(p), exp.Literal)
    ]
    return listing([terms.term(p, block, voice) for p in parts])
