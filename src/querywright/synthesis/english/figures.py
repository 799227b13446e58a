"""Requests for figures: one row of aggregates over some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from querywright.synthesis.english import conditions, groups, listings, nouns, sets, terms
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, Union, aggregates
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, listing, the


def figures_request(block: Block, voice: Voice) -> Request:
    inner = block.grain.block
    if isinstance(inner, Union) and not inner.recursive:
        return counted_set(block, inner, voice)
    beside = groups.ungrouped(block, voice)
    found = _figures(block, [o.unalias() for o in block.outputs if not beside or aggregates(o.unalias())], voice)
    tail = f", along with {beside}" if beside else ""
    return replace(found, what=found.what + tail, bare=found.bare + tail)


def _figures(block: Block, outputs: Sequence[exp.Expr], voice: Voice) -> Request:
    inner = block.grain.block
    if block.select.args.get("offset") is not None:
        raise CannotSay("an OFFSET of figures")
    noun = nouns.rows_noun(block, voice)
    grouped = isinstance(inner, Block) and inner.is_grouped
    said = [terms.term(o, block, voice) for o in outputs]
    rows = conditions.population(block, voice)
    plain = f"number of {noun.plural}"
    if len(said) == 1 and said[0] == plain:
        found = conditions.restrictors(block, voice)
        return Request(
            "count", rows, noun, which=listings.which_clause(noun, found), rows=rows, bare="how many there are"
        )
    if grouped and not block.conditions:
        one = conditions.attach(nouns.rows_noun(block, voice).singular, conditions.restrictors(block, voice))
        tail = f" per {conditions.singular(one)}"
        figures = listing([the(s) for s in said])
        return Request("value", figures + tail, noun, many=len(said) > 1, rows=f"all {rows}", bare=figures + tail)
    narrowed = bool(conditions.restrictors(block, voice))
    if narrowed and among(said, noun):
        figures = listing([the(s) for s in said])
        return Request("value", figures, noun, among=rows, many=len(said) > 1, rows=rows, bare=figures)
    what = measures(said, noun, rows, narrowed)
    return Request("value", what, noun, many=len(said) > 1, rows=rows, bare=listing([the(s) for s in said]))


def counted_set(block: Block, inner: Union, voice: Voice) -> Request:
    """How many rows a set operation makes."""
    plain = len(block.outputs) == 1 and isinstance(block.outputs[0].unalias(), exp.Count)
    if not plain or not isinstance(block.outputs[0].unalias().this, exp.Star) or block.conditions:
        raise CannotSay("figures over a set operation")
    found = sets.set_request(inner, voice)
    different = "" if found.what.startswith("the different ") or not sets.once(inner) else "different "
    what = f"the number of {different}{sets.whole(found).removeprefix('the ')}"
    return Request("value", what, found.noun, many=False, bare=what)


def among(said: Sequence[str], noun: Noun) -> bool:
    """Whether some figures are only of some of the rows, so that the rows all are taken from must be said first."""
    if f"number of {noun.plural}" in said:
        return any(f"of {noun.plural} " in s for s in said)
    return any(f"of {noun.plural}" in s for s in said)


PLAIN_FIGURES = ("average ", "total ", "lowest ", "highest ", "combined ", "earliest ", "latest ", "median ")


def measures(said: Sequence[str], noun: Noun, rows: str, narrowed: bool, whole: str = "all") -> str:
    """Several aggregates over the same rows; the rows are named once."""
    plain = f"number of {noun.plural}"
    if said[0] == plain:
        rest = list(said[1:])
        plain_rest = all(s.startswith(PLAIN_FIGURES) for s in rest)
        beside = (
            f" together with their {listing(rest)}" if plain_rest else f", along with {listing([the(s) for s in rest])}"
        )
        return f"the number of {rows}" + (beside if rest else "")
    if plain in said:
        others = [s for s in said if s != plain]
        return f"{listing([the(s) for s in others])} of {rows}, and how many of them there are"
    if any(f"of {noun.plural}" in s for s in said):
        return listing([the(s) for s in said]) + (f", counting only {rows}" if narrowed else "")
    return f"{listing([the(s) for s in said])} of {rows if narrowed else f'{whole} {rows}'}"
