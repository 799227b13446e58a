"""Steps that are one clause of a SELECT: WHERE and HAVING, new columns, DISTINCT, ORDER BY, LIMIT, TABLESAMPLE."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.compiling.block import Block
from querywright.pipes.compiling.builder import Builder, gives
from querywright.pipes.scope.plan import (
    Cut,
    Definition,
    Sample,
    Slot,
    SortKey,
    slot_column,
    slot_of,
)
from querywright.pipes.tree import Expression


def filter_rows(builder: Builder, block: Block, condition: Expression) -> Block:
    """WHERE, or HAVING behind GROUP BY. A condition with a window is a column of a block inside first."""
    if builder.facts(condition).has_window:
        slot = builder.slot("condition", "BOOL")
        block = add_columns(builder, block, (Definition(slot, condition),))
        condition = slot_column(slot)
    late = block.cut or block.distinct or block.windows
    in_having = block.grouped and (not block.grouped_by or builder.facts(condition).has_query)
    if late or in_having or not builder.repeats(block, [condition]):
        block = builder.wrapped(block)
    (block.having if block.grouped else block.where).append(condition)
    block.order = ()
    return block


def add_columns(builder: Builder, block: Block, definitions: tuple[Definition, ...]) -> Block:
    """New columns, beside those that are there."""
    values = [definition.value for definition in definitions]
    windowed = any(builder.facts(value).has_window for value in values)
    grouped = block.grouped and any(builder.facts(value).has_query for value in values)
    one_row = block.grouped and not block.keys
    late = block.distinct or (windowed and (block.cut or one_row))
    # A constant alone would be written beside no aggregate, and so once for each row.
    late = late or (one_row and any(not builder.facts(value).slots & block.gives for value in values))
    if late or grouped or not builder.repeats(block, values):
        block = builder.wrapped(block)
    for definition in definitions:
        builder.define(block, definition.slot, definition.value)
    if windowed:
        block.windows = True
        block.order = ()
    return block


def deduplicate_rows(builder: Builder, block: Block, slots: tuple[Slot, ...]) -> Block:
    """DISTINCT over these columns."""
    if block.cut or block.distinct or block.shows_no_aggregate(slots):
        block = builder.wrapped(block)
    block.order = ()
    block.distinct = True
    block.fixed = tuple(dict.fromkeys(slots))
    block.gives = set(slots)
    return block


def sort_rows(builder: Builder, block: Block, keys: tuple[SortKey, ...]) -> Block:
    """ORDER BY, in place of the order that was. Keys that are the same on every row are left out."""
    if block.cut:
        block = builder.wrapped(block)
    values = [key.value for key in keys]
    shown = all(builder.facts(value).is_simple and builder.facts(value).slots <= set(block.fixed) for value in values)
    grouped = block.grouped and any(builder.facts(value).has_query for value in values)
    if (block.distinct and not shown) or grouped or not builder.repeats(block, values):
        block = builder.wrapped(block)
    kept = [key for key in keys if not _is_fixed(builder, block, key.value)]
    if builder.engine.dialect == "sqlite" and any(_looks_outside(builder, block, key.value) for key in kept):
        block = add_columns(builder, block, tuple(Definition(key.slot, key.value) for key in kept))
        block = builder.wrapped(block)
        kept = [replace(key, value=slot_column(key.slot)) for key in kept]
    block.windows = block.windows or any(builder.facts(key.value).has_window for key in kept)
    order = []
    for key in kept:
        own = slot_of(key.value)
        if own is None:
            builder.define(block, key.slot, key.value)
        order.append(key if own is None else replace(key, slot=own))
    block.order = tuple(order)
    return block


def _is_fixed(builder: Builder, block: Block, tree: Expression) -> bool:
    """Whether an expression is the same on every row: of constants, and of columns of queries around this one."""
    found = builder.facts(tree)
    if found.has_query or found.has_aggregate or found.has_window or found.is_volatile:
        return False
    return all(
        _is_fixed(builder, block, value) if value is not None else _is_outside(block, slot)
        for slot, value in ((slot, block.defined.get(slot)) for slot in found.slots)
    )


def _looks_outside(builder: Builder, block: Block, tree: Expression) -> bool:
    """Whether an expression has a column of a query around this one: SQLite does not find it in an ORDER BY."""
    return any(
        _looks_outside(builder, block, value) if value is not None else _is_outside(block, slot)
        for slot, value in ((slot, block.defined.get(slot)) for slot in builder.facts(tree).slots)
    )


def cut_rows(builder: Builder, block: Block, cut: Cut) -> Block:
    """LIMIT and OFFSET."""
    if block.cut:
        block = builder.wrapped(block)
    block.limit, block.offset = cut.count, cut.offset
    return block


def sample_rows(builder: Builder, block: Block, step: Sample, operator: str) -> Block:
    """TABLESAMPLE, of a table as it lies in the database."""
    if not builder.engine.has_sample:
        raise NotCompilable(f"{builder.engine.title} has no TABLESAMPLE", operator)
    plain = block.first and isinstance(block.first.table, exp.Table) and not (block.joins or block.where)
    if not plain or block.defined or block.grouped or block.distinct or block.cut or block.sample:
        raise NotCompilable("TABLESAMPLE of what is no table as it lies in the database", operator)
    block.sample = step.sample
    return block


def _is_outside(block: Block, slot: Slot) -> bool:
    """Whether no source of a block gives a slot: then it is of a query around."""
    return not any(slot in gives(source) for source in block.sources())
