"""Names in *standard* SQL trees: whose each column is, which names belong to the query around, what a query gives.

SQLGlot's own scopes and `qualify` rewrite the tree, are slow, and do not know the dialects' rules for aliases. This
reads a tree once and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from sqlglot import exp

from querywright.errors import PipeNameError
from querywright.pipes.scope.aliases import ALIASES, Reach
from querywright.pipes.scope.tables import Field, Tables, nearest
from querywright.pipes.scope.types import type_of
from querywright.pipes.tree import Expression, PipeQuery, pipe_in
from querywright.sql.names import DEFAULT_NAMESPACES

Ctes: TypeAlias = Mapping[str, tuple[Field, ...] | None]
"""Columns by the lower-case name of a CTE; None where they are not known."""

OfPipe: TypeAlias = Callable[[PipeQuery, Ctes], tuple[tuple[Field, ...], list[exp.Column]]]
"""What reads a nested pipe query: its columns, and its column nodes that mean the query around."""

AGGREGATES = frozenset(
    {"total", "json_group_array", "json_group_object", "string_agg", "bit_and", "bit_or", "bit_xor", "every", "std"}
)
"""Aggregate functions that SQLGlot does not know for such."""

ROWIDS = frozenset({"rowid", "oid", "_rowid_"})


@dataclass(slots=True, eq=False)
class Source:
    """One thing in FROM: a table, a CTE's name, a derived table, a function."""

    name: str
    """What its columns may be prefixed with, as written; empty if nothing."""
    fields: tuple[Field, ...] | None
    """Its columns; None where they are not known."""
    node: Expression
    kind: Literal["table", "cte", "query", "function"]
    index: dict[str, Field] = field(default_factory=dict)
    """Its columns by lower-case name."""
    qualified: bool = False
    """Whether some column is written with its name in front."""


@dataclass(slots=True, eq=False)
class Scope:
    """What one SELECT (or set operation) reads and gives."""

    node: Expression
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Source | None] = field(default_factory=dict)
    """Columns that USING or NATURAL made one of two, by lower-case name: whose value they have (None: both sides')."""
    fields: tuple[Field, ...] | None = ()
    """Its output columns; None where a `*` cannot be expanded."""
    outputs: dict[str, int] = field(default_factory=dict)
    """Positions of the items with an alias, by its lower-case name; the first of each."""
    free: list[exp.Column] = field(default_factory=list)
    """The column nodes inside it that mean a query around."""
    natural: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The columns a NATURAL join merges, by id of the exp.Join."""
    inner: list[Expression] = field(default_factory=list)
    """The queries that stand in its expressions."""
    aggregates: list[Expression] = field(default_factory=list)
    """Calls of aggregate functions in its expressions, those of windows among them."""
    windows: list[exp.Window] = field(default_factory=list)
    in_tables: list[exp.In] = field(default_factory=list)
    """SQLite's `x IN table`."""
    forward: bool = False
    """Whether a join's condition names a source that is joined later, as SQLite allows."""


@dataclass(slots=True, eq=False)
class Binding:
    """What a column node means: a column of a source, or an output column of the scope."""

    scope: Scope
    source: Source | None
    """None for an output column, for a column merged from two sides, and where it cannot be told."""
    name: str
    """As its source spells it."""
    type: str = ""
    output: int = -1
    """Which output column it is."""
    rowid: bool = False
    """SQLite's number of a row, that no column has for a name."""


@dataclass(slots=True)
class Reading:
    """What `read` finds."""

    fields: tuple[Field, ...]
    """The output columns, `*` expanded; see `known`."""
    free: list[exp.Column]
    """Column nodes anywhere inside that no source inside can be: they mean the query around."""
    known: bool
    """False where a `*` stands for columns that nobody knows: then `fields` is empty."""
    bindings: dict[int, Binding]
    """By id of the column node; free ones have none."""
    scopes: dict[int, Scope]
    """By id of the SELECT, set operation, VALUES or CTE."""
    bare_names: set[str]
    """Lower-case names of the columns written without a table."""
    ctes: list[str]
    """The lower-case names of all CTEs, one named twice is there twice."""
    mentions: dict[str, int]
    """How often they are named."""


