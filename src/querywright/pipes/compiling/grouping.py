"""AGGREGATE as GROUP BY, where an engine lacks grouping sets or aggregates that choose rows too."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.pipes.compiling.block import Block
from querywright.pipes.compiling.builder import Builder
from querywright.pipes.compiling.choosing import as_window, bare_in_sqlite, chosen_of
from querywright.pipes.compiling.clauses import add_columns, cut_rows
from querywright.pipes.compiling.combining import as_side, set_operation
from querywright.pipes.scope.plan import (
    Cut,
    Definition,
    Group,
    Slot,
    slot_column,
    slot_of,
)
from querywright.pipes.tree import Expression


def group_rows(builder: Builder, block: Block, grouping: Group) -> Block:
    """GROUP BY and its aggregates. Keys that some engine would misread are columns of a block inside first."""
    if block.cut or block.distinct or block.windows or block.grouped:
        block = builder.wrapped(block)
    block.order = ()
    block, aggregates = _with_own_columns(builder, block, grouping.aggregates)
    grouping = replace(grouping, aggregates=aggregates)
    values = [definition.value for definition in (*grouping.keys, *grouping.aggregates)]
    keys = grouping.keys
    found = [builder.facts(key.value) for key in keys]
    awkward = any(not each.slots or each.has_query or each.is_volatile for each in found)
    computed = grouping.sets is not None and not all(each.is_simple for each in found)
    if awkward or computed or not builder.repeats(block, values) or _hidden_constant(builder, block, keys):
        named = [Definition(builder.slot(builder.labels.get(k.slot, ""), builder.types[k.slot]), k.value) for k in keys]
        block = builder.wrapped(add_columns(builder, block, tuple(named)))
        keys = tuple(Definition(k.slot, slot_column(n.slot)) for k, n in zip(keys, named, strict=True))
    block, aggregates = _with_chosen_rows(builder, block, keys, grouping.aggregates)
    grouping = replace(grouping, aggregates=aggregates)
    if grouping.sets is not None and not builder.engine.has_grouping_sets:
        return _grouped_apart(builder, block, replace(grouping, keys=keys))
    for definition in (*keys, *grouping.aggregates):
        builder.define(block, definition.slot, definition.value)
    block.keys = tuple(key.slot for key in keys)
    block.sets = grouping.sets
    block.grouped, block.grouped_by = True, grouping.grouped
    block.gives = {definition.slot for definition in (*keys, *grouping.aggregates)}
    if grouping.sets is not None and () in grouping.sets:
        block.having.append(_some_rows())
    return builder.wrapped(block) if grouping.sets is not None else block


def _with_own_columns(
    builder: Builder, block: Block, aggregates: tuple[Definition, ...]
) -> tuple[Block, tuple[Definition, ...]]:
    """Aggregates of nothing but columns from outside belong outside to SQL: such columns are made own ones first."""
    trees = [exp.Paren(this=definition.value.copy()) for definition in aggregates]
    own: dict[Slot, Definition] = {}
    for call in [node for tree in trees for node in tree.find_all(exp.AggFunc)]:
        columns = [(node, slot) for node in call.find_all(exp.Column) if (slot := slot_of(node)) is not None]
        if any(_reads_a_source(builder, block, slot) for _, slot in columns):
            continue
        for node, slot in columns:
            if slot not in own:
                named = builder.slot(builder.labels.get(slot, ""), builder.types[slot])
                own[slot] = Definition(named, slot_column(slot))
            node.replace(slot_column(own[slot].slot))
    if not own:
        return block, aggregates
    changed = tuple(Definition(d.slot, tree.this) for d, tree in zip(aggregates, trees, strict=True))
    return builder.wrapped(add_columns(builder, block, tuple(own.values()))), changed


def _reads_a_source(builder: Builder, block: Block, slot: Slot) -> bool:
    """Whether a column, written out, reads something that this block reads, or nothing at all."""
    value = block.defined.get(slot)
    if value is None:
        return slot in block.gives
    slots = builder.facts(value).slots
    return not slots or any(_reads_a_source(builder, block, each) for each in slots)


def _with_chosen_rows(
    builder: Builder, block: Block, keys: tuple[Definition, ...], aggregates: tuple[Definition, ...]
) -> tuple[Block, tuple[Definition, ...]]:
    """Aggregates that choose or order rows, where the engine has none: windows first, then any of their values."""
    if not any(builder.engine.lacks(node) for d in aggregates for node in d.value.walk()):
        return block, aggregates
    trees = [exp.Paren(this=definition.value.copy()) for definition in aggregates]
    alone = not keys and not any(
        isinstance(node, exp.AggFunc) and not isinstance(node, exp.AnyValue) for tree in trees for node in tree.walk()
    )
    windows: list[Definition] = []
    for tree in trees:
        for call in [node for node in tree.walk() if builder.engine.lacks(node)]:
            if alone and not isinstance(call.this, exp.HavingMax):
                continue  # a column by itself would not make one row of all
            bare = bare_in_sqlite(call, trees) if builder.engine.has_bare_columns else None
            if bare is None:
                window = as_window(call, [key.value for key in keys])
                windows.append(Definition(builder.slot("chosen"), window))
                bare = chosen_of(call, exp.Max(this=slot_column(windows[-1].slot)))
            call.replace(bare)
    changed = tuple(Definition(d.slot, tree.this) for d, tree in zip(aggregates, trees, strict=True))
    return (builder.wrapped(add_columns(builder, block, tuple(windows))) if windows else block), changed


def _hidden_constant(builder: Builder, block: Block, keys: tuple[Definition, ...]) -> bool:
    """Whether a key is a column that stands for a constant, which would be written out as one."""
    return any(
        slot in block.defined and (not builder.facts(block.defined[slot]).slots)
        for key in keys
        if builder.facts(key.value).is_simple
        for slot in builder.facts(key.value).slots
    )


def _grouped_apart(builder: Builder, block: Block, grouping: Group) -> Block:
    """Grouping sets where the engine has none: the same rows grouped once for each, put together."""
    result = tuple(definition.slot for definition in (*grouping.keys, *grouping.aggregates))
    sides = []
    for chosen in grouping.sets or ():
        keys = tuple(
            Definition(builder.slot(builder.labels.get(k.slot, "")), k.value) for k in grouping.keys if k.slot in chosen
        )
        by_key = dict(zip([k.slot for k in grouping.keys if k.slot in chosen], keys, strict=True))
        totals = tuple(Definition(builder.slot(builder.labels.get(a.slot, "")), a.value) for a in grouping.aggregates)
        part = builder.copied(block)
        if chosen or totals:
            part = group_rows(builder, part, Group(keys, totals, None, bool(chosen)))
            part.having += [] if chosen else [_some_rows()]
        else:
            part = cut_rows(builder, part, Cut(exp.Literal.number(1), None))
        columns = [by_key[k.slot].slot if k.slot in by_key else None for k in grouping.keys]
        sides.append(as_side(builder, part, [*columns, *(total.slot for total in totals)]))
    return set_operation(builder, "UNION", False, sides, result)


def _some_rows() -> Expression:
    """The total among several grouping sets is a row only where there are rows; other engines give one of none, too."""
    return exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))
