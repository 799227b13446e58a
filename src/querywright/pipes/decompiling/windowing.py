"""Window functions become columns with EXTEND, behind every filter and group; QUALIFY is a WHERE on them."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.items import Block, Item
from querywright.pipes.decompiling.naming import column, identifier
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.tree import Expression, Extend, Where


def refuse_unknown(block: Block) -> None:
    distinct = block.node.args.get("distinct")
    if distinct is not None and distinct.args.get("on") is not None and block.node.args.get("group") is not None:
        raise refused("DISTINCT ON with GROUP BY", distinct, block.ctx.source)


def extend_windows(block: Block) -> None:
    """Items with windows, and the windows of QUALIFY and ORDER BY, as columns; then the filter of QUALIFY."""
    made: list[Expression] = []
    for item in block.items:
        if item.window:
            made.append(_made(item, block))
    for key in block.keys:
        if key.window and key.item is None:
            item = Item(key.node.this, None, True)
            made.append(_made(item, block))
            key.node.set("this", item.expression)
    if block.qualify is not None:
        made.extend(_of_qualify(block))
    if made:
        windows = tuple(block.node.args.get("windows") or ())
        block.chain.add(Extend(tuple(made), windows))
    if block.qualify is not None:
        block.chain.add(Where(block.qualify))


def _made(item: Item, block: Block) -> Expression:
    """The item as a column of EXTEND; behind it the item is that column."""
    name = block.extend_name(item)
    made = exp.Alias(this=item.expression, alias=name)
    if item.alias is None:
        item.alias = name
    item.expression = column(name)
    return made


def _of_qualify(block: Block) -> list[Expression]:
    """The windows that QUALIFY computes itself, and what it names by alias."""
    made: list[Expression] = []
    holder = exp.Paren(this=block.qualify)
    for mention in list(holder.find_all(exp.Column)):
        meaning = block.ctx.binding(mention)
        if meaning is not None and meaning.output >= 0 and meaning.scope is block.scope:
            mention.replace(block.ctx.copy(block.originals[meaning.output].expression))
    for window in list(holder.find_all(exp.Window)):
        if window.find_ancestor(exp.Window) is None:
            item = Item(window, None, True)
            slot = exp.Null()
            window.replace(slot)
            made.append(_made(item, block))
            block.hidden.append(identifier(item.expression.name))
            slot.replace(item.expression)
    block.qualify = holder.this
    return made