def read(
    query: Expression,
    tables: Tables,
    dialect: str,
    ctes: Ctes | None = None,
    of_pipe: OfPipe | None = None,
) -> Reading:
    """Whose the columns of a standard query are. The tree is not changed.

    Args:
        query: SELECT, set operation, VALUES, or any of them in brackets.
        tables: what may be read.
        dialect: whose rules hold for aliases: a dialect of `DIALECTS`, or `googlesql`.
        ctes: columns of the CTEs in force around it, by lower-case name.
        of_pipe: what to ask about nested pipe queries.

    Raises:
        PipeNameError: no such table or column, or an ambiguous column.
    """
    reader = _Reader(tables, dialect, of_pipe)
    scope = reader.query(query, dict(ctes or {}))
    return Reading(
        scope.fields or (),
        scope.free,
        scope.fields is not None,
        reader.bindings,
        reader.scopes,
        reader.bare,
        reader.ctes,
        reader.mentions,
    )


def type_in(node: Expression, bindings: Mapping[int, Binding], scopes: Mapping[int, Scope]) -> str:
    """GoogleSQL's name for the type of an expression in a query that was read; empty where it cannot be told."""

    def of_column(column: Expression) -> str:
        binding = bindings.get(id(column))
        return binding.type if binding is not None else ""

    def of_query(query: Expression) -> str:
        scope = scopes.get(id(query))
        return scope.fields[0].type if scope is not None and scope.fields else ""

    return type_of(node, of_column, of_query)


