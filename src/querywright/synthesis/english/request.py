"""What a query asks for, taken apart into the pieces every style of question is built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from querywright.synthesis.english import conditions, nouns, superlatives, terms, windows
from querywright.synthesis.english.conditions import Restrictor
from querywright.synthesis.english.scope import Block, Source, Union, aggregates, base_column, resolve
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, listing, the
from querywright.synthesis.lexicon import Lexicon


@dataclass(frozen=True)
class Request:
    """The pieces of one question; styles only arrange them.

    `what` is the thing asked for (`the names of orders placed in 2019`); for a count it is what is counted, without
    article. `which` is the same as a clause after *Which* where it reads well (`customers have no orders`).
    """

    kind: str
    """`count`, `value`, `list` or `each`."""
    what: str
    noun: Noun
    among: str | None = None
    """The rows a top-k is taken from: said first, so that nothing else attaches to it."""
    each: str | None = None
    only: str | None = None
    order: str | None = None
    which: str | None = None
    remarks: tuple[str, ...] = ()
    """Rounding, ties, zero counts: said last."""
    many: bool = True
    """Whether `what` is plural."""
    rows: str = ""
    """The rows spoken of, with everything that narrows them."""
    subject: str = ""
    """What the rows are, in one plural noun."""
    bare: str = ""
    """What is asked of those rows, without naming them again."""


def read(tree: exp.Expr, voice: Voice) -> Request:
    """The request behind a query. Raises CannotSay naming the construct there are no words for."""
    request = _read(tree, voice)
    return request if request.subject else replace(request, subject=request.noun.plural)


def _read(tree: exp.Expr, voice: Voice) -> Request:
    block = resolve(without_quoted_text(tree, voice.lexicon), voice.lexicon)
    return _of_union(block, voice) if isinstance(block, Union) else _of_block(block, voice)


def without_quoted_text(tree: exp.Expr, lexicon: Lexicon) -> exp.Expr:
    """SQLite and MySQL read "Oslo" as text where no column has that name; so do we."""
    known = {c.name.lower() for t in lexicon.schema for c in t.columns}
    known |= {a.alias.lower() for a in tree.find_all(exp.Alias)}
    quoted = [
        c
        for c in tree.find_all(exp.Column)
        if not c.table and isinstance(c.this, exp.Identifier) and c.this.quoted and c.name.lower() not in known
    ]
    if not quoted or lexicon.dialect not in ("sqlite", "mysql"):
        return tree
    names = {c.name for c in quoted}
    return tree.transform(
        lambda n: (
            exp.Literal.string(n.name)
            if isinstance(n, exp.Column) and not n.table and n.name in names and n.this.quoted
            else n
        )
    )


def _of_block(block: Block, voice: Voice) -> Request:
    if not block.sources:
        raise CannotSay("a query without a table")
    if block.is_aggregate:
        request = _value(block, voice)
    elif block.is_grouped:
        request = _groups(block, voice)
    else:
        request = _rows(block, voice)
    remarks = (*request.remarks, *_rounding(block.outputs))
    return replace(
        request,
        subject=nouns.rows_noun(block, voice).plural,
        remarks=tuple(dict.fromkeys(r for r in remarks if r)),
    )


def _rounding(outputs: Sequence[exp.Expr]) -> list[str]:
    digits = {d for o in outputs if (d := terms.rounding(o)) is not None}
    if not digits:
        return []
    if len(digits) > 1 or 0 in digits:
        return ["rounded to a whole number" if digits == {0} else f"rounded to {max(digits)} decimals at most"]
    number = digits.pop()
    return [f"rounded to {counted(str(number))} decimal{'s' if number > 1 else ''}"]


# -- one value -------------------------------------------------------------------------------------------------------
def _value(block: Block, voice: Voice) -> Request:
    outputs = [o.unalias() for o in block.outputs]
    noun = nouns.rows_noun(block, voice)
    inner = block.grain.block
    grouped = isinstance(inner, Block) and inner.is_grouped
    said = [terms.term(o, block, voice) for o in outputs]
    rows = conditions.population(block, voice)
    plain = f"number of {noun.plural}"
    if len(said) == 1 and said[0] == plain:
        found = conditions.restrictors(block, voice)
        return Request("count", rows, noun, which=_which(noun, found), rows=rows, bare="how many there are")
    if grouped and not block.conditions:
        tail = f" per {nouns.rows_noun(block, voice).singular}"
        figures = listing([the(s) for s in said])
        return Request("value", figures + tail, noun, many=len(said) > 1, rows=f"all {rows}", bare=figures + tail)
    narrowed = bool(conditions.restrictors(block, voice))
    if narrowed and any(f"of {noun.plural}" in s for s in said) and f"number of {noun.plural}" not in said:
        figures = listing([the(s) for s in said])
        return Request("value", figures, noun, among=rows, many=len(said) > 1, rows=rows, bare=figures)
    what = _measures(said, noun, rows, narrowed)
    return Request("value", what, noun, many=len(said) > 1, rows=rows, bare=listing([the(s) for s in said]))


_PLAIN_FIGURES = ("average ", "total ", "lowest ", "highest ", "combined ", "earliest ", "latest ", "median ")


def _measures(said: Sequence[str], noun: Noun, rows: str, narrowed: bool) -> str:
    """Several aggregates over the same rows; the rows are named once."""
    plain = f"number of {noun.plural}"
    if said[0] == plain:
        rest = list(said[1:])
        plain_rest = all(s.startswith(_PLAIN_FIGURES) for s in rest)
        beside = (
            f" together with their {listing(rest)}" if plain_rest else f", along with {listing([the(s) for s in rest])}"
        )
        return f"the number of {rows}" + (beside if rest else "")
    if plain in said:
        others = [s for s in said if s != plain]
        return f"{listing([the(s) for s in others])} of {rows}, and how many of them there are"
    if any(f"of {noun.plural}" in s for s in said):
        return listing([the(s) for s in said]) + (f", counting only {rows}" if narrowed else "")
    return f"{listing([the(s) for s in said])} of {rows if narrowed else 'all ' + rows}"


# -- groups ----------------------------------------------------------------------------------------------------------
def _groups(block: Block, voice: Voice) -> Request:
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
        remarks = _none_remark(block, noun, voice)
    if limit is not None and order is not None:
        return _top_groups(block, noun, rows, narrowed, [*about[0], *having], remarks, voice)
    if not measures:
        return _only_groups(block, noun, rows, narrowed, about[0], voice)
    said = [terms.term(o.unalias(), block, voice) for o in measures]
    what = _measures(said, rows_noun, rows, narrowed)
    among = None
    if narrowed and any(f"of {rows_noun.plural}" in s for s in said) and f"number of {rows_noun.plural}" not in said:
        among, what = rows, listing([the(s) for s in said])
    if alias == block.grain.alias:
        what = listing([the(s) for s in said])
    things = conditions.attach(noun.plural, [*about[0], *having])
    only = things if having else None
    if only and narrowed:
        only, remarks = None, (*remarks, f"keeping only the {conditions.attach(noun.plural, having)}")
    details = _details(block, noun, voice)
    each = conditions.singular(conditions.attach(noun.singular, about[0])) + (f" (with {details})" if details else "")
    return Request(
        "each",
        what,
        noun,
        among=among,
        each=each,
        only=only,
        order=_order(block, voice),
        remarks=remarks,
        many=len(measures) > 1,
        rows=rows,
        bare=listing([the(s) for s in said]),
    )


def _only_groups(block: Block, noun: Noun, rows: str, narrowed: bool, about: list[Restrictor], voice: Voice) -> Request:
    """Groups without figures: the things themselves, narrowed by what their rows add up to."""
    kept = [*about, *conditions.having(block, voice, such=False)]
    things = conditions.attach(noun.plural, kept)
    details = _details(block, noun, voice)
    listed = f"names of {things}" + (f", along with {details}" if details else "")
    remarks = (f"considering only {rows}",) if narrowed and not block.having else ()
    return Request(
        "list",
        f"the {listed}" if _is_entity(block) else f"the {things}",
        noun,
        which=_which(noun, kept),
        rows=rows,
        bare=f"the {noun.plural}",
        order=_order(block, voice),
        remarks=remarks,
    )


def _none_remark(block: Block, noun: Noun, voice: Voice) -> tuple[str, ...]:
    """Under an outer join, things without any rows are counted too."""
    if not block.optional:
        return ()
    child = nouns.source_noun(block.sources[sorted(block.optional)[0]], voice)
    return (f"including {noun.plural} without any {child.plural}",)


def _is_entity(block: Block) -> bool:
    return any(_base(g, block) for g in block.groups)


def _base(node: exp.Expr, block: Block) -> tuple[str, str] | None:
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    return (
        base if base and base[1] in (*block.lexicon.entity(base[0]).key, *block.lexicon.entity(base[0]).label) else None
    )


def _details(block: Block, noun: Noun, voice: Voice) -> str | None:
    """Group columns that are shown beside the entity's own name."""
    shown = []
    for output in block.outputs:
        node = output.unalias()
        if aggregates(node) or node.find(exp.Window) or not isinstance(node, exp.Column):
            continue
        base = _base(node, block)
        place = block.place(node)
        if base or place is None or (full := base_column(place)) is None:
            continue
        entity = block.lexicon.entity(full[0])
        grouped = {b for g in block.groups if (b := _base(g, block)) and b[0] == full[0]}
        if grouped and full[1] not in (*entity.key, *entity.label):
            shown.append(block.lexicon.say(*full))
    return f"its {listing(shown)}" if shown else None


