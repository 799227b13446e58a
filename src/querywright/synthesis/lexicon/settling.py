"""The last word on a table's columns: what names the row is a name, and what nobody can say is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from querywright.databases.schema import Table
from querywright.synthesis.lexicon.entries import ColumnFacts, Entity, Role
from querywright.synthesis.lexicon.inflection import plural
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.observation import NUMBER
from querywright.synthesis.lexicon.sayable import is_sayable, is_sayable_flag
from querywright.synthesis.lexicon.spoken import is_coded, is_spoken, readable_share
from querywright.synthesis.lexicon.words import split

_UNITS = listed("unit units uom currency")
_UNIT_PHRASES = ("unit of measurement", "unit of measure", "measurement unit", "currency code")
_VALUES = listed(
    "value values result reading measurement measured limit low high minimum maximum range threshold target"
)
_MONEY = listed("amount price cost total value fee balance salary budget payment revenue")


def settled(
    facts: Mapping[str, ColumnFacts], entity: Entity, table: Table, parents: Sequence[Table | None]
) -> dict[str, ColumnFacts]:
    """Facts by column name, with labels called by `name` or `title` and roles of what cannot be asked set to OTHER.

    Args:
        facts: what `table_facts` found.
        entity: the entity of the table, which knows its label.
        table: the table.
        parents: the tables it points at; a unit that stands there counts too.
    """
    phrases = {f.phrase for f in facts.values()}
    mixed = _mixed_units(facts, parents)
    return {name: _final(fact, entity, table, phrases, mixed) for name, fact in facts.items()}


def _final(fact: ColumnFacts, entity: Entity, table: Table, phrases: set[str], mixed: frozenset[str]) -> ColumnFacts:
    fact = _labelled(fact, entity, phrases)
    if fact.role is Role.KEY:
        return fact
    if fact.role in (Role.CATEGORY, Role.CODE):
        fact = _read(fact, entity, table)
    sayable = is_sayable_flag(fact.flag[0]) if fact.flag else is_sayable(fact.phrase)
    if sayable and not fact.opaque and fact.column not in mixed:
        return fact
    return replace(fact, sayable=sayable, role=Role.OTHER, flag=None, truths=(), verb=None)


def _labelled(fact: ColumnFacts, entity: Entity, phrases: set[str]) -> ColumnFacts:
    """`cities` of cities, the `description` of a type: the one column that names a row is its name or its title."""
    if entity.label != (fact.column,) or fact.phrase in ("name", "title", "full name", "username"):
        return fact
    phrase = "title" if fact.phrase.split(" ")[-1] == "title" else "name"
    return fact if phrase in phrases else replace(fact, phrase=phrase, plural=plural(phrase))


def _read(fact: ColumnFacts, entity: Entity, table: Table) -> ColumnFacts:
    """Which values of a category or a code can be said, and whether enough of them can."""
    words = {*split(fact.column), *fact.phrase.lower().split(" ")}
    named = fact.column in entity.label or table.primary_key == (fact.column,) or not is_coded(words)
    if named or (fact.role is Role.CODE and fact.unique and "code" not in words) or not fact.values:
        return fact
    readable = frozenset(v for v in fact.values if v in fact.meanings or is_spoken(v))
    opaque = readable_share(fact.top, fact.values, readable) < 0.5
    if fact.role is Role.CODE and not opaque and not fact.meanings:
        return fact
    return replace(fact, coded=True, readable=readable, opaque=opaque)


def _mixed_units(facts: Mapping[str, ColumnFacts], parents: Sequence[Table | None]) -> frozenset[str]:
    """Columns whose numbers are counted in different units from row to row, as a column beside them says."""
    own = [f for f in facts.values() if _is_unit(f.phrase, f.column) and f.kind == "text" and f.distinct != 1]
    money = any("currency" in split(f.column) for f in own)
    inherited = any(_is_unit("", c.name) and c.kind == "text" for t in parents if t is not None for c in t.columns)
    words = (_VALUES if own or inherited else frozenset()) | (_MONEY if money else frozenset())
    return frozenset(
        f.column
        for f in facts.values()
        if f.unit is None
        and f.role in (Role.AMOUNT, Role.LEVEL)
        and words & set(split(f.column))
        and not {"number", "count", "price"} & set(split(f.column)) - words
        and isinstance(f.minimum, (*NUMBER, type(None)))
    )


def _is_unit(phrase: str, column: str) -> bool:
    shown = split(column)
    return phrase in _UNIT_PHRASES or (len(shown) <= 2 and bool(_UNITS & set(shown)))