class _Reader:
    def __init__(self, tables: Tables, dialect: str, of_pipe: OfPipe | None) -> None:
        self.tables, self.dialect, self.of_pipe = tables, dialect, of_pipe
        self.reach = ALIASES.get(dialect, ALIASES["googlesql"])
        self.bindings: dict[int, Binding] = {}
        self.scopes: dict[int, Scope] = {}
        self.bare: set[str] = set()
        self.ctes: list[str] = []
        self.mentions: dict[str, int] = {}

    def type_of(self, node: Expression) -> str:
        return type_in(node, self.bindings, self.scopes)

    # ── queries ──────────────────────────────────────────────────────────────────────────────────────────────────

    def query(self, node: Expression, ctes: dict[str, tuple[Field, ...] | None]) -> Scope:
        """The scope of a query in any form. What it leaves free is in `free`."""
        pipe = pipe_in(node)
        if pipe is not None:
            fields, free = self.of_pipe(pipe, ctes) if self.of_pipe else (None, [])
            scope = Scope(node, fields=fields, free=list(free))
        elif isinstance(node, exp.Select):
            scope = self._select(node, ctes)
        elif isinstance(node, exp.SetOperation):
            scope = self._set_operation(node, ctes)
        elif isinstance(node, (exp.Subquery, exp.Paren)):
            scope = self._bracketed(node, ctes)
        elif isinstance(node, exp.Values):
            scope = self._values(node, ctes)
        elif isinstance(node, exp.Table):
            scope = Scope(node)
            scope.fields = self._table(node, ctes, scope).fields
        else:
            raise PipeNameError(f"{node.key.upper()} is no query")
        self.scopes[id(node)] = scope
        return scope

    def _with(self, node: Expression, ctes: dict[str, tuple[Field, ...] | None]) -> dict[str, tuple[Field, ...] | None]:
        with_ = node.args.get("with_")
        if with_ is None:
            return ctes
        ctes = dict(ctes)
        for cte in with_.expressions:
            names = [name.name for name in cte.args["alias"].args.get("columns") or ()]
            inside = ctes
            if with_.args.get("recursive"):
                inside = dict(ctes)
                inside[cte.alias.lower()] = self._first_branch(cte, names, ctes)
            scope = self.query(cte.this, inside)
            self.scopes[id(cte)] = scope
            self.ctes.append(cte.alias.lower())
            ctes[cte.alias.lower()] = _renamed(scope.fields, names)
        return ctes

    def _first_branch(
        self, cte: exp.CTE, names: list[str], ctes: dict[str, tuple[Field, ...] | None]
    ) -> tuple[Field, ...] | None:
        """What a recursive CTE gives, told from the branch that starts it."""
        body = cte.this
        while isinstance(body, (exp.SetOperation, exp.Subquery)) and body.this is not None:
            body = body.this
        if not isinstance(body, exp.Select) or pipe_in(body) is not None:
            return tuple(Field(name) for name in names) or None
        outer = cte.this.args.get("with_") if isinstance(cte.this, exp.Query) else None
        known = self._with(cte.this, ctes) if outer is not None else ctes
        if any(table.name.lower() == cte.alias.lower() for table in _tables_of(body)):
            return tuple(Field(name) for name in names) or None
        return _renamed(_Reader(self.tables, self.dialect, self.of_pipe).query(body, known).fields, names)

    def _bracketed(self, node: Expression, ctes: dict[str, tuple[Field, ...] | None]) -> Scope:
        ctes = self._with(node, ctes)
        inner = self.query(node.this, ctes)
        scope = Scope(node, fields=inner.fields, free=list(inner.free))
        scope.outputs = {f.name.lower(): i for i, f in reversed(list(enumerate(inner.fields or ())))}
        self._tail(node, scope, ctes)
        return scope

    def _values(self, node: exp.Values, ctes: dict[str, tuple[Field, ...] | None]) -> Scope:
        scope = Scope(node)
        for row in node.expressions:
            self._expression(row, scope, ctes, Reach.NEVER)
        first = node.expressions[0] if node.expressions else exp.Tuple()
        cells = first.expressions if isinstance(first, exp.Tuple) else [first]
        spelled = {"sqlite": "column{}", "postgres": "column{}", "mysql": "column_{}", "duckdb": "col{}"}
        start = 0 if self.dialect in ("duckdb", "mysql") else 1
        pattern = spelled.get(self.dialect, "column{}")
        scope.fields = tuple(Field(pattern.format(start + i), self.type_of(cell)) for i, cell in enumerate(cells))
        return scope

    def _set_operation(self, node: exp.SetOperation, ctes: dict[str, tuple[Field, ...] | None]) -> Scope:
        """Long chains lean to the left: they are walked, not recursed into."""
        ctes = self._with(node, ctes)
        rights: list[exp.SetOperation] = [node]
        first = node.this
        while isinstance(first, exp.SetOperation) and not first.args.get("with_"):
            rights.append(first)
            first = first.this
        left = self.query(first, ctes)
        scope = left
        for operation in reversed(rights):
            right = self.query(operation.expression, ctes)
            fields = left.fields
            if fields is not None and right.fields is not None and len(fields) == len(right.fields):
                fields = tuple(
                    f if f.type else Field(f.name, r.type) for f, r in zip(fields, right.fields, strict=True)
                )
            scope = Scope(operation, fields=fields, free=[*scope.free, *right.free])
            scope.outputs = {f.name.lower(): i for i, f in reversed(list(enumerate(right.fields or ())))}
            scope.outputs |= {f.name.lower(): i for i, f in reversed(list(enumerate(fields or ())))}
            self._tail(operation, scope, ctes)
            self.scopes[id(operation)] = scope
        return scope

    def _tail(self, node: Expression, scope: Scope, ctes: dict[str, tuple[Field, ...] | None]) -> None:
        """ORDER BY and LIMIT behind a whole query: they see its output columns."""
        order = node.args.get("order")
        for key in order.expressions if order is not None else ():
            if (
                isinstance(node, exp.SetOperation)
                and self.dialect == "sqlite"
                and repeats_an_item(key.this, node, scope) is not None
            ):
                continue  # it is that output column; its names are those of the branch
            self._expression(key, scope, ctes, Reach.FIRST_ANYWHERE)
        for name in ("limit", "offset"):
            part = node.args.get(name)
            if part is not None:
                self._expression(part, scope, ctes, Reach.NEVER)

    def _select(self, node: exp.Select, ctes: dict[str, tuple[Field, ...] | None]) -> Scope:
        args, scope, reach = node.args, Scope(node), self.reach
        ctes = self._with(node, ctes)
        from_ = args.get("from_")
        if from_ is not None:
            self._from(from_.this, args.get("joins") or (), args.get("laterals") or (), scope, ctes)
        for i, item in enumerate(node.expressions):
            if isinstance(item, exp.Alias):
                scope.outputs.setdefault(item.alias.lower(), i)
        lateral = reach.select is not Reach.NEVER
        known = scope.outputs
        for i, item in enumerate(node.expressions):
            if lateral:
                scope.outputs = {name: at for name, at in known.items() if at < i}
            self._expression(item, scope, ctes, reach.select)
        scope.outputs = known
        scope.fields = self._fields(node, scope)
        distinct = args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self._expression(distinct.args["on"], scope, ctes, reach.group)
        for name, how in (("where", reach.where), ("group", reach.group), ("having", reach.having)):
            part = args.get(name)
            if part is not None:
                self._expression(part, scope, ctes, how)
        for part in (*(args.get("windows") or ()), args.get("qualify")):
            if part is not None:
                self._expression(part, scope, ctes, reach.qualify)
        self._order(node, scope, ctes)
        for name in ("limit", "offset"):
            part = args.get(name)
            if part is not None:
                self._expression(part, scope, ctes, Reach.NEVER)
        return scope

    def _order(self, node: exp.Select, scope: Scope, ctes: dict[str, tuple[Field, ...] | None]) -> None:
        order = node.args.get("order")
        if order is None:
            return
        known = scope.outputs
        if self.reach.implicit and scope.fields is not None and len(scope.fields) == len(node.expressions):
            scope.outputs = known | {
                f.name.lower(): i
                for i, f in reversed(list(enumerate(scope.fields)))
                if f.name and f.name.lower() not in known
            }
        for key in order.expressions:
            self._expression(key, scope, ctes, self.reach.order)
        scope.outputs = known

    # ── FROM ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _from(
        self,
        first: Expression,
        joins: Iterable[exp.Join],
        laterals: Iterable[exp.Lateral],
        scope: Scope,
        ctes: dict[str, tuple[Field, ...] | None],
    ) -> None:
        conditions: list[tuple[exp.Join, int]] = []
        self._source(first, scope, ctes, conditions)
        for join in joins:
            before = len(scope.sources)
            self._source(join.this, scope, ctes, conditions)
            self._merge(join, before, scope)
            conditions.append((join, len(scope.sources)))
        for lateral in laterals:
            self._source(lateral, scope, ctes, conditions)
        everything = scope.sources
        for join, seen in conditions:
            on = join.args.get("on")
            if on is not None:
                scope.sources = everything[:seen]
                self._expression(on, scope, ctes, Reach.NEVER, everything)
        scope.sources = everything

    def _source(
        self,
        node: Expression,
        scope: Scope,
        ctes: dict[str, tuple[Field, ...] | None],
        conditions: list[tuple[exp.Join, int]],
    ) -> None:
        """Add what one item of FROM brings, with the joins inside its brackets."""
        if isinstance(node, exp.Subquery) and isinstance(node.this, (exp.Table, exp.Subquery)) and not node.alias:
            inner = node.this  # brackets around joins, or around brackets
            if isinstance(inner, exp.Table) or inner.args.get("joins"):
                self._source(inner, scope, ctes, conditions)
                self._joined(node, scope, ctes, conditions)
                return
        scope.sources.append(self._one(node, scope, ctes))
        self._joined(node, scope, ctes, conditions)

    def _joined(
        self,
        node: Expression,
        scope: Scope,
        ctes: dict[str, tuple[Field, ...] | None],
        conditions: list[tuple[exp.Join, int]],
    ) -> None:
        for join in node.args.get("joins") or ():
            before = len(scope.sources)
            self._source(join.this, scope, ctes, conditions)
            self._merge(join, before, scope)
            conditions.append((join, len(scope.sources)))

    def _one(self, node: Expression, scope: Scope, ctes: dict[str, tuple[Field, ...] | None]) -> Source:
        if isinstance(node, exp.Table):
            return self._table(node, ctes, scope)
        alias = node.args.get("alias")
        name, columns = (alias.name, [c.name for c in alias.args.get("columns") or ()]) if alias else ("", [])
        if isinstance(node, (exp.Subquery, exp.Values)):
            inner = self.query(node.this if isinstance(node, exp.Subquery) and not _tailed(node) else node, ctes)
            self._outer(inner.free, scope, scope.sources)
            return _indexed(Source(name, _renamed(inner.fields, columns), node, "query"))
        inner_query = node.this if isinstance(node, exp.Lateral) else None
        if isinstance(inner_query, exp.Subquery):
            inner = self.query(inner_query.this, ctes)
            self._outer(inner.free, scope, scope.sources)
            return _indexed(Source(name, _renamed(inner.fields, columns), node, "query"))
        for argument in node.args.values():
            for part in argument if isinstance(argument, list) else (argument,):
                if isinstance(part, exp.Expr) and not isinstance(part, exp.TableAlias):
                    self._expression(part, scope, ctes, Reach.NEVER)
        fields = tuple(Field(c) for c in columns) or None
        if fields is None and isinstance(node, exp.Unnest) and name and self.dialect != "postgres":
            fields = (Field(name),)
        return _indexed(Source(name, fields, node, "function"))

    def _table(self, node: exp.Table, ctes: dict[str, tuple[Field, ...] | None], scope: Scope) -> Source:
        alias = node.args.get("alias")
        columns = [c.name for c in alias.args.get("columns") or ()] if alias is not None else []
        if not isinstance(node.this, exp.Identifier):  # a table-valued function
            self._expression(node.this, scope, ctes, Reach.NEVER)
            return _indexed(Source(node.alias, tuple(Field(c) for c in columns) or None, node, "function"))
        name, namespace = node.this.name, node.db
        called = alias.name if alias is not None and alias.name else name
        key = name.lower()
        if not namespace and key in ctes:
            self.mentions[key] = self.mentions.get(key, 0) + 1
            return _indexed(Source(called, _renamed(ctes[key], columns), node, "cte"))
        if namespace.lower() == DEFAULT_NAMESPACES.get(self.dialect, ""):
            namespace = ""
        fields = self.tables.fields(name, namespace or None)
        if fields is None and self.tables.known:
            known = [*self.tables.names(), *ctes]
            raise PipeNameError(f"no table is named {name!r}{nearest(name, known)}")
        return _indexed(Source(called, _renamed(fields, columns), node, "table"))

    def _merge(self, join: exp.Join, before: int, scope: Scope) -> None:
        """What USING and NATURAL make one: the left side's value, the right's after RIGHT, both sides' after FULL."""
        names = [identifier.name for identifier in join.args.get("using") or ()]
        left, right = scope.sources[:before], scope.sources[before:]
        if join.args.get("method") == "NATURAL":
            if any(source.fields is None for source in (*left, *right)):
                raise PipeNameError("NATURAL JOIN needs a schema: its columns are not known")
            there = {f.name.lower() for source in right for f in source.fields or ()}
            common = (f.name for source in left for f in source.fields or () if f.name.lower() in there)
            names = list({name.lower(): name for name in common}.values())
            scope.natural[id(join)] = tuple(names)
        for name in names:
            key, side = name.lower(), join.args.get("side")
            for part, where in ((left, "left"), (right, "right")):
                if all(s.fields is not None and key not in s.index for s in part):
                    raise PipeNameError(f"USING ({name}): no column of this name on its {where} side")
            owner = next((s for s in left if key in s.index), None)
            if side == "RIGHT":
                owner = next((s for s in right if key in s.index), None)
            elif key in scope.merged:
                owner = scope.merged[key]
            scope.merged[key] = None if side == "FULL" else owner

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────

    def _expression(
        self,
        node: Expression,
        scope: Scope,
        ctes: dict[str, tuple[Field, ...] | None],
        how: Reach,
        later: list[Source] | None = None,
    ) -> None:
        """Bind the columns of an expression. `later`: sources that only count where those of the scope do not."""
        root = node
        while isinstance(root, (exp.Ordered, exp.Paren, exp.Collate)):
            root = root.this
        keys = set(map(id, root.expressions)) if isinstance(root, (exp.Group, exp.Tuple)) else {id(root)}
        stack: list[object] = [node]
        while stack:
            current = stack.pop()
            if isinstance(current, exp.Column):
                if isinstance(current.this, exp.Star):
                    self._star_of(current, scope)
                elif not self._bind(current, scope, how, id(current) in keys, later):
                    scope.free.append(current)
            elif isinstance(current, (exp.Query, exp.Values)):
                inner = self.query(current, ctes)
                scope.inner.append(current)
                self._outer(inner.free, scope, scope.sources if later is None else later, how)
            elif isinstance(current, exp.In) and isinstance(current.args.get("field"), exp.Column):
                self._in_table(current, scope, ctes)
                stack.append(current.this)
            elif isinstance(current, exp.Star):
                stack.extend(item.this for item in current.args.get("replace") or () if isinstance(item, exp.Alias))
            elif isinstance(current, exp.Expr):
                if isinstance(current, exp.AggFunc) or (
                    isinstance(current, exp.Anonymous) and current.name.lower() in AGGREGATES
                ):
                    scope.aggregates.append(current)
                elif isinstance(current, exp.Window):
                    scope.windows.append(current)
                for value in reversed(current.args.values()):
                    if isinstance(value, list):
                        stack.extend(reversed(value))
                    elif isinstance(value, exp.Expr):
                        stack.append(value)

    def _in_table(self, node: exp.In, scope: Scope, ctes: dict[str, tuple[Field, ...] | None]) -> None:
        """SQLite's `x IN table`."""
        column = node.args["field"]
        table = exp.Table(this=column.this, db=column.args.get("table"))
        source = self._table(table, ctes, scope)
        self.bindings[id(column)] = Binding(scope, source, source.name)
        scope.in_tables.append(node)

    def _outer(
        self, free: list[exp.Column], scope: Scope, sources: list[Source], how: Reach = Reach.AFTER_ANYWHERE
    ) -> None:
        """Bind what a query inside left free; the rest stays free."""
        mine, scope.sources = scope.sources, sources
        scope.free.extend(column for column in free if not self._bind(column, scope, how.inside, False, None))
        scope.sources = mine

    def _bind(self, column: exp.Column, scope: Scope, how: Reach, root: bool, later: list[Source] | None) -> bool:
        name = column.name
        key = name.lower()
        qualifier = column.table
        if not qualifier:
            self.bare.add(key)
        if not qualifier and how.first(root) and key in scope.outputs:
            self._bind_output(column, scope, scope.outputs[key])
            return True
        binding = self._of_source(column, name, key, qualifier, scope)
        if binding is None and later is not None:
            mine, scope.sources = scope.sources, later
            binding = self._of_source(column, name, key, qualifier, scope)
            scope.sources = mine
            scope.forward |= binding is not None
        if binding is not None:
            self.bindings[id(column)] = binding
            return True
        if not qualifier and how.after(root) and key in scope.outputs:
            self._bind_output(column, scope, scope.outputs[key])
            return True
        if self.dialect == "sqlite" and key in ROWIDS:
            return self._bind_rowid(column, scope, qualifier)
        return False

    def _bind_output(self, column: exp.Column, scope: Scope, at: int) -> None:
        fields = scope.fields or ()
        known = fields[at] if at < len(fields) and len(scope.node.expressions or fields) == len(fields) else None
        self.bindings[id(column)] = Binding(scope, None, column.name, known.type if known else "", at)

    def _bind_rowid(self, column: exp.Column, scope: Scope, qualifier: str) -> bool:
        tables = [s for s in scope.sources if s.kind == "table" and (not qualifier or s.name == qualifier)]
        if len(tables) != 1:
            return False
        self.bindings[id(column)] = Binding(scope, tables[0], column.name, "INT64", rowid=True)
        return True

    def _of_source(self, column: exp.Column, name: str, key: str, qualifier: str, scope: Scope) -> Binding | None:
        if qualifier:
            return self._qualified(column, name, key, qualifier.lower(), scope)
        if key in scope.merged:
            owner = scope.merged[key]
            kept = owner.index.get(key) if owner is not None else None
            return Binding(scope, owner, kept.name if kept else name, kept.type if kept else "")
        found, unknown = None, []
        for source in scope.sources:
            if source.fields is None:
                unknown.append(source)
            elif key in source.index:
                if found is not None:
                    raise PipeNameError(f"column {name!r} is ambiguous: {found.name} and {source.name} have it")
                found = source
        if found is not None:
            there = found.index[key]
            return Binding(scope, found, there.name, there.type)
        if unknown:
            return Binding(scope, unknown[0] if len(unknown) == 1 else None, name)
        return None

    def _qualified(self, column: exp.Column, name: str, key: str, qualifier: str, scope: Scope) -> Binding | None:
        missing = None
        for source in scope.sources:
            if source.name.lower() != qualifier or not _same_namespace(column, source):
                continue
            source.qualified = True
            if source.fields is None:
                return Binding(scope, source, name)
            there = source.index.get(key)
            if there is not None:
                return Binding(scope, source, there.name, there.type)
            missing = source
        if missing is not None and not (self.dialect == "sqlite" and key in ROWIDS):
            names = [f.name for f in missing.fields or ()]
            raise PipeNameError(f"{missing.name} has no column {name!r}{nearest(name, names)}")
        return None

    # ── output columns ───────────────────────────────────────────────────────────────────────────────────────────

    def _fields(self, node: exp.Select, scope: Scope) -> tuple[Field, ...] | None:
        fields: list[Field] = []
        for item in node.expressions:
            star = item.this if isinstance(item, exp.Column) else item
            if isinstance(star, exp.Star):
                expanded = star_fields(item, scope, self.dialect)
                if expanded is None:
                    return None
                fields.extend(Field(f.name, f.type) for _, f in expanded)
            else:
                fields.append(Field(item.output_name, self.type_of(item)))
        return tuple(fields)

    def _star_of(self, column: exp.Column, scope: Scope) -> None:
        meant = [source for source in scope.sources if source.name.lower() == column.table.lower()]
        for source in meant:
            source.qualified = True
        if not meant:
            names = [source.name for source in scope.sources]
            raise PipeNameError(f"{column.table}.*: nothing in FROM is named so{nearest(column.table, names)}")