def _top_groups(
    block: Block, noun: Noun, rows: str, narrowed: bool, kept: list[Restrictor], remarks: tuple[str, ...], voice: Voice
) -> Request:
    order, limit = block.select.args["order"], block.select.args["limit"]
    first = block.by_position(order.expressions[0].this)
    extreme = windows.extreme_words(order, block, voice)
    among = conditions.attach(noun.plural, kept) if kept else None
    considered = f"considering only {rows}" if narrowed else None
    shown = [o for o in block.outputs if aggregates(o.unalias()) and o.unalias() != first]
    extra = [terms.term(o.unalias(), block, voice) for o in shown]
    if any(o.unalias() == first for o in block.outputs):
        extra = [terms.term(first, block, voice), *extra]
    count, offset = _limit_words(limit, block)
    head = f"{count} {noun.plural}" if count != "one" else noun.singular
    if among:
        head = count if count != "one" else "one"
    details = _details(block, noun, voice)
    extra = [details.removeprefix("its "), *extra] if details else extra
    what = f"the {head} with the {extreme}" + (f", along with {listing([the(e) for e in extra])}" if extra else "")
    which = f"{head} {'have' if count != 'one' else 'has'} the {extreme}" if not extra and not among else None
    tie = superlatives.tie_words(order, block, voice).removeprefix(", ")
    notes = tuple(r for r in (considered, tie, offset, *remarks) if r)
    return Request(
        "list", what, noun, among=among, which=which, remarks=notes, many=count != "one", rows=rows, bare=what
    )


