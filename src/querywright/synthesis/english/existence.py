"""Conditions about related rows: EXISTS, IN (SELECT …), and places in a hierarchy."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import aggregates, conditions, nouns, sets, terms, windows
from querywright.synthesis.english.scope import Block, Place, Union, base_column, resolve, strip
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import CannotSay, Voice, a, listing


def exists(node: exp.Exists, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    """`EXISTS (SELECT … FROM child WHERE child.key = outer.key AND …)`: who have at least one such child."""
    inner = resolve(node.this, voice.lexicon, outer=block)
    if isinstance(inner, Union):
        raise CannotSay("EXISTS over a set operation")
    tied = [c for c in inner.conditions if ties(c, inner)]
    if not tied:
        raise CannotSay("EXISTS that is not tied to the outer query")
    if inner.is_grouped and not all(_is_tied(g, tied) for g in inner.groups):
        raise CannotSay("EXISTS over groups of the related rows")
    inner.tied = [*inner.tied, *tied]
    owner = _outer_place(tied[0], inner)
    if inner.having and owner is not None:
        return _grouped(inner, block, owner, voice, negated)
    return _related(inner, block, owner, voice, negated)


def _is_tied(group: exp.Expr, tied: list[exp.Expr]) -> bool:
    """Whether a group is all that belongs to the outer row."""
    return any(group.sql() in (t.this.sql(), t.expression.sql()) for t in map(strip, tied))


def ties(node: exp.Expr, inner: Block) -> bool:
    """Whether a condition ties the inner rows to the outer row by a key (it goes without saying)."""
    node = strip(node)
    if (
        not isinstance(node, exp.EQ)
        or not isinstance(node.this, exp.Column)
        or not isinstance(node.expression, exp.Column)
    ):
        return False
    places = [inner.place(node.this), inner.place(node.expression)]
    if places[0] is None or places[1] is None or (places[0].block is inner) == (places[1].block is inner):
        return False
    return _keyed(places[0], places[1]) or _keyed(places[1], places[0])


def is_depth(node: exp.Expr, block: Block) -> bool:
    """Whether a condition is about the level column of a recursive query."""
    node = strip(node)
    place = block.place(node.this) if isinstance(node.this, exp.Column) else None
    return (
        place is not None
        and isinstance(place.source.block, Union)
        and place.source.block.recursive
        and isinstance(place.inner, exp.Literal)
        and isinstance(node.expression, exp.Literal)
    )


def _keyed(child: Place, parent: Place) -> bool:
    low, high = base_column(child), base_column(parent)
    if low is None or high is None:
        return False
    lexicon = child.block.lexicon
    if low == high:
        return lexicon.entity(low[0]).key == (low[1],)
    return any(low[1] in r.columns and r.referred_table == high[0] for r in lexicon.references(low[0]))


def _outer_place(node: exp.Expr, inner: Block) -> Place | None:
    places = [inner.place(node.this), inner.place(node.expression)]
    return next((p for p in places if p is not None and p.block is not inner), None)


def _related(inner: Block, block: Block, owner: Place | None, voice: Voice, negated: bool) -> conditions.Restrictor:
    """`have at least one order placed in 2019`, said of the block's rows or of what one of them points at."""
    thing = nouns.rows_noun(inner, voice)
    found = conditions.restrictors(inner, voice)
    if inner.is_grouped:
        found = [*found, *conditions.having(inner, voice, such=False)]
    part = role(inner, voice)
    if part is not None:
        rows = conditions.attach(thing.singular, found)
        said = f"are not the {part} of any {rows}" if negated else f"are the {part} of at least one {rows}"
    elif negated:
        said = f"have no {conditions.attach(thing.plural, found)}"
    elif any(r.rank == conditions.TOP and (r.short or "").startswith("with the ") for r in found):
        said = f"have the {conditions.singular(conditions.attach(thing.singular, found))}"
    else:
        said = f"have at least one {conditions.singular(conditions.attach(thing.singular, found))}"
    return _said_of(said, block, owner, voice)


def role(inner: Block, voice: Voice) -> str | None:
    """What the asked-about row is to the related ones, where the key between them says more than `have` does."""
    if nouns.across(inner) or inner.grain.table is None:
        return None
    columns = [c for t in inner.tied for c in t.find_all(exp.Column)]
    columns += [o.unalias() for o in inner.outputs if inner.nested and isinstance(o.unalias(), exp.Column)]  # type: ignore[misc]
    for column in columns:
        place = inner.place(column)
        base = base_column(place) if place is not None and place.block is inner else None
        if base is None or base[0] != inner.grain.table:
            continue
        for reference in voice.lexicon.references(base[0]):
            parent = voice.lexicon.entity(reference.referred_table).singular
            if reference.columns == (base[1],) and reference.phrase not in (parent, parent.split(" ")[-1]):
                return reference.phrase
    return None


