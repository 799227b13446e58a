"""Signs of words: the tables and columns a query reads are alluded to, and those the question names are read."""

from __future__ import annotations

from collections.abc import Iterator

from querywright.synthesis.correspondence.demands import Demands, Mention
from querywright.synthesis.correspondence.finding import Sign
from querywright.synthesis.correspondence.heard import Heard
from querywright.synthesis.correspondence.vocabulary import Vocabulary
from querywright.synthesis.lexicon import Lexicon, Role

OUTPUT, MEASURE, ORDERED, GROUPED, FILTERED = 0.25, 0.3, 0.2, 0.15, 0.15
TABLE, BRIDGE, OTHER_TABLE, OTHER_COLUMN = 0.25, 0.1, 0.35, 0.35


def column_signs(needs: Demands, heard: Heard, words: Vocabulary, lexicon: Lexicon) -> Iterator[Sign]:
    """For each column a query shows, measures, orders by, groups by or filters on, whether it is alluded to."""
    seen: set[tuple[str, str]] = set()
    for mention in needs.mentions:
        facts = mention.facts
        key = (facts.table, facts.column)
        weight = _weight(mention)
        if not weight or key in seen:
            continue
        seen.add(key)
        found = (
            words.column(facts).alluded(heard) >= 0.5
            or _goes_without(mention, needs, heard, words, lexicon)
            or bool(facts.unit and heard.has(facts.unit.rstrip("s")))
        )
        yield Sign("column", f"{facts.phrase} ({facts.table}.{facts.column}) is not in the question", weight, found)


def _weight(mention: Mention) -> float:
    if mention.place == "key" or mention.aggregate == "count":
        return 0.0
    if mention.aggregate:
        return MEASURE if mention.place != "filter" else FILTERED
    return {"output": OUTPUT, "order": ORDERED, "group": GROUPED, "filter": FILTERED}[mention.place]


def _goes_without(mention: Mention, needs: Demands, heard: Heard, words: Vocabulary, lexicon: Lexicon) -> bool:
    """A row's name is asked for by asking for the row (`which singers …`), and so is its key."""
    facts = mention.facts
    entity = lexicon.entity(facts.table)
    names = facts.role in (Role.NAME, Role.KEY) or facts.column in entity.label or facts.unique
    if names and (_table_said(facts.table, heard, words) or "who" in heard.stems):
        return True
    if facts.role is Role.KEY:
        return any(_table_said(r.referred_table, heard, words) for r in lexicon.references(facts.table)
                   if facts.column in r.columns)  # fmt: skip
    return mention.place == "filter" and any(value.facts is facts for value in needs.values)


def _table_said(table: str, heard: Heard, words: Vocabulary) -> bool:
    if table not in words.tables:
        return False
    return words.tables[table].alluded(heard) >= 0.5 or any(r.alluded(heard) >= 0.5 for r in words.roles[table])


def table_signs(needs: Demands, heard: Heard, words: Vocabulary, lexicon: Lexicon) -> Iterator[Sign]:
    """For each table a query reads, whether it or a column of it that the query uses is alluded to."""
    for table in needs.tables:
        entity = lexicon.entity(table)
        used = [m for m in needs.mentions if m.facts.table == table]
        shown = [m for m in used if m.place != "key"]
        found = (
            _table_said(table, heard, words)
            or any(words.column(m.facts).alluded(heard) >= 0.5 for m in shown)
            or any(v.facts is not None and v.facts.table == table for v in needs.values)
            or (entity.link and len(needs.tables) > 1)
        )
        weight = TABLE if shown else BRIDGE
        yield Sign("table", f"{entity.plural} (table {table}) are not in the question", weight, found)


def unasked_words(
    needs: Demands, own: Heard, known: frozenset[str], words: Vocabulary, lexicon: Lexicon
) -> Iterator[Sign]:
    """Tables and columns that the question names outright and the query never reads."""
    beyond = {
        r.referred_table for table in needs.tables if lexicon.entity(table).link for r in lexicon.references(table)
    }
    for table, said in words.tables.items():
        if table not in beyond and table not in needs.tables and said.spoken(own) and not set(said.said) & known:
            yield Sign("unasked", f"the question speaks of {lexicon.entity(table).plural}, the query does not",
                       OTHER_TABLE, False)  # fmt: skip
            return
    used = {(m.facts.table, m.facts.column) for m in needs.mentions}
    for table in needs.tables:
        for facts in words.facts[table]:
            said = words.columns[table][facts.column]
            if (table, facts.column) in used or facts.role is Role.KEY or set(said.said) & known:
                continue
            if said.spoken(own):
                yield Sign("unasked", f"the question speaks of {facts.phrase}, the query does not", OTHER_COLUMN, False)
                return
