"""Real rows to write queries about: a fixed sample of each table, and the rows its foreign keys lead to.

Read once per table and kept; the same rows whatever the order of the draws, so that two workers write the same queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from querywright.databases import Database, Limits
from querywright.errors import QueryError
from querywright.synthesis.grammar.dialects import literal
from querywright.synthesis.grammar.graph import Edge, Graph, Table

Row = dict[str, Any]
SIZE = 240
_READ = Limits(seconds=20, rows=5000)


class Samples:
    """Sampled rows of one database, by table and by foreign key."""

    def __init__(self, database: Database, graph: Graph) -> None:
        self._database, self._graph = database, graph
        self._rows: dict[str, tuple[Row, ...]] = {}
        self._parents: dict[Edge, dict[tuple[Any, ...], Row]] = {}

    def rows(self, table: Table) -> tuple[Row, ...]:
        """Up to `SIZE` rows spread evenly over the table; empty where it cannot be read in time."""
        if table.name not in self._rows:
            self._rows[table.name] = tuple(self._read(table))
        return self._rows[table.name]

    def parent(self, edge: Edge, row: Row) -> Row | None:
        """The row that `row` points at along `edge`."""
        values = tuple(row[c] for c in edge.columns)
        if None in values:
            return None
        known = self._parents.setdefault(edge, {})
        key = _key(values)
        if key not in known:
            self._fetch(edge, self.rows(self._graph.tables[edge.child]), values)
        return known.get(key)

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

    def _fetch(self, edge: Edge, children: Iterable[Row], wanted: tuple[Any, ...]) -> None:
        """Read the parents of `children` and of `wanted` in one query."""
        parent, known = self._graph.tables[edge.parent], self._parents[edge]
        groups = {_key(v): v for v in ([tuple(r[c] for c in edge.columns) for r in children] + [wanted]) if None not in v}
        values = [v for k, v in sorted(groups.items(), key=lambda g: repr(g[0])) if k not in known]
        columns = [parent.by_name[c.lower()].sql for c in edge.referred]
        if len(columns) == 1:
            test = f"{columns[0]} IN ({', '.join(literal(v[0]) for v in values)})"
        else:
            test = " OR ".join(
                "(" + " AND ".join(f"{c} = {literal(x)}" for c, x in zip(columns, v, strict=True)) + ")" for v in values
            )
        names = ", ".join(c.sql for c in parent.columns)
        for found in self._query(f"SELECT {names} FROM {parent.sql} WHERE {test}"):
            row = dict(zip((c.name for c in parent.columns), found, strict=True))
            known[_key(tuple(row[c] for c in edge.referred))] = row

    def _query(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(sql, _READ).rows
        except QueryError:
            return []


def _key(values: tuple[Any, ...]) -> tuple[str, ...]:
    """Equal for what the engine joins as equal: `12`, `12.0` and `'12'` are one key."""
    return tuple(str(int(v)) if isinstance(v, float) and v.is_integer() else str(v).strip() for v in values)