def _said_of(said: str, block: Block, owner: Place | None, voice: Voice) -> conditions.Restrictor:
    noun = nouns.rows_noun(block, voice)
    base = base_column(owner) if owner is not None else None
    if base is not None and owner is not None and owner.block is block:
        for reference in voice.lexicon.references(base[0]):
            if reference.columns == (base[1],) and owner.source.alias == block.grain.alias:
                tail = conditions.agreeing(said)
                return conditions.Restrictor(
                    f"whose {reference.phrase} {tail}", f"the {reference.phrase} {tail}", conditions.WHOSE
                )
        path = nouns.steps(block, owner.source)
        if path:
            tail = conditions.agreeing(said)
            phrase = path[-1].reference.phrase
            return conditions.Restrictor(f"whose {phrase} {tail}", f"the {phrase} {tail}", conditions.WHOSE)
    return conditions.doing(said, noun)


def membership(node: exp.In, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    """`x IN (SELECT …)`: by keys it is about related rows, by anything else about a set of values."""
    inner = resolve(node.args["query"], voice.lexicon, outer=block)
    if isinstance(inner, Block):
        inner.nested = True
    left = strip(node.this)
    if isinstance(inner, Union):
        said = sets.whole(sets.set_request(inner, voice))
        verb = f"is {'not ' if negated else ''}among {said}"
        return conditions.attribute(terms.term(left, block, voice), verb)
    output = inner.outputs[0].unalias() if inner.outputs else None
    places = (
        block.place(left) if isinstance(left, exp.Column) else None,
        inner.place(output) if isinstance(output, exp.Column) else None,
    )
    if places[0] is None or places[1] is None or inner.select.args.get("limit"):
        return _among(node, inner, block, voice, negated)
    ours, theirs = base_column(places[0]), base_column(places[1])
    if ours is None or theirs is None:
        return _among(node, inner, block, voice, negated)
    inner.tied = [*inner.tied, *(c for c in inner.conditions if _not_null(c, output))]
    if ours == theirs and _key(ours, voice) and places[1].source is inner.grain and not inner.is_grouped:
        said = f"are {'not ' if negated else ''}among the {conditions.population(inner, voice)}"
        return _said_of(said, block, places[0], voice)
    if _points_at(ours, theirs, voice) and not inner.is_grouped and places[1].source is inner.grain:
        return _upward(places[0], inner, block, voice, negated)
    if _key(ours, voice) and (inner.is_grouped and _keyed(places[1], places[0])):
        return _grouped(inner, block, places[0], voice, negated)
    if _keyed(places[1], places[0]) and _is_keylike(theirs, voice):
        return _related(inner, block, places[0], voice, negated)
    return _among(node, inner, block, voice, negated)


def _not_null(condition: exp.Expr, output: exp.Expr | None) -> bool:
    """The guard `key IS NOT NULL` inside NOT IN says nothing to a reader."""
    node = strip(condition)
    return (
        isinstance(node, exp.Not)
        and isinstance(node.this, exp.Is)
        and output is not None
        and node.this.this.sql() == output.sql()
    )


def _is_keylike(column: tuple[str, str], voice: Voice) -> bool:
    return any(column[1] in r.columns for r in voice.lexicon.references(column[0])) or _key(column, voice)


def _key(column: tuple[str, str], voice: Voice) -> bool:
    return voice.lexicon.entity(column[0]).key == (column[1],)


def _points_at(ours: tuple[str, str], theirs: tuple[str, str], voice: Voice) -> bool:
    """Whether our column is a key pointing at their table's own key."""
    return any(
        r.columns == (ours[1],) and r.referred_table == theirs[0] and r.referred_columns == (theirs[1],)
        for r in voice.lexicon.references(ours[0])
    )


def _upward(place: Place, inner: Block, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    base = base_column(place)
    assert base is not None
    phrase = next(r.phrase for r in voice.lexicon.references(base[0]) if r.columns == (base[1],))
    said = conditions.population(inner, voice)
    noun = nouns.rows_noun(inner, voice)
    if phrase == noun.singular and place.source.alias == block.grain.alias:
        word = "not belonging to" if negated else "of"
        return conditions.Restrictor(
            f"{word} {said}",
            f"they {'do not ' if negated else ''}belong to {said}",
            conditions.OF,
            f"{'do not ' if negated else ''}belong to {said}",
        )
    return conditions.attribute(phrase, f"is {'not ' if negated else ''}among the {said}")


def _grouped(inner: Block, block: Block, owner: Place, voice: Voice, negated: bool) -> conditions.Restrictor:
    found = conditions.of_groups(inner, voice)
    if not inner.having:
        return _related(inner, block, owner, voice, negated)
    verbs = [f.verb for f in found]
    if all(verbs) and not negated:
        part = role(inner, voice)
        said = listing([v for v in verbs if v])
        if part is not None and said.startswith("have ") and said.count("have ") == 1:
            said = f"are the {part} of {said.removeprefix('have ')}"
        return _said_of(said, block, owner, voice)
    if negated:
        noun = nouns.rows_noun(block, voice)
        said = conditions.attach(noun.plural, found)
        return conditions.doing(f"are not among the {said}", noun)
    return found[0] if len(found) == 1 else conditions._combined(found, "and", nouns.rows_noun(block, voice))


def _among(node: exp.In, inner: Block, block: Block, voice: Voice, negated: bool) -> conditions.Restrictor:
    """Membership in a described set of values."""
    phrase = terms.term(node.this, block, voice)
    output = inner.outputs[0].unalias()
    order, limit = inner.select.args.get("order"), inner.select.args.get("limit")
    if limit and (not order or inner.select.args.get("offset")):
        raise CannotSay("a nested LIMIT without an order, or with an OFFSET")
    said = aggregates.plurals([output], inner, voice)
    verb = f"is {'not ' if negated else ''}among the"
    if inner.is_grouped:
        found = conditions.of_groups(inner, voice, ranked=bool(limit))
        tail = conditions.attach(nouns.row_noun(inner, voice).plural, found)
        if order and limit:
            tail += f" with the {conditions.extreme_of(order, inner, voice)}"
            verb += f" {limit.expression.sql()}"
        return conditions.attribute(phrase, f"{verb} {tail}")
    rows = conditions.population(inner, voice)
    if order and limit:
        rows = f"{limit.expression.sql()} {rows} with the {windows.extreme_words(order, inner, voice)}"
        return conditions.attribute(phrase, f"{verb} {said} of the {rows}")
    if rows.split(" ")[0] == said:
        return conditions.attribute(phrase, f"{verb} {rows}")
    return conditions.attribute(phrase, f"{verb} {said} of {rows}")


def hierarchy(union: Union, depths: list[exp.Expr], voice: Voice) -> conditions.Restrictor:
    """Rows reached by a recursive query from its anchor: `who are below Ana Lopez in the manager hierarchy`."""
    anchor, step = union.first, union.right if isinstance(union.right, Block) else union.right.first
    noun = nouns.source_noun(anchor.grain, voice)
    own = [link for link in step.links if link.reference.referred_table == link.reference.table and not link.same]
    if not own:
        raise CannotSay("recursion that follows no key of its own table")
    recursive = next((a for a, s in step.sources.items() if s.block is not None), "")
    upward = own[0].child == recursive
    phrase = own[0].reference.phrase
    found = conditions.restrictors(anchor, voice)
    one = len(found) == 1 and found[0].text.startswith(("named ", "titled "))
    start = f"the {conditions.attach(noun.singular if one else noun.plural, found)}"
    if any(isinstance(strip(c), exp.Is) for c in anchor.conditions):
        start = f"the {noun.plural} without {a(phrase)}"
    return conditions.doing(
        f"are {_distance(depths)}{'above' if upward else 'below'} {start} in the {phrase} hierarchy"
        + ("" if depths else ", the starting point included"),
        noun,
    )


def _distance(depths: list[exp.Expr]) -> str:
    for node in map(strip, depths):
        levels = int(node.expression.this)
        unit = f"{counted(str(levels))} level{'s' if levels != 1 else ''}"
        if isinstance(node, exp.EQ):
            return f"exactly {unit} "
        if isinstance(node, (exp.LTE, exp.LT)):
            return f"at most {counted(str(levels - isinstance(node, exp.LT)))} levels "
        if isinstance(node, (exp.GT, exp.GTE)) and levels + isinstance(node, exp.GT) > 1:
            return f"at least {counted(str(levels + isinstance(node, exp.GT)))} levels "
    return "anywhere "
