"""What the rows of a block are called: `orders`, `countries`, `combinations of year and status`."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import terms
from querywright.synthesis.english.scope import VAGUE_WORDS, Block, Link, Place, Source, Union, base_column
from querywright.synthesis.english.voice import Noun, Voice
from querywright.synthesis.lexicon import ColumnFacts, Lexicon, Role
from querywright.synthesis.lexicon.inflection import plural


def facts_of(node: exp.Expr | None, block: Block) -> ColumnFacts | None:
    """The facts of the table column that an expression reads unchanged; None for anything computed."""
    node = bare(node)
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    if base is None:
        return None
    table = block.lexicon.schema.table(base[0])
    return block.lexicon.facts(*base) if table and table.column(base[1]) else None


def bare(node: exp.Expr | None) -> exp.Expr | None:
    """The expression without casts, roundings and date wrappers that do not change what it is about."""
    wrappers = (
        exp.Paren,
        exp.Cast,
        exp.Date,
        exp.TsOrDsToDate,
        exp.TsOrDsToTimestamp,
        exp.Timestamp,
        exp.Lower,
        exp.Upper,
        exp.Trim,
    )
    while isinstance(node, wrappers):
        node = node.this
    return node


def entity_noun(lexicon: Lexicon, table: str) -> Noun:
    """What rows of a table are called; the name itself for a table the schema does not have."""
    if lexicon.schema.table(table) is None:
        return Noun(table, plural(table))
    entity = lexicon.entity(table)
    return Noun(entity.singular, entity.plural, entity.person)


def source_noun(source: Source, voice: Voice) -> Noun:
    """What one row of a source is."""
    if source.table is not None:
        return entity_noun(voice.lexicon, source.table)
    block = source.block.first if isinstance(source.block, Union) else source.block
    return row_noun(block, voice) if block else Noun("row", "rows")


def rows_noun(block: Block, voice: Voice) -> Noun:
    """What a block counts: its grain; for a pure link, what lies on the side that is not being asked about."""
    found = across(block)
    if found is None:
        return source_noun(_extended(block) or block.grain, voice)
    return entity_noun(voice.lexicon, found[0])


def child_noun(block: Block, source: Source, voice: Voice) -> Noun:
    """What hangs on the rows of a block by an outer join; for a pure link, what it leads to."""
    table = source.table
    if table is None or not voice.lexicon.entity(table).link:
        return source_noun(source, voice)
    references = voice.lexicon.references(table)
    joined = [k.reference for k in block.links if k.child == source.alias]
    far = [r for r in references if r not in joined]
    return entity_noun(voice.lexicon, far[0].referred_table) if len(far) == 1 else source_noun(source, voice)


def role_of(block: Block, source: Source) -> str | None:
    """What the rows of a block are to the children joined to them, where the key says more than `have` does."""
    link = next((k for k in block.links if k.child == source.alias), None)
    if link is None or source.table is None or block.lexicon.entity(source.table).link:
        return None
    parent = block.lexicon.entity(link.reference.referred_table).singular
    phrase = block.called(link)
    return None if phrase in (parent, parent.split(" ")[-1]) else phrase


def across(block: Block) -> tuple[str, str | None] | None:
    """The table on the far side of a link table, and its alias if it is joined; None where the grain is no such link.

    The near side is what the rows are grouped by, or what the query around this one asks about.
    """
    table = block.grain.table
    if table is None or block.lexicon.schema.table(table) is None or not block.lexicon.entity(table).link:
        return None
    near = _near(block)
    if any(_is_own(c, block) for c in block.conditions) or _has_kinds(block.lexicon, table):
        return None
    references = block.lexicon.references(table)
    far = [r for r in references if r.referred_table != near]
    if near is None or len(far) != 1 or len(references) != 2:
        return None
    alias = next((k.parent for k in block.links if k.child == block.grain.alias and k.reference == far[0]), None)
    return far[0].referred_table, alias


def _has_kinds(lexicon: Lexicon, table: str) -> bool:
    """Whether a link ties its two sides in several ways (author, editor): then its rows are not simply the far side."""
    known = lexicon.schema.table(table)
    return known is not None and any(lexicon.facts(table, c.name).role is Role.CATEGORY for c in known.columns)


def _is_own(condition: exp.Expr, block: Block) -> bool:
    """Whether a condition speaks of the link's own columns, not of the keys that tie it."""
    if any(condition is t for t in block.tied):
        return False
    places = [block.place(c) for c in condition.find_all(exp.Column)]
    keyed = {c for r in block.lexicon.references(block.grain.table or "") for c in r.columns}
    return any(p and p.block is block and p.source is block.grain and p.column not in keyed for p in places)


def _near(block: Block) -> str | None:
    """The table a link's rows are seen from."""
    table = block.grain.table
    if block.near is not None or table is None:
        return block.near
    for tied in block.tied:
        for column in tied.find_all(exp.Column):
            place = block.place(column)
            if place is not None and place.block is not block and (base := base_column(place)):
                return base[0]
    pointing = {r.columns: r.referred_table for r in block.lexicon.references(table)}
    outputs = [o.unalias() for o in block.outputs] if block.nested else []
    for node in [*block.groups, *outputs]:
        place = block.place(node) if isinstance(node, exp.Column) else None
        base = base_column(place) if place else None
        if base is None:
            continue
        if base[0] == table and (base[1],) in pointing:
            return pointing[base[1],]
        if base[1] in block.lexicon.entity(base[0]).key:
            return base[0]
    return None


