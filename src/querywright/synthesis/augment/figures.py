"""What an expression of a seed is called when it becomes a column: `order_count`, `average_price`."""

from __future__ import annotations

from querywright.sql.parsing import Tree, exp
from querywright.synthesis.augment.frames import Frame
from querywright.synthesis.grammar.context import word

_CALLED: dict[type[exp.Expr], str] = {exp.Sum: "total", exp.Avg: "average", exp.Min: "lowest", exp.Max: "highest"}


def named(frame: Frame, node: Tree) -> str | None:
    """A name for one output of a frame; None where nothing natural fits."""
    if isinstance(node, exp.Alias):
        return node.alias
    if isinstance(node, exp.Column):
        return node.name
    if isinstance(node, exp.Count):
        inside = node.this
        if isinstance(inside, exp.Distinct) and len(inside.expressions) == 1:
            found = frame.find(inside.expressions[0])
            return word(f"{found[1].facts.phrase} count") if found else None
        if frame.grain is None:
            return "row_count"
        return word(f"{frame.sources[frame.grain].table.entity.singular} count")
    verb = _CALLED.get(type(node))
    found = frame.find(node.this) if verb else None
    return word(f"{verb} {found[1].facts.phrase}") if found else None
