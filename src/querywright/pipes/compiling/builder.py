"""What builds blocks: sources, blocks around blocks, and whether an expression may be written out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.compiling.aliases import Aliases
from querywright.pipes.compiling.block import Block, Combined, Source, distinct_names, free_name
from querywright.pipes.compiling.engines import Engine
from querywright.pipes.compiling.reading import LARGE, Facts, facts
from querywright.pipes.scope.plan import (
    Plan,
    PlanRelation,
    Relation,
    Slot,
    StandardRelation,
    Step,
    TableRelation,
    slot_column,
)
from querywright.pipes.tree import Expression

Apply: TypeAlias = Callable[["Builder", Block, Step, str], Block]
"""Adds a step to a block, or to a new one around it: the builder, the block, the step, its operator in words."""


class Builder:
    """Builds the blocks of one statement. Holds what all share: the engine, aliases, names and types of slots.

    Args:
        plan: the statement's; blocks of plans nested in it are built by the same builder.
        engine: whose SQL it becomes.
        aliases: which are taken.
        apply: adds one step to a block.
    """

    def __init__(self, plan: Plan, engine: Engine, aliases: Aliases, apply: Apply) -> None:
        self.engine = engine
        self.aliases = aliases
        self.labels = plan.labels
        self.types = plan.types
        self._apply = apply
        self._facts: dict[int, tuple[Expression, Facts]] = {}

    def facts(self, tree: Expression) -> Facts:
        """What an expression is like, found once."""
        known = self._facts.get(id(tree))
        if known is None:
            known = tree, facts(tree)  # the tree is held, so that its id stays its own
            self._facts[id(tree)] = known
        return known[1]

    def build(self, plan: Plan) -> Block:
        """The last block of a plan; what its output is stands in `plan.output`."""
        block = Block(self.labels, None)
        for operator, step in plan.steps:
            block = self._apply(self, block, step, operator)
        block.ctes = [*plan.ctes]
        return block

    def slot(self, label: str = "", type_: str = "") -> Slot:
        slot = len(self.types) + 1
        self.types[slot] = type_
        self.labels[slot] = label
        return slot

    def source(self, relation: Relation, operator: str) -> Source:
        """A relation as something a block reads."""
        match relation:
            case TableRelation():
                alias = self.aliases.take(relation.alias or "unnested")
                names = [output.name for output in relation.columns]
                if relation.cte is not None:
                    names = distinct_names(names)
                columns = {output.slot: name for output, name in zip(relation.columns, names, strict=True)}
                for slot, name in columns.items():
                    self.labels.setdefault(slot, name)
                if isinstance(relation.node, exp.Unnest) and not self.engine.has_unnest:
                    raise NotCompilable(f"{self.engine.title} has no UNNEST", operator)
                if relation.node.args.get("offset") and self.engine.dialect != "bigquery":
                    raise NotCompilable(f"{self.engine.title} counts places from 1, WITH OFFSET from 0", operator)
                star = relation.columns[0].slot if relation.open else None
                return Source(alias, columns, relation.node, star=star)
            case PlanRelation():
                inner = self.build(relation.plan)
                return self._positional(inner, relation)
            case StandardRelation():
                names = self._standard_names(relation)
                columns = {output.slot: name for output, name in zip(relation.columns, names, strict=True)}
                return Source(self.aliases.take(relation.alias or "_1"), columns, relation.query)

    def _positional(self, inner: Block, relation: PlanRelation) -> Source:
        """A block whose columns are called by other slots outside: they are computed there from its own."""
        pairs = [(i.slot, o.slot, o.name) for i, o in zip(relation.plan.output, relation.columns, strict=True)]
        pairs += [(inside, outside, self.labels.get(inside, "")) for inside, outside in relation.hidden]
        own = [inside for inside, _, _ in pairs]
        if inner.distinct or inner.ctes or len(set(own)) < len(own) or inner.shows_no_aggregate(own):
            inner = self.wrapped(inner, keep_order=False)
        for inside, outside, name in pairs:
            self.define(inner, outside, slot_column(inside))
            self.labels.setdefault(outside, name)
        inner.gives = {outside for _, outside, _ in pairs}
        if not inner.cut:
            inner.order = ()
        return Source(self.aliases.take(relation.alias or "_1"), inner=inner)

    def _standard_names(self, relation: StandardRelation) -> list[str]:
        """Names for a standard query's columns, each different, put into the query where it has none of its own."""
        names = [output.name for output in relation.columns]
        leftmost = relation.query
        while isinstance(leftmost, (exp.SetOperation, exp.Subquery)):
            leftmost = leftmost.this
        items = leftmost.expressions if isinstance(leftmost, exp.Select) else []
        own = all(isinstance(item, (exp.Alias, exp.Column, exp.Star)) for item in items) and bool(items)
        if own and all(names) and len({name.lower() for name in names}) == len(names):
            return names
        if len(items) != len(names):
            raise NotCompilable("two columns of a query in FROM have one name, or none: give them names with AS")
        made: dict[int, str] = {}
        for number, (item, name) in enumerate(zip(items, names, strict=True)):
            named = isinstance(item, (exp.Alias, exp.Column))
            made[number] = free_name(number, {number: name if named else f"column_{number + 1}"}, made)
            inner = item.this if isinstance(item, exp.Alias) else item
            item.replace(exp.Alias(this=inner.copy(), alias=exp.Identifier(this=made[number])))
        return list(made.values())

    def wrapped(self, block: Block, keep_order: bool = True) -> Block:
        """A new block that reads this one."""
        source = Source(self.aliases.take("_1"), inner=block)
        for each in block.sources():
            source.unknown |= each.unknown
            if each.star is not None:
                source.unknown |= {slot: (name, each.star) for slot, name in each.columns.items() if slot != each.star}
        outer = Block(self.labels, source, gives=set(block.gives))
        if keep_order:
            outer.order = tuple(replace(key, value=slot_column(key.slot)) for key in block.order)
        if not block.cut:
            block.order = ()
        outer.ctes, block.ctes = block.ctes, []
        return outer

    def copied(self, block: Block) -> Block:
        """The same block again, with aliases of its own; expressions are shared, since writing out copies them."""
        sources = {id(source): self.copied_source(source) for source in block.sources()}
        joins = [replace(join, source=sources[id(join.source)]) for join in block.joins]
        first = sources[id(block.first)] if block.first else None
        return replace(
            block,
            first=first,
            joins=joins,
            where=[*block.where],
            having=[*block.having],
            defined=dict(block.defined),
            sizes=dict(block.sizes),
            gives=set(block.gives),
            ctes=[*block.ctes],
        )

    def copied_source(self, source: Source) -> Source:
        inner = source.inner
        if isinstance(inner, Block):
            inner = self.copied(inner)
        elif isinstance(inner, Combined):
            inner = replace(inner, sides=[self.copied(side) for side in inner.sides], names={})
        columns = dict(source.columns) if source.inner is None else {}
        return replace(source, columns=columns, inner=inner)

    def define(self, block: Block, slot: Slot, value: Expression) -> None:
        """A slot that a block computes, and how large it is with all that is written out in it."""
        block.defined[slot] = value
        block.gives.add(slot)
        found = self.facts(value)
        block.sizes[slot] = found.size + sum(block.sizes.get(each, 0) for each in found.slots)

    def repeats(self, block: Block, trees: Iterable[Expression]) -> bool:
        """Whether these expressions need no column of the block that may not be written out again."""
        for tree in trees:
            for slot in self.facts(tree).slots:
                value = block.defined.get(slot)
                if value is None:
                    continue
                computed_key = (
                    block.grouped
                    and slot in block.keys
                    and not (self.facts(tree).is_simple or self.facts(value).is_simple)
                )
                large = block.sizes[slot] > LARGE and not self.facts(tree).is_simple
                if computed_key or large or not self.facts(value).may_repeat or not self.repeats(block, [value]):
                    return False
        return True


def gives(source: Source) -> set[Slot]:
    """Every slot that a source can give."""
    return set(source.columns) if source.inner is None else set(source.inner.gives)