def _limit_words(limit: exp.Expr, block: Block) -> tuple[str, str | None]:
    node = limit.expression
    if not isinstance(node, exp.Literal):
        raise CannotSay("a LIMIT that is computed")
    offset = block.select.args.get("offset")
    skipped = offset.expression.this if offset and offset.expression.this != "0" else None
    return counted(node.this), f"skipping the first {counted(skipped)}" if skipped else None


# -- rows ------------------------------------------------------------------------------------------------------------
def _rows(block: Block, voice: Voice, once: bool = False) -> Request:
    inner = block.grain.block
    if isinstance(inner, Block) and inner.is_grouped and not block.select.args.get("limit"):
        grouped = _rows_of_groups(block, inner, voice)
        if grouped:
            return grouped
    if once or block.select.args.get("distinct"):
        found_once = conditions.existential(block, voice)
        if found_once is not None and not block.select.args.get("limit"):
            return _existing(block, *found_once, voice)
    noun = nouns.rows_noun(block, voice)
    found = [*conditions.restrictors(block, voice), *conditions.having(block, voice, such=False)]
    limit = block.select.args.get("limit")
    things = conditions.attach(noun.plural, found)
    distinct = "different " if block.select.args.get("distinct") else ""
    shown, extra = _shown(block, noun, voice)
    if limit is not None:
        return _top_rows(block, noun, things if found else None, shown, extra, voice)
    which = _which(noun, found) if _only_label(block) and not distinct else None
    bare = f"the {distinct}{listing(shown)}{_along(extra)}" if shown else listing([the(distinct + e) for e in extra])
    if shown == [noun.plural] and not distinct and not extra:
        return Request("list", f"the {things}", noun, order=_order(block, voice), which=which, rows=things, bare=bare)
    if not shown:
        rows = f"each {noun.singular}" if things == noun.plural else f"all {things}"
        what = f"{listing([the(distinct + e) for e in extra])} of {rows}"
    else:
        what = f"the {distinct}{listing(shown)} of {things if found else 'all ' + things}" + _along(extra)
    return Request("list", what, noun, order=_order(block, voice), which=which, rows=things, bare=bare)


