"""WHERE. Where a dialect lets it name an output column, that column is made before it, with EXTEND."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.items import Block, Item
from querywright.pipes.decompiling.naming import column
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.tree import Expression, Extend, Where


def filter_rows(block: Block) -> None:
    if block.where is None:
        return
    named = _outputs_in(block.where, block)
    if named:
        _extend(named, block)
    block.chain.add(Where(block.where))


def _outputs_in(condition: Expression, block: Block) -> dict[int, list[exp.Column]]:
    """The mentions of output columns, by position."""
    if not block.scope.outputs:
        return {}
    found: dict[int, list[exp.Column]] = {}
    for node in condition.walk():
        columns = [node] if isinstance(node, exp.Column) else block.ctx.free.get(id(node), ())
        for mention in columns:
            meaning = block.ctx.binding(mention)
            if meaning is not None and meaning.output >= 0 and meaning.scope is block.scope:
                found.setdefault(meaning.output, []).append(mention)
    return found


def _extend(named: dict[int, list[exp.Column]], block: Block) -> None:
    made: list[Expression] = []
    for position, mentions in sorted(named.items()):
        item: Item = block.originals[position]
        if item.window or item.expression.find(exp.AggFunc) is not None:
            raise refused("WHERE names an output column that is computed later", item.expression, block.ctx.source)
        if isinstance(item.expression, exp.Column):
            replacement = item.expression
        else:
            name = block.extend_name(item)
            made.append(exp.Alias(this=item.expression, alias=name))
            item.expression = replacement = column(name)
        for mention in mentions:
            new = block.ctx.copy(replacement)
            if mention is block.where:
                block.where = new
            else:
                mention.replace(new)
    if made:
        block.chain.add(Extend(tuple(made)))
