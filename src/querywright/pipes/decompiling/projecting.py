"""SELECT, DISTINCT, ORDER BY and LIMIT: in the order that lets every sort key be named.

Sorted by what is selected: SELECT comes first. Sorted by what is not: ORDER BY and LIMIT come first, for a SELECT
keeps their order. Sorted by both, where a selected value is computed: EXTEND makes that value before.
"""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.facts import Facts
from querywright.pipes.decompiling.items import Block, Item, Key
from querywright.pipes.decompiling.naming import base_name, column, identifier
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.signatures import of_column
from querywright.pipes.scope.standard import star_fields
from querywright.pipes.tree import Distinct, Drop, Expression, Extend, Limit, OrderBy, Select


def project(block: Block) -> None:
    """Put what is left of a SELECT behind the chain."""
    if not block.natural and not block.grouped:
        _stars(block)
    if block.natural:
        _in_place(block)
    elif block.distinct:
        _distinct(block)
    elif not block.keys:
        _select(block)
        limit(block.node, block.chain, block.ctx)
    elif all(_can_follow(key, block) for key in block.keys):
        keys = [_named(key, block) for key in block.keys]
        _select(block)
        _order(block, keys)
        limit(block.node, block.chain, block.ctx)
    else:
        _sort_first(block)


def _stars(block: Block) -> None:
    """`*` alone needs no SELECT; with computed columns behind it, it is an EXTEND."""
    first, others = block.items[0], block.items[1:]
    if not _is_all(first, block) or any(item.star for item in others):
        stars = [item for item in block.items if item.star]
        if stars and (block.made or (block.scope.merged and block.ctx.source == "sqlite")):
            block.write_out_stars()
        return
    if block.hidden or not all(item.name or not isinstance(item.expression, exp.Column) for item in others):
        block.write_out_stars()
        return
    made = [item.expression.name.lower() for item in others if isinstance(item.expression, exp.Column)]
    if block.made:
        if made != sorted(block.made, key=made.index if set(made) == block.made else str):
            block.write_out_stars()
            return
    elif others:
        added = []
        for item in others:
            name = item.alias
            if name is not None and block.has_column(name.name):
                block.write_out_stars()
                return
            added.append(exp.Alias(this=item.expression, alias=name) if name is not None else item.expression)
            if name is not None:
                item.expression = column(name)
        block.chain.add(Extend(tuple(added)))
    block.natural = True


def _is_all(item: Item, block: Block) -> bool:
    """Whether an item is every column of the chain, in its order."""
    if not item.star:
        return False
    star = item.expression.this if isinstance(item.expression, exp.Column) else item.expression
    if star.args.get("except_") or star.args.get("replace") or star.args.get("rename"):
        return False
    if isinstance(item.expression, exp.Column):
        return len(block.scope.sources) == 1
    if not block.scope.merged or block.ctx.source != "sqlite":
        return True
    theirs, ours = (star_fields(item.expression, block.scope, dialect) for dialect in ("sqlite", "googlesql"))
    return theirs is not None and theirs == ours


def _in_place(block: Block) -> None:
    """The chain gives what is wanted: there is nothing to select."""
    if block.distinct:
        _refuse_distinct_on(block)
        block.chain.add(Distinct())
        if any(key.item is None and not _is_of_items(key.node.this, block) for key in block.keys):
            _refuse_hidden(block)
    for key in block.keys:
        if key.item is not None and not key.item.star:
            key.node.set("this", _mention(key.item, block))
    _order(block, [key.node for key in block.keys])
    limit(block.node, block.chain, block.ctx)


def _mention(item: Item, block: Block) -> Expression:
    return block.ctx.copy(item.expression)


def _select(block: Block, distinct: bool = False) -> None:
    block.chain.add(Select(tuple(item.written() for item in block.items), distinct))


def _order(block: Block, keys: list[exp.Ordered]) -> None:
    if keys:
        block.chain.add(OrderBy(tuple(keys)))


def _can_follow(key: Key, block: Block) -> bool:
    """Whether a key can be named behind the SELECT: it is an output column, and the only one of its name."""
    item = key.item
    if item is None or item.star or any(other.star for other in block.items):
        return False
    name = item.name.lower()
    return not name or sum(other.name.lower() == name for other in block.items) == 1


def _named(key: Key, block: Block) -> exp.Ordered:
    """The key, by the name of its output column."""
    item = key.item
    if item is not None:
        if not item.name:
            item.alias = identifier(block.ctx.fresh(base_name(item.expression)))
        if item.alias is None and isinstance(item.expression, exp.Column):
            key.node.set("this", column(item.expression.this))
        elif item.alias is not None:
            key.node.set("this", column(item.alias))
    return key.node