def _extended(block: Block) -> Source | None:
    """What the rows of a link table are where each belongs to one row of a joined table alone: stores, not the
    districts they are in."""
    table = block.grain.table
    if table is None or block.lexicon.schema.table(table) is None or not block.lexicon.entity(table).link:
        return None
    found = [k.parent for k in block.links if k.child == block.grain.alias and k.same]
    parents = [block.sources[a] for a in found if block.sources[a].table not in (None, table)]
    return parents[0] if len(parents) == 1 else None


def row_noun(block: Block, voice: Voice) -> Noun:
    """What one row of a block is: a group where it groups, else its grain."""
    if block.is_grouped:
        return group_noun(block, voice)
    return source_noun(_extended(block) or block.grain, voice) if block.sources else Noun("row", "rows")


def steps(block: Block, source: Source, start: Source | None = None) -> tuple[Link, ...] | None:
    """The keys followed from the grain to a source, without those that stay on the same thing; None if no way."""
    path = block.paths((start or block.grain).alias).get(source.alias)
    return None if path is None else tuple(link for link in path if not link.same)


def group_noun(block: Block, voice: Voice) -> Noun:
    """What one group is: the entity whose key it groups by, else the column (or columns) by name."""
    parts = group_parts(block, voice)
    if len(parts) == 1:
        return parts[0]
    words = " and ".join(p.singular for p in parts)
    return Noun(f"combination of {words}", f"combinations of {words}")


def group_parts(block: Block, voice: Voice) -> list[Noun]:
    """One noun for each thing grouped by: an entity's key and label columns count once."""
    found: dict[str, Noun] = {}
    entities: dict[str, Noun] = {}
    for node in block.groups:
        name, noun = _entity_grouped(node, block, voice, {})
        if noun is not None:
            entities[name] = noun
    entities |= _by_whole_label(block, voice)
    for node in block.groups:
        name, noun = _entity_grouped(node, block, voice, entities)
        if noun is None:
            words = _attribute_words(node, block, voice)
            name, noun = words, Noun(words, _plural_words(node, block, words))
        found.setdefault(name, noun)
    return list(found.values())


def grouped_alias(block: Block, voice: Voice) -> str | None:
    """The alias of the one entity a block groups by; None where it groups by plain columns or several things."""
    if len(group_parts(block, voice)) != 1:
        return None
    for node in block.groups:
        name, noun = _entity_grouped(node, block, voice, {})
        alias = name.split(":")[0]
        if noun is not None and alias in block.sources and block.sources[alias].table is not None:
            table = block.sources[alias].table
            return alias if table is not None and name.endswith(f":{table.lower()}") else None
    return None


def _attribute_words(node: exp.Expr, block: Block, voice: Voice) -> str:
    """A grouped column as a thing of its own: `home branch city`, `event type`."""
    said = terms.term(node, block, voice)
    facts = facts_of(node, block)
    if facts is not None and facts.role is Role.FLAG and not said.endswith("status"):
        return f"{said} status"
    if facts is not None and said == facts.phrase and said.lower() in VAGUE_WORDS:
        owner = voice.lexicon.entity(facts.table).singular
        return said if said in owner.split(" ") else f"{owner} {said}"
    return said.replace("'s ", " ", 1) if said.count("'s ") == 1 else said


def _by_whole_label(block: Block, voice: Voice) -> dict[str, Noun]:
    """Entities grouped by all the columns that together are their name."""
    parts: dict[str, list[Place]] = {}
    for node in block.groups:
        place = block.place(node) if isinstance(node, exp.Column) else None
        base = base_column(place) if place else None
        if place and base and base[1] in block.lexicon.entity(base[0]).label:
            parts.setdefault(f"{place.source.alias}:{base[0]}".lower(), []).append(place)
    found = {}
    for name, places in parts.items():
        table = places[0].source.table
        if table is not None and 1 < len(block.lexicon.entity(table).label) == len(places):
            found[name] = named(block, places[0], voice)
    return found


def _plural_words(node: exp.Expr, block: Block, words: str) -> str:
    facts = facts_of(node, block)
    return facts.plural if facts and facts.phrase == words else plural(words)


def _entity_grouped(node: exp.Expr, block: Block, voice: Voice, known: dict[str, Noun]) -> tuple[str, Noun | None]:
    """The entity a group column stands for: by its key, by a key pointing at it, or by its label if that is known."""
    place = block.place(node) if isinstance(node, exp.Column) else None
    base = base_column(place) if place else None
    if place is None or base is None:
        return "", None
    lexicon = block.lexicon
    table, column = base
    entity = lexicon.entity(table)
    if entity.key == (column,) and lexicon.facts(table, column).phrase != entity.singular:
        return f"{place.source.alias}:{table}".lower(), named(block, place, voice)
    for reference in lexicon.references(table):
        if reference.columns == (column,):
            owner = reference.referred_table
            joined = next(
                (
                    link.parent
                    for link in block.links
                    if link.child == place.source.alias and link.reference == reference
                ),
                place.source.alias,
            )
            noun = entity_noun(lexicon, owner)
            if reference.phrase != noun.singular and reference.phrase not in VAGUE_WORDS:
                noun = Noun(reference.phrase, plural(reference.phrase), noun.person)
            return f"{joined}:{owner}".lower(), noun
    if entity.label == (column,) and lexicon.facts(table, column).unique:
        return f"{place.source.alias}:{table}".lower(), named(block, place, voice)
    mine = f"{place.source.alias}:{table}".lower()
    if mine in known:
        return mine, known[mine]
    return "", None


def named(block: Block, place: Place, voice: Voice) -> Noun:
    """A source's noun, called by the key that leads to it when that says more (`manager`, not `employee`)."""
    noun = source_noun(place.source, voice)
    path = steps(block, place.source)
    if path and block.called(path[-1]) != noun.singular:
        phrase = block.called(path[-1])
        return Noun(phrase, plural(phrase), noun.person)
    return noun
