"""Names in *standard* SQL trees: whose each column is, which names belong to the query around, what a query gives.

SQLGlot's own scopes and `qualify` rewrite the tree, are slow, and do not know the dialects' rules for aliases. This
reads a tree once and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from sqlglot import exp

from querywright.errors import PipeNameError
from querywright.pipes.scope.aliases import ALIASES, Reach
from querywright.pipes.scope.meanings import Binding, Ctes, Reading, Scope, Source, indexed, renamed, type_in
from querywright.pipes.scope.owners import Owners, refuse_free
from querywright.pipes.scope.stars import repeats_an_item, star_fields
from querywright.pipes.scope.tables import Field, Tables, nearest
from querywright.pipes.tree import Expression, PipeQuery, pipe_in
from querywright.sql.names import DEFAULT_NAMESPACES

__all__ = [
    "AGGREGATES",
    "Binding",
    "Ctes",
    "OfPipe",
    "Reading",
    "Scope",
    "Source",
    "read",
    "refuse_free",
    "repeats_an_item",
    "star_fields",
    "type_in",
]

OfPipe: TypeAlias = Callable[[PipeQuery, Ctes], tuple[tuple[Field, ...], list[exp.Column]]]
"""What reads a nested pipe query: its columns, and its column nodes that mean the query around."""

AGGREGATES = frozenset(
    {
        "total",
        "json_group_array",
        "json_group_object",
        "string_agg",
        "bit_and",
        "bit_or",
        "bit_xor",
        "every",
        "std",
        "arg_max_null",
        "arg_min_null",
    }
)
"""Aggregate functions that SQLGlot does not know for such."""


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
        reader.owners.bindings,
        reader.scopes,
        reader.owners.bare,
        reader.ctes,
        reader.mentions,
        reader.owners.rowids,
    )


def _by_name(left: tuple[Field, ...] | None, right: tuple[Field, ...] | None) -> tuple[Field, ...] | None:
    """The columns of UNION BY NAME: those of the left side, and those that only the right side has."""
    if left is None or right is None:
        return None
    mine = {field.name.lower() for field in left}
    return (*left, *(field for field in right if field.name.lower() not in mine))


class _Reader:
    def __init__(self, tables: Tables, dialect: str, of_pipe: OfPipe | None) -> None:
        self.tables, self.dialect, self.of_pipe = tables, dialect, of_pipe
        self.reach = ALIASES.get(dialect, ALIASES["googlesql"])
        self.owners = Owners(dialect)
        self.scopes: dict[int, Scope] = {}
        self.ctes: list[str] = []
        self.mentions: dict[str, int] = {}

    def type_of(self, node: Expression) -> str:
        return type_in(node, self.owners.bindings, self.scopes)

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
            ctes[cte.alias.lower()] = renamed(scope.fields, names)
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
        return renamed(_Reader(self.tables, self.dialect, self.of_pipe).query(body, known).fields, names)

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
        scope = self.query(first, ctes)
        for operation in reversed(rights):
            right = self.query(operation.expression, ctes)
            fields = scope.fields
            if operation.args.get("by_name"):
                fields = _by_name(fields, right.fields)
            elif fields is not None and right.fields is not None and len(fields) == len(right.fields):
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
            self.owners.outer(inner.free, scope, scope.sources)
            return indexed(Source(name, renamed(inner.fields, columns), node, "query"))
        inner_query = node.this if isinstance(node, exp.Lateral) else None
        if isinstance(inner_query, exp.Subquery):
            inner = self.query(inner_query.this, ctes)
            self.owners.outer(inner.free, scope, scope.sources)
            return indexed(Source(name, renamed(inner.fields, columns), node, "query"))
        for argument in node.args.values():
            for part in argument if isinstance(argument, list) else (argument,):
                if isinstance(part, exp.Expr) and not isinstance(part, exp.TableAlias):
                    self._expression(part, scope, ctes, Reach.NEVER)
        fields = tuple(Field(c) for c in columns) or None
        if fields is None and isinstance(node, exp.Unnest) and name and self.dialect != "postgres":
            fields = (Field(name),)
        return indexed(Source(name, fields, node, "function"))

    def _table(self, node: exp.Table, ctes: dict[str, tuple[Field, ...] | None], scope: Scope) -> Source:
        alias = node.args.get("alias")
        columns = [c.name for c in alias.args.get("columns") or ()] if alias is not None else []
        if not isinstance(node.this, exp.Identifier):  # a table-valued function
            self._expression(node.this, scope, ctes, Reach.NEVER)
            return indexed(Source(node.alias, tuple(Field(c) for c in columns) or None, node, "function"))
        name, namespace = node.this.name, node.db
        called = alias.name if alias is not None and alias.name else name
        key = name.lower()
        if not namespace and key in ctes:
            self.mentions[key] = self.mentions.get(key, 0) + 1
            return indexed(Source(called, renamed(ctes[key], columns), node, "cte"))
        if namespace.lower() == DEFAULT_NAMESPACES.get(self.dialect, ""):
            namespace = ""
        fields = self.tables.fields(name, namespace or None)
        if fields is None and self.tables.known:
            known = [*self.tables.names(), *ctes]
            raise PipeNameError(f"no table is named {name!r}{nearest(name, known)}")
        return indexed(Source(called, renamed(fields, columns), node, "table"))

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
                    self.owners.star(current, scope)
                elif not self.owners.bind(current, scope, how, id(current) in keys, later):
                    scope.free.append(current)
            elif isinstance(current, (exp.Query, exp.Values)):
                inner = self.query(current, ctes)
                scope.inner.append(current)
                self.owners.outer(inner.free, scope, scope.sources if later is None else later, how)
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
        self.owners.bindings[id(column)] = Binding(scope, source, source.name)
        scope.in_tables.append(node)

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


def _tailed(node: exp.Subquery) -> bool:
    return any(node.args.get(part) is not None for part in ("order", "limit", "offset", "with_"))


def _tables_of(select: exp.Select) -> Iterator[exp.Table]:
    for part in (select.args.get("from_"), *(select.args.get("joins") or ())):
        if part is not None and isinstance(part.this, exp.Table):
            yield part.this
