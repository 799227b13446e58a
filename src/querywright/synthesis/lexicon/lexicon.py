"""What tables and columns of one database mean to people. Read once; plain values from then on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from querywright.databases.schema import Column, Schema, Table
from querywright.errors import QuerywrightError
from querywright.synthesis.lexicon.entities import describe
from querywright.synthesis.lexicon.entries import ColumnFacts, Entity, Reference, Role
from querywright.synthesis.lexicon.inflection import plural
from querywright.synthesis.lexicon.meanings import read_meanings
from querywright.synthesis.lexicon.observation import UNREAD, Observed, Readable, observe
from querywright.synthesis.lexicon.phrases import (
    column_words,
    entity_words,
    flag_predicates,
    noun_phrase,
    participle,
    take_unit,
)
from querywright.synthesis.lexicon.references import find_references
from querywright.synthesis.lexicon.roles import YES, Evidence, decide, text_dates
from querywright.synthesis.lexicon.words import Speller

_DATED = frozenset(["date", "time", "datetime", "day", "birthday", "timestamp"])


class Lexicon:
    """The words of one database. Immutable after it is built; safe to share between threads.

    Get one with `Lexicon.read(database)`, or with `Lexicon.of(schema)` where no rows are at hand.
    """

    def __init__(self, schema: Schema, observed: Mapping[str, Mapping[str, Observed]]) -> None:
        self.schema = schema
        self.dialect = schema.dialect
        speller = Speller(n for t in schema for n in (t.name, *(c.name for c in t.columns)))
        self._nouns = {t.name.lower(): entity_words(speller, t.name) for t in schema}

        def values(table: str, column: str) -> tuple[Any, ...]:
            return observed.get(table, {}).get(column, UNREAD).values

        self._references = find_references(schema, speller, self._nouns, values)
        self._facts: dict[str, dict[str, ColumnFacts]] = {}
        self._entities: dict[str, Entity] = {}
        for table in schema:
            noun, references = self._nouns[table.name.lower()], self._references[table.name.lower()]
            seen = observed.get(table.name, {})
            facts = {
                c.name: _facts(c, table, noun, references, speller, seen.get(c.name, UNREAD)) for c in table.columns
            }
            self._facts[table.name.lower()] = {name.lower(): fact for name, fact in facts.items()}
            self._entities[table.name.lower()] = describe(table, noun, facts, references)

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
        return cls(schema, {t.name: observe(database, t) for t in schema})

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
        if name not in self._entities and name not in self._nouns:
            raise QuerywrightError(f"{self.schema.db_id}: no table {table}")
        return name


def _facts(
    column: Column, table: Table, noun: Sequence[str], references: Sequence[Reference], speller: Speller, seen: Observed
) -> ColumnFacts:
    words = column_words(speller, column, table.name, noun)
    meanings = read_meanings(column.value_description, seen.values) or read_meanings(column.description, seen.values)
    numeric = column.kind in ("integer", "real", "decimal")
    words, unit = take_unit(words, column.name, numeric)
    date_format = None
    if column.kind in ("text", "date", "datetime", "time") and table_text(seen):
        date_format = text_dates(seen.values, bool(_DATED & set(words)) or column.kind in ("date", "datetime"))
    evidence = Evidence(
        words=tuple(words), kind=column.kind, observed=seen, meanings=meanings,
        primary=table.primary_key == (column.name,),
        reference=any(column.name in r.columns for r in references),
        key_part=column.name in table.primary_key, entity=tuple(noun), date_format=date_format,
    )  # fmt: skip
    role = decide(evidence)
    phrase = noun_phrase(words, coded=role is Role.CATEGORY)
    return ColumnFacts(
        table=table.name, column=column.name, role=role, phrase=phrase, plural=plural(phrase), kind=column.kind,
        unit=unit, verb=participle(words, column.name) if role in (Role.DATE, Role.DATETIME, Role.YEAR) else None,
        flag=flag_predicates(words, column.name) if role is Role.FLAG else None,
        truths=tuple(v for v, _ in seen.top if str(v).strip().lower() in YES) if role is Role.FLAG else (),
        integral=column.kind == "integer" or bool(numeric and seen.values and all(float(v).is_integer() for v in seen.values if isinstance(v, (int, float)) and v == v and abs(v) != float("inf"))),
        rows=seen.rows, distinct=seen.distinct, nulls=seen.nulls, minimum=seen.minimum, maximum=seen.maximum,
        top=seen.top, values=seen.values, meanings=meanings,
        date_format=date_format if date_format != "text" else None,
        unique=seen.unique or table.primary_key == (column.name,) or (column.name,) in table.unique_keys,
        messy=_messy(column, seen), estimated=seen.estimated,
    )  # fmt: skip


def table_text(seen: Observed) -> bool:
    """Whether the values read are text (SQLite keeps dates as text under any declared type)."""
    return any(isinstance(v, str) for v in seen.values)


def _messy(column: Column, seen: Observed) -> bool:
    """Mixed types, stray spaces, or the same word in two spellings of case."""
    kinds = {("text" if isinstance(v, str) else "number") for v in seen.values}
    texts = [v for v in seen.values if isinstance(v, str)]
    folded = {t.strip().lower() for t in texts}
    return len(kinds) > 1 or any(t != t.strip() for t in texts) or len(folded) < len(texts)
