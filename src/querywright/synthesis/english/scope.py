"""Who is who in a query: the tables behind its aliases, how they hang together, and what one row of it is.

A `Block` wraps one SELECT. Its `sources` are tables or other blocks (CTEs, derived tables); its `links` are the
joins recognised as foreign keys. The *grain* is the source that fixes what one row is: every other source is
reached from it by following keys upward (many-to-one), so "orders joined to customers" has the grain *orders*.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sqlglot import exp

from querywright.synthesis.english import refusals
from querywright.synthesis.english.voice import CannotSay
from querywright.synthesis.lexicon import Lexicon, Reference

VAGUE_WORDS = frozenset(
    ("type", "status", "category", "kind", "class", "level", "group", "form", "title", "name", "code", "mode", "state",
     "grade", "reason", "method", "format", "unit", "label", "size", "rank", "role", "source")
)  # fmt: skip
"""Words that say too little alone: whose type, which status?"""


@dataclass
class Source:
    """One entry of a FROM clause: a table, or a block whose outputs act as columns."""

    alias: str
    table: str | None = None
    """Its full name."""
    block: Block | Union | None = None
    lateral: bool = False
    """Worked out anew for each row of the sources before it."""


@dataclass(frozen=True)
class Link:
    """`child` points at `parent` by `reference`; `side` is the join's kind (INNER when empty).

    `same` marks two sources whose rows are about the same thing: a table and what was computed for each of its rows.
    """

    child: str
    parent: str
    reference: Reference
    side: str = ""
    same: bool = False
    optional: bool = False
    """The child is the optional side of an outer join: rows of the parent stay without it."""
    lateral: bool = False
    """The child is looked up anew for each row of the parent: what ties them stands inside it."""


@dataclass
class Place:
    """Where a column lives: a table's column, or an expression of the block that computes it."""

    block: Block
    source: Source
    column: str
    inner: exp.Expr | None = None


@dataclass
class Union:
    """A set operation and its two sides (`kind` is UNION, INTERSECT or EXCEPT)."""

    node: exp.SetOperation
    left: Block | Union
    right: Block | Union
    recursive: bool = False

    @property
    def kind(self) -> str:
        return type(self.node).__name__.upper()

    @property
    def first(self) -> Block:
        """The leftmost SELECT: it names the output columns."""
        return self.left if isinstance(self.left, Block) else self.left.first


