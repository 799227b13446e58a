"""One SELECT of somebody else's query, read against the schema: its tables, the keys that tie them, its columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from querywright.sql.parsing import Tree, exp
from querywright.synthesis.grammar.blocks import Block, Node
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.graph import Column, Edge, Table

T = TypeVar("T", bound=exp.Expr)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A table in FROM; `name` is what columns call it."""

    name: str
    table: Table
    node: exp.Table


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """A join along columns: each row of source `child` meets at most one of source `parent`."""

    child: int
    parent: int
    columns: tuple[tuple[Column, Column], ...]
    """Pairs of the child's and the parent's column."""
    edge: Edge | None
    both: bool
    """The child's columns are unique too."""
    join: exp.Join


@dataclass(frozen=True, eq=False)
class Frame:
    """A SELECT whose FROM joins tables of the schema along columns, and nothing else."""

    select: exp.Select
    sources: tuple[Source, ...]
    links: tuple[Link, ...]

    @cached_property
    def grain(self) -> int | None:
        """The source whose rows are the rows of the join; None where joins multiply rows."""
        steps = [(k.child, k.parent) for k in self.links] + [(k.parent, k.child) for k in self.links if k.both]
        for start in range(len(self.sources)):
            found, todo = {start}, [start]
            while todo:
                here = todo.pop()
                for child, parent in steps:
                    if child == here and parent not in found:
                        found.add(parent)
                        todo.append(parent)
            if len(found) == len(self.sources):
                return start
        return None

    def find(self, column: Tree) -> tuple[int, Column] | None:
        """The source and the column that a node names; None where it is neither plainly one nor a column."""
        if not isinstance(column, exp.Column) or not isinstance(column.this, exp.Identifier):
            return None
        name, owner = column.name.lower(), column.table.lower()
        found = [
            (n, s.table.by_name[name])
            for n, s in enumerate(self.sources)
            if (not owner or s.name.lower() == owner) and name in s.table.by_name
        ]
        return found[0] if len(found) == 1 else None

    def mentions(self, number: int, node: Tree) -> list[exp.Column]:
        """Columns of one source in a part of this SELECT, those in queries inside included where they name it."""
        out = [c for c in own(node, exp.Column) if (f := self.find(c)) and f[0] == number]
        name = self.sources[number].name.lower()
        for inner in own(node, exp.Query):
            out += [c for c in inner.find_all(exp.Column) if c.table.lower() == name]
        return out

    @cached_property
    def is_plain(self) -> bool:
        """Whether it gives rows as they are: no groups, aggregates, windows or DISTINCT."""
        select = self.select
        return not (select.args.get("group") or select.args.get("distinct") or aggregates(select)) and not own(
            select, exp.Window
        )

    def block(self, context: Context) -> tuple[Block, tuple[int, ...]] | None:
        """The same FROM as the grammar's block, and the source of each of its nodes; None where it is no such thing."""
        if self.grain is None or any(k.edge is None for k in self.links):
            return None
        alias = len(self.sources) > 1 or bool(self.sources[0].node.alias)
        order = [self.grain]
        nodes = [Node(self.sources[self.grain].table, self.sources[self.grain].name if alias else None)]
        while len(order) < len(self.sources):
            step = next((k for k in self.links if k.child in order and k.parent not in order), None)
            if step is None:
                return None
            source = self.sources[step.parent]
            nodes.append(Node(source.table, source.name, step.edge, order.index(step.child)))
            order.append(step.parent)
        return Block(tuple(nodes), context.samples), tuple(order)


def frame_of(select: exp.Select, context: Context) -> Frame | None:
    """Read one SELECT; None where its FROM holds anything but tables of the schema joined on equal columns."""
    from_ = select.args.get("from_")
    if from_ is None or select.args.get("laterals") or select.args.get("pivots"):
        return None
    nodes = [from_.this, *(j.this for j in select.args.get("joins") or [])]
    ctes = {c.alias.lower() for c in select.root().find_all(exp.CTE)}
    sources = []
    for node in nodes:
        table = _table(node, ctes, context)
        if table is None:
            return None
        sources.append(Source(node.alias or node.name, table, node))
    if len({s.name.lower() for s in sources}) < len(sources):
        return None
    frame = Frame(select, tuple(sources), ())
    links = []
    for number, join in enumerate(select.args.get("joins") or [], 1):
        link = _link(frame, number, join, context)
        if link is None:
            return None
        links.append(link)
    return Frame(select, tuple(sources), tuple(links))


