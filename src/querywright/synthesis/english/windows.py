"""Windows and orders: ranks, running and moving figures, shares of a whole, directions that fit what is sorted."""

from __future__ import annotations

import re

from sqlglot import exp

from querywright.synthesis.english import (
    dates,
    nouns,
    terms,
)
from querywright.synthesis.english.scope import Block, base_column
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import Voice, listing, many, the
from querywright.synthesis.lexicon import Role


def window(node: exp.Window, block: Block, voice: Voice) -> str:
    inner = node.this
    within = within_words(node, block, voice)
    ranking = (exp.RowNumber, exp.Rank, exp.DenseRank)
    if isinstance(inner, ranking):
        word = "dense rank" if isinstance(inner, exp.DenseRank) else "rank"
        return f"{word} by {_ranked_by(node, block, voice)}{within}"
    if isinstance(inner, exp.Ntile):
        tile = {"4": "quartile", "5": "quintile", "10": "decile", "100": "percentile"}.get(inner.this.sql(), "group")
        return f"{tile} (1 to {inner.this.sql()}) by {_ranked_by(node, block, voice)}{within}"
    if isinstance(inner, (exp.Lag, exp.Lead)):
        return f"{terms.term(inner.this, block, voice)} of {previous(node, block, voice)}"
    if isinstance(inner, (exp.FirstValue, exp.LastValue)):
        which = "first" if isinstance(inner, exp.FirstValue) else "last"
        by = order_words(node.args.get("order"), block, voice)
        return f"{which} {terms.term(inner.this, block, voice)} by {by}{within}"
    said = terms.term(inner, block, voice)
    order = node.args.get("order")
    if isinstance(inner, (exp.Sum, exp.Avg)) and isinstance(inner.this, exp.Sum):
        said = f"{'total' if isinstance(inner, exp.Sum) else 'average'} {terms.term(inner.this.this, block, voice)}"
    if order is None:
        return f"{said}{within}" if within else f"overall {said}"
    span = moving(node)
    if span:
        what = said.removeprefix("average ")
        first = block.by_position(order.expressions[0].this)
        unit = dates.date_unit(first)
        if unit:
            return f"{span}-{unit[0].split(' ')[-1]} moving average of the {what}{within}"
        return f"moving average of the {what} over the last {span} rows{along(order, block, voice)}{within}"
    word = "running total of " if said.startswith(("total ", "combined ")) else "running "
    return f"{word}{said.removeprefix('total ').removeprefix('combined ')}{along(order, block, voice)}{within}"


def along(order: exp.Order, block: Block, voice: Voice) -> str:
    """The order a running figure follows; a group's own date goes without saying."""
    first = block.by_position(order.expressions[0].this)
    found = dates.date_unit(first)
    if found and any(first == g for g in block.groups):
        return f" up to that {found[0].split(' ')[0]}"
    return f" by {axis(order, block, voice)}"


def moving(node: exp.Window) -> str | None:
    """`three` for a frame of the current and the two previous rows; None for any other frame."""
    spec = node.args.get("spec")
    start = spec.args.get("start") if spec else None
    if spec is not None and isinstance(start, exp.Literal) and spec.args.get("end") == "CURRENT ROW":
        return counted(str(int(start.this) + 1))
    return None


def previous(node: exp.Window, block: Block, voice: Voice) -> str:
    lead = isinstance(node.this, exp.Lead)
    order = node.args.get("order")
    word = "next" if lead else "previous"
    if order is None or not order.expressions:
        return f"the {word} row"
    found = dates.date_unit(block.by_position(order.expressions[0].this))
    place = block.place(order.expressions[0].this) if isinstance(order.expressions[0].this, exp.Column) else None
    if found is None and place is not None and place.inner is not None:
        found = dates.date_unit(place.inner)
    unit = {"calendar month": "month"}.get(found[0], found[0]) if found else None
    thing = unit or f"{nouns.row_noun(block, voice).singular} by {axis(order, block, voice)}"
    known = " with data" if unit else ""
    return f"the {word} {thing}{known}{within_words(node, block, voice)}"


def axis(order: exp.Order, block: Block, voice: Voice) -> str:
    return listing([terms.term(block.by_position(o.this), block, voice) for o in order.expressions[:1]])


def within_words(node: exp.Window, block: Block, voice: Voice) -> str:
    parts = [partition_words(p, block, voice) for p in node.args.get("partition_by") or ()]
    return f" within each {listing(parts)}" if parts else ""


def partition_words(node: exp.Expr, block: Block, voice: Voice) -> str:
    """What a partition or group column stands for: `department` for a key that points at departments."""
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    if place is not None and base is not None:
        for reference in voice.lexicon.references(base[0]):
            if reference.columns == (base[1],):
                return reference.phrase
        entity = voice.lexicon.entity(base[0])
        if entity.key == (base[1],) or (entity.label == (base[1],) and voice.lexicon.facts(*base).unique):
            return nouns.named(block, place, voice).singular
    return terms.term(node, block, voice)