@dataclass
class Block:
    """One SELECT with its sources resolved."""

    select: exp.Select
    lexicon: Lexicon
    sources: dict[str, Source] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    loose: list[exp.Expr] = field(default_factory=list)
    """Join conditions that are not key equalities: they read as ordinary conditions."""
    apart: dict[str, list[exp.Expr]] = field(default_factory=dict)
    """By the alias an outer join may leave empty: what its ON asks of the joined rows, which drops no row here."""
    outer: Block | None = None
    name: str = ""
    known: dict[str, Block | Union] = field(default_factory=dict)
    """CTEs in sight: queries nested in this one may name them too."""

    standpoint: str | None = None
    """Set while conditions of one joined source are worded from its own point of view."""
    tied: list[exp.Expr] = field(default_factory=list)
    """Conditions that only tie rows together by keys: they go without saying."""
    near: str | None = None
    """The table a link's rows are seen from, where the query's shape alone does not tell."""
    nested: bool = False
    """Whether this is a subquery whose output is looked up by key (`IN (SELECT …)`)."""

    @contextmanager
    def seen_from(self, alias: str) -> Iterator[None]:
        """Within, the grain is this source: its columns need no owner in front of them."""
        before, self.standpoint = self.standpoint, alias
        try:
            yield
        finally:
            self.standpoint = before

    # -- what a row is -------------------------------------------------------------------------------------------
    @property
    def grain(self) -> Source:
        """The source from which most others are reached by following keys upward; the first one on a tie.

        Raises:
            CannotSay: there is no FROM.
        """
        if self.standpoint is not None:
            return self.sources[self.standpoint]
        names = list(self.sources)
        if not names:
            raise CannotSay("a query without a table")
        return self.sources[max(names, key=lambda a: (len(self.paths(a)), -names.index(a)))]

    def paths(self, start: str) -> dict[str, tuple[Link, ...]]:
        """For each source reachable upward from `start`: the links that lead there."""
        found: dict[str, tuple[Link, ...]] = {start: ()}
        queue = [start]
        while queue:
            here = queue.pop(0)
            for link in self.links:
                if link.child == here and link.parent not in found and not link.optional:
                    found[link.parent] = (*found[here], link)
                    queue.append(link.parent)
        return found

    def called(self, link: Link) -> str:
        """What a child calls its parent; its own name where the key's word is vague or the child's."""
        phrase, source = link.reference.phrase, self.sources[link.child]
        alike = source.table is not None and phrase == self.lexicon.entity(source.table).singular
        if alike or phrase in VAGUE_WORDS:
            return self.lexicon.entity(link.reference.referred_table).singular
        return phrase

    # -- clauses -------------------------------------------------------------------------------------------------
    @property
    def outputs(self) -> list[exp.Expr]:
        return list(self.select.expressions)

    @property
    def conditions(self) -> list[exp.Expr]:
        """The WHERE clause's conjuncts that say something (key equalities of old-style joins are left out)."""
        where = self.select.args.get("where")
        conjuncts = list(where.this.flatten()) if where and isinstance(where.this, exp.And) else []
        if where and not conjuncts:
            conjuncts = [where.this]
        return [*(c for c in map(strip, conjuncts) if not self._is_key_equality(c)), *self.loose]

    @property
    def groups(self) -> list[exp.Expr]:
        group = self.select.args.get("group")
        return [self.by_position(e) for e in group.expressions] if group else []

    @property
    def having(self) -> list[exp.Expr]:
        found: list[exp.Expr] = []
        for clause in ("having", "qualify"):
            node = self.select.args.get(clause)
            if node:
                found += [strip(e) for e in (node.this.flatten() if isinstance(node.this, exp.And) else [node.this])]
        return found

    @property
    def is_distinct(self) -> bool:
        """Rows that look alike are shown once; `DISTINCT ON` is something else."""
        distinct = self.select.args.get("distinct")
        return distinct is not None and distinct.args.get("on") is None

    @property
    def kept_by(self) -> list[exp.Expr]:
        """What `DISTINCT ON` keeps the first row of each of; empty without it."""
        distinct = self.select.args.get("distinct")
        on = distinct.args.get("on") if distinct is not None else None
        if on is None:
            return []
        return [self.by_position(strip(e)) for e in (on.expressions if isinstance(on, exp.Tuple) else [on])]

    @property
    def is_grouped(self) -> bool:
        return bool(self.groups)

    @property
    def is_aggregate(self) -> bool:
        """One row out of many: aggregates and no GROUP BY."""
        return not self.is_grouped and any(aggregates(o) for o in self.outputs)

    def by_position(self, node: exp.Expr) -> exp.Expr:
        """Resolves `ORDER BY 2` and aliases of the select list to the expression they stand for."""
        if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
            index = int(node.this) - 1
            return self.outputs[index].unalias() if index < len(self.outputs) else node
        if isinstance(node, exp.Column) and not node.table:
            for output in self.outputs:
                if output.alias and output.alias.lower() == node.name.lower():
                    return output.unalias()
        return node

    @property
    def optional(self) -> set[str]:
        """Aliases that an outer join may leave empty."""
        return {link.child for link in self.links if link.optional}

    # -- columns -------------------------------------------------------------------------------------------------
    def place(self, column: exp.Column) -> Place | None:
        """Where a column comes from; None when nothing in scope has it."""
        alias = column.table.lower()
        for source in self.sources.values():
            if alias and source.alias != alias:
                continue
            found = self._place_in(source, column.name)
            if found:
                return found
        return self.outer.place(column) if self.outer else None

    def _place_in(self, source: Source, name: str) -> Place | None:
        if source.table is not None:
            table = self.lexicon.schema.table(source.table)
            known = table.column(name) if table else None
            return Place(self, source, known.name) if known else None
        block = source.block
        if block is None:
            return None
        first = block.first if isinstance(block, Union) else block
        for output in first.outputs:
            if output.alias_or_name.lower() == name.lower():
                return Place(self, source, name, output.unalias())
            if isinstance(output, exp.Star) or (isinstance(output, exp.Column) and output.is_star):
                inner = first.place(exp.column(name))
                if inner:
                    return Place(self, source, name, exp.column(name, table=inner.source.alias))
        return None

    def _is_key_equality(self, node: exp.Expr) -> bool:
        """Whether this conjunct only ties two of this block's own sources together by a key."""
        return any(node is n for n in self.tied)