def _rows_of_groups(block: Block, inner: Block, voice: Voice) -> Request | None:
    """Figures that a CTE computed for each group, shown group by group."""
    measures = [o for o in block.outputs if not _is_group_key(o.unalias(), block, inner)]
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
        order=_order(block, voice),
        many=len(measures) > 1,
        rows=rows,
        bare=bare,
    )


def _is_group_key(node: exp.Expr, block: Block, inner: Block) -> bool:
    """Whether an output only names the group: a column it groups by, or the name of the entity behind it."""
    place = block.place(node) if isinstance(node, exp.Column) else None
    if place is None:
        return False
    if place.source.block is inner:
        return place.inner is not None and any(place.inner == g for g in inner.groups)
    base = base_column(place)
    return base is not None and base[1] in block.lexicon.entity(base[0]).label


def _existing(block: Block, noun: Noun, found: list[Restrictor], alias: str, voice: Voice) -> Request:
    """The rows of a joined source, each shown once: those that have something on the other side of the join."""
    with block.seen_from(alias):
        shown, extra = _shown(block, noun, voice)
        label = _only_label(block)
        things = conditions.attach(noun.plural, found)
        several = "different " if block.select.args.get("distinct") and not label else ""
        bare = f"the {several}{listing(shown)}{_along(extra)}" if shown else listing([the(several + e) for e in extra])
        what = f"the {several}{listing(shown)} of {things}{_along(extra)}" if shown else f"{bare} of {things}"
        which = _which(noun, found) if label else None
        return Request("list", what, noun, order=_order(block, voice), which=which, rows=things, bare=bare)


def _along(extra: Sequence[str]) -> str:
    return f", along with {listing([the(e) for e in extra])}" if extra else ""


def _shown(block: Block, noun: Noun, voice: Voice) -> tuple[list[str], list[str]]:
    """The grain's own columns in the plural, and everything else as it is said."""
    shown: list[str] = []
    extra: list[str] = []
    labels = _label_outputs(block)
    for output in block.outputs:
        node = output.unalias()
        if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and node.is_star):
            shown.append("details")
            continue
        if labels and node in labels[1:]:
            continue
        said = terms.term(output, block, voice)
        facts = nouns.facts_of(node, block) if isinstance(node, exp.Column) else None
        if labels and node is labels[0] and len(labels) > 1:
            shown.append("full names" if noun.person else listing([terms.term(n, block, voice) for n in labels]))
        elif facts is not None and said == facts.phrase:
            shown.append(facts.plural)
        else:
            extra.append(said)
    return shown, extra


