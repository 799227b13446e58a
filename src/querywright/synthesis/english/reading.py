"""Reads the request behind a query: the story of this folder starts here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from querywright.synthesis.english import (
    figures,
    groups,
    listings,
    nouns,
    sets,
    terms,
)
from querywright.synthesis.english.flattening import without_nested_distinct
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, Union, namesakes, resolve
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import CannotSay, Voice
from querywright.synthesis.lexicon import Lexicon


def read(tree: exp.Expr, voice: Voice) -> Request:
    """The request behind a query. Raises CannotSay naming the construct there are no words for."""
    found = _request(tree, voice)
    return found if found.subject else replace(found, subject=found.noun.plural)


def _request(tree: exp.Expr, voice: Voice) -> Request:
    if any(namesakes(select) for select in tree.find_all(exp.Select)):
        raise CannotSay("two tables of one name without aliases")
    tree = without_nested_distinct(without_quoted_text(tree, voice.lexicon))
    block = resolve(tree, voice.lexicon)
    return sets.set_request(block, voice) if isinstance(block, Union) else of_block(block, voice)


def without_quoted_text(tree: exp.Expr, lexicon: Lexicon) -> exp.Expr:
    """SQLite reads "Oslo" as text where no column has that name; so do we."""
    known = {c.name.lower() for t in lexicon.schema for c in t.columns}
    known |= {a.alias.lower() for a in tree.find_all(exp.Alias)}
    quoted = [
        c
        for c in tree.find_all(exp.Column)
        if not c.table and isinstance(c.this, exp.Identifier) and c.this.quoted and c.name.lower() not in known
    ]
    if not quoted or lexicon.dialect != "sqlite":
        return tree
    names = {c.name for c in quoted}
    return tree.transform(
        lambda n: (
            exp.Literal.string(n.name)
            if isinstance(n, exp.Column) and not n.table and n.name in names and n.this.quoted
            else n
        )
    )


def of_block(block: Block, voice: Voice) -> Request:
    if not block.sources:
        raise CannotSay("a query without a table")
    if block.is_aggregate:
        request = figures.figures_request(block, voice)
    elif block.is_grouped:
        request = groups.groups_request(block, voice)
    else:
        request = listings.rows_request(block, voice)
    remarks = (*request.remarks, *rounding(block.outputs))
    return replace(
        request,
        subject=nouns.rows_noun(block, voice).plural,
        remarks=tuple(dict.fromkeys(r for r in remarks if r)),
    )


def rounding(outputs: Sequence[exp.Expr]) -> list[str]:
    digits = {d for o in outputs if (d := terms.rounding(o)) is not None}
    if not digits:
        return []
    if len(digits) > 1 or 0 in digits:
        return ["rounded to a whole number" if digits == {0} else f"rounded to {max(digits)} decimals at most"]
    number = digits.pop()
    return [f"rounded to {counted(str(number))} decimal{'s' if number > 1 else ''}"]
