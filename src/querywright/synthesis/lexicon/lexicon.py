"""What tables and columns of one database mean to people. Read once; plain values from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from querywright.databases.schema import Schema
from querywright.errors import QuerywrightError
from querywright.synthesis.lexicon.columns import table_facts
from querywright.synthesis.lexicon.entities import describe
from querywright.synthesis.lexicon.entries import ColumnFacts, Entity, Reference
from querywright.synthesis.lexicon.namesakes import at_home, namesakes
from querywright.synthesis.lexicon.observation import UNREAD, Observed, Readable, observe
from querywright.synthesis.lexicon.phrases import entity_words
from querywright.synthesis.lexicon.references import find_references
from querywright.synthesis.lexicon.settling import settled
from querywright.synthesis.lexicon.words import Speller


class Lexicon:
    """The words of one database. Immutable after it is built; safe to share between threads.

    Get one with `Lexicon.read(database)`, or with `Lexicon.of(schema)` where no rows are at hand. What it says names
    tables in full; what it is asked may name them as `Schema.table` takes it.
    """

    def __init__(self, schema: Schema, observed: Mapping[str, Mapping[str, Observed]]) -> None:
        self.schema = schema
        self.dialect = schema.dialect
        speller = _speller(schema)
        self._nouns = {t.full_name.lower(): entity_words(speller, t.name) for t in schema}
        homes = namesakes(schema, self._nouns)

        def seen(table: str, column: str) -> Observed:
            return observed.get(table, {}).get(column, UNREAD)

        self._references = find_references(schema, speller, self._nouns, homes, seen)
        self._facts: dict[str, dict[str, ColumnFacts]] = {}
        self._entities: dict[str, Entity] = {}
        for table in schema:
            name = table.full_name.lower()
            noun, references = self._nouns[name], self._references[name]
            facts = table_facts(table, noun, references, speller, dict(observed.get(table.full_name, {})))
            parents = [self._nouns[r.referred_table.lower()] for r in references]
            entity = at_home(describe(table, noun, facts, references, parents), homes)
            facts = settled(facts, entity, table, [schema.table(r.referred_table) for r in references])
            self._facts[name] = {column.lower(): fact for column, fact in facts.items()}
            self._entities[name] = entity

    @classmethod
    def of(cls, schema: Schema) -> Lexicon:
        """The words of a schema alone: names, types and descriptions, no values. Pure."""
        return cls(schema, {})

    @classmethod
    def read(cls, database: Readable) -> Lexicon:
        """The words of a database: its schema and a few cheap queries per table.

        A table that cannot be read in time is known by its names only. Raises DatabaseUnavailable.
        """
        schema = database.schema
        return cls(schema, {t.full_name: observe(database, t) for t in schema})

    def entity(self, table: str) -> Entity:
        """What rows of `table` are. Raises QuerywrightError for an unknown table."""
        return self._entities[self._known(table)]

    def facts(self, table: str, column: str) -> ColumnFacts:
        """What `column` means and holds. Raises QuerywrightError for an unknown table or column."""
        found = self._facts[self._known(table)].get(column.lower())
        if found is None:
            raise QuerywrightError(f"{self.schema.db_id}: table {table} has no column {column}")
        return found

    def columns(self, table: str) -> tuple[ColumnFacts, ...]:
        """Facts of every column of `table`, in the table's order."""
        return tuple(self._facts[self._known(table)].values())

    def references(self, table: str) -> tuple[Reference, ...]:
        """Foreign keys of `table`, declared ones first."""
        return self._references[self._known(table)]

    def children(self, table: str) -> tuple[Reference, ...]:
        """Foreign keys of any table that point at `table`."""
        name = self._known(table)
        return tuple(r for rs in self._references.values() for r in rs if r.referred_table.lower() == name)

    def across(self, table: str, from_table: str) -> Reference | None:
        """The key of a link table that leads to the other side; None unless exactly one does.

        A table linked to itself (`friend`) has another side too: the second of its two keys.
        """
        keys, near = self.references(table), self._known(from_table)
        here = [r for r in keys if r.referred_table.lower() == near]
        beyond = [r for r in keys if r not in here] or here[1:]
        return beyond[0] if self.entity(table).link and here and len(beyond) == 1 else None

    def say(self, table: str, column: str) -> str:
        """The phrase for a column, without its table."""
        return self.facts(table, column).phrase

    def value(self, table: str, column: str, value: Any) -> str:
        """Words for a literal: `female` for `'F'` where that is known, otherwise the value as it is."""
        facts = self.facts(table, column)
        for key in (value, str(value)):
            if key in facts.meanings:
                return facts.meanings[key]
        return str(value)

    def _known(self, table: str) -> str:
        name = table.lower()
        if name in self._nouns:
            return name
        found = self.schema.table(table)
        if found is None:
            raise QuerywrightError(f"{self.schema.db_id}: no table {table}")
        return found.full_name.lower()


def _speller(schema: Schema) -> Speller:
    """Tables of one name are one context: what their columns are called does not depend on where they stand."""
    columns: dict[str, list[str]] = {}
    for table in schema:
        columns.setdefault(table.name, []).extend(c.name for c in table.columns)
    return Speller(columns)