def _label_outputs(block: Block) -> list[exp.Expr]:
    """Outputs that together are the grain's name, where it takes more than one column."""
    found = []
    for output in block.outputs:
        node = output.unalias()
        place = block.place(node) if isinstance(node, exp.Column) and not node.is_star else None
        base = base_column(place) if place else None
        if place and base and not nouns.steps(block, place.source) and base[1] in block.lexicon.entity(base[0]).label:
            found.append(node)
    full = len(found) > 1 and len(found) == len({n.name for n in found})
    return found if full else []


def _only_label(block: Block) -> bool:
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


def _which(noun: Noun, found: Sequence[Restrictor]) -> str | None:
    """`customers whose country is Norway have no orders`: the last condition with a verb becomes the predicate."""
    verb = next((r for r in sorted(found, key=lambda r: -r.rank) if r.verb), None)
    if verb is None or (len(found) > 1 and any(r.rank == conditions.TOP for r in found)):
        return None
    rest = list(found)
    rest.remove(verb)
    return f"{conditions.attach(noun.plural, rest)} {verb.verb}"


def _top_rows(
    block: Block, noun: Noun, things: str | None, shown: list[str], extra: list[str], voice: Voice
) -> Request:
    order = block.select.args.get("order")
    count, offset = _limit_words(block.select.args["limit"], block)
    head = noun.singular if count == "one" else f"{count} {noun.plural}"
    if things:
        head = "one" if count == "one" else f"{count}"
    superlative = f" {_crowned(order, block, noun, count == 'one', voice)}" if order else ""
    named = listing(shown) if count != "one" else listing([_single(s) for s in shown])
    subject = f"the {head}{superlative}" if order else f"any {head}"
    what = f"the {named} of {subject}{_along(extra)}" if shown else f"{listing([the(e) for e in extra])} of {subject}"
    which = None
    if order and _only_label(block) and not things:
        which = _best_of_all(head, superlative.strip(), count == "one")
    tie = superlatives.tie_words(order, block, voice).removeprefix(", ") if order else ""
    arranged = ("listed in that order",) if order and count != "one" and voice.rng.random() < 0.3 else ()
    return Request(
        "list",
        what,
        noun,
        among=things,
        which=which,
        many=count != "one" or len(shown) > 1,
        rows=things or noun.plural,
        bare=what,
        remarks=tuple(r for r in (tie, offset, *arranged) if r),
    )


def _crowned(order: exp.Order, block: Block, noun: Noun, one: bool, voice: Voice) -> str:
    """`with the highest price`; in a figure: `that wear the crown for price`."""
    extreme = windows.extreme_words(order, block, voice)
    if not voice.figurative or voice.loosened or " (" in extreme:
        return f"with the {extreme}"
    first = order.expressions[0]
    said = terms.term(block.by_position(first.this), block, voice)
    voice.loosened += 1
    verb = "wear the crown for" if first.args.get("desc") else "bring up the rear in"
    voice.note(f"to {verb} {said} is to have the {extreme}")
    return f"{noun.relative} {conditions.agreeing(verb) if one else verb} {said}"


def _best_of_all(head: str, superlative: str, one: bool) -> str:
    """`five products have the highest price`, from `five products` and `with the highest price`."""
    if superlative.startswith("with "):
        return f"{head} {'has' if one else 'have'} {superlative.removeprefix('with ')}"
    return f"{head} {superlative.split(' ', 1)[1]}"


def _single(phrase: str) -> str:
    from querywright.synthesis.lexicon.inflection import singular

    return singular(phrase)


def _order(block: Block, voice: Voice) -> str | None:
    order = block.select.args.get("order")
    return f"sorted by {windows.order_words(order, block, voice)}" if order else None


