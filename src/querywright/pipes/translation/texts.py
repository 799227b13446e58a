"""Texts: LIKE that is blind to case, concatenation, functions under other names."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.translation.making import call, cast, unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression


def as_text(node: Expression, types: Types) -> Expression:
    kind = types.of(node)
    return node if kind in ("STRING", "", "NULL") else cast(node, "STRING")


def like(node: exp.Like, types: Types) -> Expression:
    """LIKE of SQLite and MySQL is blind to case, and has no escape but what ESCAPE says; in GoogleSQL it is `\\`."""
    value, pattern, negate = as_text(node.this, types), node.expression, node.args.get("negate")
    if isinstance(pattern, exp.Literal):
        text = pattern.name
        if not isinstance(node.parent, exp.Escape):
            text = text.replace("\\", "\\\\") if types.dialect == "sqlite" else text
        folded = text.lower()
        blind = types.dialect in ("sqlite", "mysql") and folded != text.upper()
        value = exp.Lower(this=value) if blind and not isinstance(value, exp.Lower) else value
        return exp.Like(this=value, expression=exp.Literal.string(folded if blind else text), negate=negate)
    pattern = as_text(pattern, types)
    if types.dialect in ("sqlite", "mysql"):
        value, pattern = exp.Lower(this=value), exp.Lower(this=pattern)
    return exp.Like(this=value, expression=pattern, negate=negate)


def ilike(node: exp.ILike, types: Types) -> Expression:
    value, pattern = (exp.Lower(this=as_text(side, types)) for side in (node.this, node.expression))
    return exp.Like(this=value, expression=pattern, negate=node.args.get("negate"))


def escape(node: exp.Escape, types: Types) -> Expression:
    """`LIKE p ESCAPE c`: the pattern with GoogleSQL's own escape."""
    inner, mark = node.this, node.expression.name
    if not isinstance(inner, exp.Like) or not isinstance(inner.expression, exp.Literal) or len(mark) != 1:
        raise unsayable("LIKE with ESCAPE", node, types.dialect)
    text, out, i = inner.expression.name, "", 0
    while i < len(text):
        if text[i] == mark and i + 1 < len(text):
            i += 1
            out += ("\\" if text[i] in "%_\\" else "") + text[i]
        else:
            out += "\\\\" if text[i] == "\\" else text[i]
        i += 1
    inner.set("expression", exp.Literal.string(out))
    return inner


def concatenation(node: exp.DPipe, types: Types) -> Expression:
    for side in ("this", "expression"):
        old = node.args[side]
        new = as_text(old, types)
        if new is not old:
            node.set(side, new)
    return node


def of_text(node: Expression, types: Types) -> Expression:
    """A function whose first argument must be a text."""
    old = node.this
    if isinstance(old, exp.Expr):
        new = as_text(old, types)
        if new is not old:
            node.set("this", new)
    return node


def part(node: exp.Substring, types: Types) -> Expression:
    """SUBSTR. From 0, SQLite counts a character that is not there."""
    start = node.args.get("start")
    if isinstance(start, exp.Literal) and start.name == "0" and types.dialect == "sqlite":
        raise unsayable("SUBSTR from 0", node, types.dialect)
    arguments = [as_text(node.this, types), start, node.args.get("length")]
    return call("SUBSTR", *(argument for argument in arguments if argument is not None))


def length(node: exp.Length, types: Types) -> Expression:
    """LENGTH counts characters, but in MySQL bytes."""
    if node.args.get("binary"):
        return call("BYTE_LENGTH", as_text(node.this, types))
    return of_text(node, types)


def regexp(node: exp.RegexpLike, types: Types) -> Expression:
    """REGEXP of MySQL is blind to case where the collation is: the same only of a pattern without letters."""
    pattern = node.expression
    same = isinstance(pattern, exp.Literal) and not any(c.isalpha() for c in pattern.name)
    if types.dialect == "mysql" and not same:
        raise unsayable("REGEXP of MySQL, whose collation may make it blind to case", node, types.dialect)
    return node


def collated(node: exp.Collate, types: Types) -> Expression:
    """`x COLLATE NOCASE` compares and sorts as LOWER(x) does."""
    name = node.expression.name.upper()
    if name == "BINARY":
        return node.this  # type: ignore[no-any-return]
    if name == "NOCASE":
        return exp.Lower(this=node.this)
    raise unsayable(f"COLLATE {name}", node, types.dialect)


def unsaid(node: Expression, types: Types) -> Expression:
    """What GoogleSQL has nothing for."""
    raise unsayable(f"{node.key.upper()}, which GoogleSQL does not have", node, types.dialect)
