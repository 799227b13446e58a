"""What the rows of a table are: their noun, whether they are people or events, and what names one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from querywright.databases.schema import Table
from querywright.synthesis.lexicon.entries import ColumnFacts, Entity, Reference, Role
from querywright.synthesis.lexicon.inflection import plural
from querywright.synthesis.lexicon.links import is_link, owned, row_noun
from querywright.synthesis.lexicon.nouns import EVENTS, VERB_TABLES, is_person
from querywright.synthesis.lexicon.words import display, split

_FIRST = ("first name", "given name", "forename", "personal name")
_LAST = ("last name", "surname", "family name")


def describe(
    table: Table,
    words: Sequence[str],
    facts: Mapping[str, ColumnFacts],
    references: Sequence[Reference],
    nouns: Sequence[Sequence[str]],
) -> Entity:
    """The entity of a table, from its noun, its columns' roles and the tables it points at (their `nouns`)."""
    happens = words[-1] in EVENTS or _happens(words, facts, references)
    label = _label(display(words), facts, happens)
    link = is_link(table, facts, references)
    lookup = not link and not references and len(table.columns) <= 4 and bool(label) and _coded(table, words)
    person = not link and (is_person(words) or _person_columns(facts))
    event = happens and not person and not lookup
    singular, relation = _relation(table, words, references)
    awkward = False
    if relation is None:
        singular, awkward = row_noun(words, split(table.name), references, nouns, link)
    elif relation == "have":
        singular = owned(singular, relation, references[0].phrase)
    person = (
        person and not (awkward and len(references) > 1) and (singular == display(words) or is_person(singular.split()))
    )
    return Entity(
        table=table.full_name, singular=singular, plural=plural(singular), relation=relation, person=person,
        label=label, awkward=awkward, derived=_derived(table, facts),
        key=table.primary_key, link=link, lookup=lookup, event=event, description=table.description,
        rows=_rows(table, facts),
    )  # fmt: skip


def _rows(table: Table, facts: Mapping[str, ColumnFacts]) -> int | None:
    """How many rows there are: counted, by the engine or by us, before a server's guess, which moves by itself."""
    if table.row_count is not None and not table.estimated:
        return table.row_count
    counted = [f.rows for f in facts.values() if f.rows is not None and not f.estimated]
    seen = [f.rows for f in facts.values() if f.rows is not None]
    return max(counted, default=table.row_count if table.row_count is not None else max(seen, default=None))


def _derived(table: Table, facts: Mapping[str, ColumnFacts]) -> bool:
    """A view that counts, sums or averages: its columns or its name say so."""
    shown = {w for f in facts.values() for w in split(f.column)}
    told = {"count", "counts", "num", "avg", "average", "total", "sum", "mean"}
    named = {"totals", "summary", "statistics", "stats", "ratings", "averages"}
    return table.is_view and bool(shown & told or set(split(table.name)) & named)


def _relation(table: Table, words: Sequence[str], references: Sequence[Reference]) -> tuple[str, str | None]:
    """The noun of one row, and for tables called by a verb (`teaches`, `lives_in`) that verb."""
    noun, shown = display(words), split(table.name)
    at = next((i for i, w in enumerate(shown[:2]) if _verb(w)), None)
    bare = at is not None and (
        len(shown) == at + 1 or shown[-1] in ("in", "of", "on", "to", "by", "with") or shown[at] == "has"
    )
    if at is None or not bare or len(references) < 2 or (at == 1 and shown[1] in ("manage", "manages")):
        return noun, None
    verb = _verb(shown[at])
    assert verb is not None
    order = {c.name: i for i, c in enumerate(table.columns)}
    told = sorted(references, key=lambda r: order.get(r.columns[0], 0))
    subject, thing = told[0].phrase, told[-1].phrase
    subject = "" if thing.startswith(subject) else subject
    return " ".join(verb[1].format(subject=subject, object=thing).split()), verb[0]


def _verb(word: str) -> tuple[str, str] | None:
    return VERB_TABLES.get(word) or VERB_TABLES.get(word.removesuffix("s")) or VERB_TABLES.get(word.removesuffix("es"))


def _coded(table: Table, words: Sequence[str]) -> bool:
    shown = split(table.name)
    return shown[0] in ("ref", "lkp", "lookup", "lu", "code") or words[-1] in (
        "type", "status", "category", "code", "genre", "kind", "method", "reason", "level",
    )  # fmt: skip


def _person_columns(facts: Mapping[str, ColumnFacts]) -> bool:
    phrases = {f.phrase for f in facts.values()}
    return (
        bool(phrases & set(_FIRST))
        and bool(phrases & set(_LAST))
        and bool(phrases & {"date of birth", "gender", "sex", "age", "birth date", "major"})
    )


def _happens(words: Sequence[str], facts: Mapping[str, ColumnFacts], references: Sequence[Reference]) -> bool:
    """Dated, about something else, and called by what goes on (`installation`, `boarding`)."""
    dated = any(f.role in (Role.DATE, Role.DATETIME) and not _bookkeeping(f) for f in facts.values())
    return dated and bool(references) and words[-1].endswith(("tion", "sion", "ment", "ing", "al", "ance", "log"))


def _bookkeeping(fact: ColumnFacts) -> bool:
    """`last_update`, `created_at`: about the record, not about what it records."""
    return fact.role in (Role.DATE, Role.DATETIME) and fact.phrase in _KEPT_BY_THE_SYSTEM


_KEPT_BY_THE_SYSTEM = frozenset(
    (
        "last update", "last updated", "updated at", "created at", "update time", "creation time", "modified date",
        "date modified", "row version", "last modified", "timestamp", "update date", "insert date",
        "last modified date", "last update date",
    )
)  # fmt: skip


def _label(noun: str, facts: Mapping[str, ColumnFacts], event: bool) -> tuple[str, ...]:
    """Columns that name a row: full name, first and last name, title, then any unique name."""
    by_phrase = {f.phrase: f.column for f in reversed(list(facts.values()))}
    for phrase in ("full name", "name"):
        if phrase in by_phrase and facts[by_phrase[phrase]].role is Role.NAME:
            return (by_phrase[phrase],)
    first = next((by_phrase[p] for p in _FIRST if p in by_phrase), None)
    last = next((by_phrase[p] for p in _LAST if p in by_phrase), None)
    if first and last:
        return (first, last)
    if "title" in by_phrase and facts[by_phrase["title"]].role is Role.NAME:
        return (by_phrase["title"],)
    names = [f for f in facts.values() if f.role is Role.NAME and f.kind == "text" and (f.unique or f.distinct is None)]
    called = [f for f in names if f.phrase.split()[-1] in ("name", "title", "description") or f.phrase == noun]
    told = called or ([] if event else names)
    return (told[0].column,) if told else ()
