"""Facts of a table's columns: words and values put together, and phrases made different from one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from querywright.databases.schema import Column, Kind, Table
from querywright.synthesis.lexicon.dates import text_dates
from querywright.synthesis.lexicon.deeds import dated
from querywright.synthesis.lexicon.entries import ColumnFacts, Reference, Role
from querywright.synthesis.lexicon.inflection import plural
from querywright.synthesis.lexicon.meanings import read_meanings
from querywright.synthesis.lexicon.nouns import is_person
from querywright.synthesis.lexicon.observation import NUMBER, UNREAD, Observed
from querywright.synthesis.lexicon.phrases import column_words, noun_phrase
from querywright.synthesis.lexicon.predicates import flag_phrase, flag_predicates, participle
from querywright.synthesis.lexicon.role_words import PROPER, truth
from querywright.synthesis.lexicon.roles import Evidence, decide
from querywright.synthesis.lexicon.spoken import well_known
from querywright.synthesis.lexicon.units import SAID, described_unit, take_unit
from querywright.synthesis.lexicon.words import Speller, display

_DATED = frozenset(("date", "time", "datetime", "birthday", "timestamp"))
_NUMERIC = ("integer", "real", "decimal")


def table_facts(
    table: Table, noun: Sequence[str], references: Sequence[Reference], speller: Speller, seen: dict[str, Observed]
) -> dict[str, ColumnFacts]:
    """Facts of every column by its name, in the table's order.

    Args:
        table: the table.
        noun: the words of its entity, singular.
        references: its foreign keys, already named.
        speller: the schema's reader of identifiers.
        seen: what was read of each column; a column without an entry is known by its name only.
    """
    facts = [
        _facts(column, table, noun, references, speller, seen.get(column.name, UNREAD)) for column in table.columns
    ]
    return {f.column: f for f in _told_apart(facts, speller)}


def _facts(
    column: Column, table: Table, noun: Sequence[str], references: Sequence[Reference], speller: Speller, seen: Observed
) -> ColumnFacts:
    words = column_words(speller, column, table.name, noun)
    if words == ("title",) and is_person(noun):
        words = ("job", "title")
    kind = _effective(column, seen)
    words, unit = take_unit(words, column.name, kind in _NUMERIC)
    if unit is None and kind in _NUMERIC and not {"id", "year", "date", "number"} & set(words):
        unit = described_unit(column.description)
    written = _written(column, words, seen)
    pointing = next((r for r in references if r.columns == (column.name,)), None)
    meanings = _meanings(column, words, seen)
    primary = table.primary_key == (column.name,)
    evidence = Evidence(
        words=words, kind=kind, observed=seen, meanings=meanings, primary=primary,
        reference=pointing is not None and column.kind not in ("date", "datetime"),
        key_part=column.name in table.primary_key, entity=tuple(noun), date_format=written, unit=unit,
    )  # fmt: skip
    role = decide(evidence)
    phrase = _phrase(words, role, pointing, primary, noun)
    flag = role is Role.FLAG
    return ColumnFacts(
        table=table.full_name, column=column.name, role=role, phrase=phrase, plural=plural(phrase), kind=kind,
        unit=unit, verb=participle(words, column.name, noun) if role in (Role.DATE, Role.DATETIME, Role.YEAR) else None,
        flag=flag_predicates(words, column.name, noun) if flag else None,
        truths=tuple(v for v, _ in seen.top if truth(v)) if flag else (),
        integral=_integral(column, seen), rows=seen.rows, distinct=seen.distinct, nulls=seen.nulls,
        minimum=seen.minimum, maximum=seen.maximum, top=seen.top, values=seen.values, meanings=meanings,
        date_format=written if written != "text" else None,
        unique=seen.unique or primary or (column.name,) in table.unique_keys, messy=_messy(seen),
        estimated=seen.estimated, enumerated=_enumerated(column),
    )  # fmt: skip


def _enumerated(column: Column) -> bool:
    """Whether the type lists its values: PostgreSQL's has a name of its own, and its connector describes them."""
    listed = (column.value_description or "").startswith("one of ")
    return column.kind == "text" and (listed or column.type.lower().startswith("enum("))


_MOMENTS = ("start", "end", "begin", "expires", "departure", "arrival")


