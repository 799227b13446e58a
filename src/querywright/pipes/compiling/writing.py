"""Blocks to a SQLGlot tree: from the outermost inwards, so that each block gives what is asked of it and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.compiling.block import Block, Combined, Joined, Source, distinct_names, free_name
from querywright.pipes.compiling.limits import whole_number
from querywright.pipes.compiling.steps import Builder
from querywright.pipes.scope.plan import (
    CtePlan,
    Output,
    Plan,
    PlanRelation,
    Slot,
    SortKey,
    StandardRelation,
    TableRelation,
    slot_of,
)
from querywright.pipes.tree import Expression

Around: TypeAlias = tuple[Block, ...]
"""The blocks that a block stands in, the nearest first: where its correlated columns come from."""

_DEEP = 8
"""Blocks inside one another from which on the inner ones are written as CTEs: engines count levels of nesting."""

_OPERAND = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.Predicate, exp.Case, exp.Collate)
_IN_BRACKETS = (exp.Binary, exp.Not, exp.Neg, exp.Between, exp.In, exp.Predicate)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
_COMPARISON = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


@dataclass(slots=True)
class _Statement:
    """A SELECT with the CTEs that its own WITH gets."""

    ctes: list[exp.CTE] = field(default_factory=list)
    recursive: bool = False


class Writer:
    """Writes the blocks of one statement."""

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._engine = builder.engine

    def query(self, plan: Plan, around: Around = (), ordered: bool = True) -> exp.Query:
        """The tree of a plan, with its output columns in order; its rows too where that matters to who reads it."""
        block = self._builder.build(plan)
        if not (ordered or block.cut):
            block.order = ()
        return self.statement(block, plan.output, around)

    def statement(self, block: Block, outputs: Sequence[Output], around: Around = ()) -> exp.Query:
        """A block as a query of its own, with a WITH for its CTEs."""
        statement = _Statement()
        if block.distinct and sorted(output.slot for output in outputs) != sorted(block.fixed):
            block = self._builder.wrapped(block)
        for cte in block.ctes:
            self._cte(statement, cte, around)
        tree = self._tree(block, outputs, around, statement)
        if statement.ctes:
            tree.set("with_", exp.With(expressions=statement.ctes, recursive=statement.recursive))
        return tree

    # ── CTEs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _with(self, tree: exp.Query, ctes: Iterable[CtePlan], around: Around) -> exp.Query:
        """A query with CTEs of its own in front."""
        statement = _Statement()
        for cte in ctes:
            self._cte(statement, cte, around)
        if statement.ctes:
            tree.set("with_", exp.With(expressions=statement.ctes, recursive=statement.recursive))
        return tree

    def _cte(self, statement: _Statement, cte: CtePlan, around: Around) -> None:
        body = cte.body
        given = [field.name for field in cte.fields]
        names = distinct_names(given)
        query: Expression
        if isinstance(body, PlanRelation):
            inside = self._builder.build(body.plan)
            outputs = [Output(name, o.slot) for name, o in zip(names, body.plan.output, strict=True)]
            query = self.statement(inside, outputs, around)
        elif isinstance(body, StandardRelation):
            query = self.expression(body.query, (Block({}, None), *around))
        else:
            query = exp.Select(expressions=[exp.Star()], from_=exp.From(this=_bare_table(body)))
        alias = exp.TableAlias(this=exp.to_identifier(cte.name))
        if names != [output.name for output in body.columns] and not isinstance(body, PlanRelation):
            alias.set("columns", [exp.to_identifier(name) for name in names])
        statement.ctes.append(exp.CTE(this=query, alias=alias))
        statement.recursive = statement.recursive or cte.recursive

    # ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tree(self, block: Block, outputs: Sequence[Output], around: Around, statement: _Statement) -> exp.Query:
        """A block and all that it reads, without recursion along the chain of blocks inside one another."""
        top: exp.Query | None = None
        tree: exp.Query
        todo: list[tuple[Block | Combined, Sequence[Output], Around, Source | None, exp.Expr | None, int]]
        todo = [(block, outputs, around, None, None, 0)]
        deep: list[exp.CTE] = []
        while todo:
            part, wanted, outside, source, place, depth = todo.pop()
            if isinstance(part, Block):
                part, wanted = _without_idle_blocks(part, wanted)
            if isinstance(part, Combined):
                tree = self._combined(part, wanted, outside, statement)
            elif (query := _standard_query(part, wanted)) is not None:
                tree = _query(self.expression(query, outside or (Block({}, None),)))
            else:
                tree = self._select(part, wanted, outside)
                for inner, hole in self._holes(part, tree):
                    around_inner = outside
                    todo.append((inner.inner, _asked(inner), around_inner, inner, hole, depth + 1))  # type: ignore[arg-type]
            if place is None:
                top = tree
                continue
            if isinstance(part, Block) and part.ctes:
                tree = self._with(tree, part.ctes, outside)
            assert source is not None
            recursive = isinstance(source.inner, Combined) and source.inner.recursive
            if recursive or depth > _DEEP:
                name = source.inner.recursive if recursive else source.alias  # type: ignore[union-attr]
                alias = exp.TableAlias(this=exp.to_identifier(name))
                if recursive:
                    assert isinstance(source.inner, Combined)
                    alias.set("columns", [exp.to_identifier(name) for name in _all_names(source.inner, wanted)])
                    statement.recursive = True
                deep.append(exp.CTE(this=tree, alias=alias))
                table = exp.Table(this=exp.to_identifier(name))
                if name != source.alias:
                    table.set("alias", exp.TableAlias(this=exp.to_identifier(source.alias)))
                place.replace(table)
            else:
                place.set("this", tree)
        statement.ctes.extend(reversed(deep))
        assert top is not None
        return top

    def _holes(self, block: Block, tree: exp.Expr) -> Iterable[tuple[Source, exp.Expr]]:
        """The places in a SELECT where the blocks it reads go, with these."""
        from_ = tree.args.get("from_")
        places = [from_.this] if from_ is not None else []
        places += [join.this for join in tree.args.get("joins") or ()]
        for source, place in zip(block.sources(), places, strict=True):
            if source.inner is not None:
                yield source, place

    def _select(self, block: Block, outputs: Sequence[Output], around: Around) -> exp.Select:
        chain = (block, *around)
        if block.distinct:
            outputs = _with_all(block, outputs)
        whole = _is_whole_table(block, outputs)
        items = [exp.Star()] if whole else [self._item(output, chain) for output in outputs]
        if not items:
            slot = next((s for s in block.gives if s in block.defined), None) if block.grouped else None
            value = self._slot(slot, chain) if slot is not None else exp.Literal.number(1)
            items = [exp.alias_(value, "one", copy=False)]
        select = exp.Select(expressions=items)
        joins = [self._join(join, chain) for join in block.joins]
        if block.where:
            select.set("where", exp.Where(this=self._all(block.where, chain)))
        if block.keys or block.sets is not None:
            select.set("group", self._group(block, chain))
        if block.having:
            select.set("having", exp.Having(this=self._all(block.having, chain)))
        if block.distinct:
            select.set("distinct", exp.Distinct())
        if block.order:
            select.set("order", exp.Order(expressions=[self._ordered(key, chain) for key in block.order]))
        self._cut(select, block)
        if block.first is not None:
            select.set("from_", exp.From(this=self._source(block.first, chain, block.sample)))
        if joins:
            select.set("joins", joins)
        if len(block.sources()) == 1 and not around:
            _without_qualifiers(select)
        return select

    def _item(self, output: Output, chain: Around) -> Expression:
        value = self._slot(output.slot, chain)
        if isinstance(value, exp.Column) and (isinstance(value.this, exp.Star) or value.name == output.name):
            return value
        return exp.Alias(this=value, alias=exp.to_identifier(output.name)) if output.name else value

    def _source(self, source: Source, chain: Around, sample: exp.TableSample | None = None) -> Expression:
        if source.inner is not None:
            return exp.Subquery(alias=exp.TableAlias(this=exp.to_identifier(source.alias)))
        assert source.table is not None
        alias = exp.TableAlias(this=exp.to_identifier(source.alias))
        if isinstance(source.table, exp.Table):
            table = _bare_table(source.table)
            if source.alias != table.name:
                table.set("alias", alias)
            if sample is not None:
                table.set("sample", sample.copy())
            return table
        tree = self.expression(source.table, chain[1:] or (Block({}, None),))
        if isinstance(tree, exp.Unnest):
            names = [exp.to_identifier(name) for name in source.columns.values()]
            tree.set("alias", exp.TableAlias(this=exp.to_identifier(source.alias), columns=names[:1]))
            return tree
        return exp.Subquery(this=tree, alias=alias)

    def _join(self, join: Joined, chain: Around) -> exp.Join:
        tree = exp.Join(this=self._source(join.source, chain))
        if join.kind in ("LEFT", "RIGHT", "FULL"):
            tree.set("side", join.kind)
        elif join.kind == "CROSS":
            tree.set("kind", "CROSS")
        if join.on is not None:
            tree.set("on", self.expression(join.on, chain))
        elif join.kind != "CROSS":
            tree.set("on", exp.true())
        return tree

    def _group(self, block: Block, chain: Around) -> exp.Group:
        if block.sets is None:
            return exp.Group(expressions=[self._slot(slot, chain) for slot in block.keys])
        sets = [exp.Tuple(expressions=[self._slot(slot, chain) for slot in chosen]) for chosen in block.sets]
        return exp.Group(grouping_sets=[exp.GroupingSets(expressions=sets)])

    def _ordered(self, key: SortKey, chain: Around) -> exp.Ordered:
        value = self.expression(key.value, chain)
        return exp.Ordered(this=value, desc=key.descending or None, nulls_first=key.nulls_first)

    def _cut(self, select: exp.Select, block: Block) -> None:
        limit = whole_number(block.limit) if block.limit is not None else None
        offset = whole_number(block.offset) if block.offset is not None else 0
        if limit is None and block.offset is not None:
            limit = {"sqlite": -1, "mysql": 18446744073709551615}.get(self._engine.dialect)
        if limit is not None:
            select.set("limit", exp.Limit(expression=exp.Literal.number(limit)))
        if offset:
            select.set("offset", exp.Offset(expression=exp.Literal.number(offset)))

    def _all(self, conditions: Sequence[Expression], chain: Around) -> Expression:
        found = [self.expression(condition, chain) for condition in conditions]
        return exp.and_(*found, copy=False) if len(found) > 1 else found[0]

    # ── set operations ───────────────────────────────────────────────────────────────────────────────────────────────

    def _combined(
        self, combined: Combined, outputs: Sequence[Output], around: Around, statement: _Statement
    ) -> exp.Query:
        names = {output.slot: output.name for output in outputs}
        kind = {"UNION": exp.Union, "INTERSECT": exp.Intersect, "EXCEPT": exp.Except}[combined.kind]
        tree: exp.Query | None = None
        for number, side in enumerate(combined.sides):
            called: list[Output] = []
            for position, slot in enumerate(side.fixed):
                name = names.get(combined.result[position]) if position < len(combined.result) else None
                if not name:
                    name = combined.called(combined.result[position], {})
                called.append(Output(name if number == 0 or side.ctes else _own_name(side, slot), slot))
            query = self._tree(side, called, around, statement)
            if side.ctes:
                query = self._with(query, side.ctes, around)
            query = self._as_operand(query, combined.kind, number == 0)
            tree = query if tree is None else kind(this=tree, expression=query, distinct=combined.distinct)
        assert tree is not None
        return tree

    def _as_operand(self, query: exp.Query, kind: str, first: bool) -> exp.Query:
        """A query that can stand beside UNION without brackets, which not every engine takes."""
        own_with = query.args.get("with_") is not None
        if not isinstance(query, exp.SetOperation) and not own_with:
            return query
        if (
            first
            and not own_with
            and (self._engine.set_operations_from_left or kind != "INTERSECT" or _intersects(query))
        ):
            return query
        alias = exp.TableAlias(this=exp.to_identifier(self._builder.aliases.take("_1")))
        inner = exp.Subquery(this=query, alias=alias)
        return exp.Select(expressions=[exp.Star()], from_=exp.From(this=inner))

    # ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _slot(self, slot: Slot, chain: Around) -> Expression:
        """What a slot is in the nearest block that has it."""
        for depth, block in enumerate(chain):
            value = block.defined.get(slot)
            if value is not None:
                return self.expression(value, chain[depth:])
            column = block.column(slot)
            if column is not None:
                return column
        raise NotCompilable(f"the column {self._builder.labels.get(slot, slot)} cannot be reached from here")

    def expression(self, tree: Expression, chain: Around) -> Expression:
        """A bound expression as SQL of the block at the head of `chain`."""
        slot = slot_of(tree)
        if slot is not None:
            return self._slot(slot, chain)
        root = tree.copy()
        found = [node for node in root.walk(prune=_ends) if _ends(node)]
        for node in found:
            new = self._replacement(node, chain)
            if node is root:
                return new
            if _needs_brackets(new, node.parent):
                new = exp.Paren(this=new)
            node.replace(new)
        return root

    def _replacement(self, node: Expression, chain: Around) -> Expression:
        slot = slot_of(node)
        if slot is not None:
            return self._slot(slot, chain)
        plan = node.args.get("pipe")
        if isinstance(plan, Plan):
            return self.query(plan, chain, ordered=isinstance(node.parent, exp.Array))
        return self.statement(node.args["block"], [], chain)


def _without_qualifiers(select: exp.Select) -> None:
    """Name columns alone where one table is read, nothing nested could capture them, and no new column is called so."""
    computed = {
        item.alias.lower()
        for item in select.expressions
        if isinstance(item, exp.Alias) and not (isinstance(item.this, exp.Column) and item.this.name == item.alias)
    }
    found = []
    for part in select.args.values():
        for tree in part if isinstance(part, list) else [part]:
            if not isinstance(tree, exp.Expr) or isinstance(tree, exp.From):
                continue
            for node in tree.walk():
                if isinstance(node, exp.Query):
                    return
                if isinstance(node, exp.Column) and node.name.lower() not in computed:
                    found.append(node)
    for column in found:
        column.set("table", None)


def _needs_brackets(tree: Expression, parent: Expression | None) -> bool:
    """Whether an expression that takes a column's place would be torn apart by what stands around it."""
    if isinstance(tree, _ARITHMETIC) and isinstance(parent, _COMPARISON):
        return False
    return isinstance(tree, _IN_BRACKETS) and isinstance(parent, _OPERAND)


