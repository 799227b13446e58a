"""What every plan works with: the graph, the samples, the finder of conditions, and choices all plans make alike."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from querywright.databases import Database, Limits
from querywright.errors import QueryError
from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Node, Ref, build
from querywright.synthesis.grammar.dialects import Dialect, dialect
from querywright.synthesis.grammar.graph import Column, Edge, Graph, Table
from querywright.synthesis.grammar.predicates import Chosen, Finder
from querywright.synthesis.grammar.samples import Samples
from querywright.synthesis.grammar.trees import Item, Query, render, text
from querywright.synthesis.lexicon import Lexicon, Role

HUGE = 1_000_000
"""Rows beyond which a table is hardly asked about: checks would take seconds, and a time limit must not decide."""
SHOWN = (
    Role.NAME,
    Role.CATEGORY,
    Role.CODE,
    Role.AMOUNT,
    Role.LEVEL,
    Role.YEAR,
    Role.DATE,
    Role.DATETIME,
    Role.RANK,
    Role.FLAG,
    Role.CONTACT,
)
"""Columns worth showing beside a name."""


@dataclass(frozen=True)
class Context:
    """One database, ready to be written about."""

    database: Database
    graph: Graph
    samples: Samples
    finder: Finder
    dialect: Dialect
    tables: tuple[Table, ...]
    remembered: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    @classmethod
    def read(cls, database: Database, lexicon: Lexicon) -> Context:
        """Read the graph of a database. Raises DatabaseUnavailable."""
        writes = dialect(database.dialect)
        graph = Graph.read(database, lexicon, writes)
        samples = Samples(database, graph)
        return cls(database, graph, samples, Finder(writes), writes, tuple(graph.tables.values()))

    def table(
        self,
        rng: random.Random,
        joins: int = 0,
        *,
        labelled: bool = False,
        measured: bool = False,
        ordered: bool = False,
        dates: int = 0,
        links: bool = False,
    ) -> Table:
        """A table to write about, from which `joins` others can be joined; `links` lets in those that only tie others
        together. Raises Reject where there is none."""
        options = [
            t
            for t in self.tables
            if (links or t.subject)
            and self.graph.reach(t.name) >= joins
            and (not labelled or (t.label and t.key))
            and (not measured or t.measured)
            and (not ordered or t.ordered)
            and t.dates >= dates
        ]
        if not options:
            raise Reject("no table for this plan")
        return rng.choices(options, [_interest(t) for t in options])[0]

    def family(
        self,
        rng: random.Random,
        joins: int,
        many: bool = False,
        upward: bool = True,
        shared: bool = False,
        sparse: bool = False,
        needy: bool = False,
    ) -> tuple[Table, Edge, int, int]:
        """An entity, a key that points at it, and `joins` dealt over the two: (entity, key, its joins, the child's).

        `many` asks for entities with several children each, `shared` for some that have; without `upward` the child
        gets no joins. `sparse` asks for so few children each that a condition on them leaves some entities out,
        `needy` for entities some of which have none.
        Raises Reject where keys do not lead that far.
        """
        options: list[tuple[Table, Edge, list[tuple[int, int]]]] = []
        for parent, edge in self.graph.families:
            child = self.graph.tables[edge.child].entity
            if not parent.subject or (child.awkward and not child.link) or child.derived:
                continue
            if needy and not edge.childless:
                continue
            if many and self.graph.tables[edge.child].rows < 1.3 * parent.rows:
                continue
            if (many or shared) and not edge.shared:
                continue
            if sparse and crowd(parent, self.graph.tables[edge.child]) < 0.08:
                continue
            outer = self.graph.reach(parent.name, edge.child)
            inner = self.graph.reach(edge.child, parent.name) if upward else 0
            deals = [(joins - n, n) for n in range(joins + 1) if joins - n <= outer and n <= inner]
            if deals:
                options.append((parent, edge, deals))
        if not options:
            raise Reject("no table for this plan")
        weights = [(1.0 if e.shared else 0.25) * _interest(p) / (1 + len(p.down)) ** 0.5 for p, e, _ in options]
        parent, edge, deals = rng.choices(options, weights)[0]
        return (parent, edge, *rng.choice(deals))

    def correlates(self, outer: Table, inner: Table, column: Column) -> bool:
        """Whether `inner` can be looked up by `column` once for every row of `outer` without taking for ever."""
        indexed = column.name in inner.indexed or self.dialect.decorrelates
        return indexed or outer.rows * inner.rows <= 2_000_000

    def known(self, query: Query) -> list[tuple[Any, ...]]:
        """What `query` gives, remembered: for figures of whole tables that many draws compare with."""
        sql = render(query)
        rows = self.remembered.get(sql)  # held, for another thread may forget all of it any time
        if rows is None:
            rows = self.rows(query)
            if len(self.remembered) >= 2000:
                self.remembered.clear()
            self.remembered[sql] = rows
        return rows

    def rows(self, query: Query, most: int = 2000) -> list[tuple[Any, ...]]:
        """What `query` gives now, for thresholds taken from real groups. Raises Reject where it does not run."""
        try:
            return self.database.execute(render(query), Limits(20.0, most, 2_000_000)).rows
        except QueryError as error:
            raise Reject("does not run", str(error)) from error

    def block(
        self,
        grain: Table,
        joins: int,
        rng: random.Random,
        taken: Iterable[str] = (),
        alias: bool = False,
        first: Sequence[tuple[int, Edge]] = (),
        without: Iterable[str] = (),
    ) -> Block:
        """A block over `grain` with exactly `joins` joins, beginning with the edges in `first`.

        Each table is in it once at most; those named in `without` not at all. Raises Reject where keys do not lead
        that far.
        """
        steps = list(first)
        tables = [grain, *(self.graph.tables[e.parent] for _, e in steps)]
        seen = {t.name for t in tables} | set(without)
        while len(steps) < joins:
            options = [(n, e) for n, t in enumerate(tables) for e in t.up if e.parent not in seen]
            if not options:
                raise Reject("not enough keys to join along")
            step = rng.choices(options, [self._pull(n, e) for n, e in options])[0]
            steps.append(step)
            seen.add(step[1].parent)
            tables.append(self.graph.tables[step[1].parent])
        return build(self.graph, self.samples, grain, steps, taken, alias)

    def _pull(self, near: int, edge: Edge) -> float:
        """How readily a join goes this way: to what has a name, near the grain, for every row."""
        parent = self.graph.tables[edge.parent]
        return (
            (0.4 if edge.nulls else 1.0)
            * (1.0 if near == 0 else 0.6)
            * (1.0 if parent.label else 0.5)
            * (1.0 if parent.subject else 0.1)
        )

    def where(
        self,
        block: Block,
        rng: random.Random,
        count: int,
        *,
        avoid: Iterable[str] = (),
        proved: bool = True,
        least: float = 0.0,
        need: Iterable[int] = (),
        most: float = 1.0,
        test: int | None = None,
        said: int = 3,
    ) -> Chosen:
        """Conditions, as `Finder.find`; raises Reject where a few pivots give none."""
        for _ in range(4):
            found = self.finder.find(block, rng, count, avoid, proved, least, need, most, test, said)
            if found is not None:
                return found
        raise Reject("no conditions found")


def crowd(parent: Table, child: Table) -> float:
    """The share of children a condition may keep at most, so that some parents are left without any."""
    return min(1.0, 1.6 * parent.rows / child.rows)


def _interest(table: Table) -> float:
    """Lookup tables and repeats of others say little; every other table is as good as the next."""
    if table.rows > HUGE:
        return 0.01
    return 0.4 if table.entity.lookup or table.entity.derived else 1.0


def label(block: Block, node: int) -> tuple[Ref, ...]:
    """What a person knows a row of this table by; its key where it has no name."""
    table = block.nodes[node].table
    columns = table.label or table.key
    return block.refs_of(node, columns)


def identity(block: Block, node: int) -> tuple[Ref, ...]:
    """What stands for one row of a table: its label where that is unique, else key and label."""
    table = block.nodes[node].table
    if table.label_unique:
        return block.refs_of(node, table.label)
    return block.refs_of(node, dict.fromkeys((*table.key, *table.label)))


def grouping(block: Block, node: int) -> tuple[Ref, ...]:
    """What to group by so that two of the same name stay two: key and label, or a name of one column alone."""
    table = block.nodes[node].table
    if table.label_unique and len(table.label) == 1:
        return block.refs_of(node, table.label)
    return block.refs_of(node, dict.fromkeys((*table.key, *table.label)))


def items(refs: Iterable[Ref]) -> tuple[Item, ...]:
    """Output columns as they are."""
    return tuple(Item(text(r.sql)) for r in refs)


def aliased(refs: Sequence[Ref], block: Block) -> tuple[Item, ...]:
    """Output columns; two of one name get their table's name in front."""
    names = [r.column.name.lower() for r in refs]
    out = []
    for r in refs:
        twice = names.count(r.column.name.lower()) > 1
        out.append(Item(text(r.sql), alias_of(block.nodes[r.node], r.column) if twice else None))
    return tuple(out)


def alias_of(node: Node, column: Column) -> str:
    """`customer_name` for the name of a customer."""
    return word(f"{node.table.entity.singular} {column.facts.phrase}")


def word(phrase: str) -> str:
    """A phrase as an alias: lower case, underscores, ASCII letters and digits only."""
    cleaned = "".join(ch if ch.isascii() and ch.isalnum() else "_" for ch in phrase.lower())
    parts = [p for p in cleaned.split("_") if p]
    joined = "_".join(p for n, p in enumerate(parts) if n == 0 or p != parts[n - 1])
    return joined if joined and not joined[0].isdigit() else f"n_{joined}" if joined else "value"


def shown(block: Block, rng: random.Random, count: int, node: int = 0, avoid: Iterable[str] = ()) -> tuple[Ref, ...]:
    """The label of a table and up to `count` more of its columns that say something."""
    first = label(block, node)
    skip = {*avoid, *(r.sql for r in first)}
    more = [r for r in block.of(*SHOWN, node=node) if r.sql not in skip]
    rng.shuffle(more)
    return (*first, *more[:count])