def star_fields(item: Expression, scope: Scope, dialect: str) -> list[tuple[Source | None, Field]] | None:
    """What `*` or `t.*` stands for: each column with its source (None: merged from two); None where not known.

    EXCEPT is left out, REPLACE keeps the place and the name.
    """
    qualifier = item.table.lower() if isinstance(item, exp.Column) else ""
    star = item.this if isinstance(item, exp.Column) else item
    sources = [s for s in scope.sources if not qualifier or s.name.lower() == qualifier]
    if any(source.fields is None for source in sources):
        return None
    hidden = {name.name.lower() for name in star.args.get("except_") or ()}
    found: list[tuple[Source | None, Field]] = []
    merged = {} if qualifier else scope.merged
    if merged and dialect != "sqlite":  # the columns that were merged come first
        for key, owner in merged.items():
            first = owner or next(s for s in sources if key in s.index)
            found.append((owner, first.index[key]))
    done = set(merged) if dialect != "sqlite" else set()
    for source in sources:
        for there in source.fields or ():
            key = there.name.lower()
            if key in merged:
                if key in done:
                    continue
                done.add(key)
                found.append((merged[key], there))
            else:
                found.append((source, there))
    return [(source, there) for source, there in found if there.name.lower() not in hidden]


def repeats_an_item(key: Expression, node: Expression, scope: Scope) -> int | None:
    """Which output column a key of ORDER BY is, that repeats an expression of any branch, as SQLite allows."""
    if isinstance(key, exp.Literal) or (
        isinstance(key, exp.Column) and not key.table and key.name.lower() in scope.outputs
    ):
        return None
    branches = [node]
    while branches:
        branch = branches.pop()
        if isinstance(branch, exp.SetOperation):
            branches += [branch.expression, branch.this]
        elif isinstance(branch, (exp.Subquery, exp.Paren)):
            branches.append(branch.this)
        elif isinstance(branch, exp.Select):
            for i, item in enumerate(branch.expressions):
                if (item.this if isinstance(item, exp.Alias) else item) == key:
                    return i
    return None