def _ends(node: Expression) -> bool:
    """Whether a node is replaced as a whole: a bound column, a nested plan, a block under EXISTS."""
    if isinstance(node, exp.Column):
        return "slot" in node.args and node.args["slot"] is not None
    return isinstance(node, exp.Select) and ("pipe" in node.args or "block" in node.args)


def _asked(source: Source) -> list[Output]:
    """What is asked of a block that a source is."""
    return [Output(name, slot) for slot, name in source.columns.items() if slot not in source.unknown]


def _with_all(block: Block, outputs: Sequence[Output]) -> list[Output]:
    """What DISTINCT compares must be given, whether it is asked for or not."""
    asked = {output.slot for output in outputs}
    taken = {output.slot: output.name for output in outputs}
    found = list(outputs)
    for slot in block.fixed:
        if slot not in asked:
            taken[slot] = free_name(slot, block.labels, taken)
            found.append(Output(taken[slot], slot))
    return found


def _all_names(combined: Combined, wanted: Sequence[Output]) -> list[str]:
    """What all columns of a set operation are called, those that nobody asks for included."""
    asked = {output.slot: output.name for output in wanted}
    names = [asked.get(slot) or combined.called(slot, {}) for slot in combined.result]
    return distinct_names(names)


def _own_name(side: Block, slot: Slot) -> str:
    """What a column of a later side is called: nobody reads it, so only its own name will do."""
    return side.labels.get(slot, "") if side.distinct else ""