def whole(node: exp.Window, block: Block, voice: Voice) -> str:
    said = terms.term(node.this, block, voice)
    within = within_words(node, block, voice).replace(" within each ", " of its ")
    if said.startswith("combined number of "):
        rows = said.removeprefix("combined number of ")
        return f"all {rows}{within.replace(' of its ', ' in its ')}" if within else "the total"
    return f"{the(said)}{within}" if within else f"the overall {said}"


def order_words(order: exp.Order | None, block: Block, voice: Voice, keys: int | None = None) -> str:
    """`price from highest to lowest, then name alphabetically`; of the first `keys` only, where that is given."""
    if order is None:
        return "position"
    said = []
    for node in order.expressions[:keys]:
        words = ordered(node, block, voice)
        full = full_name(node, block)
        if full:
            words = f"{full} {direction(block.by_position(node.this), bool(node.args.get('desc')), block)}"
        if words not in said:
            said.append(words)
    return ", then ".join(said)


def _ranked_by(node: exp.Window, block: Block, voice: Voice) -> str:
    """`price from highest to lowest (equal ones by name alphabetically)`: nobody takes it for the order of the rows."""
    first, *ties = order_words(node.args.get("order"), block, voice).split(", then ")
    return f"{first} (equal ones by {', then '.join(ties)})" if ties else first


def full_name(node: exp.Ordered, block: Block) -> str | None:
    """`full name` for a column that is one part of a name told in several."""
    inner = block.by_position(node.this)
    place = block.place(inner) if isinstance(inner, exp.Column) else None
    base = base_column(place) if place else None
    if base is None:
        return None
    label = block.lexicon.entity(base[0]).label
    return "full name" if len(label) > 1 and base[1] in label else None


def ordered(node: exp.Ordered, block: Block, voice: Voice) -> str:
    """One sort key with its direction in words that fit its kind."""
    inner = block.by_position(node.this)
    desc = bool(node.args.get("desc"))
    said = re.sub(r" \([^)]*\)", "", terms.term(inner, block, voice))
    return f"{said} {direction(inner, desc, block)}"


def direction(inner: exp.Expr, desc: bool, block: Block) -> str:
    """`from highest to lowest`, `alphabetically`, `from newest to oldest`."""
    facts = nouns.facts_of(inner, block)
    place = block.place(inner) if isinstance(inner, exp.Column) else None
    computed = place.inner if place is not None else None
    if (
        (facts and (facts.temporal or facts.role is Role.TIME))
        or dates.date_unit(inner)
        or (computed and dates.date_unit(computed))
    ):
        unit = dates.date_unit(inner) or (computed and dates.date_unit(computed))
        if unit and unit[0].startswith(("calendar ", "weekday", "hour", "day of the")):
            return "in reverse calendar order" if desc else "in calendar order"
        return "from newest to oldest" if desc else "from oldest to newest"
    if facts and facts.enumerated:
        return "in reverse declared order" if desc else "in declared order"
    if facts and facts.kind == "text":
        return "in reverse alphabetical order" if desc else "alphabetically"
    return "from highest to lowest" if desc else "from lowest to highest"


def of_rows(said: str, node: exp.Expr, block: Block, voice: Voice) -> str:
    """`highest amount` → `highest payment amount`, where it is said of a customer and taken over payments."""
    inner = node.this if isinstance(node, exp.AggFunc) else None
    facts = nouns.facts_of(inner, block) if isinstance(inner, exp.Column) else None
    place = block.place(inner) if isinstance(inner, exp.Column) else None
    if not block.is_grouped or facts is None or place is None or place.source is not block.grain:
        return said
    row = nouns.source_noun(block.grain, voice).singular
    if facts.phrase.startswith(row) or not said.endswith(facts.phrase) or said == facts.phrase:
        return said
    return f"{said.removesuffix(facts.phrase)}{row} {facts.phrase}"


def extreme_words(order: exp.Order, block: Block, voice: Voice, key: int = 0) -> str:
    """A sort key (the first) as a superlative: `highest price`, `earliest order date`, `most orders`."""
    first = order.expressions[key]
    inner = block.by_position(first.this)
    desc = bool(first.args.get("desc"))
    said = terms.term(inner, block, voice)
    facts = nouns.facts_of(inner, block)
    if (facts and (facts.temporal or facts.role is Role.TIME)) or dates.date_unit(inner):
        return f"{'latest' if desc else 'earliest'} {said}"
    if said.startswith("number of "):
        return f"{'most' if desc else 'fewest'} {said.removeprefix('number of ')}"
    if facts and facts.integral and many(said) and said == facts.phrase:
        return f"{'most' if desc else 'fewest'} {said}"
    said = of_rows(said, inner, block, voice)
    for word, other, same in (("highest ", "maximum ", desc), ("lowest ", "minimum ", not desc)):
        if said.startswith(word):
            return said if same else f"{'highest' if desc else 'lowest'} {other}{said.removeprefix(word)}"
    return f"{'highest' if desc else 'lowest'} {said}"
