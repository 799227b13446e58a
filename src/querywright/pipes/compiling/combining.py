"""Set operations, recursion, and UNPIVOT, which is a UNION ALL."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from querywright.pipes.compiling.block import Block, Combined, Source
from querywright.pipes.compiling.builder import Builder, gives
from querywright.pipes.compiling.clauses import add_columns, filter_rows
from querywright.pipes.scope.plan import (
    Combine,
    Definition,
    Operand,
    PlanRelation,
    Recursion,
    Slot,
    Unpivoting,
    slot_column,
)


def as_side(builder: Builder, block: Block, slots: Iterable[Slot | None]) -> Block:
    """A block as one side of a set operation: exactly these columns, None being a NULL."""
    wanted = list(slots)
    whole = not (block.distinct and list(block.fixed) != wanted)
    whole = whole and not block.shows_no_aggregate(slot for slot in wanted if slot is not None)
    if not whole or block.cut or block.ctes:
        block = builder.wrapped(block)
    block.order = ()
    fixed = []
    for slot in wanted:
        if slot is None:
            slot = builder.slot()
            builder.define(block, slot, exp.Null())
        elif slot in fixed:
            again = builder.slot(builder.labels.get(slot, ""))
            builder.define(block, again, slot_column(slot))
            slot = again
        fixed.append(slot)
    block.fixed = tuple(fixed)
    return block


def add_operands(builder: Builder, block: Block, step: Combine, operator: str) -> Block:
    """UNION, INTERSECT or EXCEPT of a block and the operands, from left to right."""
    left = as_side(builder, block, step.left)
    sides = [_operand(builder, operand, operator) for operand in step.operands]
    if step.kind != "UNION" and not step.distinct and not builder.engine.has_bag_operations:
        for number, right in enumerate(sides):
            last = number == len(sides) - 1
            result = step.result if last else tuple(builder.slot(builder.labels.get(s, "")) for s in step.result)
            numbered = _numbered(builder, step.kind, left, right, result)
            left = numbered if last else as_side(builder, numbered, result)
        return left
    return set_operation(builder, step.kind, step.distinct, [left, *sides], step.result)


def _operand(builder: Builder, operand: Operand, operator: str) -> Block:
    if isinstance(operand.relation, PlanRelation):
        inner = builder.build(operand.relation.plan)
        inside = {o.slot: i.slot for o, i in zip(operand.relation.columns, operand.relation.plan.output, strict=True)}
        return as_side(builder, inner, [None if slot is None else inside[slot] for slot in operand.slots])
    source = builder.source(operand.relation, operator)
    return as_side(builder, Block(builder.labels, source, gives=gives(source)), operand.slots)


def set_operation(builder: Builder, kind: str, distinct: bool, sides: list[Block], result: tuple[Slot, ...]) -> Block:
    """A block that reads a set operation of sides."""
    operation = Combined(builder.labels, kind, distinct, sides, result)
    return Block(builder.labels, Source(builder.aliases.take("_1"), inner=operation), gives=set(result))


def _numbered(builder: Builder, kind: str, left: Block, right: Block, result: tuple[Slot, ...]) -> Block:
    """INTERSECT ALL and EXCEPT ALL where the engine has none: equal rows are numbered, so that none are equal."""
    sides = []
    for block in (left, right):
        columns = block.fixed
        if block.distinct or block.windows or not builder.repeats(block, [slot_column(s) for s in columns]):
            block = builder.wrapped(block)
        number = builder.slot("copy", "INT64")
        window = exp.Window(this=exp.RowNumber(), partition_by=[slot_column(s) for s in columns], over="OVER")
        builder.define(block, number, window)
        block.windows = True
        block.fixed = (*columns, number)
        sides.append(block)
    return set_operation(builder, kind, True, sides, (*result, builder.slot("copy", "INT64")))


def unpivot_rows(builder: Builder, block: Block, step: Unpivoting) -> Block:
    """UNPIVOT: the same rows once for each choice of columns, one behind the other."""
    result = (*(new for _, new in step.kept), *step.values, step.label)
    sides = []
    for slots, label in step.choices:
        part = builder.copied(block)
        if not step.nulls:
            missing = [exp.Is(this=slot_column(slot), expression=exp.Null()) for slot in slots]
            part = filter_rows(builder, part, exp.Not(this=exp.Paren(this=exp.and_(*missing, copy=False))))
        named = Definition(builder.slot(builder.labels.get(step.label, "")), label)
        part = add_columns(builder, part, (named,))
        sides.append(as_side(builder, part, [*(old for old, _ in step.kept), *slots, named.slot]))
    return set_operation(builder, "UNION", False, sides, result)


def add_recursion(builder: Builder, block: Block, step: Recursion) -> Block:
    """A block that reads a recursive CTE: what is there, and the plan on what it last gave."""
    left = as_side(builder, block, step.left)
    right = builder.build(step.plan)
    right = as_side(builder, right, [output.slot for output in step.plan.output])
    operation = Combined(builder.labels, "UNION", step.distinct, [left, right], step.result, step.name)
    return Block(builder.labels, Source(builder.aliases.take("_1"), inner=operation), gives=set(step.result))
