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
    made = [_made(item, block) for item in block.items if item.window]
    for key in block.keys:
        if key.window and key.item is None:
            item = Item(key.node.this, None, True)
            made.append(_made(item, block, hidden=True))
            key.node.set("this", item.expression)
    if block.qualify is not None:
        made.extend(_of_qualify(block))
    first = _first_of_each(block, made)
    if made:
        windows = tuple(block.node.args.get("windows") or ())
        block.chain.add(Extend(tuple(made), windows))
    if block.qualify is not None:
        block.chain.add(Where(block.qualify))
    if first is not None:
        block.chain.add(Where(first))


def _first_of_each(block: Block, made: list[Expression]) -> Expression | None:
    """DISTINCT ON: the filter for the first row of each group, by ORDER BY; its number is one more column."""
    distinct = block.node.args.get("distinct")
    on = distinct.args.get("on") if distinct is not None else None
    if on is None:
        return None
    ctx = block.ctx
    keys = []
    for key in block.keys:
        shown = key.node.copy()
        shown.set("this", ctx.copy(key.item.expression if key.item is not None else key.node.this))
        keys.append(shown)
    columns = [ctx.copy(_plain(node, block)) for node in (on.expressions if isinstance(on, exp.Tuple) else [on])]
    number = exp.Window(
        this=exp.RowNumber(),
        partition_by=columns,
        order=exp.Order(expressions=keys) if keys else None,
        over="OVER",
    )
    item = Item(number, None, True)
    made.append(_made(item, block, hidden=True))
    block.hidden.append(identifier(item.expression.name))
    block.node.set("distinct", None)
    return exp.EQ(this=item.expression, expression=exp.Literal.number(1))


def _plain(node: Expression, block: Block) -> Expression:
    """An expression of DISTINCT ON, itself where it is an alias or a position."""
    while isinstance(node, exp.Paren):
        node = node.this
    meaning = block.ctx.binding(node)
    if meaning is not None and meaning.output >= 0 and meaning.scope is block.scope:
        return block.originals[meaning.output].expression
    if isinstance(node, exp.Literal) and node.name.isdigit():
        raise refused("DISTINCT ON a position", node, block.ctx.source)
    return node


def _made(item: Item, block: Block, hidden: bool = False) -> Expression:
    """The item as a column of EXTEND; behind it the item is that column."""
    name = block.extend_name(item, hidden)
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
            made.append(_made(item, block, hidden=True))
            block.hidden.append(identifier(item.expression.name))
            slot.replace(item.expression)
    block.qualify = holder.this
    return made
