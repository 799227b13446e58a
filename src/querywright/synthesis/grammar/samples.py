"""Real rows to write queries about: a fixed sample of each table, and the rows its foreign keys lead to.

Read once per table and kept; the same rows whatever the order of the draws, so that two workers write the same queries.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from querywright.databases import Database, Limits
from querywright.databases.values import comparable
from querywright.errors import QueryError
from querywright.synthesis.grammar.dialects import literal
from querywright.synthesis.grammar.graph import Edge, Graph, Table

Row = dict[str, Any]
SIZE = 240
"""Rows sampled of each table."""
KEPT = 1500
"""Join paths remembered at once."""
_READ = Limits(seconds=20, rows=5000)


class Joined:
    """Joined sample rows, and their columns as they are asked for again and again."""

    def __init__(self, rows: tuple[tuple[Row, ...], ...]) -> None:
        self.rows = rows
        self._values: dict[tuple[int, str], list[Any]] = {}
        self._numbers: dict[tuple[int, str], list[float]] = {}
        self._places: dict[tuple[int, str], list[tuple[Any, int]]] = {}

    def values(self, node: int, column: str) -> list[Any]:
        """One column of one table, row by row."""
        key = (node, column)
        if key not in self._values:
            self._values[key] = [row[node][column] for row in self.rows]
        return self._values[key]

    def places(self, node: int, column: str) -> list[tuple[Any, int]]:
        """The different values of one column, each with the rows that hold it, as bits."""
        key = (node, column)
        if key not in self._places:
            found: dict[tuple[type, Any], int] = {}
            for number, value in enumerate(self.values(node, column)):
                place = (type(value), repr(value) if isinstance(value, (list, dict)) else value)
                found[place] = found.get(place, 0) | 1 << number
            self._places[key] = [(value, rows) for (_, value), rows in found.items()]
        return self._places[key]

    def numbers(self, node: int, column: str) -> list[float]:
        """The finite numbers of one column, in order."""
        key = (node, column)
        if key not in self._numbers:
            numbers = [float(v) for v in self.values(node, column) if is_number(v)]
            self._numbers[key] = sorted(filter(math.isfinite, numbers))
        return self._numbers[key]


class Samples:
    """Sampled rows of one database, by table and by foreign key; for any number of threads at once."""

    def __init__(self, database: Database, graph: Graph) -> None:
        self._database, self._graph = database, graph
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._parents: dict[Edge, dict[tuple[str, ...], Row | None]] = {}
        self._joined: dict[tuple[str, tuple[tuple[int, Edge], ...]], Joined] = {}
        self._lock = threading.RLock()

    def rows(self, table: Table) -> tuple[Row, ...]:
        """Up to `SIZE` rows spread evenly over the table; empty where it cannot be read in time."""
        with self._lock:
            if table.name not in self._rows:
                self._rows[table.name] = tuple(self._read(table))
            return self._rows[table.name]

    def joined(self, grain: Table, steps: tuple[tuple[int, Edge], ...]) -> Joined:
        """Sampled rows of `grain` joined along `steps`, each `(from which table, along which key)`."""
        key = (grain.name, steps)
        with self._lock:
            joined = self._joined.get(key)
            if joined is None:
                joined = Joined(tuple(self._join(grain, steps)))
                if len(self._joined) >= KEPT:
                    self._joined.clear()
                self._joined[key] = joined
            return joined

    def _join(self, grain: Table, steps: tuple[tuple[int, Edge], ...]) -> list[tuple[Row, ...]]:
        """Each step looks up the parents of all rows at once."""
        joined: list[tuple[Row, ...]] = [(row,) for row in self.rows(grain)]
        for child, edge in steps:
            parents = self._up(edge, [row[child] for row in joined])
            joined = [(*row, up) for row, up in zip(joined, parents, strict=True) if up is not None]
        return joined

    def _up(self, edge: Edge, rows: list[Row]) -> list[Row | None]:
        """The row that each of `rows` points at along `edge`."""
        known = self._parents.setdefault(edge, {})
        values = [tuple(row[c] for c in edge.columns) for row in rows]
        keys = [None if None in v else _key(v) for v in values]
        missing = {k: v for k, v in zip(keys, values, strict=True) if k is not None and k not in known}
        if missing:
            self._fetch(edge, missing)
        return [None if k is None else known[k] for k in keys]

    def _read(self, table: Table) -> Iterable[Row]:
        names = ", ".join(c.sql for c in table.columns)
        if table.rows <= SIZE:
            sql = f"SELECT {names} FROM {table.sql}"
        else:
            order = ", ".join(c.sql for c in table.key) or ", ".join(c.sql for c in table.columns[:6])
            step = -(-table.rows // SIZE)
            sql = (
                f"SELECT {names} FROM (SELECT {names}, ROW_NUMBER() OVER (ORDER BY {order}) AS n__ FROM {table.sql}) "
                f"AS t WHERE n__ % {step} = 0"
            )
        rows = sorted(self._query(sql), key=repr)
        return [dict(zip((c.name for c in table.columns), row, strict=True)) for row in rows]

    def _fetch(self, edge: Edge, missing: dict[tuple[str, ...], tuple[Any, ...]]) -> None:
        """Read the parents that these keys name; a key without one is remembered as such."""
        parent = self._graph.tables[edge.parent]
        columns = [parent.by_name[c.lower()].sql for c in edge.referred]
        values = [missing[k] for k in sorted(missing)]
        dialect = self._database.dialect
        if len(columns) == 1:
            test = f"{columns[0]} IN ({', '.join(literal(v[0], dialect) for v in values)})"
        else:
            each = [[f"{c} = {literal(x, dialect)}" for c, x in zip(columns, v, strict=True)] for v in values]
            test = " OR ".join(f"({' AND '.join(parts)})" for parts in each)
        names = ", ".join(c.sql for c in parent.columns)
        read: dict[tuple[str, ...], Row | None] = dict.fromkeys(missing)
        for found in self._query(f"SELECT {names} FROM {parent.sql} WHERE {test}"):
            row = dict(zip((c.name for c in parent.columns), found, strict=True))
            read[_key(tuple(row[c] for c in edge.referred))] = row
        self._parents[edge].update(read)  # whole at last: no parent counts as missing while it is being looked for

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            rows = self._database.execute(sql, _READ).rows
        except QueryError:
            return []
        return [tuple(map(comparable, row)) for row in rows]


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _key(values: tuple[Any, ...]) -> tuple[str, ...]:
    """Equal for what the engine joins as equal: `12`, `12.0` and `'12'` are one key."""
    return tuple(str(int(v)) if isinstance(v, float) and v.is_integer() else str(v).strip() for v in values)
