"""Joins, where an engine lacks FULL, SEMI and ANTI joins too."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.compiling.block import Block, Joined, Source
from querywright.pipes.compiling.builder import Builder, gives
from querywright.pipes.compiling.combining import as_side, set_operation
from querywright.pipes.scope.plan import (
    JoinStep,
    slot_column,
)
from querywright.pipes.tree import Expression


def join_source(builder: Builder, block: Block, join: JoinStep, operator: str) -> Block:
    """A block with one more source. A filter or new column before RIGHT or FULL stays in a block inside."""
    merged = [exp.EQ(this=slot_column(m.left), expression=slot_column(m.right)) for m in join.merges]
    on = exp.and_(*merged, copy=False) if merged else join.on
    late = block.cut or block.distinct or block.windows or block.grouped
    outer = join.kind in ("RIGHT", "FULL")
    volatile = any(builder.facts(value).is_volatile for value in block.defined.values())
    changed = outer and (block.where or any(slot in block.gives for slot in block.defined))
    if late or volatile or changed or (on is not None and not builder.repeats(block, [on])):
        block = builder.wrapped(block)
    block.order = ()
    source = builder.source(join.relation, operator)
    if join.kind in ("LEFT SEMI", "LEFT ANTI"):
        return _exists(builder, block, source, on, join.kind == "LEFT ANTI")
    if join.kind == "FULL" and not builder.engine.has_full_join:
        return _with_merged(builder, _full_join(builder, block, source, on), join)
    kind = "CROSS" if join.kind == "COMMA" or (join.kind == "INNER" and on is None) else join.kind
    block.joins.append(Joined(source, kind, on))
    block.gives |= gives(source)
    return _with_merged(builder, block, join)


def _with_merged(builder: Builder, block: Block, join: JoinStep) -> Block:
    """A column of USING in a FULL JOIN is whichever side has it."""
    if join.kind == "FULL":
        for merge in join.merges:
            right: list[Expression] = [slot_column(merge.right)]
            builder.define(block, merge.merged, exp.Coalesce(this=slot_column(merge.left), expressions=right))
    return block


def _full_join(builder: Builder, block: Block, source: Source, on: Expression | None) -> Block:
    """FULL JOIN where the engine has none: a LEFT JOIN, and the rows of the right side that met none."""
    left = builder.wrapped(block, keep_order=False)
    mine, theirs = sorted(left.gives), sorted(gives(source))
    alone = Block(builder.labels, builder.copied_source(source), gives=gives(source))
    met = Block(builder.labels, builder.copied(left).first, gives=set(mine))
    met.where += [on] if on is not None else []
    alone.where.append(exp.Not(this=_existing(met)))
    left.joins.append(Joined(source, "LEFT", on))
    left.gives |= gives(source)
    sides = [as_side(builder, left, [*mine, *theirs]), as_side(builder, alone, [*(None for _ in mine), *theirs])]
    return set_operation(builder, "UNION", False, sides, (*mine, *theirs))


def _exists(builder: Builder, block: Block, source: Source, on: Expression | None, absent: bool) -> Block:
    """SEMI and ANTI joins: a condition that such a row is there, or is not."""
    inner = Block(builder.labels, source, gives=gives(source))
    if on is not None:
        inner.where.append(on)
    found = _existing(inner)
    block.where.append(exp.Not(this=found) if absent else found)
    return block


def _existing(block: Block) -> Expression:
    """EXISTS of a block, which is written out where this stands."""
    return exp.Exists(this=exp.Select(expressions=[exp.Literal.number(1)], block=block))
