"""The keys of GROUP BY: by position, by alias, or said; each once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from querywright.pipes.decompiling.items import Block, Item
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.signatures import Signature, signature
from querywright.pipes.tree import Expression


@dataclass(slots=True, eq=False)
class Key:
    expression: Expression
    signature: Signature
    alias: exp.Identifier | None = None
    item: Item | None = None
    """The output column that it is."""
    clashes: bool = False
    """Whether another column of the AGGREGATE has its name."""

    @property
    def name(self) -> str:
        """What its column is called; empty where it has no name."""
        if self.alias is not None:
            return self.alias.name
        return self.expression.name if isinstance(self.expression, exp.Column) else ""

    def written(self) -> Expression:
        return exp.Alias(this=self.expression, alias=self.alias) if self.alias is not None else self.expression


def read_group_keys(block: Block) -> list[Key]:
    """The keys in the order of GROUP BY.

    Raises:
        NotDecompilable: grouping sets, ROLLUP, CUBE, or a key that is an aggregate.
    """
    group = block.node.args.get("group")
    if group is None:
        return []
    if group.args.get("totals"):
        raise refused("GROUP BY WITH TOTALS", group, block.ctx.source)
    block.sets = _sets(group, block)
    nodes = list(group.expressions) if block.sets is None else list(block.sets.find_all(exp.Column))
    if group.args.get("all"):
        nodes = [_copied(item, block) for item in block.items if item.expression.find(exp.AggFunc) is None]
    keys: dict[Signature, Key] = {}
    for node in nodes:
        expression = _meant(node, block)
        if isinstance(expression, (exp.Literal, exp.Null, exp.Boolean)):
            if len(nodes) == 1:
                raise refused("GROUP BY a constant", group, block.ctx.source)
            continue
        mark = signature(expression, block.ctx)
        keys.setdefault(mark, Key(expression, mark))
    return list(keys.values())


def _sets(group: exp.Group, block: Block) -> Expression | None:
    """ROLLUP, CUBE or GROUPING SETS, where it is all that is grouped by, of plain columns."""
    found = [node for part in ("grouping_sets", "cube", "rollup") for node in group.args.get(part) or ()]
    found += [node for node in group.expressions if isinstance(node, (exp.Rollup, exp.Cube, exp.GroupingSets))]
    if not found:
        return None
    one: Expression = found[0]
    if isinstance(one, exp.Rollup) and not one.expressions:  # MySQL's WITH ROLLUP
        one = exp.Rollup(expressions=list(group.expressions))
    elif len(group.expressions) > 1:
        raise refused("GROUP BY of keys beside sets of keys", group, block.ctx.source)
    plain = (exp.Column, exp.Tuple, exp.Paren, exp.Identifier, type(one))
    columns = list(one.find_all(exp.Column))
    own = [block.ctx.binding(column) for column in columns]
    if len(found) > 1 or not all(isinstance(node, plain) for node in one.walk()):
        raise refused("GROUP BY of sets that are no plain columns", group, block.ctx.source)
    if any(meaning is None or meaning.output >= 0 for meaning in own):
        raise refused("GROUP BY of sets that are no plain columns", group, block.ctx.source)
    return one


def _meant(node: Expression, block: Block) -> Expression:
    """The expression that a key of GROUP BY stands for."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        at = int(node.name) - 1
        if not 0 <= at < len(block.items):
            raise refused("GROUP BY a position that the SELECT list does not have", node, block.ctx.source)
        return _copied(block.items[at], block)
    meaning = block.ctx.binding(node)
    if meaning is not None and meaning.output >= 0 and meaning.scope is block.scope:
        return _copied(block.originals[meaning.output], block)
    if isinstance(node, exp.Tuple):
        raise refused("GROUP BY a row", node, block.ctx.source)
    return node


def _copied(item: Item, block: Block) -> Expression:
    """The item's expression for a key of its own: the item is rewritten later."""
    if item.expression.find(exp.AggFunc, exp.Window) is not None:
        raise refused("GROUP BY an aggregate", item.expression, block.ctx.source)
    return block.ctx.copy(item.expression)
