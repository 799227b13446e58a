"""Requests for groups: figures for each of them, the groups themselves, the best of them."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import conditions, figures, listings, nouns, superlatives, terms, windows
from querywright.synthesis.english.conditions import Restrictor
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, aggregates, base_column
from querywright.synthesis.english.voice import Noun, Voice, listing, the


def groups_request(block: Block, voice: Voice) -> Request:
    noun = nouns.group_noun(block, voice)
    measures = [o for o in block.outputs if aggregates(o.unalias()) or o.find(exp.Window)]
    rows_noun = nouns.rows_noun(block, voice)
    alias = nouns.grouped_alias(block, voice)
    about = conditions.split(block, alias, voice) if alias else ([], conditions.restrictors(block, voice))
    rows, narrowed = conditions.attach(rows_noun.plural, about[1]), bool(about[1])
    having = conditions.having(block, voice, such=bool(measures) and narrowed)
    order, limit = block.select.args.get("order"), block.select.args.get("limit")
    remarks: tuple[str, ...] = ()
    if alias == block.grain.alias:
        about, rows, narrowed = ([*about[0], *about[1]], []), rows_noun.plural, False
        remarks = none_remark(block, noun, voice)
    if limit is not None and order is not None:
        return top_groups(block, noun, rows, narrowed, [*about[0], *having], remarks, voice)
    if not measures:
        return only_groups(block, noun, rows, narrowed, about[0], voice)
    said = [terms.term(o.unalias(), block, voice) for o in measures]
    what = figures.measures(said, rows_noun, rows, narrowed, whole="their" if noun.person else "the")
    among = None
    if narrowed and figures.among(said, rows_noun):
        among, what = rows, listing([the(s) for s in said])
    if alias == block.grain.alias:
        what = listing([the(s) for s in said])
    things = conditions.attach(noun.plural, [*about[0], *having])
    only = things if having else None
    if only and narrowed:
        only, remarks = None, (*remarks, f"keeping only the {conditions.attach(noun.plural, having)}")
    details = own_details(block, noun, voice)
    each = conditions.singular(conditions.attach(noun.singular, about[0])) + (f" (with {details})" if details else "")
    return Request(
        "each",
        what,
        noun,
        among=among,
        each=each,
        only=only,
        order=listings.order_clause(block, voice),
        remarks=remarks,
        many=len(measures) > 1,
        rows=rows,
        bare=listing([the(s) for s in said]),
    )


def only_groups(block: Block, noun: Noun, rows: str, narrowed: bool, about: list[Restrictor], voice: Voice) -> Request:
    """Groups without figures: the things themselves, narrowed by what their rows add up to."""
    kept = [*about, *conditions.having(block, voice, such=False)]
    things = conditions.attach(noun.plural, kept)
    details = own_details(block, noun, voice)
    listed = f"names of {things}" + (f", along with {details}" if details else "")
    remarks = (f"considering only {rows}",) if narrowed and not block.having else ()
    return Request(
        "list",
        f"the {listed}" if is_entity(block) else f"the {things}",
        noun,
        which=listings.which_clause(noun, kept),
        rows=rows,
        bare=f"the {noun.plural}",
        order=listings.order_clause(block, voice),
        remarks=remarks,
    )


def none_remark(block: Block, noun: Noun, voice: Voice) -> tuple[str, ...]:
    """Under an outer join, things without any rows are counted too."""
    if not block.optional:
        return ()
    source = block.sources[sorted(block.optional)[0]]
    child, role = nouns.child_noun(block, source, voice), nouns.role_of(block, source)
    return (f"including {noun.plural} without any {child.plural}" + (f" as {role}" if role else ""),)


def is_entity(block: Block) -> bool:
    return any(entity_column(g, block) for g in block.groups)


def entity_column(node: exp.Expr, block: Block) -> tuple[str, str] | None:
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    return (
        base if base and base[1] in (*block.lexicon.entity(base[0]).key, *block.lexicon.entity(base[0]).label) else None
    )


def own_details(block: Block, noun: Noun, voice: Voice) -> str | None:
    """Group columns that are shown beside the entity's own name."""
    shown = []
    for output in block.outputs:
        node = output.unalias()
        if aggregates(node) or node.find(exp.Window) or not isinstance(node, exp.Column):
            continue
        base = entity_column(node, block)
        place = block.place(node)
        if base or place is None or (full := base_column(place)) is None:
            continue
        entity = block.lexicon.entity(full[0])
        grouped = {b for g in block.groups if (b := entity_column(g, block)) and b[0] == full[0]}
        if grouped and full[1] not in (*entity.key, *entity.label):
            shown.append(block.lexicon.say(*full))
    return f"its {listing(shown)}" if shown else None


def top_groups(
    block: Block, noun: Noun, rows: str, narrowed: bool, kept: list[Restrictor], remarks: tuple[str, ...], voice: Voice
) -> Request:
    order, limit = block.select.args["order"], block.select.args["limit"]
    first = block.by_position(order.expressions[0].this)
    extreme = windows.extreme_words(order, block, voice)
    among = conditions.attach(noun.plural, kept) if kept else None
    shown = [o for o in block.outputs if aggregates(o.unalias()) and o.unalias() != first]
    extra = [terms.term(o.unalias(), block, voice) for o in shown]
    if any(o.unalias() == first for o in block.outputs):
        extra = [terms.term(first, block, voice), *extra]
    count, offset = listings.limit_words(limit, block)
    head = f"{count} {noun.plural}" if count != "one" else noun.singular
    if among:
        head = count if count != "one" else "one"
    details = own_details(block, noun, voice)
    extra = [details.removeprefix("its "), *extra] if details else extra
    what = f"the {head} with the {extreme}" + (f", along with {listing([the(e) for e in extra])}" if extra else "")
    which = f"{head} {'have' if count != 'one' else 'has'} the {extreme}" if not extra and not among else None
    tie = superlatives.tie_words(order, block, voice).removeprefix(", ")
    notes = tuple(r for r in (tie, offset, *remarks) if r)
    considering = rows if narrowed else None
    return Request(
        "list",
        what,
        noun,
        among=among,
        considering=considering,
        which=which,
        remarks=notes,
        many=count != "one",
        rows=rows,
        bare=what,
    )


def rows_of_groups(block: Block, inner: Block, voice: Voice) -> Request | None:
    """Figures that a CTE computed for each group, shown group by group."""
    measures = [o for o in block.outputs if not is_group_key(o.unalias(), block, inner)]
    if not measures or len(measures) == len(block.outputs):
        return None
    noun = nouns.group_noun(inner, voice)
    found = conditions.restrictors(block, voice)
    only = conditions.attach(noun.plural, found) if found else None
    bare = listing([the(terms.term(o, block, voice)) for o in measures])
    rows = conditions.population(inner, voice)
    return Request(
        "each",
        bare,
        noun,
        each=noun.singular,
        only=only,
        order=listings.order_clause(block, voice),
        many=len(measures) > 1,
        rows=rows,
        bare=bare,
    )


def is_group_key(node: exp.Expr, block: Block, inner: Block) -> bool:
    """Whether an output only names the group: a column it groups by, or the name of the entity behind it."""
    place = block.place(node) if isinstance(node, exp.Column) else None
    if place is None:
        return False
    if place.source.block is inner:
        return place.inner is not None and any(place.inner == g for g in inner.groups)
    base = base_column(place)
    return base is not None and base[1] in block.lexicon.entity(base[0]).label
