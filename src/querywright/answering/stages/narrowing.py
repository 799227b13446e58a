"""Narrowing: of a schema too large for a prompt, the tables that retrieval and names put first. Nobody is asked.

It ranks with the values and descriptions that the stages before it found, so it stands behind them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from querywright.answering.desk import Desk
from querywright.answering.keeping import keys_between, retrieved
from querywright.answering.known import Known
from querywright.answering.places import in_order, some
from querywright.answering.prompting import tokens_of
from querywright.answering.showing import column_line, question_text, table_text
from querywright.answering.stages.contract import Stage
from querywright.answering.weighing import column_weights, hint_weights, name_weights, question_words
from querywright.databases.rendering import restricted
from querywright.databases.schema import Schema, Table

_AROUND = 600
"""Tokens of a prompt that are neither schema nor question."""
_JOINED = 10
"""So many tables, the first ones, bring those that join them."""
_STEPS = 3
"""Keys from one table to another, at most, for those between to be brought."""
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of a schema is kept."""

    share: float = 0.75
    """Of a prompt's tokens, for the schema."""
    widest: float = 0.3
    """Of that, for one table; of a wider one its first columns by rank are kept."""


def narrow(known: Known, desk: Desk, settings: Settings) -> Known:
    """Keep the tables that come first until the budget is filled. A schema that fits stays as it is."""
    question = tokens_of(question_text(known))
    room = max(1, min(int(desk.prompt_tokens * settings.share), desk.prompt_tokens - question - _AROUND))
    tables = _tables(known, desk.schema)
    if _fits(tables, known, desk.schema, room):
        return known
    words = question_words(known)
    hints, names = hint_weights(known), name_weights(tables, words)
    best = max(names.values(), default=0.0) or 1.0
    weights = {name: hints.get(name, 0.0) + names[name] / best for name in names}
    ranked = sorted(tables, key=lambda table: -weights[table.full_name])
    kept = _filled(ranked, known, desk.schema, words, room, settings.widest)
    places = ((table.full_name, column.name) for table in kept for column in table.columns)
    columns = in_order(desk.schema, places, {table.full_name for table in kept})
    gone = [table.full_name for table in ranked if table.full_name not in columns]
    notes = [f"{len(columns):,} of {len(tables):,} tables stay, about {room:,} tokens"]
    if gone:
        notes.append(f"left out: {some(gone, _TOLD)}")
    cut = [table for table in kept if len(table.columns) < len(known.columns[table.full_name])]
    notes += [
        f"{some([each.full_name])} keeps {len(each.columns):,} of {len(known.columns[each.full_name]):,} columns"
        for each in cut
    ]
    return replace(known, columns=columns, notes=tuple(notes))


def _tables(known: Known, schema: Schema) -> list[Table]:
    """The tables that are left, with the columns that are left; the keys of those that are whole stay as they are."""
    found = []
    for name, columns in known.columns.items():
        table = schema.table(name)
        if table is not None and len(columns) < len(table.columns):
            [table] = restricted(schema, {name: columns})
        if table is not None:
            found.append(table)
    return found


def _fits(tables: Sequence[Table], known: Known, schema: Schema, room: int) -> bool:
    """Whether all of them fit; writes no more than it must."""
    for table in tables:
        room -= _cost(table, known, schema)
        if room < 0:
            return False
    return True


def _cost(table: Table, known: Known, schema: Schema) -> int:
    return tokens_of(table_text(table, known, schema).text)


def _filled(
    ranked: Sequence[Table], known: Known, schema: Schema, words: Sequence[str], room: int, widest: float
) -> list[Table]:
    """Tables in their rank, each of the first ones with those that join it to what is there, until no more fit."""
    named = {table.full_name: table for table in ranked}
    graph = _joined(named, schema)
    kept: dict[str, Table] = {}
    left = room
    for rank, table in enumerate(ranked):
        if kept and left < room // 50:
            break
        if table.full_name in kept:
            continue
        group = [table.full_name]
        if rank < _JOINED:
            group += _between(table.full_name, kept, graph)
        for name in group:
            narrowed = _cut(named[name], known, schema, words, int(room * widest))
            cost = _cost(narrowed, known, schema)
            if cost <= left or not kept:
                kept[name] = narrowed
                left -= cost
    return list(kept.values())


def _joined(named: dict[str, Table], schema: Schema) -> dict[str, list[str]]:
    """The tables that each table is joined to by a key, whichever way it points."""
    graph: dict[str, list[str]] = {name: [] for name in named}
    for name, table in named.items():
        for key in table.foreign_keys:
            target = schema.table(key.referred_table)
            if target is not None and target.full_name in named and target.full_name != name:
                graph[name].append(target.full_name)
                graph[target.full_name].append(name)
    return graph


def _between(start: str, kept: dict[str, Table], graph: dict[str, list[str]]) -> list[str]:
    """The tables on the shortest way by keys to one that is kept, if that is short."""
    came_from = {start: ""}
    waiting = deque([(start, 0)])
    while waiting:
        name, steps = waiting.popleft()
        if name in kept:
            return list(_way(came_from[name], came_from, start))
        if steps < _STEPS:
            for near in graph[name]:
                if near not in came_from:
                    came_from[near] = name
                    waiting.append((near, steps + 1))
    return []


def _way(name: str, came_from: dict[str, str], start: str) -> Iterator[str]:
    while name and name != start:
        yield name
        name = came_from[name]


def _cut(table: Table, known: Known, schema: Schema, words: Sequence[str], room: int) -> Table:
    """The table; of one that takes more than its room the columns that come first: keys, retrieved ones, by name."""
    if _cost(table, known, schema) <= room:
        return table
    left = room - tokens_of(table.description or "")
    name = table.full_name
    first = {column for _, column in keys_between(schema, {name})} | {
        column for held, column in retrieved(known, 1) if held == name
    }
    weights = column_weights(table, words)
    ranked = sorted(table.columns, key=lambda column: (column.name not in first, -weights[column.name]))
    kept: list[str] = []
    for column in ranked:
        left -= tokens_of(column_line(column, (), schema.dialect))
        if kept and left < 0:
            break
        kept.append(column.name)
    [narrowed] = restricted(schema, {name: kept})
    return narrowed


NARROW = Stage("narrow", Settings, narrow, ("columns",))
