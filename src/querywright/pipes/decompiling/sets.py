"""Set operations, in the order that the source's dialect binds them: the left side goes on, the right one is nested."""

from __future__ import annotations

from typing import Literal

from sqlglot import exp

from querywright.pipes.decompiling.chain import Chain
from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.ctes import in_front, with_
from querywright.pipes.decompiling.naming import base_name, column, identifier
from querywright.pipes.decompiling.outputs import is_star, name_outputs
from querywright.pipes.decompiling.projecting import limit
from querywright.pipes.decompiling.queries import chain_of
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.scope.standard import repeats_an_item
from querywright.pipes.translation.making import NUMBERS
from querywright.pipes.tree import Expression, OrderBy, SetOperation

_KINDS: dict[str, Literal["UNION", "INTERSECT", "EXCEPT"]] = {
    "union": "UNION",
    "intersect": "INTERSECT",
    "except": "EXCEPT",
}


def set_operation(node: exp.SetOperation, ctx: Context) -> Chain:
    """SQLGlot's tree has the binding of the dialect; a chain leaning to the left is walked, not recursed into."""
    kept = with_(node, ctx)
    rights, first = [node], node.this
    while isinstance(first, exp.SetOperation) and first.args.get("with_") is None:
        rights.append(first)
        first = first.this
    for operation in rights:
        name_sort_keys(operation, ctx)
    chain = chain_of(first, ctx)
    for operation in reversed(rights):
        args = operation.args
        if args.get("side") or args.get("kind") or args.get("on"):
            raise refused("a set operation with a side", operation, ctx.source)
        if ctx.googlesql and not args.get("by_name"):
            _refuse_types(operation, ctx)
        right = chain_of(operation.expression, ctx)
        chain.add(
            SetOperation(
                _KINDS[operation.key],
                bool(args.get("distinct")),
                (right.as_operand(ctx.target),),
                "NAME" if args.get("by_name") else "POSITION",
                "FULL" if args.get("by_name") and not _same_names(operation, ctx) else "",
            )
        )
        tail(operation, chain, ctx)
    return in_front(chain, kept)


def _same_names(node: exp.SetOperation, ctx: Context) -> bool:
    """Whether both sides surely have columns of the same names: BY NAME without FULL wants that."""
    left, right = (ctx.scope(_unbracketed(side)).fields for side in (node.this, node.expression))
    if left is None or right is None:
        return False
    return {field.name.lower() for field in left} == {field.name.lower() for field in right}


def _refuse_types(node: exp.SetOperation, ctx: Context) -> None:
    """GoogleSQL wants the same kind of values on both sides."""
    sides = [ctx.scope(_unbracketed(side)).fields or () for side in (node.this, node.expression)]
    for left, right in zip(*sides, strict=False):
        kinds = {"number" if kind in NUMBERS else kind for kind in (left.type, right.type)}
        if len(kinds) == 2 and "" not in kinds:
            raise refused("a set operation of columns of different types", node, ctx.source)


def _unbracketed(node: Expression) -> Expression:
    while isinstance(node, exp.Subquery) and node.this is not None:
        node = node.this
    return node


def tail(node: Expression, chain: Chain, ctx: Context) -> None:
    """ORDER BY and LIMIT behind a whole query: on its output columns, by name."""
    order = node.args.get("order")
    if order is not None:
        names = [there.name for there in ctx.scope(node).fields or ()]
        keys = []
        for key in order.expressions:
            at = _position(key.this, node, ctx)
            if at is not None and at < len(names):
                key.set("this", column(identifier(names[at])))
            elif names or not isinstance(key.this, exp.Column):
                raise refused("a set operation sorted by what it does not give", key, ctx.source)
            keys.append(key)
        chain.add(OrderBy(tuple(keys)))
    limit(node, chain, ctx)


def _position(key: Expression, node: Expression, ctx: Context) -> int | None:
    """Which output column a key of ORDER BY is."""
    if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit():
        return int(key.name) - 1
    meaning = ctx.binding(key)
    if meaning is not None:
        return meaning.output if meaning.output >= 0 else None
    return repeats_an_item(key, node, ctx.scope(node))


def _item(node: Expression, at: int) -> Expression | None:
    """What the first SELECT of a query says for an output column; None where a `*` hides it."""
    while isinstance(node, (exp.SetOperation, exp.Subquery, exp.Paren)):
        node = node.this
    items: list[Expression] = node.expressions if isinstance(node, exp.Select) else []
    return items[at] if at < len(items) and not any(map(is_star, items)) else None


def name_sort_keys(node: Expression, ctx: Context) -> None:
    """What is sorted by needs a name that only one output column has."""
    order = node.args.get("order")
    fields = ctx.scope(node).fields
    if order is None or not fields:
        return
    names = [there.name for there in fields]
    for key in order.expressions:
        at = _position(key.this, node, ctx)
        if at is None or not 0 <= at < len(names):
            continue
        item = _item(node, at)
        unsaid = item is not None and not isinstance(item, (exp.Alias, exp.Column))
        if unsaid and not names[at].isidentifier():
            names[at] = ""
        if not names[at] or sum(name.lower() == names[at].lower() for name in names) > 1:
            names[at] = ctx.fresh(names[at] or (base_name(item) if item is not None else "value"))
        elif unsaid and item is not None:  # a name that not every dialect gives
            key.set("this", exp.Literal.number(at + 1))
            named = exp.Alias(alias=identifier(names[at]))
            item.replace(named)
            named.set("this", item)
        if names[at] != fields[at].name and isinstance(key.this, exp.Column) and ctx.binding(key.this) is None:
            key.set("this", exp.Literal.number(at + 1))
    if names != [there.name for there in fields]:
        keys = [_position(key.this, node, ctx) for key in order.expressions]
        if any(operation.args.get("by_name") for operation in node.find_all(exp.SetOperation)):
            raise refused("UNION BY NAME sorted by a column without a name of its own", order, ctx.source)
        name_outputs(node, names, ctx)
        scope = ctx.scope(node)
        scope.fields = tuple(type(there)(name, there.type) for name, there in zip(names, fields, strict=True))
        for key, at in zip(order.expressions, keys, strict=True):
            if at is not None:
                key.set("this", exp.Literal.number(at + 1))