def _without_idle_blocks(block: Block, outputs: Sequence[Output]) -> tuple[Block | Combined, Sequence[Output]]:
    """What a block reads, in its place, where the block itself does nothing but hand columns on."""
    part: Block | Combined = block
    while isinstance(part, Block) and part.first is not None and part.first.inner is not None:
        inner = part.first.inner
        if not is_idle(part) or part.first.unknown or part.ctes:
            break
        slots = [_through(part, output.slot) for output in outputs]
        if any(slot is None or slot not in inner.gives for slot in slots) or part.windows:
            break
        named = [Output(output.name, slot) for output, slot in zip(outputs, slots, strict=True) if slot is not None]
        if isinstance(inner, Combined):
            if part.order or inner.recursive or [output.slot for output in named] != list(inner.result):
                break
        elif (inner.distinct and {output.slot for output in named} != set(inner.fixed)) or (
            part.order and not _ordered_alike(part, inner)
        ):
            break
        part, outputs = inner, named
    return part, outputs


def is_idle(block: Block) -> bool:
    """Whether a block has no clause but SELECT, FROM of one source, and an order."""
    return not (block.joins or block.where or block.grouped or block.distinct or block.cut or block.sample)


def _is_whole_table(block: Block, outputs: Sequence[Output]) -> bool:
    """Whether the outputs are all columns of the one table that is read, so that a star says them."""
    first = block.first
    if (
        first is None
        or block.joins
        or block.grouped
        or not isinstance(first.table, exp.Table)
        or first.star is not None
    ):
        return False
    return [(output.slot, output.name) for output in outputs] == list(first.columns.items())


