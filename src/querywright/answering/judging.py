"""What a model that judges or mends queries is shown of them: the part of the schema they read, and what they gave."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from querywright.answering.desk import Desk
from querywright.answering.known import Columns, Known
from querywright.answering.prompting import Part, listed
from querywright.answering.showing import whole
from querywright.databases import Result
from querywright.errors import QueryError, QueryRejected
from querywright.models.templates import as_data

if TYPE_CHECKING:
    from querywright.answering.selection.clusters import Cluster

ROWS = 10
"""Rows that are shown of a result."""
FEW_ROWS = 5
"""Rows of each result where many are shown."""
WIDEST = 20
"""Columns that are shown of a result."""
LONGEST = 100
"""Letters that are shown of a value."""
LONGEST_ERROR = 500

Named = Mapping[str, frozenset[str]]
"""Columns by table, as a query names them."""

_END = re.compile(r"</(?=query|result)", re.IGNORECASE)


def named_by(sql: str, desk: Desk) -> Named:
    """The tables of the database that a query reads, with the columns that it names; of `*` all. Unreadable: none."""
    from querywright.sql.parsing import exp, query_of
    from querywright.sql.references import references

    names = whole(desk.schema)
    try:
        tree = query_of(sql, desk.database.dialect)
        found = references(tree, desk.database.dialect, names)
    except QueryRejected:
        return {}
    starred = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    columns: dict[str, set[str]] = {table: set() for table in found.tables if table in names}
    for table, column in found.columns:
        if column in names.get(table, ()):
            columns.setdefault(table, set()).add(column)
    return {table: frozenset(names[table] if starred else some) for table, some in columns.items()}


def union(named: Iterable[Named], desk: Desk) -> Columns:
    """The part of the schema that queries read together, with its keys; a table without a named column is whole."""
    wanted: dict[str, set[str]] = {}
    for each in named:
        for name, columns in each.items():
            wanted.setdefault(name, set()).update(columns)
    for table in desk.schema:
        if table.full_name in wanted:
            wanted[table.full_name].update(table.primary_key)
            for key in table.foreign_keys:
                if key.referred_table in wanted:
                    wanted[table.full_name].update(key.columns)
                    wanted[key.referred_table].update(key.referred_columns)
    found: dict[str, tuple[str, ...]] = {}
    for table in desk.schema:
        if table.full_name in wanted:
            some = wanted[table.full_name]
            found[table.full_name] = tuple(column.name for column in table.columns if not some or column.name in some)
    return found


def with_selected(named: Iterable[Named], known: Known, desk: Desk) -> Columns:
    """The schema that was selected, and what queries read beyond it."""
    selected = {table: frozenset(columns) for table, columns in known.columns.items()}
    return union([selected, *named], desk)


def query_text(sql: str) -> str:
    """A query between tags, which nothing in it ends."""
    text = _END.sub("< /", sql).encode("utf-8", "backslashreplace").decode("utf-8")
    return f"<query>\n{text}\n</query>"


def result_part(name: str, outcome: Result | QueryError | None, least: int = 1) -> Part:
    """What a query gave, as data: its size, its columns and its first rows, of which the last give way first."""
    head = _head(outcome, ROWS)

    def write(rows: Sequence[str]) -> str:
        return f"<result>\n{listed([head, *rows])}\n</result>"

    return Part(name, _rows(outcome, ROWS), write, least)


def clusters_part(known: Known, clusters: Sequence[Cluster], chance: random.Random) -> tuple[Part, dict[int, int]]:
    """One query of each cluster with what it gave, numbered by chance; and the place of the cluster by its number.

    The clusters come best first: where not all fit, the last give way.
    """
    numbers = list(range(1, len(clusters) + 1))
    chance.shuffle(numbers)
    items = [_numbered(number, known, cluster) for number, cluster in zip(numbers, clusters, strict=True)]
    place = dict(zip(items, numbers, strict=True))

    def write(kept: Sequence[str]) -> str:
        return "\n\n".join(sorted(kept, key=lambda item: place[item]))

    return Part("queries", items, write, 2), {number: each for each, number in enumerate(numbers)}


def _numbered(number: int, known: Known, cluster: Cluster) -> str:
    first = known.candidates[cluster.members[0]]
    lines = [_head(first.outcome, FEW_ROWS), *_rows(first.outcome, FEW_ROWS)]
    return f"Query {number}:\n{query_text(first.SQL)}\n<result>\n{listed(lines)}\n</result>"


def _head(outcome: Result | QueryError | None, most: int) -> str:
    if isinstance(outcome, QueryError):
        return f"error: {as_data(outcome.message[:LONGEST_ERROR])}"
    if outcome is None:
        return "not executed"
    number = f"more than {len(outcome.rows):,}" if outcome.truncated else f"{len(outcome.rows):,}"
    shown = f", the first {most} of them" if len(outcome.rows) > most else ""
    hidden = len(outcome.columns) - WIDEST
    more = f" and {hidden} more columns" if hidden > 0 else ""
    return f"columns: {as_data(list(outcome.columns[:WIDEST]))}{more}\nrows: {number}{shown}"


def _rows(outcome: Result | QueryError | None, most: int) -> list[str]:
    if not isinstance(outcome, Result):
        return []
    return [row_text(row) for row in outcome.rows[:most]]


def row_text(row: Sequence[Any]) -> str:
    """A row on one line, as data; wide rows and long values are cut."""
    return as_data([_clipped(value) for value in row[:WIDEST]])


def _clipped(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
