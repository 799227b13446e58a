"""Requests for groups: figures for each of them, the groups themselves, the best of them."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import conditions, figures, listings, nouns, superlatives, terms, windows
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, aggregates, base_column
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, listing, the
from querywright.synthesis.lexicon.inflection import plural


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
    remarks = (*remarks, *listings.cut(block))
    details = own_details(block, noun, voice)
    if beside := ungrouped(block, voice):
        what, said = f"{what}, along with {beside}", [*said, beside]
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


def only_groups(
    block: Block, noun: Noun, rows: str, narrowed: bool, about: list[conditions.Restrictor], voice: Voice
) -> Request:
    """Groups without figures: the things themselves, narrowed by what their rows add up to."""
    ungrouped(block, voice)
    kept = [*about, *conditions.having(block, voice, such=False)]
    things = conditions.attach(noun.plural, kept)
    details = own_details(block, noun, voice)
    if details and not names_shown(block):
        listed = f"{listing([plural(d) for d in shown_beside(block, noun, voice)])} of {things}"
    elif is_entity(block):
        listed = f"names of {things}" + (f", along with {many_of(details)}" if details else "")
    else:
        listed = things + (f", along with {many_of(details)}" if details else "")
    remarks = (f"considering only {rows}",) if narrowed and not block.having else ()
    what = f"the {listed}"
    return Request(
        "list",
        what,
        noun,
        which=None if details else listings.which_clause(noun, kept),
        bare=what,
        order=listings.order_clause(block, voice),
        remarks=(*remarks, *listings.cut(block)),
    )


def none_remark(block: Block, noun: Noun, voice: Voice) -> tuple[str, ...]:
    """Under an outer join, things without any rows are counted too."""
    if not block.optional:
        return ()
    source = block.sources[sorted(block.optional)[0]]
    said = nouns.source_noun if source.alias in block.apart else None
    child = said(source, voice) if said else nouns.child_noun(block, source, voice)
    role = nouns.role_of(block, source)
    such = "such " if source.alias in block.apart else ""
    return (f"including {noun.plural} without any {such}{child.plural}" + (f" as {role}" if role else ""),)


def is_entity(block: Block) -> bool:
    return any(entity_column(g, block) for g in block.groups)


def many_of(details: str) -> str:
    """What is shown beside each of several things."""
    return f"their {details.split(' ', 1)[1]}"


def names_shown(block: Block) -> bool:
    """Whether what a group is called is shown, not only something about it."""
    outputs = [o.unalias() for o in block.outputs]
    return any(entity_column(o, block) or any(o == g for g in block.groups) for o in outputs)


def entity_column(node: exp.Expr, block: Block) -> tuple[str, str] | None:
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    return (
        base if base and base[1] in (*block.lexicon.entity(base[0]).key, *block.lexicon.entity(base[0]).label) else None
    )


def ungrouped(block: Block, voice: Voice) -> str | None:
    """Shown columns that are neither grouped nor figures: with one MAX or MIN, those of the row that has it.

    Raises CannotSay where the engine takes them from any row.
    """
    known = _determined(block)
    loose: list[exp.Column] = []
    for output in block.outputs:
        node = output.unalias()
        if aggregates(node) or node.find(exp.Window) or any(node == g for g in block.groups):
            continue
        for column in node.find_all(exp.Column):
            place = block.place(column)
            base = base_column(place) if place is not None and place.source.table is not None else None
            if base and base[0] not in known and not any(column == g for g in block.groups):
                loose.append(column)
    if not loose:
        return None
    figures_shown = [f for o in block.outputs for f in aggregates(o.unalias())]
    if len(figures_shown) != 1 or not isinstance(figures_shown[0], (exp.Max, exp.Min)):
        raise CannotSay("a column that is neither grouped nor a figure")
    said = listing([the(terms.term(c, block, voice)) for c in loose])
    return f"{said} of the {nouns.rows_noun(block, voice).singular} that has it"


def _determined(block: Block) -> set[str]:
    """Tables of which a group holds one row: grouped by their key or name, or reached from such by keys."""
    found: set[str] = set()
    for node in block.groups:
        place = block.place(node) if isinstance(node, exp.Column) else None
        base = base_column(place) if place else None
        if base is None:
            continue
        entity = block.lexicon.entity(base[0])
        if base[1] in (*entity.key, *entity.label) or block.lexicon.facts(*base).unique:
            found.add(base[0])
        found |= {r.referred_table for r in block.lexicon.references(base[0]) if base[1] in r.columns}
    for _ in block.links:
        for link in block.links:
            child, parent = block.sources[link.child].table, block.sources[link.parent].table
            if child in found and parent is not None:
                found.add(parent)
            if link.same and parent in found and child is not None:
                found.add(child)
    return found


def own_details(block: Block, noun: Noun, voice: Voice) -> str | None:
    """Group columns that are shown beside the entity's own name: `its country and city`."""
    shown = shown_beside(block, noun, voice)
    return f"{'their' if noun.person else 'its'} {listing(shown)}" if shown else None


def shown_beside(block: Block, noun: Noun, voice: Voice) -> list[str]:
    """What is shown of each group that is neither what it is called nor a figure."""
    shown: list[str] = []
    known, plain = _determined(block), len(nouns.group_parts(block, voice)) > 1
    for output in block.outputs:
        node = output.unalias()
        if aggregates(node) or node.find(exp.Window) or not node.find(exp.Column):
            continue
        if not isinstance(node, exp.Column):
            shown += [] if any(node == g for g in block.groups) else [terms.term(node, block, voice)]
            continue
        place = block.place(node)
        if entity_column(node, block) or place is None or (full := base_column(place)) is None:
            continue
        own = any(node == g for g in block.groups) and (plain or not any(entity_column(g, block) for g in block.groups))
        if full[0] in known and not own and full[1] not in block.lexicon.entity(full[0]).label:
            shown.append(block.lexicon.say(*full))
    return [s for s in shown if s != noun.singular]


def top_groups(
    block: Block,
    noun: Noun,
    rows: str,
    narrowed: bool,
    kept: list[conditions.Restrictor],
    remarks: tuple[str, ...],
    voice: Voice,
) -> Request:
    ungrouped(block, voice)
    order, limit = block.select.args["order"], block.select.args["limit"]
    first = block.by_position(order.expressions[0].this)
    extreme = windows.extreme_words(order, block, voice)
    among = conditions.attach(noun.plural, kept) if kept else None
    shown = [o for o in block.outputs if (aggregates(o.unalias()) or o.find(exp.Window)) and o.unalias() != first]
    extra = [terms.term(o.unalias(), block, voice) for o in shown]
    if any(o.unalias() == first for o in block.outputs):
        extra = [terms.term(first, block, voice), *extra]
    count, offset = listings.limit_words(limit, block)
    head = f"{count} {noun.plural}" if count != "one" else noun.singular
    if among:
        head = count if count != "one" else "one"
    details = own_details(block, noun, voice)
    best = f"the {head} with the {extreme}"
    if details and not names_shown(block):
        best = f"{the(listing(shown_beside(block, noun, voice)))} of {best}"
    elif details:
        extra = [*shown_beside(block, noun, voice), *extra]
    what = best + (f", along with {listing([the(e) for e in extra])}" if extra else "")
    plain = not extra and not among and not details
    which = f"{head} {'have' if count != 'one' else 'has'} the {extreme}" if plain else None
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