def strip(node: exp.Expr) -> exp.Expr:
    """The node without parentheses around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def aggregates(node: exp.Expr) -> list[exp.Expr]:
    """Aggregate calls of this SELECT level: not inside windows or nested queries."""
    found: list[exp.Expr] = []

    def visit(n: exp.Expr) -> None:
        if isinstance(n, (exp.Window, exp.Query, exp.Exists)):
            return
        if isinstance(n, exp.AggFunc):
            found.append(n)
            return
        for child in n.iter_expressions():
            visit(child)

    visit(node)
    return found


_NO_SELECT: dict[type[exp.Expr], str] = {exp.Values: "a list of VALUES", exp.Table: "a join in brackets"}


def resolve(
    tree: exp.Expr, lexicon: Lexicon, outer: Block | None = None, known: dict[str, Block | Union] | None = None
) -> Block | Union:
    """The block of a query. `known` holds the CTEs in sight; `outer` the block a correlated subquery sits in.

    Raises:
        CannotSay: a join there are no words for, or no SELECT (unknown tables simply stay unknown).
    """
    tree = strip(tree)
    while isinstance(tree, exp.Subquery) and not tree.args.get("with_"):
        tree = strip(tree.this)
    known = dict(known if known is not None else outer.known if outer else {})
    for cte in tree.args["with_"].expressions if tree.args.get("with_") else ():
        known[cte.alias.lower()] = _cte(cte, lexicon, known)
    if isinstance(tree, exp.SetOperation):
        left = resolve(tree.this, lexicon, outer, known)
        return Union(tree, left, resolve(tree.expression, lexicon, outer, known))
    if not isinstance(tree, exp.Select):
        raise CannotSay(_NO_SELECT.get(type(tree), f"no SELECT but {type(tree).__name__}"))
    refusals.check_clauses(tree)
    block = Block(tree, lexicon, outer=outer, known=known)
    _add_sources(block, known)
    _spell_out(block)
    _add_links(block)
    return block


def _cte(cte: exp.CTE, lexicon: Lexicon, known: dict[str, Block | Union]) -> Block | Union:
    name = cte.alias.lower()
    query = cte.this
    recursive = isinstance(query, exp.SetOperation) and any(
        not t.db and t.name.lower() == name for t in query.find_all(exp.Table)
    )
    if not recursive:
        block = resolve(query, lexicon, None, known)
    else:
        anchor = resolve(query.this, lexicon, None, known)
        block = Union(query, anchor, resolve(query.expression, lexicon, None, {**known, name: anchor}), recursive=True)
    columns = cte.args["alias"].args.get("columns") if cte.args.get("alias") else None
    if columns:
        _rename(block, [c.name for c in columns])
    if isinstance(block, Block):
        block.name = cte.alias
    return block


def _rename(block: Block | Union, names: list[str]) -> None:
    """Gives the outputs the names of a CTE's column list (`WITH t(a, b) AS …`), on a copy of the select."""
    first = block.first if isinstance(block, Union) else block
    copy = first.select.copy()
    copy.set("expressions", [exp.alias_(e.unalias(), n) for e, n in zip(copy.expressions, names, strict=False)])
    first.select = copy


def _entries(select: exp.Select) -> Iterator[tuple[exp.Expr, exp.Join | None]]:
    clause = select.args.get("from_")
    if clause:
        yield clause.this, None
    for join in select.args.get("joins") or ():
        yield join.this, join


def namesakes(select: exp.Select) -> bool:
    """Whether two of its sources go by one name (`a.users, b.users`): then aliases do not tell whose a column is."""
    names = [node.alias_or_name.lower() for node, _ in _entries(select) if node.alias_or_name]
    return len(set(names)) < len(names)


