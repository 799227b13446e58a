"""What is asked of a block, and which blocks do nothing but hand it on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from querywright.pipes.compiling.block import Block, Combined, Source, free_name
from querywright.pipes.scope.plan import Output, Slot, slot_of


def without_idle_blocks(block: Block, outputs: Sequence[Output]) -> tuple[Block | Combined, Sequence[Output]]:
    """What a block reads, in its place, where the block itself does nothing but hand columns on."""
    part: Block | Combined = block
    while isinstance(part, Block) and part.first is not None and part.first.inner is not None:
        inner = part.first.inner
        if not is_idle(part) or part.first.unknown or (part is not block and part.ctes):
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


def standard_query(block: Block, outputs: Sequence[Output]) -> exp.Query | None:
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


def is_whole_table(block: Block, outputs: Sequence[Output]) -> bool:
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


def asked_of(source: Source) -> list[Output]:
    """What is asked of a block that a source is."""
    return [Output(name, slot) for slot, name in source.columns.items() if slot not in source.unknown]


def with_all_compared(block: Block, outputs: Sequence[Output]) -> list[Output]:
    """What DISTINCT compares must be given, whether it is asked for or not."""
    asked = {output.slot for output in outputs}
    taken = {output.slot: output.name for output in outputs}
    found = list(outputs)
    for slot in block.fixed:
        if slot not in asked:
            taken[slot] = free_name(slot, block.labels, taken)
            found.append(Output(taken[slot], slot))
    return found