def _standard_query(block: Block, outputs: Sequence[Output]) -> exp.Query | None:
    """The standard query that a block hands on as it is; None where it does anything, or the query has a tail."""
    first = block.first
    if first is None or not isinstance(first.table, (exp.Select, exp.SetOperation)) or not is_idle(block):
        return None
    if block.order or [(output.slot, output.name) for output in outputs] != list(first.columns.items()):
        unnamed = [output.slot for output in outputs if not output.name] == list(first.columns)
        if block.order or not unnamed:
            return None
    tail = any(first.table.args.get(part) for part in ("order", "limit", "offset", "with_"))
    return None if tail else first.table


def _through(block: Block, slot: Slot) -> Slot | None:
    """The slot that an output of a block hands on; None where it is computed there."""
    value = block.defined.get(slot)
    if value is None:
        return slot
    inner = slot_of(value)
    return None if inner is None else _through(block, inner)


def _ordered_alike(outer: Block, inner: Block) -> bool:
    """Whether the order that a block repeats is the one its source has already."""
    mine = [(key.slot, key.descending, key.nulls_first) for key in outer.order]
    return mine == [(key.slot, key.descending, key.nulls_first) for key in inner.order]


def _intersects(query: exp.Query) -> bool:
    return isinstance(query, exp.Intersect)


def _query(tree: Expression) -> exp.Query:
    assert isinstance(tree, exp.Query)
    return tree


def _bare_table(table: Expression | TableRelation) -> exp.Table:
    """A table by its name alone, without alias, sample and the rest."""
    node = table.node if isinstance(table, TableRelation) else table
    kept = {part: node.args[part].copy() for part in ("this", "db", "catalog") if node.args.get(part)}
    return exp.Table(**kept)
