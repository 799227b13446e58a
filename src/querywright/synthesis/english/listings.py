"""Requests for rows: what is shown of them, in which order, how many."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from querywright.synthesis.english import conditions, existence, groups, nouns, superlatives, terms, windows
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, Source, Union, base_column
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, listing, the


def limit_words(limit: exp.Expr, block: Block) -> tuple[str, str | None]:
    node = limit.expression
    if not isinstance(node, exp.Literal):
        raise CannotSay("a LIMIT that is computed")
    offset = block.select.args.get("offset")
    skipped = offset.expression.this if offset and offset.expression.this != "0" else None
    return counted(node.this), f"skipping the first {counted(skipped)}" if skipped else None


def cut(block: Block) -> tuple[str, ...]:
    """A LIMIT on groups that nothing sorts."""
    limit = block.select.args.get("limit")
    if limit is None:
        return ()
    count, offset = limit_words(limit, block)
    if offset:
        raise CannotSay("an OFFSET without an order")
    return (f"limited to any {count} of them",)


def rows_request(block: Block, voice: Voice, once: bool = False) -> Request:
    inner = block.grain.block
    if isinstance(inner, Block) and inner.is_grouped and not block.select.args.get("limit"):
        grouped = groups.rows_of_groups(block, inner, voice)
        if grouped:
            return grouped
    if once or block.is_distinct:
        found_once = conditions.existential(block, voice)
        if found_once is not None and not block.select.args.get("limit"):
            return existing(block, *found_once, voice)
    noun = nouns.rows_noun(block, voice)
    found = [*conditions.restrictors(block, voice), *conditions.having(block, voice, such=False)]
    found += superlatives.first_of_each(block, voice)
    limit = block.select.args.get("limit")
    things = conditions.attach(noun.plural, found)
    distinct = "different " if block.is_distinct else ""
    shown, extra = shown_columns(block, noun, voice)
    if limit is not None and block.is_distinct and not _is_one(limit, block):
        return first_different(block, noun, things, shown, extra, voice)
    if limit is not None:
        return top_rows(block, noun, things if found else None, shown, extra, voice)
    which = which_clause(noun, found) if only_label(block) and not distinct else None
    bare = _bare(shown, extra, distinct)
    if shown == [noun.plural] and not distinct and not extra:
        return Request(
            "list",
            f"the {things}",
            noun,
            order=order_clause(block, voice),
            which=which,
            remarks=none_remark(block, voice),
            rows=things,
            bare=bare,
        )
    if not shown:
        rows = f"each {noun.singular}" if things == noun.plural else f"all {things}"
        what = f"{listing([the(distinct + e) for e in extra])} of {rows}"
    else:
        what = f"the {distinct}{listing(shown)} of {things if found else 'all ' + things}" + along_with(extra)
    remarks = none_remark(block, voice)
    return Request(
        "list", what, noun, order=order_clause(block, voice), which=which, remarks=remarks, rows=things, bare=bare
    )


def none_remark(block: Block, voice: Voice) -> tuple[str, ...]:
    """Under LEFT JOIN LATERAL, things for which nothing is found are listed too."""
    said = []
    for link in block.links:
        inner = block.sources[link.child].block
        if link.lateral and link.side == "LEFT" and isinstance(inner, Block):
            parents, children = (nouns.source_noun(block.sources[a], voice).plural for a in (link.parent, link.child))
            such = "such " if any(not existence.ties(c, inner) for c in inner.conditions) else ""
            said.append(f"including {parents} without any {such}{children}")
    return tuple(said)


def existing(block: Block, noun: Noun, found: list[conditions.Restrictor], alias: str, voice: Voice) -> Request:
    """The rows of a joined source, each shown once: those that have something on the other side of the join."""
    with block.seen_from(alias):
        shown, extra = shown_columns(block, noun, voice)
        label = only_label(block)
        things = conditions.attach(noun.plural, found)
        several = "different " if block.is_distinct and not label else ""
        bare = _bare(shown, extra, several)
        what = f"the {several}{listing(shown)} of {things}{along_with(extra)}" if shown else f"{bare} of {things}"
        which = which_clause(noun, found) if label else None
        return Request("list", what, noun, order=order_clause(block, voice), which=which, rows=things, bare=bare)


def _bare(shown: Sequence[str], extra: Sequence[str], distinct: str) -> str:
    """What is shown, without saying of which rows."""
    if not shown:
        return listing([the(distinct + e) for e in extra])
    return f"the {distinct}{listing(shown)}{along_with(extra)}"


def along_with(extra: Sequence[str]) -> str:
    return f", along with {listing([the(e) for e in extra])}" if extra else ""


def shown_columns(block: Block, noun: Noun, voice: Voice) -> tuple[list[str], list[str]]:
    """The grain's own columns in the plural, and everything else as it is said."""
    shown: list[str] = []
    extra: list[str] = []
    names = _whole_names(block, voice)
    for output in block.outputs:
        node = output.unalias()
        if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and node.is_star):
            shown.append("details")
            continue
        said = names.get(id(node)) or terms.term(output, block, voice)
        facts = nouns.facts_of(node, block) if isinstance(node, exp.Column) else None
        if said == "full name":
            shown += [] if "full names" in shown else ["full names"]
        elif id(node) in names:
            extra += [] if said in extra else [said]
        elif facts is not None and said == facts.phrase and not said.startswith("number of "):
            shown.append(facts.plural)
        else:
            extra.append(said)
    return shown, extra


