"""Aggregates as noun phrases: `average price`, `number of orders with a total above $5`."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import (
    conditions,
    nouns,
    terms,
)
from querywright.synthesis.english.scope import Block, Place, base_column, strip
from querywright.synthesis.english.voice import CannotSay, Voice, listing
from querywright.synthesis.lexicon import Role
from querywright.synthesis.lexicon.inflection import plural

AGGREGATES = {
    exp.Avg: "average",
    exp.Sum: "total",
    exp.Median: "median",
    exp.Stddev: "standard deviation of the",
    exp.StddevSamp: "standard deviation of the",
    exp.Variance: "variance of the",
}


def populated(node: exp.Expr, block: Block, voice: Voice) -> str:
    """An aggregate with what it ranges over: `average price of products whose category is Toys`."""
    said = terms.term(node, block, voice)
    rows = counted_population(block, voice)
    noun = nouns.rows_noun(block, voice).plural
    if said == f"number of {noun}":
        return f"number of {rows}"
    return f"{said} of {rows}" if not said.endswith(f" {noun}") else said[: -len(noun)] + rows


def counted_population(block: Block, voice: Voice) -> str:
    """The rows an aggregate ranges over; in groups about an entity, without what only narrows the entity."""
    alias = nouns.grouped_alias(block, voice) if block.is_grouped else None
    if alias is None or alias == block.grain.alias:
        return conditions.population(block, voice)
    return conditions.attach(nouns.rows_noun(block, voice).plural, conditions.split(block, alias, voice)[1])


def count(node: exp.Count, block: Block, voice: Voice) -> str:
    inner = terms.as_case(node.this)
    rows = nouns.rows_noun(block, voice).plural
    if isinstance(inner, exp.Distinct):
        only = terms.as_case(inner.expressions[0])
        if len(inner.expressions) == 1 and isinstance(only, exp.Case) and (branch := _only_branch(only)):
            counted = plurals([branch.args["true"]], block, voice)
            return f"number of different {counted} of {conditions.narrowed(branch.this, block, voice)}"
        return f"number of different {plurals(inner.expressions, block, voice)}"
    if isinstance(inner, exp.Case):
        branch = _only_branch(inner)
        said = counted_case(inner, block, voice)
        if said is None and (branch is None or not isinstance(branch.args["true"], (exp.Column, exp.Literal))):
            raise CannotSay("a count of several cases")
        return said or f"number of {conditions.narrowed(branch.this, block, voice)}" if branch else said or ""
    if isinstance(inner, (exp.Nullif, exp.Coalesce)):
        raise CannotSay("a count of values that are replaced")
    place = block.place(inner) if isinstance(inner, exp.Column) and not inner.is_star else None
    if place is None:
        return f"number of {rows}"
    facts = nouns.facts_of(inner, block)
    if facts is None or facts.role is Role.KEY or not facts.nulls:
        return f"number of {counted_rows(place, block, voice) or rows}"
    return f"number of {rows} with a known {terms.term(inner, block, voice)}"


def _only_branch(case: exp.Case) -> exp.If | None:
    """The branch of a CASE that gives nothing in all other cases."""
    default = case.args.get("default")
    plain = case.this is None and len(case.args["ifs"]) == 1 and (default is None or isinstance(default, exp.Null))
    return case.args["ifs"][0] if plain else None


def counted_rows(place: Place, block: Block, voice: Voice) -> str | None:
    """COUNT(child.key) under a LEFT JOIN counts the children."""
    if place.source.alias == block.grain.alias or place.source.table is None:
        return None
    optional = any(link.side and place.source.alias in (link.child, link.parent) for link in block.links)
    role = nouns.role_of(block, place.source)
    said = conditions.joined_rows(block, place.source, voice) + (f" as {role}" if role else "")
    return said if optional else None


def plurals(parts: list[exp.Expr], block: Block, voice: Voice) -> str:
    said = []
    for part in parts:
        facts = nouns.facts_of(part, block)
        place = block.place(part) if isinstance(part, exp.Column) else None
        keyed = key_plural(place, voice) if place else None
        words = terms.term(part, block, voice)
        own = facts is not None and place is not None and words == facts.phrase
        said.append(keyed or (facts.plural if own and facts else plural(words.replace("'s ", " ", 1))))
    return f"combinations of {listing(said)}" if len(said) > 1 else said[0]


def key_plural(place: Place, voice: Voice) -> str | None:
    base = base_column(place)
    if base is None:
        return None
    if voice.lexicon.entity(base[0]).key == (base[1],) and voice.lexicon.facts(*base).role is Role.KEY:
        return nouns.entity_noun(voice.lexicon, base[0]).plural
    for reference in voice.lexicon.references(base[0]):
        if reference.columns == (base[1],):
            noun = nouns.entity_noun(voice.lexicon, reference.referred_table)
            return noun.plural if noun.singular == reference.phrase else plural(reference.phrase)
    return None


def counted_case(case: exp.Case, block: Block, voice: Voice) -> str | None:
    """`CASE WHEN c THEN 1 ELSE 0 END` inside SUM, COUNT or AVG: the rows where c holds."""
    branches = case.args["ifs"]
    default = case.args.get("default")
    plain = default is None or (isinstance(default, exp.Literal) and default.this in ("0", "0.0"))
    then = branches[0].args["true"]
    one = isinstance(then, exp.Literal) and then.this in ("1", "1.0", "100", "100.0")
    if case.this is None and len(branches) == 1 and plain and one:
        return f"number of {conditions.narrowed(branches[0].this, block, voice)}"
    return None


def filtered_sum(case: exp.Case, block: Block, voice: Voice, word: str) -> str | None:
    """`SUM(CASE WHEN c THEN x ELSE 0 END)`: the total of x where c holds."""
    default = case.args.get("default")
    plain = (
        default is None or isinstance(default, exp.Null) or (isinstance(default, exp.Literal) and default.this == "0")
    )
    if case.this is not None or len(case.args["ifs"]) != 1 or not plain:
        return None
    branch = case.args["ifs"][0]
    return f"{word} {terms.term(branch.args['true'], block, voice)} of {conditions.narrowed(branch.this, block, voice)}"


def summed(node: exp.Expr, block: Block, voice: Voice) -> str:
    word = next(w for k, w in AGGREGATES.items() if isinstance(node, k))
    inner = strip(node.this)
    distinct = isinstance(inner, exp.Distinct)
    if distinct:
        inner = inner.expressions[0]
    inner = terms.as_case(inner)
    if word == "total" and isinstance(inner, exp.Literal) and inner.this == "1":
        return f"number of {nouns.rows_noun(block, voice).plural}"
    if isinstance(inner, exp.Case):
        said = (
            counted_case(inner, block, voice) if word == "total" else share_case(inner, block, voice, word)
        ) or filtered_sum(inner, block, voice, word)
        if said:
            return said
    if isinstance(inner, (exp.Predicate, exp.Not)) and word in ("total", "average"):
        return f"{'number' if word == 'total' else 'share'} of {conditions.narrowed(inner, block, voice)}"
    said = terms.term(inner, block, voice)
    if word == "total" and (said.startswith(("total ", "number of ")) or said.split(" ")[-1] == "total"):
        word = "combined"
    return f"{word} {'distinct ' if distinct else ''}{said}"


def share_case(case: exp.Case, block: Block, voice: Voice, word: str) -> str | None:
    counted = counted_case(case, block, voice) if word == "average" else None
    if counted is None:
        return None
    hundred = case.args["ifs"][0].args["true"].this.startswith("100")
    return ("percentage of " if hundred else "share of ") + counted.removeprefix("number of ")


def extreme(node: exp.Expr, block: Block, voice: Voice) -> str:
    high = isinstance(node, exp.Max)
    facts = nouns.facts_of(node.this, block)
    said = terms.term(node.this, block, voice)
    if facts and (facts.temporal or facts.role is Role.TIME):
        return f"{'latest' if high else 'earliest'} {said}"
    if facts and facts.role in (Role.NAME, Role.TEXT, Role.CATEGORY, Role.CODE) and facts.kind == "text":
        return f"alphabetically {'last' if high else 'first'} {said}"
    if said.startswith("number of "):
        return f"{'largest' if high else 'smallest'} {said}"
    return f"{'highest' if high else 'lowest'} {said}"


def filtered(node: exp.Filter, block: Block, voice: Voice) -> str:
    inner, condition = node.this, node.expression.this
    if isinstance(inner, exp.Count) and not isinstance(inner.this, exp.Distinct):
        return f"number of {conditions.narrowed(condition, block, voice)}"
    said = terms.term(inner, block, voice)
    if said == f"number of {nouns.rows_noun(block, voice).plural}":
        return f"number of {conditions.narrowed(condition, block, voice)}"
    return f"{said} of {conditions.narrowed(condition, block, voice)}"


def text_list(node: exp.Expr, block: Block, voice: Voice) -> str:
    inner = node.this
    if isinstance(inner, exp.Order):
        inner = inner.this
    parts = inner.expressions if isinstance(inner, exp.Distinct) else [inner]
    return f"list of {plurals(parts, block, voice)}"
