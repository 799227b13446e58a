"""CASE, IF and COALESCE: in GoogleSQL all their results are of one type."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.translation.comparing import alike
from querywright.pipes.translation.making import NUMBERS, cast, unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression


def cases(node: exp.Case, types: Types) -> Expression:
    value = node.this
    if value is not None:
        for part in node.args["ifs"]:
            left, right = alike(value, part.this, types, True, node)
            if left is not value:
                raise unsayable("CASE of a number WHEN a text", node, types.dialect)
            if right is not part.this:
                part.set("this", right)
    _one_type([*((part, "true") for part in node.args["ifs"]), (node, "default")], node, types)
    return node


def choice(node: exp.If, types: Types) -> Expression:
    if isinstance(node.parent, exp.Case):
        return node
    if node.args.get("false") is None:
        node.set("false", exp.Null())
    _one_type([(node, "true"), (node, "false")], node, types)
    return node


def first_known(node: exp.Coalesce, types: Types) -> Expression:
    values = [node.this, *node.expressions]
    kinds = {types.of(value) for value in values} - {"NULL", ""}
    if len(kinds) > 1 and not kinds <= NUMBERS:
        if kinds <= NUMBERS | {"BOOL"}:
            values = [cast(v, "INT64") if types.of(v) == "BOOL" else v for v in values]
            node.set("this", values[0])
            node.set("expressions", values[1:])
        else:
            raise unsayable("results of different types", node, types.dialect)
    return node


def _one_type(slots: list[tuple[Expression, str]], node: Expression, types: Types) -> None:
    kinds = {types.of(holder.args.get(name)) for holder, name in slots} - {"NULL", ""}
    if len(kinds) < 2 or kinds <= NUMBERS:
        return
    if not kinds <= NUMBERS | {"BOOL"}:
        raise unsayable("results of different types", node, types.dialect)
    for holder, name in slots:
        if types.of(holder.args.get(name)) == "BOOL":
            holder.set(name, cast(holder.args[name], "INT64"))
