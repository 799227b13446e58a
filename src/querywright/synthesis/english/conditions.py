"""Conditions as what they say of a thing: `whose country is Norway`, `hired after 2019`, `with at least one order`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from querywright.synthesis.english import aggregates, comparisons, existence, nouns, superlatives, terms, windows
from querywright.synthesis.english.scope import Block, Source, Union, base_column, strip
from querywright.synthesis.english.scope import aggregates as aggregates_in
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, a, listing, many, the
from querywright.synthesis.lexicon.inflection import singular as singular_noun

PARTICIPLE, WITH, WHOSE, WHO, OF, TOP = range(6)


@dataclass(frozen=True)
class Restrictor:
    """One condition, ready to follow a noun.

    `text` follows the noun (`with a price above $5`), `clause` stands alone (`the price is above $5`), `verb` follows
    a plural subject (`have a price above $5`; None where no such form reads well). `rank` orders several of them.
    """

    text: str
    clause: str
    rank: int
    verb: str | None = None
    short: str | None = None
    """A shorter `text` for where nothing else stands between it and the noun."""
    negation: str | None = None
    """The `verb` of things it is not true of: `have no orders`."""


BY_PEOPLE = frozenset(
    ("order", "review", "complaint", "reservation", "booking", "comment", "post", "purchase", "visit")
)
"""What people make rather than have."""


def attribute(phrase: str, predicate: str) -> Restrictor:
    """`price`, `is above $5` → `whose price is above $5`."""
    if many(phrase):
        predicate = re.sub(r"^(is|has|equals|differs|starts|ends|contains|comes|matches)\b", _plural_verb, predicate)
    return Restrictor(f"whose {phrase} {predicate}", f"{the(phrase)} {predicate}", WHOSE)


def _plural_verb(match: re.Match[str]) -> str:
    return {"is": "are", "has": "have", "matches": "match"}.get(match[1], match[1].removesuffix("s"))


def best(said: str, noun: Noun, verb: str = "have") -> Restrictor:
    """`the highest price` → `with the highest price`; behind other conditions: `, and of these only those with it`."""
    short = f"with {said}" if verb == "have" else f"{noun.relative} {verb} {said}"
    return Restrictor(f", and of these only those {short}", f"they {verb} {said}", TOP, f"{verb} {said}", short)


def measured(phrase: str, predicate: str) -> Restrictor:
    """A comparison with a figure that takes long to say: it comes last, so that nothing attaches to the figure."""
    plain = attribute(phrase, predicate)
    return Restrictor(f", but only those {plain.text}", plain.clause, TOP, None, plain.text)


def holding(phrase: str, tail: str, clause: str) -> Restrictor:
    """`a price above $5` → `with a price above $5`, `have a price above $5`."""
    return Restrictor(f"with {phrase}{tail}", clause, WITH, f"have {phrase}{tail}")


def doing(verb: str, noun: Noun) -> Restrictor:
    """`have no orders` → `who have no orders`."""
    return Restrictor(f"{noun.relative} {verb}", f"they {verb}", WHO, verb)


# -- whole blocks ----------------------------------------------------------------------------------------------------
def population(block: Block, voice: Voice, extra: Sequence[Restrictor] = (), noun: Noun | None = None) -> str:
    """The rows of a block in the plural: `orders placed in 2019 of customers whose country is Norway`."""
    noun = noun or nouns.rows_noun(block, voice)
    return attach(noun.plural, [*restrictors(block, voice), *extra])


def attach(noun: str, found: Sequence[Restrictor]) -> str:
    """A noun with its restrictors in the order that keeps each next to what it speaks of.

    What belongs to something else comes last, so that nothing after it can be read as being about that other thing.
    """
    found = sorted(dict.fromkeys(found), key=lambda r: r.rank)
    said, before = noun, PARTICIPLE
    for rank in (PARTICIPLE, WITH, WHOSE, WHO, OF, TOP):
        alone = said == noun
        group = [r.short if r.short and alone else r.text for r in found if r.rank == rank]
        if not group:
            continue
        if rank == OF and said != noun:
            group = [re.sub("^of ", "belonging to ", g) for g in group]
        if rank == WITH and all(g.startswith("with ") for g in group):
            group = ["with " + listing([g.removeprefix("with ") for g in group])]
        joiner = " and " if before in (WITH, WHOSE, WHO) and rank in (WHOSE, WHO) else " "
        said += "".join(group) if group[0].startswith(",") else joiner + listing(group)
        before = rank
    return said


def singular(text: str) -> str:
    """`order that are paid` → `order that is paid`: the verbs after who and that agree with one thing."""
    text = re.sub(r"\b(that|who) (are (?:not )?\w+)\b", lambda m: f"{m[1]} {agreeing(m[2])}", text)
    return re.sub(r"\b(that|who) (\w+)\b", lambda m: f"{m[1]} {_single(m[2])}", text)


def agreeing(verb: str) -> str:
    """A plural verb phrase about one thing: `wear the crown` → `wears the crown`."""
    kinds = re.fullmatch(r"are (not )?(\w+)", verb)
    if kinds and many(kinds[2]):
        return f"is {kinds[1] or ''}{a(singular_noun(kinds[2]))}"
    first, _, rest = verb.partition(" ")
    return f"{_single(first)} {rest}".strip()


def _single(verb: str) -> str:
    return _SINGLE.get(verb) or (verb if verb.endswith("s") or verb in ("either", "also") else f"{verb}s")


_SINGLE = {"is": "is", "has": "has", "was": "was", "are": "is", "have": "has", "were": "was", "do": "does"}


def restrictors(block: Block, voice: Voice) -> list[Restrictor]:
    """Everything that narrows a block's rows: its WHERE, and what its derived sources already left out.

    Worded once: the same rows are called the same wherever a question mentions them.
    """
    key = (id(block), block.standpoint)
    if key not in voice.said:
        voice.said[key] = (block, _restrictors(block, voice))
    return list(voice.said[key][1])


def _restrictors(block: Block, voice: Voice) -> list[Restrictor]:
    found: list[Restrictor] = []
    by_source: dict[str, list[exp.Expr]] = {}
    spoken = [c for c in block.conditions if not existence.ties(c, block) and not existence.is_depth(c, block)]
    for condition in comparisons.merged(spoken):
        subject = _subject(condition, block)
        if subject is None:
            found.append(restrict(condition, block, voice))
        else:
            by_source.setdefault(subject, []).append(condition)
    for alias, source in block.sources.items():
        found += _of_source(block, source, by_source.get(alias, []), voice)
    if not block.is_grouped and block.standpoint is None:
        found += _known_owners(block, set(by_source))
    return found


def _known_owners(block: Block, spoken: set[str]) -> list[Restrictor]:
    """Rows that an inner join leaves out because they point at nothing: `employees with a department`."""
    found = []
    for link in block.links:
        source = block.sources[link.child]
        if link.child != block.grain.alias or link.optional or link.same or source.table is None:
            continue
        if link.parent in spoken or block.sources[link.parent].table is None:
            continue
        if any(block.lexicon.facts(source.table, c).nulls for c in link.reference.columns):
            owner = a(block.called(link))
            found.append(holding(owner, "", f"they have {owner}"))
    return found


def _of_source(block: Block, source: Source, own: list[exp.Expr], voice: Voice) -> list[Restrictor]:
    path = nouns.steps(block, source)
    if path is None and source.alias != block.grain.alias and source.block is None:
        return _of_another(block, own, voice)
    choices = [c for c in own if path and _is_choice(c, block)]
    found = _of_linked(block, source, [c for c in own if not any(c is o for o in choices)], voice)
    return [*found, *(restrict(c, block, voice) for c in choices)]


def _is_choice(node: exp.Expr, block: Block) -> bool:
    """Whether a condition is an OR over several columns: each needs its owner in front."""
    node = strip(node)
    return (
        isinstance(node, exp.Or) and comparisons.same_column_values([strip(p) for p in node.flatten()], block) is None
    )


def _of_linked(block: Block, source: Source, own: list[exp.Expr], voice: Voice) -> list[Restrictor]:
    """Conditions on the rows themselves or on what a key leads to from them."""
    path, across = nouns.steps(block, source), nouns.across(block)
    if across and path and across[1] == source.alias:
        path = ()
    with block.seen_from(source.alias):
        named, rest = comparisons.full_name(own, block)
        found = [*([_called(named)] if named else []), *(restrict(c, block, voice) for c in rest)]
        before = len(found)
        found += _inherited(source, voice, block)
        if before and _is_cut(source.block):
            raise CannotSay("a condition on rows that were already cut to the first few")
    if not found or not path:
        return found
    named_only = len(own) == 1 and len(found) == 1 and comparisons.naming(own[0], block)
    last = block.called(path[-1])
    if named_only:
        value = comparisons.naming(own[0], block)
        return [attribute(last, f"is {comparisons.said_value(value, own[0], block, voice)}")]
    noun = nouns.source_noun(source, voice)
    busy = any(not comparisons.dated(c, block) for c in _own_conditions(block))
    brief = len(found) == 1 and (busy or voice.rng.random() < 0.4)
    if last != noun.singular or len(path) > 1 or brief:
        return _of_owner(found, last)
    said = attach(noun.plural, found)
    if noun.person and nouns.rows_noun(block, voice).singular in BY_PEOPLE:
        return [Restrictor(f"by {said}", f"they are by {said}", OF, f"are by {said}")]
    return [Restrictor(f"of {said}", f"they belong to {said}", OF, f"belong to {said}")]


def _of_another(block: Block, own: list[exp.Expr], voice: Voice) -> list[Restrictor]:
    """Conditions on a source that no key leads to from the rows: each is said with its owner."""
    if any(c.find(exp.Query) is not None for c in own):
        raise CannotSay("a nested query about rows that no key leads to")
    return [restrict(c, block, voice) for c in own]


def _is_cut(block: Block | Union | None) -> bool:
    """Whether only the first rows of a source are left: a condition on them comes after that."""
    return isinstance(block, Block) and (block.select.args.get("limit") is not None or bool(block.kept_by))


def _of_owner(found: list[Restrictor], owner: str) -> list[Restrictor]:
    """Conditions on what a row points at: `whose base airport is a hub and has more than two runways`."""
    if len(found) > 1 and all(r.verb for r in found):
        said = listing([agreeing(r.verb) for r in found if r.verb])
        return [Restrictor(f"whose {owner} {said}", f"the {owner} {said}", WHOSE)]
    return [_owned(r, owner) for r in found]


def _called(name: str) -> Restrictor:
    return Restrictor(f"named {name}", f"the name is {name}", PARTICIPLE, f"are named {name}")


def _own_conditions(block: Block) -> list[exp.Expr]:
    """Conditions on the grain itself."""
    return [c for c in block.conditions if _subject(c, block) == block.grain.alias]


def _owned(restrictor: Restrictor, owner: str) -> Restrictor:
    """The same condition said of an owner: `whose source airport's city is Oslo`."""
    clause = restrictor.clause
    if restrictor.verb and not restrictor.text.startswith("whose "):
        single = agreeing(restrictor.verb)
        return Restrictor(f"whose {owner} {single}", f"the {owner} {single}", WHOSE)
    if clause.startswith("the "):
        clause = f"{owner}'s {clause.removeprefix('the ')}"
        return Restrictor(f"whose {clause}", f"the {clause}", WHOSE)
    verb = restrictor.verb or clause
    single = singular(f"x that {verb}").removeprefix("x that ")
    return Restrictor(f"whose {owner} {single}", f"the {owner} {single}", WHOSE)


def _inherited(source: Source, voice: Voice, block: Block) -> list[Restrictor]:
    inner = source.block
    if isinstance(inner, Union):
        depths = [c for c in block.conditions if existence.is_depth(c, block)]
        if not inner.recursive:
            raise CannotSay("a set operation that is read from")
        return [existence.hierarchy(inner, depths, voice)]
    if inner is None:
        return []
    if inner.is_grouped:
        alias = nouns.grouped_alias(inner, voice)
        about = split(inner, alias, voice)[0] if alias and alias != inner.grain.alias else []
        return [*about, *having(inner, voice, such=False), *first_few(inner, voice)]
    if inner.is_aggregate:
        return []
    first = superlatives.first_of_each(inner, voice)
    return [*restrictors(inner, voice), *first, *first_few(inner, voice, _looked_up_for(source, block))]


def _looked_up_for(source: Source, block: Block) -> str:
    """` within their customer` for rows that LATERAL looks up for each customer; else empty."""
    link = next((k for k in block.links if k.child == source.alias and k.lateral), None)
    return f" within their {block.called(link)}" if link else ""


def first_few(inner: Block, voice: Voice, within: str = "") -> list[Restrictor]:
    """What a LIMIT inside a source leaves of it: the three with the most products."""
    order, limit = inner.select.args.get("order"), inner.select.args.get("limit")
    if limit is None:
        return []
    if not isinstance(limit.expression, exp.Literal):
        raise CannotSay("a LIMIT that is computed")
    if order is None or inner.select.args.get("offset") is not None:
        raise CannotSay("the first few rows of a nested query in no order" if order is None else "a nested OFFSET")
    noun = nouns.row_noun(inner, voice)
    extreme = extreme_of(order, inner, voice)
    tie = superlatives.tie_words(order, inner, voice)
    if limit.expression.this == "1":
        return [best(f"the {extreme}{within}{tie}", noun)]
    return [best(f"among the {counted(limit.expression.this)} with the {extreme}{within}{tie}", noun, "are")]


def joined_rows(block: Block, source: Source, voice: Voice, one: bool = False) -> str:
    """What an outer join finds for each row, with what its ON asks of it: `orders with status open`."""
    asked = block.apart.get(source.alias, [])
    noun = nouns.source_noun(source, voice) if asked else nouns.child_noun(block, source, voice)
    with block.seen_from(source.alias):
        found = [restrict(c, block, voice) for c in comparisons.merged(asked)]
    said = attach(noun.singular if one else noun.plural, found)
    return singular(said) if one else said


def extreme_of(order: exp.Order, inner: Block, voice: Voice) -> str:
    """What a nested query sorts by, with the rows that a figure of its groups is made from: `most orders by …`."""
    extreme = windows.extreme_words(order, inner, voice)
    if not inner.conditions or not inner.is_grouped:
        return extreme
    rows, said = nouns.rows_noun(inner, voice).plural, aggregates.counted_population(inner, voice)
    if said == rows:
        return extreme
    return extreme.replace(rows, said, 1) if rows in extreme else f"{extreme} (considering only {said})"


def existential(block: Block, voice: Voice) -> tuple[Noun, list[Restrictor], str] | None:
    """Rows that are shown once however often they are joined: `customers who have at least one order placed in 2019`.

    Returns the noun, its restrictors and the alias everything shown comes from; None where the grain itself is shown.
    """
    shown = {p.source.alias for o in block.outputs for c in o.find_all(exp.Column) if (p := block.place(c)) is not None}
    grain = block.grain
    if len(shown) != 1 or grain.alias in shown or grain.table is None or block.is_grouped or block.is_aggregate:
        return None
    alias = shown.pop()
    path = block.paths(grain.alias).get(alias)
    if not path or len(path) != 1 or block.sources[alias].table is None:
        return None
    own = [c for c in block.conditions if _subject(c, block) == alias]
    others = [c for c in block.conditions if not any(c is o for o in own) and not existence.ties(c, block)]
    with block.seen_from(alias):
        mine = [restrict(c, block, voice) for c in comparisons.merged(own)]
    noun = nouns.source_noun(block.sources[alias], voice)
    block.near = block.sources[alias].table
    rest: list[Restrictor] = []
    beyond = block.paths(alias)
    for source in block.sources.values():
        conditions = [c for c in comparisons.merged(others) if _subject(c, block) == source.alias]
        if source.alias in beyond and source.alias != alias:
            with block.seen_from(alias):
                mine += _of_source(block, source, conditions, voice)
        elif source.alias != alias:
            rest += _of_source(block, source, conditions, voice)
    rest += [restrict(c, block, voice) for c in comparisons.merged(others) if _subject(c, block) is None]
    things = singular(attach(nouns.rows_noun(block, voice).singular, rest))
    role = path[0].reference.phrase
    plain = role in (noun.singular, noun.singular.split(" ")[-1]) or nouns.across(block) is not None
    if plain:
        none = f"have no {attach(nouns.rows_noun(block, voice).plural, rest)}"
        return noun, [*mine, replace(doing(f"have at least one {things}", noun), negation=none)], alias
    said, none = f"are the {role} of at least one {things}", f"are not the {role} of any {things}"
    return noun, [*mine, replace(doing(said, noun), negation=none)], alias


def split(block: Block, alias: str, voice: Voice) -> tuple[list[Restrictor], list[Restrictor]]:
    """The restrictors of a grouped block told apart: those of the entity grouped by, and those of the rows counted."""
    beyond = block.paths(alias)
    spoken = [c for c in block.conditions if not existence.ties(c, block)]
    mine, rows = [], []
    kept = comparisons.merged(spoken)
    for source in block.sources.values():
        own = [c for c in kept if _subject(c, block) == source.alias]
        if source.alias in beyond:
            with block.seen_from(alias):
                mine += _of_source(block, source, own, voice)
        else:
            rows += _of_source(block, source, own, voice)
    rows += [restrict(c, block, voice) for c in kept if _subject(c, block) is None]
    return mine, rows


def having(block: Block, voice: Voice, such: bool) -> list[Restrictor]:
    """Conditions on groups. With `such`, rows already described are called `such orders`; else they are described."""
    found = []
    rows = nouns.rows_noun(block, voice).plural
    said = aggregates.counted_population(block, voice) if block.conditions else rows
    for condition in comparisons.merged(block.having):
        restrictor = restrict(condition, block, voice)
        if isinstance(strip(condition).this, exp.Count) and block.conditions and rows in restrictor.text:
            restrictor = _renamed(restrictor, rows, f"such {rows}" if such else said)
        elif said != rows and not such:
            restrictor = _considering(restrictor, said)
        found.append(restrictor)
    return found


def _considering(restrictor: Restrictor, rows: str) -> Restrictor:
    """The restrictor with the rows that its figure is made from behind it."""
    said = f" (considering only {rows})"
    verb, short = (w and w + said for w in (restrictor.verb, restrictor.short))
    return replace(
        restrictor, text=restrictor.text + said, clause=restrictor.clause + said, verb=verb, short=short, negation=None
    )


def of_groups(block: Block, voice: Voice, ranked: bool = False) -> list[Restrictor]:
    """What narrows the groups of a block: conditions on the thing grouped by, and on what its rows add up to.

    `ranked`: what the groups are sorted by already says which rows count.
    """
    alias = nouns.grouped_alias(block, voice)
    if alias == block.grain.alias:
        return [*restrictors(block, voice), *having(block, voice, such=False)]
    about, rows = split(block, alias, voice) if alias else ([], restrictors(block, voice))
    found = having(block, voice, such=False)
    if rows and not found and not ranked:
        some = singular(attach(nouns.rows_noun(block, voice).singular, rows))
        found = [doing(f"have at least one {some}", nouns.group_noun(block, voice))]
    return [*about, *found]


def _renamed(restrictor: Restrictor, before: str, after: str) -> Restrictor:
    """The restrictor with the rows it mentions called otherwise."""
    verb = restrictor.verb.replace(before, after, 1) if restrictor.verb else None
    text, clause = (w.replace(before, after, 1) for w in (restrictor.text, restrictor.clause))
    return replace(restrictor, text=text, clause=clause, verb=verb)


def _subject(condition: exp.Expr, block: Block) -> str | None:
    """The one source all columns of a condition belong to; None if it speaks of several, or of groups."""
    found: set[str] = set()
    for column in _own_columns(condition):
        place = block.place(column)
        if place is None:
            aliased = block.by_position(column)
            found |= {""} if aliased is column else set()
        elif place.block is block:
            found.add("" if place.source.alias in block.optional else place.source.alias)
    if aggregates_in(condition):
        return None
    return found.pop() if len(found) == 1 and "" not in found else None


def _own_columns(node: exp.Expr) -> list[exp.Column]:
    """Columns of a condition outside nested queries, and those of this block that correlated ones mention."""
    found: list[exp.Column] = []

    def visit(n: exp.Expr) -> None:
        if isinstance(n, exp.Query):
            return
        if isinstance(n, exp.Column):
            found.append(n)
        for child in n.iter_expressions():
            visit(child)

    visit(node)
    if not found:
        found = list(node.find_all(exp.Column))
    return found


# -- one condition ---------------------------------------------------------------------------------------------------
def restrict(node: exp.Expr, block: Block, voice: Voice) -> Restrictor:
    """One condition of WHERE or HAVING as a restrictor of the block's rows.

    Raises:
        CannotSay: no words for it.
    """
    node = strip(node)
    if isinstance(node, exp.Not):
        return _negated(strip(node.this), block, voice)
    if isinstance(node, exp.And):
        parts = [restrict(p, block, voice) for p in comparisons.merged(list(node.flatten()))]
        return _combined(parts, "and", nouns.rows_noun(block, voice))
    if isinstance(node, exp.Or):
        return _either(node, block, voice)
    if isinstance(node, exp.Exists):
        return existence.exists(node, block, voice, negated=False)
    if isinstance(node, exp.In):
        return (
            existence.membership(node, block, voice, negated=False)
            if node.args.get("query")
            else comparisons.one_of(node, block, voice, negated=False)
        )
    return comparisons.compare(node, block, voice)


def _negated(node: exp.Expr, block: Block, voice: Voice) -> Restrictor:
    if isinstance(node, exp.Exists):
        return existence.exists(node, block, voice, negated=True)
    if isinstance(node, exp.In):
        say = existence.membership if node.args.get("query") else comparisons.one_of
        return say(node, block, voice, negated=True)
    return comparisons.compare(node, block, voice, negated=True)


def _either(node: exp.Or, block: Block, voice: Voice) -> Restrictor:
    parts = [strip(p) for p in node.flatten()]
    alike = comparisons.same_column_values(parts, block)
    if alike is not None:
        return comparisons.one_of(alike, block, voice, negated=False)
    return _combined([restrict(p, block, voice) for p in parts], "or", nouns.rows_noun(block, voice))


def _combined(parts: list[Restrictor], word: str, noun: Noun) -> Restrictor:
    either = "either " if word == "or" and len(parts) == 2 else ""
    clause = listing([p.clause for p in parts], word)
    texts = [p.text for p in parts]
    if all(t.startswith("with ") for t in texts):
        tail = listing([t.removeprefix("with ") for t in texts], word)
        return Restrictor(f"with {either}{tail}", clause, WITH, f"have {either}{tail}")
    verbs = [p.verb for p in parts]
    if all(verbs):
        verb = f"{either}{listing([v for v in verbs if v], word)}"
        return Restrictor(f"{noun.relative} {verb}", clause, WHO, verb)
    if word == "and":
        return Restrictor(" and ".join(texts), clause, WHOSE)
    return Restrictor(f", where {either}{clause}", clause, TOP, None, f"where {either}{clause}")


def statement(node: exp.Expr, block: Block, voice: Voice) -> str:
    """A condition as a clause of its own: `the price is above $5 and the country is Norway`."""
    return restrict(node, block, voice).clause


def narrowed(node: exp.Expr, block: Block, voice: Voice) -> str:
    """The block's noun with one condition attached: `orders with a total above $5`."""
    noun = nouns.rows_noun(block, voice)
    subject = _subject(node, block)
    if subject is None or subject == block.grain.alias:
        return attach(noun.plural, [restrict(p, block, voice) for p in _conjuncts(node)])
    return attach(noun.plural, _of_source(block, block.sources[subject], _conjuncts(node), voice))


def _conjuncts(node: exp.Expr) -> list[exp.Expr]:
    node = strip(node)
    return comparisons.merged([strip(p) for p in node.flatten()] if isinstance(node, exp.And) else [node])


__all__ = [
    "CannotSay",
    "Restrictor",
    "attach",
    "base_column",
    "having",
    "narrowed",
    "population",
    "restrict",
    "restrictors",
    "statement",
    "terms",
]
