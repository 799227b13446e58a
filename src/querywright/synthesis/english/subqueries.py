"""Scalar subqueries as the value they amount to: `average price of all products`."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import (
    aggregates,
    conditions,
    existence,
    nouns,
    superlatives,
    terms,
    windows,
)
from querywright.synthesis.english.scope import Block, Union, resolve
from querywright.synthesis.english.voice import CannotSay, Voice


def subquery(node: exp.Expr, block: Block, voice: Voice) -> str:
    return value_of(resolve(node, voice.lexicon, outer=block), voice)


def value_of(block: Block | Union, voice: Voice) -> str:
    """What a scalar subquery amounts to: `average price of all products`."""
    if isinstance(block, Union):
        raise CannotSay("a set operation used as a value")
    output = block.outputs[0].unalias()
    if block.is_aggregate:
        tied = [c for c in block.conditions if existence.ties(c, block)]
        if tied:
            block.tied = [*block.tied, *tied]
            return their_own(output, block, voice)
        if all(superlatives.is_correlation(c, block) for c in block.conditions) and block.conditions:
            noun = nouns.rows_noun(block, voice).plural
            rows = conditions.population(block, voice)
            said = terms.term(output, block, voice)
            return f"number of {rows}" if said == f"number of {noun}" else f"{said} of all {rows}"
        if block.conditions or any(s.block for s in block.sources.values()):
            return aggregates.populated(output, block, voice) if block.conditions else over_groups(output, block, voice)
        noun = nouns.rows_noun(block, voice).plural
        said = terms.term(output, block, voice)
        return said if said.endswith(noun) else f"{said} of all {noun}"
    said = terms.term(output, block, voice)
    order, limit = block.select.args.get("order"), block.select.args.get("limit")
    if limit and (not order or not is_first(limit) or block.select.args.get("offset")):
        raise CannotSay("a value taken from the first few rows")
    if block.is_grouped:
        kept = conditions.of_groups(block, voice, ranked=bool(limit))
        one = conditions.singular(conditions.attach(nouns.group_noun(block, voice).singular, kept))
        best = f" with the {conditions.extreme_of(order, block, voice)}" if order and limit else ""
        return f"{said} of the {one}{best}" if said != one or kept or not best else f"{said}{best}"
    if order and limit:
        one = nouns.rows_noun(block, voice).singular
        one = conditions.singular(conditions.attach(one, conditions.restrictors(block, voice)))
        return f"{said} of the {one} with the {windows.extreme_words(order, block, voice)}"
    return f"{said} of {conditions.population(block, voice)}"


def is_first(limit: exp.Expr) -> bool:
    return isinstance(limit.expression, exp.Literal) and limit.expression.this == "1"


def their_own(output: exp.Expr, block: Block, voice: Voice) -> str:
    """An aggregate over the rows that belong to each outer row: `number of their orders placed in 2019`."""
    said, noun = terms.term(output, block, voice), nouns.rows_noun(block, voice).plural
    rows = conditions.population(block, voice)
    if said == f"number of {noun}":
        role = existence.role(block, voice)
        return f"how many {rows} they are the {role} of" if role else f"how many {rows} they have"
    return f"{said} of their {rows}"


def over_groups(output: exp.Expr, block: Block, voice: Voice) -> str:
    """An aggregate over groups names the group: `average number of orders per customer`."""
    said = terms.term(output, block, voice)
    source = block.grain
    inner = source.block if isinstance(source.block, Block) else None
    if inner is not None and inner.is_grouped:
        one = conditions.attach(nouns.source_noun(source, voice).singular, conditions.restrictors(block, voice))
        return f"{said} per {conditions.singular(one)}"
    rows = conditions.population(block, voice)
    return said if said.endswith(rows) else f"{said} of {rows}"