def _add_sources(block: Block, known: dict[str, Block | Union]) -> None:
    for node, _ in _entries(block.select):
        alias = (node.alias_or_name or f"_{len(block.sources)}").lower()
        if isinstance(node, exp.Table):
            cte = known.get(node.name.lower()) if not node.db else None
            table = None if cte is not None else _called(node, block.lexicon)
            block.sources[alias] = Source(alias, table, cte)
        elif isinstance(node, (exp.Subquery, exp.Query)):
            block.sources[alias] = Source(alias, None, resolve(node, block.lexicon, block.outer, known))
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            block.sources[alias] = Source(alias, None, resolve(node.this, block.lexicon, block, known), True)
        elif isinstance(node, exp.Values):
            raise CannotSay(_NO_SELECT[exp.Values])
        else:
            block.sources[alias] = Source(alias)


def _spell_out(block: Block) -> None:
    """`SELECT *` from what another block computes, as the columns that block shows; on a copy of the select."""
    inner = next(iter(block.sources.values())).block if len(block.sources) == 1 else None
    if not isinstance(inner, Block) or not any(isinstance(e, exp.Star) for e in block.outputs):
        return
    names = [o.alias_or_name for o in inner.outputs]
    if "*" in names or "" in names:
        return
    copy = block.select.copy()
    spelled = [exp.column(name) for name in names]
    copy.set("expressions", [n for e in copy.expressions for n in (spelled if isinstance(e, exp.Star) else [e])])
    block.select = copy


def _called(table: exp.Table, lexicon: Lexicon) -> str:
    """The full name of a table; of one that the schema does not have, what the query calls it."""
    known = lexicon.schema.table(table.name, table.db)
    return known.full_name if known else table.name


def _add_links(block: Block) -> None:
    for _, join in _entries(block.select):
        if join is None:
            continue
        side = join.side or ""
        _link_lateral(block, join)
        condition = join.args.get("on")
        pairs = list(condition.flatten()) if isinstance(condition, exp.And) else [condition] if condition else []
        pairs = [p for p in pairs if not (isinstance(p, exp.Boolean) and p.this)]
        equalities, rest = _split(block, [strip(p) for p in pairs])
        using = [c.name for c in join.args.get("using") or ()]
        equalities += _using(block, join, using)
        joined = (join.this.alias_or_name or "").lower()
        unsaid = rest + _link(block, equalities, side, joined)
        if side and unsaid:
            block.apart[joined] = unsaid
        else:
            block.loose += unsaid
    where = block.select.args.get("where")
    if where:
        conjuncts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
        equalities, _ = _split(block, [strip(c) for c in conjuncts])
        unlinked = {id(e) for e in _link(block, equalities, "", "")}
        block.tied = [e for e in equalities if id(e) not in unlinked]
        _require(block, [strip(c) for c in conjuncts])
    refusals.check_apart(block)
    refusals.check_joined(block)


_DEMANDING = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike, exp.In, exp.Between)


def _require(block: Block, conjuncts: list[exp.Expr]) -> None:
    """An outer join whose missing rows WHERE drops again is an inner join, and what its ON asks is asked of all."""
    for node in conjuncts:
        if not isinstance(node, _DEMANDING) or node.find(exp.Coalesce, exp.Query, exp.Case) is not None:
            continue
        places = [block.place(c) for c in node.find_all(exp.Column)]
        for alias in {p.source.alias for p in places if p is not None and p.block is block}:
            block.loose += block.apart.pop(alias, [])
            block.links = [
                replace(link, optional=False, side="") if link.optional and link.child == alias else link
                for link in block.links
            ]


def _link_lateral(block: Block, join: exp.Join) -> None:
    """A link from rows that are looked up for each row of another source to that row, by the key inside."""
    source = block.sources.get((join.this.alias_or_name or "").lower())
    inner = source.block if source is not None else None
    if source is None or not source.lateral or not isinstance(inner, Block) or inner.is_aggregate:
        return
    for node in inner.conditions:
        sides = [node.this, node.expression] if isinstance(node, exp.EQ) else []
        places = [inner.place(s) for s in sides if isinstance(s, exp.Column)]
        own = next((p for p in places if p is not None and p.block is inner), None)
        other = next((p for p in places if p is not None and p.block is block), None)
        link = _key_link(own, other, join.side or "") if own and other else None
        if link is not None:
            block.links.append(replace(link, child=source.alias, lateral=True))