def _phrase(words: Sequence[str], role: Role, pointing: Reference | None, primary: bool, noun: Sequence[str]) -> str:
    if role is Role.FLAG:
        return flag_phrase(words)
    if (
        role is Role.KEY
        and primary
        and pointing is None
        and (words[-1] == "id" or (len(words) == 1 and words[0][-2:] == "id"))
    ):
        return "ID"
    if role in (Role.DATE, Role.DATETIME) and words[-1] in _MOMENTS and not _DATED & set(words):
        words = [*words[:-1], {"expires": "expiry", "begin": "start"}.get(words[-1], words[-1])]
        return noun_phrase((*words, "date" if role is Role.DATE else "time"))
    if len(words) == 1 and (words[0].endswith("ed") or words[0] in ("built", "born", "spent", "sold", "paid")):
        when = {Role.YEAR: "year", Role.DATE: "date", Role.DATETIME: "time"}.get(role)
        deed = dated(words[0], when, noun) if when else None
        if deed:
            return display(deed)
        if when or role in (Role.AMOUNT, Role.LEVEL):
            return f"{when or ('number' if role is Role.AMOUNT else 'amount')} {words[0]}"
    if pointing is not None and role is Role.KEY:
        if words[-1] in ("no", "number"):
            return noun_phrase(words)
        coded = next((w for w in reversed(words) if w in ("code", "number", "ssn", "name")), "id")
        return f"{pointing.phrase} {display([coded])}"
    if pointing is not None and words[-1] in ("name", "title"):
        return pointing.phrase
    if role is Role.AMOUNT and len(words) == 1 and words[0] in ("gold", "silver", "bronze"):
        return f"number of {words[0]} medals"
    if words[-1] in _CREATED and role in (Role.YEAR, Role.DATE, Role.DATETIME):
        when = {Role.YEAR: "year", Role.DATE: "date"}.get(role, "time")
        return noun_phrase(("founding" if (words[-1], when) == ("creation", "year") else words[-1], when))
    return noun_phrase(words, coded=role in (Role.CATEGORY, Role.FLAG), entity=noun)


def _meanings(column: Column, words: Sequence[str], seen: Observed) -> dict[Any, str]:
    """Words for values: those written down, then those everybody knows."""
    proper = bool(PROPER & set(words))
    written = read_meanings(column.value_description, seen.values, proper)
    written = written or read_meanings(column.description, seen.values, proper)
    return written or (well_known(words, seen.values) if column.kind == "text" else {})


_CREATED = frozenset(("creation", "foundation", "launch", "publication", "release", "arrival", "departure", "opening"))


def _effective(column: Column, seen: Observed) -> Kind:
    """The declared kind; where the engine left it open (SQLite's `YEAR`), what the values are."""
    if column.kind not in ("other", "text") or not seen.values:
        return column.kind
    if all(isinstance(v, str) for v in seen.values):
        return "text"
    if all(isinstance(v, int) and not isinstance(v, bool) for v in seen.values):
        return "integer"
    return "real" if all(isinstance(v, NUMBER) for v in seen.values) else "other"


def _written(column: Column, words: Sequence[str], seen: Observed) -> str | None:
    """How dates are written where values are text: SQLite keeps dates as text under any declared type."""
    if column.kind not in ("text", "date", "datetime", "time", "decimal", "other"):
        return None
    if not any(isinstance(v, str) for v in seen.values):
        return None
    return text_dates(seen.values, bool(_DATED & set(words)) or column.kind in ("date", "datetime"))


def _told_apart(facts: Sequence[ColumnFacts], speller: Speller) -> list[ColumnFacts]:
    """Two columns of a table never share a phrase: units are named (`length in feet`), or the whole identifier."""
    counts = Counter(f.phrase for f in facts)
    out: list[ColumnFacts] = []
    for fact in facts:
        phrase = fact.phrase
        if counts[phrase] > 1:
            unit = fact.unit and SAID.get(fact.unit, fact.unit)
            units = {f.unit for f in facts if f.phrase == phrase}
            if unit and len(units) == counts[phrase]:
                phrase = f"{phrase} in {unit}"
            else:
                phrase = noun_phrase(speller.words(fact.column), coded=fact.role is Role.CATEGORY)
        out.append(fact if phrase == fact.phrase else replace(fact, phrase=phrase, plural=plural(phrase)))
    return out


def _integral(column: Column, seen: Observed) -> bool:
    if column.kind == "integer":
        return True
    numbers = [v for v in seen.values if isinstance(v, NUMBER)]
    return column.kind in _NUMERIC and bool(numbers) and all(isfinite(v) and float(v).is_integer() for v in numbers)


def _messy(seen: Observed) -> bool:
    """Mixed types, stray spaces, or one word in two spellings of case."""
    kinds = {isinstance(v, str) for v in seen.values}
    texts: list[Any] = [v for v in seen.values if isinstance(v, str)]
    return len(kinds) > 1 or any(t != t.strip() for t in texts) or len({t.strip().lower() for t in texts}) < len(texts)