def frames(tree: Tree, context: Context) -> list[Frame]:
    """Every SELECT of a query that can be read, outer ones first."""
    return [f for s in tree.find_all(exp.Select) if (f := frame_of(s, context)) is not None]


def own(node: Tree, kind: type[T]) -> list[T]:
    """Nodes of one kind in a part of a SELECT, not looking into queries inside it."""
    return list(_own(node, kind))


def _own(node: Tree, kind: type[T]) -> Iterator[T]:
    todo = [node]
    while todo:
        here = todo.pop()
        if isinstance(here, kind) and (here is not node or not isinstance(here, exp.Query)):
            yield here
        if here is node or not isinstance(here, exp.Query):
            todo.extend(reversed(list(here.iter_expressions())))


def aggregates(select: exp.Select) -> list[exp.AggFunc]:
    """The aggregates of a SELECT that are no window functions."""
    return [a for a in own(select, exp.AggFunc) if not isinstance(a.parent, exp.Window)]


def _table(node: Tree, ctes: set[str], context: Context) -> Table | None:
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        return None
    if node.args.get("joins") or node.args.get("sample") or (not node.db and node.name.lower() in ctes):
        return None
    found = context.database.schema.table(node.name, node.db)
    return context.graph.tables.get(found.full_name) if found else None


def _link(frame: Frame, number: int, join: exp.Join, context: Context) -> Link | None:
    """How a join ties its table to one of those before it."""
    if join.side or join.kind.upper() not in ("", "INNER") or join.args.get("using") or join.args.get("method"):
        return None
    on = join.args.get("on")
    pairs = [_pair(frame, number, each) for each in conjuncts_of(on)] if on is not None else []
    if not pairs or None in pairs or len({p[0] for p in pairs if p}) > 1:
        return None
    known = [p for p in pairs if p]
    other = known[0][0]
    theirs, ours = tuple(p[1] for p in known), tuple(p[2] for p in known)
    up = _edge(frame.sources[other].table, frame.sources[number].table, theirs, ours)
    down = _edge(frame.sources[number].table, frame.sources[other].table, ours, theirs)
    ours_unique, theirs_unique = _is_unique(frame, number, ours), _is_unique(frame, other, theirs)
    if up or (ours_unique and not down):
        return Link(other, number, tuple(zip(theirs, ours, strict=True)), up, theirs_unique, join)
    if down or theirs_unique:
        return Link(number, other, tuple(zip(ours, theirs, strict=True)), down, ours_unique, join)
    return None


def _pair(frame: Frame, number: int, test: Tree) -> tuple[int, Column, Column] | None:
    """The other source, its column and ours, of one equality in ON."""
    if not isinstance(test, exp.EQ):
        return None
    sides = [frame.find(test.this), frame.find(test.expression)]
    ours = next((s for s in sides if s and s[0] == number), None)
    theirs = next((s for s in sides if s and s[0] < number), None)
    return (theirs[0], theirs[1], ours[1]) if ours and theirs else None


def _edge(child: Table, parent: Table, columns: tuple[Column, ...], referred: tuple[Column, ...]) -> Edge | None:
    pairs = {(c.name, r.name) for c, r in zip(columns, referred, strict=True)}
    return next(
        (e for e in child.up if e.parent == parent.name and set(zip(e.columns, e.referred, strict=True)) == pairs), None
    )


def _is_unique(frame: Frame, number: int, columns: tuple[Column, ...]) -> bool:
    table = frame.sources[number].table
    if len(columns) == 1 and columns[0].facts.unique:
        return True
    return bool(table.key) and {c.name for c in table.key} == {c.name for c in columns}


def conjuncts_of(condition: Tree | None) -> list[Tree]:
    """The conditions that AND ties together."""
    if condition is None:
        return []
    node = condition.unnest() if isinstance(condition, exp.Paren) else condition
    if isinstance(node, exp.And):
        return [*conjuncts_of(node.this), *conjuncts_of(node.expression)]
    return [node]