def _sort_first(block: Block) -> None:
    """ORDER BY and LIMIT, then the SELECT."""
    made: list[Expression] = []
    for key in block.keys:
        item = key.item
        if item is None:
            continue
        if not isinstance(item.expression, exp.Column) and not item.star:
            name = block.extend_name(item)
            made.append(exp.Alias(this=item.expression, alias=name))
            if item.alias is None:
                item.alias = None
            item.expression = column(name)
        key.node.set("this", _mention(item, block))
    if made:
        block.chain.add(Extend(tuple(made)))
        if any(item.star for item in block.items):
            block.write_out_stars()
    _order(block, [key.node for key in block.keys])
    limit(block.node, block.chain, block.ctx)
    _select(block)


# ── DISTINCT ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _distinct(block: Block) -> None:
    """SELECT DISTINCT, then ORDER BY: by nothing that DISTINCT drops."""
    _refuse_distinct_on(block)
    if any(key.item is None and not _is_of_items(key.node.this, block) for key in block.keys):
        _distinct_determined(block)
        return
    for key in block.keys:
        if key.item is not None and not _can_follow(key, block) and not key.item.star:
            key.item.alias = identifier(block.ctx.fresh(key.item.name or "value"))
    keys = []
    for key in block.keys:
        if key.item is None:
            _rename_columns(key, block)
            keys.append(key.node)
        else:
            keys.append(_named(key, block))
    _select(block, distinct=True)
    _order(block, keys)
    limit(block.node, block.chain, block.ctx)


def _distinct_determined(block: Block) -> None:
    """Sorted by what DISTINCT drops, where what it keeps determines that: DISTINCT on both, then the SELECT."""
    facts = Facts(block)
    plain = [item.expression for item in block.items if isinstance(item.expression, exp.Column) and not item.star]
    known = facts.determined(plain) if facts.useful and not block.grouped else set()
    hidden = [key for key in block.keys if key.item is None]
    columns = [c for key in hidden for c in key.node.find_all(exp.Column)]
    if any(facts.place(c) not in known for c in columns) or any(item.star for item in block.items):
        _refuse_hidden(block)
    wanted = list(block.items)
    for key in hidden:
        item = Item(key.node.this, identifier(block.ctx.fresh("_" + base_name(key.node.this))))
        block.items.append(item)
        key.item = item
    for item in wanted:
        if not item.name or sum(other.name.lower() == item.name.lower() for other in block.items) > 1:
            item.alias = identifier(block.ctx.fresh(item.name or base_name(item.expression)))
    keys = [_named(key, block) for key in block.keys]
    _select(block, distinct=True)
    _order(block, keys)
    limit(block.node, block.chain, block.ctx)
    block.chain.add(Select(tuple(column(item.alias or item.expression.this) for item in wanted)))


def _is_of_items(node: Expression, block: Block) -> bool:
    """Whether an expression is computed from output columns that are plain columns."""
    plain = {of_column(i.expression, block.ctx) for i in block.items if isinstance(i.expression, exp.Column)}
    if any(item.star for item in block.items):
        return True
    return all(of_column(c, block.ctx) in plain for c in node.find_all(exp.Column))


def _rename_columns(key: Key, block: Block) -> None:
    """Say a key in terms of the output columns."""
    plain = {
        of_column(item.expression, block.ctx): item
        for item in block.items
        if isinstance(item.expression, exp.Column) and not item.star
    }
    for mention in list(key.node.find_all(exp.Column)):
        item = plain.get(of_column(mention, block.ctx))
        if item is None:
            if not any(other.star for other in block.items):
                _refuse_hidden(block)
        else:
            name = item.alias or item.expression.this
            mention.replace(column(name))


def _refuse_hidden(block: Block) -> None:
    raise refused("DISTINCT sorted by what it drops", block.node.args["order"], block.ctx.source)


def _refuse_distinct_on(block: Block) -> None:
    distinct = block.node.args["distinct"]
    if distinct.args.get("on") is not None:
        raise refused("DISTINCT ON", distinct, block.ctx.source)


# ── LIMIT ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def limit(node: Expression, chain: Chain, ctx: Context) -> None:
    """LIMIT and OFFSET of a query, as one operator."""
    clause, offset = node.args.get("limit"), node.args.get("offset")
    if clause is None and offset is None:
        return
    if isinstance(clause, exp.Fetch):
        options = clause.args.get("limit_options")
        if options is not None and (options.args.get("with_ties") or options.args.get("percent")):
            raise refused("FETCH WITH TIES or PERCENT", clause, ctx.source)
        count = clause.args.get("count") or exp.Literal.number(1)
    else:
        count = clause.expression if clause is not None else None
        options = clause.args.get("limit_options") if clause is not None else None
        if options is not None and options.args.get("percent"):
            raise refused("a LIMIT in percent", clause, ctx.source)
    skipped = offset.expression if offset is not None else None
    if isinstance(count, exp.Neg):  # of SQLite: no limit
        count = None
    for number in (count, skipped):
        if number is not None and not isinstance(number, (exp.Literal, exp.Parameter, exp.Placeholder)):
            raise refused("a LIMIT that is no number", number, ctx.source)
    if count is None:
        if skipped is None:
            return
        count = exp.Literal.number(2**63 - 1)
    chain.add(Limit(count, skipped))


__all__ = ["Drop", "limit", "project"]
