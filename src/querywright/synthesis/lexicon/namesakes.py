"""Tables in several namespaces whose rows bear one noun: those outside the default one take the namespace's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from querywright.databases.schema import Schema
from querywright.synthesis.lexicon.entries import Entity
from querywright.synthesis.lexicon.words import display, split


def namesakes(schema: Schema, nouns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The words that go before a table's noun, by its lower-case full name; only for tables that need them.

    They stand as they are written: `hr` may be human resources or an hour, and nobody says which.

    Args:
        schema: the tables.
        nouns: the words of each one's noun, by lower-case full name.
    """
    homes: dict[tuple[str, ...], set[str | None]] = {}
    for table in schema:
        homes.setdefault(tuple(nouns[table.full_name.lower()]), set()).add(table.namespace)
    return {
        table.full_name.lower(): display(split(table.namespace))
        for table in schema
        if table.namespace and len(homes[tuple(nouns[table.full_name.lower()])]) > 1
    }


def at_home(entity: Entity, homes: Mapping[str, str]) -> Entity:
    """The entity, called so that nobody takes it for its namesake."""
    home = homes.get(entity.table.lower())
    return replace(entity, singular=f"{home} {entity.singular}", plural=f"{home} {entity.plural}") if home else entity
