"""Expressions as noun phrases, without their article: `average price`, `number of orders`, `customer's country`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlglot import exp

from querywright.synthesis.english import (
    aggregates,
    arithmetic,
    conditions,
    dates,
    nouns,
    subqueries,
    windows,
)
from querywright.synthesis.english.scope import Block, Place, Union, base_column, strip
from querywright.synthesis.english.scope import aggregates as aggregates_in
from querywright.synthesis.english.values import literal
from querywright.synthesis.english.voice import CannotSay, Voice, listing


def term(node: exp.Expr, block: Block, voice: Voice) -> str:
    """The noun phrase of one expression, seen from the rows of `block`.

    Raises:
        CannotSay: the expression holds a construct without words.
    """
    node = strip(node)
    for kind, say in _words().items():
        if isinstance(node, kind):
            return say(node, block, voice)
    said = literal(node, None, voice)
    if said is not None:
        return said
    if dates.date_unit(node) is not None:
        return dates.date_part(node, block, voice)
    if isinstance(node, exp.Condition) and isinstance(node, (exp.Binary, exp.Predicate, exp.Not)):
        return f"whether {conditions.statement(node, block, voice)}"
    if isinstance(node, exp.Func):
        return call(node, block, voice)
    raise CannotSay(f"no words for {type(node).__name__}")


def column(node: exp.Column, block: Block, voice: Voice) -> str:
    if node.is_star:
        return "details"
    place = block.place(node)
    if place is None:
        aliased = block.by_position(node)
        if aliased is not node:
            return term(aliased, block, voice)
        raise CannotSay(f"unknown column {node.sql()}")
    return column_phrase(place, block, voice)


def column_phrase(place: Place, block: Block, voice: Voice) -> str:
    """A column by what it is: through blocks to what computes it, through keys with its owner in front."""
    if place.inner is not None:
        return computed(place, block, voice)
    assert place.source.table is not None
    said = voice.lexicon.say(place.source.table, place.column)
    return f"{owner}{said}" if (owner := possessive(place, block, voice, said)) else said


def possessive(place: Place, block: Block, voice: Voice, said: str) -> str:
    """`customer's ` in front of a column that is reached through a key; empty on the grain itself."""
    if place.block is not block:
        return ""
    path = nouns.steps(block, place.source)
    if not path:
        if place.source.alias in block.optional and place.source.alias != block.grain.alias:
            return f"{nouns.source_noun(place.source, voice).singular} "
        if path is None and place.source.alias != block.grain.alias and len(block.sources) > 1:
            namesake = any(s is not place.source and s.table == place.source.table for s in block.sources.values())
            return f"{'other ' if namesake else ''}{nouns.source_noun(place.source, voice).singular}'s "
        return ""
    phrase = block.called(path[-1])
    if said.split(" ")[0] == phrase:
        return ""
    label = voice.lexicon.entity(place.source.table).label if place.source.table else ()
    joined = said in ("name", "title", "full name") and place.column in label
    return f"{phrase} " if joined else f"{phrase}{'’' if phrase.endswith('s') else '’s'} ".replace("’", "'")


def computed(place: Place, block: Block, voice: Voice) -> str:
    inner = place.source.block.first if isinstance(place.source.block, Union) else place.source.block
    if inner is None or place.inner is None:
        raise CannotSay(f"unknown column {place.column}")
    if isinstance(place.source.block, Union) and place.source.block.recursive and is_depth(place):
        return "level in the hierarchy"
    if (
        aggregates_in(place.inner)
        and inner.conditions
        and voice.said.setdefault(("measured", id(place.inner)), block) is block
    ):
        voice.said["measured", id(place.inner)] = place.inner
        return aggregates.populated(place.inner, inner, voice)
    said = windows.of_rows(term(place.inner, inner, voice), place.inner, inner, voice)
    shared = next((link for link in block.links if link.parent == place.source.alias and link.same), None)
    if shared and aggregates_in(place.inner) and inner.is_grouped and not about_entity(inner, voice):
        return f"{said} of the same {windows.partition_words(inner.groups[0], inner, voice)}"
    return said


def about_entity(inner: Block, voice: Voice) -> bool:
    """Whether a block computes something for each row of an entity, rather than for each value of a column."""
    base = [base_column(p) for g in inner.groups if isinstance(g, exp.Column) and (p := inner.place(g))]
    return any(
        b
        and (
            voice.lexicon.entity(b[0]).key == (b[1],)
            or any((b[1],) == r.columns for r in voice.lexicon.references(b[0]))
        )
        for b in base
    )


def is_depth(place: Place) -> bool:
    return isinstance(place.inner, exp.Literal)


def as_case(node: exp.Expr) -> exp.Expr:
    """MySQL's `IF(c, a, b)` as a CASE; anything else as it is."""
    if not isinstance(node, exp.If):
        return node
    branch = exp.If(this=node.this.copy(), true=node.args["true"].copy())
    default = node.args.get("false")
    return exp.Case(ifs=[branch], default=default.copy() if default is not None else None)


def conditional(node: exp.If, block: Block, voice: Voice) -> str:
    made = as_case(node)
    if isinstance(node.parent, exp.Alias):
        made = exp.alias_(made, node.parent.alias).this
    return term(made, block, voice)


def percentile(node: exp.WithinGroup, block: Block, voice: Voice) -> str:
    """`PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY price)` → `median price`."""
    kind, order = node.this, node.expression
    share = kind.this if isinstance(kind, (exp.PercentileCont, exp.PercentileDisc)) else None
    if not isinstance(share, exp.Literal) or not isinstance(order, exp.Order) or len(order.expressions) != 1:
        raise CannotSay(f"no words for the function {type(kind).__name__.lower()}")
    sorted_by = order.expressions[0]
    part = 1 - float(share.this) if sorted_by.args.get("desc") else float(share.this)
    said = term(sorted_by.this, block, voice)
    word = f"median {said}" if part == 0.5 else f"{part * 100:g}th percentile of the {said}"
    return word if isinstance(kind, exp.PercentileCont) else f"{word} (a value that occurs)"