# -- set operations --------------------------------------------------------------------------------------------------
def _of_union(union: Union, voice: Voice) -> Request:
    if union.recursive:
        raise CannotSay("a recursive query on its own")
    once = union.node.args.get("distinct") is not False or union.kind != "UNION"
    left = _of_union(union.left, voice) if isinstance(union.left, Union) else _side(union.left, once, voice)
    if not isinstance(union.right, Block):
        raise CannotSay("a set operation nested on its right")
    if left.among or left.kind not in ("list",):
        return _joined_requests(union, left, voice)
    first, right = union.first, union.right
    same = _alike(first, right) and left.noun == _noun(right, voice)
    found = _found(right, voice) if same else []
    if union.kind != "UNION":
        shared = {r.clause for r in _found(first, voice)} if same else set()
        found = [r for r in found if r.clause not in shared] or found[:1]
    if not found:
        return _joined_requests(union, left, voice)
    addition = _addition(union.kind, found, left.noun)
    remark = ("each listed once",) if once and union.kind == "UNION" else ()
    return replace(
        left,
        what=left.what + addition,
        which=None,
        rows=left.rows + addition,
        order=_union_order(union, voice),
        remarks=(*left.remarks, *remark),
    )


def _addition(kind: str, found: Sequence[Restrictor], noun: Noun) -> str:
    """What the right side of a set operation says of the same things."""
    verbs = [r.verb for r in found]
    if kind == "INTERSECT" and all(verbs):
        return f" and {noun.relative} also {listing([v for v in verbs if v])}"
    those = conditions.attach("those", found)
    return {"EXCEPT": f", leaving out {those}", "INTERSECT": f", provided they are also among {those}"}.get(
        kind, f", as well as {those}"
    )


def _alike(first: Block, right: Block) -> bool:
    """Whether both sides show the same columns of the same thing."""
    return [o.sql() for o in _plain_outputs(first)] == [o.sql() for o in _plain_outputs(right)]


def _side(block: Block, once: bool, voice: Voice) -> Request:
    """One side of a set operation; duplicates vanish in it, so joined rows count as existing."""
    return _rows(block, voice, once) if not block.is_grouped and not block.is_aggregate else _of_block(block, voice)


def _noun(block: Block, voice: Voice) -> Noun:
    found = conditions.existential(block, voice)
    return found[0] if found else nouns.row_noun(block, voice)


def _found(block: Block, voice: Voice) -> list[Restrictor]:
    """What one side of a set operation says of its things."""
    found = conditions.existential(block, voice)
    if found:
        return found[1]
    if not block.is_grouped:
        return conditions.restrictors(block, voice)
    alias = nouns.grouped_alias(block, voice)
    about = conditions.split(block, alias, voice)[0] if alias and alias != block.grain.alias else []
    return [*about, *conditions.having(block, voice, such=False)]


def _plain_outputs(block: Block) -> list[exp.Expr]:
    outputs = [o.unalias().copy() for o in block.outputs]
    for output in outputs:
        for column in output.find_all(exp.Column):
            column.set("table", None)
    return outputs


def _joined_requests(union: Union, left: Request, voice: Voice) -> Request:
    assert isinstance(union.right, Block)
    right = _side(union.right, True, voice)
    words = {"EXCEPT": ", leaving out ", "INTERSECT": ", keeping only what is also among ", "UNION": ", together with "}
    what = left.what + words[union.kind] + (right.what if right.kind != "count" else f"the number of {right.what}")
    return replace(
        left,
        what=what,
        bare=what,
        rows=what,
        which=None,
        order=_union_order(union, voice),
        kind="list" if left.kind == "count" else left.kind,
    )


def _union_order(union: Union, voice: Voice) -> str | None:
    order = union.node.args.get("order")
    return f"sorted by {windows.order_words(order, union.first, voice)}" if order else None
