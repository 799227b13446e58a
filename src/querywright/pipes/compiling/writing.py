"""Blocks to a SQLGlot tree: from the outermost inwards, so that each block gives what is asked of it and no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.compiling.block import Block, Combined, Joined, Source, distinct_names
from querywright.pipes.compiling.builder import Builder
from querywright.pipes.compiling.limits import whole_number
from querywright.pipes.compiling.outputs import (
    asked_of,
    is_whole_table,
    standard_query,
    with_all_compared,
    without_idle_blocks,
)
from querywright.pipes.compiling.texture import as_query, bare_table, drop_qualifiers, needs_brackets
from querywright.pipes.scope.plan import (
    SLOT,
    CtePlan,
    Output,
    Plan,
    PlanRelation,
    Slot,
    SortKey,
    StandardRelation,
    slot_of,
)
from querywright.pipes.tree import Expression

Around: TypeAlias = tuple[Block, ...]
"""The blocks that a block stands in, the nearest first: where its correlated columns come from."""

_DEEP = 8
"""Blocks inside one another from which on the inner ones are written as CTEs: engines count levels of nesting."""


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
        slots = [output.slot for output in outputs]
        if (block.distinct and sorted(slots) != sorted(block.fixed)) or block.shows_no_aggregate(slots):
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
            query = exp.Select(expressions=[exp.Star()], from_=exp.From(this=bare_table(body)))
        alias = exp.TableAlias(this=exp.Identifier(this=cte.name))
        if names != [output.name for output in body.columns] and not isinstance(body, PlanRelation):
            alias.set("columns", [exp.Identifier(this=name) for name in names])
        statement.ctes.append(exp.CTE(this=query, alias=alias))
        statement.recursive = statement.recursive or cte.recursive

    # ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tree(
        self, block: Block, outputs: Sequence[Output], around: Around, statement: _Statement, naming: bool = False
    ) -> exp.Query:
        """A block and all that it reads, without recursion along the chain of blocks inside one another.

        With `naming` the outermost block is kept if all it does is to name columns.
        """
        top: exp.Query | None = None
        tree: exp.Query
        todo: list[tuple[Block | Combined, Sequence[Output], Around, Source | None, exp.Expr | None, int]]
        todo = [(block, outputs, around, None, None, 0)]
        deep: list[exp.CTE] = []
        while todo:
            part, wanted, outside, source, place, depth = todo.pop()
            ctes = part.ctes if isinstance(part, Block) else []
            if isinstance(part, Block) and not (naming and place is None):
                part, wanted = without_idle_blocks(part, wanted)
            if isinstance(part, Combined):
                tree = self._combined(part, wanted, outside, statement)
            elif (query := standard_query(part, wanted)) is not None:
                tree = as_query(self.expression(query, outside or (Block({}, None),)))
            else:
                tree = self._select(part, wanted, outside)
                for inner, hole in self._holes(part, tree):
                    around_inner = outside
                    todo.append((inner.inner, asked_of(inner), around_inner, inner, hole, depth + 1))  # type: ignore[arg-type]
            if place is None:
                top = tree
                continue
            if ctes:
                tree = self._with(tree, ctes, outside)
            assert source is not None
            recursive = isinstance(source.inner, Combined) and source.inner.recursive
            if recursive or depth > _DEEP:
                name = source.inner.recursive if recursive else source.alias  # type: ignore[union-attr]
                alias = exp.TableAlias(this=exp.Identifier(this=name))
                if recursive:
                    assert isinstance(source.inner, Combined)
                    alias.set("columns", [exp.Identifier(this=name) for name in _all_names(source.inner, wanted)])
                    statement.recursive = True
                deep.append(exp.CTE(this=tree, alias=alias))
                table = exp.Table(this=exp.Identifier(this=name))
                if name != source.alias:
                    table.set("alias", exp.TableAlias(this=exp.Identifier(this=source.alias)))
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
            outputs = with_all_compared(block, outputs)
        whole = is_whole_table(block, outputs)
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
            drop_qualifiers(select)
        return select

    def _item(self, output: Output, chain: Around) -> Expression:
        value = self._slot(output.slot, chain)
        if isinstance(value, exp.Column) and (isinstance(value.this, exp.Star) or value.name == output.name):
            return value
        return exp.Alias(this=value, alias=exp.Identifier(this=output.name)) if output.name else value

    def _source(self, source: Source, chain: Around, sample: exp.TableSample | None = None) -> Expression:
        if source.inner is not None:
            return exp.Subquery(alias=exp.TableAlias(this=exp.Identifier(this=source.alias)))
        assert source.table is not None
        alias = exp.TableAlias(this=exp.Identifier(this=source.alias))
        if isinstance(source.table, exp.Table):
            table = bare_table(source.table)
            if source.alias != table.name:
                table.set("alias", alias)
            if sample is not None:
                table.set("sample", sample.copy())
            return table
        tree = self.expression(source.table, chain[1:] or (Block({}, None),))
        if isinstance(tree, exp.Unnest):
            names = [exp.Identifier(this=name) for name in source.columns.values()]
            tree.set("alias", exp.TableAlias(this=exp.Identifier(this=source.alias), columns=names[:1]))
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
            naming = number == 0 and _repeated(called) and self._gets_star(side, called, combined.kind)
            query = self._tree(side, called, around, statement, naming)
            if side.ctes:
                query = self._with(query, side.ctes, around)
            query = self._as_operand(query, combined.kind, number == 0)
            tree = query if tree is None else kind(this=tree, expression=query, distinct=combined.distinct)
        assert tree is not None
        return tree

    def _gets_star(self, side: Block, called: Sequence[Output], kind: str) -> bool:
        """Whether a star is written in front of a first operand: it gives no name twice."""
        part, _ = without_idle_blocks(side, called)
        if isinstance(part, Combined):
            return kind == "INTERSECT" and part.kind != "INTERSECT" and not self._engine.set_operations_from_left
        return part.cut and not self._engine.has_bracketed_operands

    def _as_operand(self, query: exp.Query, kind: str, first: bool) -> exp.Query:
        """A query that can stand beside UNION without brackets, which not every engine takes."""
        own_with = query.args.get("with_") is not None
        if not isinstance(query, exp.SetOperation) and not own_with:
            return query
        if (
            first
            and not own_with
            and (self._engine.set_operations_from_left or kind != "INTERSECT" or isinstance(query, exp.Intersect))
        ):
            return query
        alias = exp.TableAlias(this=exp.Identifier(this=self._builder.aliases.take("_1")))
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
        found = [node for node in root.walk() if _ends(node)]
        for node in found:
            new = self._replacement(node, chain)
            if node is root:
                return new
            if needs_brackets(new, node.parent):
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


def _ends(node: Expression) -> bool:
    """Whether a node is replaced as a whole: a bound column, a nested plan, a block under EXISTS."""
    kind = type(node)
    if kind is exp.Column:
        return node.args.get(SLOT) is not None
    return kind is exp.Select and ("pipe" in node.args or "block" in node.args)


def _all_names(combined: Combined, wanted: Sequence[Output]) -> list[str]:
    """What all columns of a set operation are called, those that nobody asks for included."""
    asked = {output.slot: output.name for output in wanted}
    names = [asked.get(slot) or combined.called(slot, {}) for slot in combined.result]
    return distinct_names(names)


def _repeated(outputs: Sequence[Output]) -> bool:
    """Whether two outputs have one name."""
    return len({output.name.lower() for output in outputs}) < len(outputs)


def _own_name(side: Block, slot: Slot) -> str:
    """What a column of a later side is called: nobody reads it, so only its own name will do."""
    return side.labels.get(slot, "") if side.distinct else ""