def case(node: exp.Case, block: Block, voice: Voice) -> str:
    band = _band(node, block, voice)
    if band:
        return band
    alias = node.parent.alias if isinstance(node.parent, exp.Alias) else ""
    name = alias.replace("_", " ").strip() or "label"
    parts = []
    for branch in node.args["ifs"]:
        when = branch.this if node.this is None else exp.EQ(this=node.this.copy(), expression=branch.this.copy())
        with voice.exact():
            parts.append(f"{label(branch.args['true'], block, voice)} if {conditions.statement(when, block, voice)}")
    default = node.args.get("default")
    if default is not None and not isinstance(default, exp.Null):
        parts.append(f"{label(default, block, voice)} otherwise")
    return f"{name} ({listing(parts, 'or') if len(parts) < 3 else ', '.join(parts)})"


def _band(node: exp.Case, block: Block, voice: Voice) -> str | None:
    """Labels for ranges of one number: `price band ("low" below $10, "high" otherwise)`."""
    tests = [b.this for b in node.args["ifs"]]
    default = node.args.get("default")
    plain = all(isinstance(t, (exp.LT, exp.LTE)) and isinstance(t.expression, exp.Literal) for t in tests)
    if node.this is not None or not plain or len({t.this.sql() for t in tests}) != 1 or default is None:
        return None
    facts = nouns.facts_of(tests[0].this, block)
    words = {exp.LT: "below", exp.LTE: "up to"}
    parts = [
        f"{label(b.args['true'], block, voice)} {words[type(b.this)]} {literal(b.this.expression, facts, voice)}"
        for b in node.args["ifs"]
    ]
    return f"{term(tests[0].this, block, voice)} band ({', '.join(parts)}, {label(default, block, voice)} otherwise)"


def label(node: exp.Expr, block: Block, voice: Voice) -> str:
    return f'"{node.this}"' if isinstance(node, exp.Literal) and node.is_string else term(node, block, voice)


def rounded(node: exp.Round, block: Block, voice: Voice) -> str:
    return term(node.this, block, voice)


def rounding(node: exp.Expr) -> int | None:
    """Digits an output is rounded to; None when it is not rounded."""
    node = node.unalias()
    if not isinstance(node, exp.Round):
        return None
    decimals = node.args.get("decimals")
    return int(decimals.this) if isinstance(decimals, exp.Literal) else 0


def coalesce(node: exp.Coalesce, block: Block, voice: Voice) -> str:
    fallback = node.expressions[0] if node.expressions else None
    said = term(node.this, block, voice)
    if fallback is None or (isinstance(fallback, exp.Literal) and fallback.this == "0" and aggregates_in(node.this)):
        return said
    other = label(fallback, block, voice)
    return f"{said} (or {other} when missing)"


def call(node: exp.Expr, block: Block, voice: Voice) -> str:
    name = (
        node.name
        if isinstance(node, exp.Anonymous)
        else str(getattr(type(node), "sql_name", type(node).__name__.upper)())
    )
    arguments = [a for a in node.iter_expressions() if not isinstance(a, (exp.DataType, exp.Var))]
    if name.lower() in FUNCTIONS and arguments:
        return FUNCTIONS[name.lower()].format(term(arguments[0], block, voice))
    raise CannotSay(f"no words for the function {name.lower()}")


FUNCTIONS = {
    "length": "length of the {}",
    "abs": "absolute value of the {}",
    "upper": "{}",
    "lower": "{}",
    "trim": "{}",
    "ceil": "{} rounded up",
    "floor": "{} rounded down",
}


def passed(node: exp.Expr, block: Block, voice: Voice) -> str:
    return term(node.this, block, voice)


def star(node: exp.Expr, block: Block, voice: Voice) -> str:
    return "details"


Say = Callable[[Any, Block, Voice], str]


@cache
def _words() -> dict[type[exp.Expr] | tuple[type[exp.Expr], ...], Say]:
    """What words each kind of expression; made once, when the modules it names are all there."""
    return {
        exp.Column: column,
        exp.Alias: passed,
        exp.Star: star,
        exp.Count: aggregates.count,
        tuple(aggregates.AGGREGATES): aggregates.summed,
        (exp.Max, exp.Min): aggregates.extreme,
        exp.Filter: aggregates.filtered,
        exp.WithinGroup: percentile,
        exp.If: conditional,
        (exp.GroupConcat, exp.ArrayAgg): aggregates.text_list,
        exp.Window: windows.window,
        exp.Div: arithmetic.divide,
        exp.Mul: arithmetic.multiply,
        exp.Sub: arithmetic.subtract,
        exp.Add: arithmetic.add,
        (exp.DPipe, exp.Concat): arithmetic.concat,
        (exp.DateDiff, exp.TimestampDiff): arithmetic.date_diff,
        (exp.TimeToStr, exp.TimestampTrunc, exp.DateTrunc, exp.Extract, exp.Substring, *dates.PARTS): dates.date_part,
        exp.Case: case,
        exp.Round: rounded,
        exp.Coalesce: coalesce,
        (exp.Subquery, exp.Select): subqueries.subquery,
        (exp.Cast, exp.Nullif, exp.Date, exp.TsOrDsToDate, exp.TsOrDsToTimestamp, exp.Timestamp, exp.Distinct): passed,
    }