def _whole_names(block: Block, voice: Voice) -> dict[int, str]:
    """`full name` (or `guest's full name`) for outputs that together are a name told in several columns."""
    parts: dict[tuple[str, str], list[exp.Expr]] = {}
    for output in block.outputs:
        node = output.unalias()
        facts = nouns.facts_of(node, block) if isinstance(node, exp.Column) and not node.is_star else None
        if facts is None or len(block.lexicon.entity(facts.table).label) < 2:
            continue
        if facts.column in block.lexicon.entity(facts.table).label:
            owner = terms.term(node, block, voice).removesuffix(facts.phrase)
            parts.setdefault((facts.table, owner), []).append(node)
    return {
        id(node): f"{owner}full name"
        for (table, owner), found in parts.items()
        if len(found) == len(block.lexicon.entity(table).label)
        for node in found
    }


def only_label(block: Block) -> bool:
    """Whether all that is shown is what the rows are called."""
    grain = base_of(block.grain)
    bases = []
    for output in block.outputs:
        node = output.unalias()
        place = block.place(node) if isinstance(node, exp.Column) else None
        base = base_column(place) if place else None
        if place is None or base is None or base[0] != grain or nouns.steps(block, place.source):
            return False
        bases.append(base)
    return bool(bases) and {b[1] for b in bases} == set(block.lexicon.entity(bases[0][0]).label)


def base_of(source: Source) -> str | None:
    """The table behind a source, looking through blocks that keep its rows."""
    if source.table is not None:
        return source.table
    inner = source.block.first if isinstance(source.block, Union) else source.block
    if inner is None or not inner.sources:
        return None
    alias = inner.grain.alias
    for node in inner.groups:
        place = inner.place(node) if isinstance(node, exp.Column) else None
        base = base_column(place) if place else None
        if base and base[1] in inner.lexicon.entity(base[0]).key:
            return base[0]
    return base_of(inner.sources[alias])


def which_clause(noun: Noun, found: Sequence[conditions.Restrictor]) -> str | None:
    """`customers based in Norway have no orders`: the last conditions with a verb become the predicate."""
    verbal = [r for r in found if r.verb]
    if not verbal or (len(found) > 1 and any(r.rank == conditions.TOP for r in found)):
        return None
    last = max(r.rank for r in verbal)
    predicate = [r for r in verbal if r.rank == last][-2:]
    if last != conditions.WHO:
        predicate = predicate[-1:]
    rest = [r for r in found if r not in predicate]
    return f"{conditions.attach(noun.plural, rest)} {listing([r.verb for r in predicate if r.verb])}"


