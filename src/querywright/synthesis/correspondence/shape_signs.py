"""Signs of shape: aggregates, order and its direction, limits, negation, groups and set operations, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator

from querywright.synthesis.correspondence.demands import Aggregate, Demands, Direction
from querywright.synthesis.correspondence.finding import Sign
from querywright.synthesis.correspondence.heard import Heard
from querywright.synthesis.correspondence.stems import stem
from querywright.synthesis.lexicon import ColumnFacts, Role

COUNT, SUM, TOTAL, AVERAGE, EXTREME = 0.55, 0.55, 0.3, 0.7, 0.6
DIRECTION, SORTED, NOT_SORTED, NO_END = 0.6, 0.3, 0.5, 0.4
_SUPERLATIVES = frozenset(
    map(stem, ["max", "min", "maximum", "minimum", "highest", "lowest", "high", "low", "top", "fastest", "most"])
)
_AVERAGES = frozenset(map(stem, ("average", "mean", "avg")))
_COUNTS = frozenset(map(stem, ("number", "num", "count", "no", "quantity")))
_TOTALS = frozenset(map(stem, ("total", "sum", "combined", "tot")))
_NUMERIC = ("integer", "real", "decimal")
_HALVES = re.compile(r"\b(?:do|does|did|are|is|were|was|have|has) not *[?.]*$|n't *[?.]*$")
_NOTS = frozenset({"no", "not", "non", "un"})
LIMIT, NEGATION, NOT_NEGATED = 0.8, 0.6, 0.6
GROUP, NOT_GROUPED, SET, DISTINCT, NOT_DISTINCT = 0.2, 0.3, 0.2, 0.03, 0.1
_DATED = re.compile(r"\b(?:date|birth|birthday|time|year|day)\b")
_TEMPORAL = (Role.DATE, Role.DATETIME, Role.YEAR, Role.TIME)


def aggregate_signs(needs: Demands, heard: Heard, own: Heard, known: frozenset[str]) -> Iterator[Sign]:
    """Each aggregate that is shown or compared with is asked for, and each one asked for is there."""
    kinds = {a.kind for a in needs.aggregates}
    for aggregate in needs.aggregates:
        if aggregate.place in ("order", "key"):
            continue
        yield _aggregate(aggregate, needs, heard)
    if needs.windows or needs.divides:
        return
    if own.cue("average only") and "average" not in kinds and not known & _AVERAGES:
        yield Sign("unasked", "the question asks for an average, the query gives none", AVERAGE, False)
    ends = {a.kind for a in needs.aggregates if a.kind in ("maximum", "minimum") and a.outermost}
    for kind in ("maximum", "minimum"):
        if len(ends) == 1 and kind not in ends and not needs.directions and own.cue(kind) and not known & _SUPERLATIVES:
            yield Sign("unasked", f"the question asks for a {kind}, the query gives none", EXTREME, False)
    numbers = any(
        m.place in ("output", "order", "filter") and m.facts.kind in _NUMERIC and m.facts.role is not Role.KEY
        for m in needs.mentions
    )
    if own.cue("count only") and not kinds & {"count", "sum"} and not numbers and not known & _COUNTS:
        yield Sign("unasked", "the question asks how many, the query does not count", COUNT, False)
    if own.cue("sum only") and not kinds & {"sum", "count"} and not known & _TOTALS:
        yield Sign("unasked", "the question asks for a total, the query gives none", TOTAL, False)


def _aggregate(aggregate: Aggregate, needs: Demands, heard: Heard) -> Sign:
    kind, shared = aggregate.kind, aggregate.share and heard.cue("share")
    if kind == "count":
        weight = COUNT if aggregate.outermost and aggregate.place == "output" else 0.1
        return Sign("aggregate", "nothing in the question asks for a count", weight, shared or heard.cue("count"))
    if kind == "sum":
        found = shared or heard.cue("sum") or heard.cue("count") or (needs.cases and heard.cue("share"))
        weight = 0.1 if needs.cases and aggregate.place == "filter" else SUM  # `SUM(CASE … 1 …) > 2`: more than two
        return Sign("aggregate", "nothing in the question asks for a total", weight, found)
    if kind == "average":
        return Sign("aggregate", "nothing in the question asks for an average", AVERAGE, shared or heard.cue("average"))
    high = kind == "maximum"
    word = "highest" if high else "lowest"
    return Sign(
        "aggregate",
        f"nothing in the question asks for the {word}",
        EXTREME,
        _extreme(high, aggregate.facts, heard) or (aggregate.compared and heard.cue("quantified")),
    )


def _extreme(high: bool, facts: ColumnFacts | None, heard: Heard, clearly: bool = False) -> bool:
    """Whether the question asks for this end of a column: late or old, early or young go by what the column is.

    `clearly`: words that fit both ends (`best`, `first`, `fastest`) are not enough.
    """
    temporal = facts is not None and (facts.role in _TEMPORAL or bool(_DATED.search(facts.phrase)))
    if heard.cue("high" if high else "low"):
        return True
    if temporal or facts is None:
        return heard.cue("late" if high else "early") or (
            not clearly and heard.cue("vague") and not _opposite_time(high, heard)
        )
    if heard.cue("ripe" if high else "young"):
        return True
    if heard.cue("young" if high else "ripe") or heard.cue("low" if high else "high"):
        return False
    return not clearly and heard.cue("vague")


def _opposite_time(high: bool, heard: Heard) -> bool:
    return heard.cue("early" if high else "late")


def direction_signs(needs: Demands, heard: Heard, own: Heard, known: frozenset[str]) -> Iterator[Sign]:
    """Each order is asked for in its direction, and no end is asked for that nothing in the query gives."""
    for direction in needs.directions:
        yield _chosen(direction, heard) if direction.chooses else _sorted(direction, heard)
    if needs.windows or needs.cases:
        return
    if not needs.directions and own.cue("sorted only"):
        yield Sign("unasked", "the question asks for an order, the query has none", NOT_SORTED, False)
    if not needs.directions and not _ends(needs) and own.cue("superlative only") and not known & _SUPERLATIVES:
        yield Sign("unasked", "the question asks for the most or least of something, the query does not", NO_END, False)


def _chosen(direction: Direction, heard: Heard) -> Sign:
    facts = None if direction.aggregate == "count" else direction.facts
    found = _extreme(direction.descending, facts, heard) if not (direction.aggregate and facts is None) else heard.cue(
        "high" if direction.descending else "low"
    ) or (direction.descending and heard.cue("top"))  # fmt: skip
    word = "highest, largest or latest" if direction.descending else "lowest, smallest or earliest"
    return Sign("direction", f"nothing in the question asks for the {word}", DIRECTION, found)


def _sorted(direction: Direction, heard: Heard) -> Sign:
    up, down = heard.cue("ascending"), heard.cue("descending")
    ends = {end for end in (True, False) if _extreme(end, direction.facts, heard, clearly=True)}
    if direction.descending:
        found = down or (not up and True in ends and not heard.cue("alphabetical"))
        spoken = up or False in ends or heard.cue("alphabetical") or heard.cue("sorted")
        weight = DIRECTION if spoken else SORTED  # an order that nobody speaks of harms little
        return Sign("direction", "nothing in the question asks for descending order", weight, found)
    if down and not up:
        return Sign("direction", "the question asks for descending order", DIRECTION, False)
    asked = up or heard.cue("alphabetical") or heard.cue("sorted") or False in ends
    weight = DIRECTION if ends == {True} else SORTED
    return Sign("direction", "nothing in the question asks for an order", weight, asked)


def _ends(needs: Demands) -> set[bool]:
    """The ends that the query gives: True for the high one."""
    found = {d.descending for d in needs.directions}
    found |= {a.kind == "maximum" for a in needs.aggregates if a.kind in ("maximum", "minimum")}
    return found


def limit_signs(needs: Demands, heard: Heard) -> Iterator[Sign]:
    """The number of rows asked for is said; one row is asked for by a superlative, which its direction looks for."""
    said = {n.value for n in heard.numbers}
    for limit in needs.limits:
        if limit > 1:
            yield Sign("limit", f"the question does not ask for {limit} rows", LIMIT, float(limit) in said)


def negation_signs(needs: Demands, heard: Heard, own: Heard, known: frozenset[str]) -> Iterator[Sign]:
    """What is left out is asked to be left out, and what the question leaves out is left out."""
    strong = [n for n in needs.negations if n != "IS NULL"]
    for negation in strong[:1]:
        yield Sign("negation", f"nothing in the question says not ({negation})", NEGATION, heard.cue("negation"))
    if (
        not needs.negations
        and not needs.nulls
        and own.cue("negation only")
        and not known & _NOTS
        and not _may_say_not(needs, own)
    ):
        yield Sign("unasked", "the question leaves something out, the query does not", NOT_NEGATED, False)


def _may_say_not(needs: Demands, own: Heard) -> bool:
    """Whether the question's `not` may be of something else: a value, a comparison turned round, a case."""
    if needs.grouped_outermost and _HALVES.search(own.text.strip()):
        return True  # how many do and how many do not
    if needs.cases or needs.windows or needs.outer or needs.false or 0 in needs.constants:
        return True
    if any(v.comparison in ("<", "<=", ">=", ">", "between") for v in needs.values) and own.cue("turned"):
        return True
    return any(value.text.lower() in ("no", "n", "0", "f", "false", "not") for value in needs.values)


def group_signs(needs: Demands, heard: Heard, own: Heard) -> Iterator[Sign]:
    """Figures for each group are asked for as such, and the other way round."""
    if needs.grouped_outermost:
        yield Sign("group", "nothing in the question asks for each group", GROUP, heard.cue("group"))
    elif not needs.grouped and not needs.windows and needs.aggregates and own.cue("group only"):
        yield Sign("unasked", "the question asks for each of something, the query does not group", NOT_GROUPED, False)


def set_signs(needs: Demands, heard: Heard, own: Heard) -> Iterator[Sign]:
    """Set operations and DISTINCT, both weak."""
    if "intersect" in needs.sets:
        yield Sign("set", "nothing in the question asks for both", SET, heard.cue("intersect"))
    if "union" in needs.sets:
        yield Sign("set", "nothing in the question asks for one or the other", SET, heard.cue("union"))
    if needs.distinct:
        yield Sign("distinct", "nothing in the question asks for different ones", DISTINCT, heard.cue("distinct"))
    elif own.cue("distinct only") and not needs.grouped and not needs.sets:
        yield Sign("unasked", "the question asks for different ones, the query may repeat them", NOT_DISTINCT, False)