def refuse_free(free: list[exp.Column], scope: Scope) -> None:
    """Say which name nothing in the query explains. Raises PipeNameError, if there is one."""
    if not free:
        return
    column = free[0]
    if column.table:
        known = [source.name for source in scope.sources]
        raise PipeNameError(f"{column.sql()}: nothing in FROM is named {column.table!r}{nearest(column.table, known)}")
    known = [f.name for source in scope.sources for f in source.fields or ()]
    raise PipeNameError(f"no column is named {column.name!r}{nearest(column.name, known)}")


def _indexed(source: Source) -> Source:
    for there in source.fields or ():
        source.index.setdefault(there.name.lower(), there)
    return source


def _renamed(fields: tuple[Field, ...] | None, names: list[str]) -> tuple[Field, ...] | None:
    """The fields under the names that an alias gives the first of them."""
    if not names:
        return fields
    if fields is None:
        return tuple(Field(name) for name in names)
    return tuple(Field(n, f.type) for n, f in zip(names, fields, strict=False)) + fields[len(names) :]


def _tailed(node: exp.Subquery) -> bool:
    return any(node.args.get(part) is not None for part in ("order", "limit", "offset", "with_"))


def _same_namespace(column: exp.Column, source: Source) -> bool:
    """`sales.users.id` is not of `users` in another schema; a source with an alias has no schema."""
    db = column.db
    return (
        not db or not isinstance(source.node, exp.Table) or not source.node.db or source.node.db.lower() == db.lower()
    )


def _tables_of(select: exp.Select) -> Iterator[exp.Table]:
    for part in (select.args.get("from_"), *(select.args.get("joins") or ())):
        if part is not None and isinstance(part.this, exp.Table):
            yield part.this