def top_rows(block: Block, noun: Noun, things: str | None, shown: list[str], extra: list[str], voice: Voice) -> Request:
    order = block.select.args.get("order")
    count, offset = limit_words(block.select.args["limit"], block)
    head = noun.singular if count == "one" else f"{count} {noun.plural}"
    if things:
        head = "one" if count == "one" else f"{count}"
    superlative = f" {crowned(order, block, noun, count == 'one', voice)}" if order else ""
    named = listing(shown if count != "one" else _single_columns(block, voice, shown))
    subject = f"the {head}{superlative}" if order else f"any {head}"
    what = (
        f"the {named} of {subject}{along_with(extra)}" if shown else f"{listing([the(e) for e in extra])} of {subject}"
    )
    which = None
    if order and only_label(block) and not things:
        which = best_of_all(head, superlative.strip(), count == "one")
    tie = superlatives.tie_words(order, block, voice).removeprefix(", ") if order else ""
    return Request(
        "list",
        what,
        noun,
        among=things,
        which=which,
        many=count != "one" or len(shown) > 1,
        rows=things or noun.plural,
        bare=what,
        remarks=tuple(r for r in (tie, offset) if r),
    )


def _is_one(limit: exp.Expr, block: Block) -> bool:
    """Whether no row can be a second of the same: one is kept, or a key is shown."""
    keyed = [nouns.facts_of(o.unalias(), block) for o in block.outputs]
    one = isinstance(limit.expression, exp.Literal) and limit.expression.this == "1"
    offset = block.select.args.get("offset")
    return (one and offset is None) or (len(block.sources) == 1 and any(f is not None and f.unique for f in keyed))


def first_different(block: Block, noun: Noun, things: str, shown: list[str], extra: list[str], voice: Voice) -> Request:
    """The first few of what differs, which is not what the first few rows show."""
    count, offset = limit_words(block.select.args["limit"], block)
    order = order_clause(block, voice)
    said = listing([*shown, *extra])
    head = f"the first {count} different {said}" if order else f"any {count} different {said}"
    what = f"{head} of {things if things != noun.plural else f'all {things}'}"
    remarks = tuple(r for r in (offset,) if r)
    return Request("list", what, noun, order=order, remarks=remarks, rows=things, bare=head, many=True)


def crowned(order: exp.Order, block: Block, noun: Noun, one: bool, voice: Voice) -> str:
    """`with the highest price`; in a figure: `that wear the crown for price`."""
    extreme = windows.extreme_words(order, block, voice)
    if not voice.figurative or voice.loosened or " (" in extreme or extreme.startswith(("latest ", "earliest ")):
        return f"with the {extreme}"
    first = order.expressions[0]
    said = terms.term(block.by_position(first.this), block, voice)
    voice.loosened += 1
    verb = "wear the crown for" if first.args.get("desc") else "bring up the rear in"
    voice.note(f"to {verb} {said} is to have the {extreme}")
    return f"{noun.relative} {conditions.agreeing(verb) if one else verb} {said}"


def best_of_all(head: str, superlative: str, one: bool) -> str:
    """`five products have the highest price`, from `five products` and `with the highest price`."""
    if superlative.startswith("with "):
        return f"{head} {'has' if one else 'have'} {superlative.removeprefix('with ')}"
    return f"{head} {superlative.split(' ', 1)[1]}"


def _single_columns(block: Block, voice: Voice, shown: Sequence[str]) -> list[str]:
    """The shown columns as one row has them: `name and number of pages`."""
    phrases: dict[str, str] = {"full names": "full name"}
    for output in block.outputs:
        facts = nouns.facts_of(output.unalias(), block)
        if facts is not None:
            phrases[facts.plural] = facts.phrase
    return [phrases.get(s, s) for s in shown]


def order_clause(block: Block, voice: Voice) -> str | None:
    order = block.select.args.get("order")
    kept = len(block.kept_by)  # what comes after these decides which row of each is kept
    return f"sorted by {windows.order_words(order, block, voice, kept or None)}" if order else None
