"""GoogleSQL's expressions in SQLite: LIKE and functions of texts, numbers and casts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.translation.engine_words import (
    OF_TEXT,
    Rewrite,
    escaped_like,
    exact_count,
    from_behind,
    operand,
    refused,
)
from querywright.pipes.translation.into_sqlite_dates import DATES, by_name
from querywright.pipes.translation.numbers import REAL, WHOLE
from querywright.pipes.tree import Expression


def read_numbers_off_texts(tree: Expression) -> None:
    """A cast of a text, as `to_googlesql` says it (the number that the text begins with), is a cast again."""
    for node in list(tree.find_all(exp.Coalesce)):
        cast = node.this
        found = cast.this if isinstance(cast, exp.TryCast) else None
        if isinstance(found, exp.RegexpExtract) and found.expression.name in (WHOLE, REAL):
            kind = exp.DataType.Type.BIGINT if found.expression.name == WHOLE else exp.DataType.Type.DOUBLE
            node.replace(exp.cast(found.this, kind))


def _like(node: Expression) -> Expression | None:
    """LIKE of SQLite is blind to case, GLOB is not; between two LOWERs that does not matter."""
    if all(isinstance(side, (exp.Lower, exp.Upper)) or _has_no_letters(side) for side in (node.this, node.expression)):
        return escaped_like(node)
    pattern = node.expression
    if isinstance(pattern, exp.Literal):
        if isinstance(node.this, exp.Lower) and pattern.name == pattern.name.lower():
            return escaped_like(node)
        return _negated(node, exp.Glob(this=node.this, expression=exp.Literal.string(_glob(pattern.name))))
    stars: Expression = pattern
    for old, new in (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?")):
        stars = exp.func("REPLACE", stars, exp.Literal.string(old), exp.Literal.string(new), copy=False)
    return _negated(node, exp.Glob(this=node.this, expression=stars))


def _negated(like: Expression, glob: Expression) -> Expression:
    return exp.Not(this=glob) if like.args.get("negate") else glob


def _has_no_letters(tree: Expression) -> bool:
    return isinstance(tree, exp.Literal) and tree.name.lower() == tree.name.upper()


def _glob(pattern: str) -> str:
    """A pattern of LIKE, in which a backslash escapes, as one of GLOB."""
    found, characters = "", iter(pattern)
    for character in characters:
        if character == "\\":
            character = next(characters, "\\")
        elif character in "%_":
            found += "*" if character == "%" else "?"
            continue
        found += f"[{character}]" if character in "*?[" else character
    return found


def _div(node: Expression) -> Expression:
    quotient = exp.Div(this=operand(node.this), expression=operand(node.expression), typed=True, safe=True)
    return exp.Paren(this=quotient) if isinstance(node.parent, (exp.Binary, exp.Unary)) else quotient


def _safe_cast(node: Expression) -> Expression | None:
    """SAFE_CAST of a text to a number: NULL where the text is none, while SQLite takes what it begins with."""
    if not node.args.get(OF_TEXT):
        return None
    if node.args["to"].is_type(*exp.DataType.INTEGER_TYPES):
        digits, odd = exp.func("LTRIM", node.this, exp.Literal.string("+-"), dialect="sqlite"), "*[^0-9]*"
    elif node.args["to"].is_type(*exp.DataType.REAL_TYPES):
        digits, odd = node.this.copy(), "*[^0-9.eE+-]*"
    else:
        return None
    some = exp.Glob(this=node.this.copy(), expression=exp.Literal.string("*[0-9]*"))
    none_odd = exp.Not(this=exp.Glob(this=digits, expression=exp.Literal.string(odd)))
    number = exp.cast(node.this.copy(), node.args["to"])
    return exp.Case(ifs=[exp.If(this=exp.and_(some, none_odd, copy=False), true=number)])


def _starts(node: Expression) -> Expression:
    part = exp.func("SUBSTR", node.this, exp.Literal.number(1), exp.func("LENGTH", node.expression), dialect="sqlite")
    return exp.Paren(this=exp.EQ(this=part, expression=node.expression.copy()))


def _ends(node: Expression) -> Expression:
    """Begins so far from the end; a part longer than the whole is never what is left of it."""
    start = exp.Sub(this=_length(node.this), expression=_length(node.expression))
    left = exp.func("SUBSTR", node.this, exp.Add(this=start, expression=exp.Literal.number(1)), dialect="sqlite")
    return exp.Paren(this=exp.EQ(this=left, expression=node.expression.copy()))


def _length(tree: Expression) -> Expression:
    return exp.Length(this=tree.copy())


def _left(node: Expression) -> Expression:
    return exp.func("SUBSTR", node.this, exp.Literal.number(1), node.expression, dialect="sqlite")


def _right(node: Expression) -> Expression:
    """SUBSTR from behind; of no characters it would be all."""
    none = exp.EQ(this=node.expression.copy(), expression=exp.Literal.number(0))
    behind = exp.Neg(this=operand(node.expression.copy()))
    rest = exp.func("SUBSTR", node.this.copy(), behind, dialect="sqlite")
    nothing = exp.func("SUBSTR", node.this.copy(), exp.Literal.number(1), exp.Literal.number(0), dialect="sqlite")
    return exp.Case(ifs=[exp.If(this=none, true=nothing)], default=rest)


def _bytes(node: Expression) -> Expression:
    return exp.cast(exp.Literal.string(node.name), exp.DataType.Type.BLOB)


def _unknown(node: Expression) -> Expression | None:
    """A function under its own name, where SQLite has one of that name."""
    formatted = by_name(node)
    if formatted is not None:
        return formatted
    if node.name.upper() not in _KNOWN:
        raise NotCompilable(f"SQLite has no {node.name.upper()}")
    return None


_KNOWN: Final = frozenset(
    """
    abs changes char coalesce concat concat_ws format glob hex iif ifnull instr last_insert_rowid length like ltrim max
    min nullif octet_length printf quote random randomblob replace round rtrim sign soundex sqlite_version substr
    substring total trim typeof unhex unicode unlikely upper lower zeroblob date time datetime julianday strftime
    unixepoch timediff acos asin atan atan2 ceil ceiling cos degrees exp floor ln log log10 log2 mod pi pow power
    radians sin sqrt tan trunc avg count group_concat string_agg sum json json_extract json_array json_object
    json_array_length json_type json_valid json_group_array json_group_object row_number rank dense_rank percent_rank
    cume_dist ntile lag lead first_value last_value nth_value
    """.upper().split()
)

SQLITE: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {
        **DATES,
        exp.Like: _like,
        exp.Substring: from_behind,
        exp.IntDiv: _div,
        exp.TryCast: _safe_cast,
        exp.StartsWith: _starts,
        exp.EndsWith: _ends,
        exp.Left: _left,
        exp.Right: _right,
        exp.ByteString: _bytes,
        exp.ApproxDistinct: exact_count,
        exp.Anonymous: _unknown,
        exp.RegexpLike: refused("SQLite", "regular expressions"),
        exp.RegexpExtract: refused("SQLite", "regular expressions"),
        exp.RegexpReplace: refused("SQLite", "regular expressions"),
        exp.Reverse: refused("SQLite", "REVERSE"),
        exp.Pad: refused("SQLite", "LPAD and RPAD"),
        exp.Split: refused("SQLite", "SPLIT"),
        exp.Initcap: refused("SQLite", "INITCAP"),
        exp.ArrayAgg: refused("SQLite", "arrays"),
        exp.Grouping: refused("SQLite", "GROUPING"),
        exp.BitwiseXor: refused("SQLite", "^"),
    }
)
"""What SQLite says otherwise, or not at all."""
