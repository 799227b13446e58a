"""A FROM block: one grain table, joined only upward along keys, so that its rows are the grain's rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from querywright.synthesis.grammar.dialects import RESERVED
from querywright.synthesis.grammar.graph import Column, Edge, Graph, Table
from querywright.synthesis.grammar.samples import Joined, Row, Samples
from querywright.synthesis.grammar.trees import Join, Source
from querywright.synthesis.lexicon import Role


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """A column in a block: which table of the block it is in, and how it is written there."""

    node: int
    column: Column
    sql: str

    @property
    def role(self) -> Role:
        return self.column.role

    @property
    def whole(self) -> bool:
        """A date without a time of day."""
        return self.column.facts.kind == "date"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One table of a block; `edge` is how node `child` leads to it (None for the grain)."""

    table: Table
    alias: str | None
    edge: Edge | None = None
    child: int = -1
    optional: bool = False

    def ref(self, column: Column, number: int) -> Ref:
        return Ref(number, column, f"{self.alias}.{column.sql}" if self.alias else column.sql)


@dataclass(frozen=True, eq=False)
class Block:
    """Tables joined upward from `grain`. Immutable; its sample of joined rows is read on first use."""

    nodes: tuple[Node, ...]
    samples: Samples

    @property
    def grain(self) -> Table:
        return self.nodes[0].table

    @property
    def source(self) -> Source:
        return Source(self.grain.sql, self.nodes[0].alias)

    @cached_property
    def joins(self) -> tuple[Join, ...]:
        return tuple(self._join(n) for n in self.nodes[1:])

    def _join(self, node: Node) -> Join:
        assert node.edge is not None
        child = self.nodes[node.child]
        on = " AND ".join(
            f"{child.alias}.{child.table.by_name[c.lower()].sql} = {node.alias}.{node.table.by_name[r.lower()].sql}"
            for c, r in zip(node.edge.columns, node.edge.referred, strict=True)
        )
        return Join(Source(node.table.sql, node.alias), on, "LEFT JOIN" if node.optional else "JOIN")

    @cached_property
    def refs(self) -> tuple[Ref, ...]:
        """Every column of every table, in order."""
        return tuple(node.ref(c, n) for n, node in enumerate(self.nodes) for c in node.table.columns)

    @cached_property
    def sample(self) -> Joined:
        """Joined sample rows: one dict per table."""
        steps = tuple((n.child, n.edge) for n in self.nodes[1:] if n.edge is not None)
        return self.samples.joined(self.grain, steps)

    @property
    def rows(self) -> tuple[tuple[Row, ...], ...]:
        return self.sample.rows

    def of(self, *roles: Role, node: int | None = None) -> list[Ref]:
        """Columns of these roles that are no foreign keys, in one table or all."""
        return [
            r
            for r in self.refs
            if r.column.role in roles
            and (node is None or r.node == node)
            and r.column.name not in self.nodes[r.node].table.links
        ]

    def optional(self, node: int) -> bool:
        """Whether a row of the grain may have nothing at this table, so that joining it drops rows."""
        while node > 0:
            edge = self.nodes[node].edge
            assert edge is not None
            if edge.nulls:
                return True
            node = self.nodes[node].child
        return False

    @cached_property
    def _index(self) -> dict[tuple[int, str], Ref]:
        return {(r.node, r.column.name): r for r in self.refs}

    def ref(self, node: int, column: Column) -> Ref:
        """The one reference to this column of this table."""
        return self._index[node, column.name]

    def refs_of(self, node: int, columns: Iterable[Column]) -> tuple[Ref, ...]:
        return tuple(self.ref(node, c) for c in columns)


def alias_for(table: str, taken: Iterable[str]) -> str:
    """A short readable alias: initials (`order_items` → `oi`), longer where taken."""
    words: list[str] = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", table) or ["t"]
    initials = "".join(w[0] for w in words if not w.isdigit()).lower() or "t"
    used = set(taken)
    longer = [str(words[0])[:n].lower() for n in (2, 3, 4)]
    for name in (initials, *longer, *(f"{initials}{n}" for n in range(2, 50))):
        if name not in used and name not in RESERVED and name.isascii() and name[0].isalpha():
            return name
    raise AssertionError("more than fifty aliases in one query")


def build(
    graph: Graph,
    samples: Samples,
    grain: Table,
    edges: Iterable[tuple[int, Edge]] = (),
    taken: Iterable[str] = (),
    alias: bool = False,
) -> Block:
    """The block over `grain` joined along `edges` (each from an earlier table of the block)."""
    steps, used = list(edges), set(taken)
    named = bool(steps) or alias
    first = alias_for(grain.name, used) if named else None
    nodes = [Node(grain, first)]
    used.add(first or "")
    for child, edge in steps:
        table = graph.tables[edge.parent]
        name = alias_for(table.name, used)
        used.add(name)
        nodes.append(Node(table, name, edge, child))
    return Block(tuple(nodes), samples)