def _using(block: Block, join: exp.Join, names: list[str]) -> list[exp.Expr]:
    joined = (join.this.alias_or_name or "").lower()
    made: list[exp.Expr] = []
    for name in names:
        other = next((a for a, s in block.sources.items() if a != joined and block._place_in(s, name)), None)
        if other:
            made.append(exp.EQ(this=exp.column(name, table=other), expression=exp.column(name, table=joined)))
    return made


def _split(block: Block, conditions: list[exp.Expr]) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """Equalities between columns of two different sources of this block, and the rest."""
    equalities: list[exp.Expr] = []
    rest: list[exp.Expr] = []
    for node in conditions:
        sides = [node.this, node.expression] if isinstance(node, exp.EQ) else []
        places = [block.place(s) if isinstance(s, exp.Column) else None for s in sides]
        own = len(places) == 2 and all(p is not None and p.block is block for p in places)
        (equalities if own and places[0].source is not places[1].source else rest).append(node)  # type: ignore[union-attr]
    return equalities, rest


def _link(block: Block, equalities: list[exp.Expr], side: str, joined: str) -> list[exp.Expr]:
    """Turns key equalities into links; gives back those that match no key."""
    unmatched: list[exp.Expr] = []
    for node in equalities:
        a, b = block.place(node.this), block.place(node.expression)
        link = a and b and (_key_link(a, b, side) or _key_link(b, a, side))
        if not link:
            unmatched.append(node)
        else:
            link = replace(
                link, optional=side == "LEFT" and link.child == joined and block.sources[joined].table is not None
            )
            if link not in block.links:
                block.links.append(link)
    return unmatched


def base_column(place: Place) -> tuple[str, str] | None:
    """The table and column a place finally reads, looking through blocks; None for a computed one."""
    if place.source.table is not None:
        return place.source.table, place.column
    block = place.source.block
    first = block.first if isinstance(block, Union) else block
    if first is None or not isinstance(place.inner, exp.Column):
        return None
    inner = first.place(place.inner)
    return base_column(inner) if inner else None


def _key_link(child: Place, parent: Place, side: str) -> Link | None:
    low, high = base_column(child), base_column(parent)
    if not low or not high:
        return None
    lexicon = child.block.lexicon
    for reference in lexicon.references(low[0]):
        if reference.referred_table.lower() != high[0].lower():
            continue
        pairs = zip(reference.columns, reference.referred_columns, strict=False)
        if any(c.lower() == low[1].lower() and p.lower() == high[1].lower() for c, p in pairs):
            inner = child.source.block
            computed_for_it = isinstance(inner, Block) and inner.is_grouped and len(inner.groups) == 1
            people = lexicon.entity(low[0]).person and lexicon.entity(high[0]).person and lexicon.facts(*low).unique
            one_to_one = child.source.table is not None and (lexicon.entity(low[0]).key == reference.columns or people)
            alike = computed_for_it or (one_to_one and low[0] != high[0])
            return Link(child.source.alias, parent.source.alias, reference, side, same=alike)
    computed = [p for p in (child, parent) if isinstance(p.source.block, Block) and p.source.block.is_grouped]
    if low == high and len(computed) == 1 and lexicon.entity(low[0]).key != (low[1],):
        other = parent if computed[0] is child else child
        shared = Reference(
            table=low[0], columns=(low[1],), referred_table=low[0], referred_columns=(low[1],), phrase=lexicon.say(*low)
        )
        return Link(other.source.alias, computed[0].source.alias, shared, side, same=True)
    if low == high and low[1] in lexicon.entity(low[0]).key:
        same = Reference(
            table=low[0],
            columns=(low[1],),
            referred_table=high[0],
            referred_columns=(high[1],),
            phrase=lexicon.entity(high[0]).singular,
        )
        one_row_each = child.source.table is None
        return Link(
            *((child.source.alias, parent.source.alias) if one_row_each else (parent.source.alias, child.source.alias)),
            same,
            side,
            same=True,
        )
    return None
