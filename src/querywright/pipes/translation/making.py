"""GoogleSQL's words, as trees: casts, calls, texts of numbers. And how to say that there is no word."""

from __future__ import annotations

from sqlglot import exp

from querywright.errors import NotDecompilable
from querywright.pipes.tree import Expression

_TYPES = {
    "STRING": exp.DType.TEXT,
    "INT64": exp.DType.BIGINT,
    "FLOAT64": exp.DType.DOUBLE,
    "DATE": exp.DType.DATE,
    "DATETIME": exp.DType.DATETIME,
    "NUMERIC": exp.DType.DECIMAL,
}

NUMBERS = frozenset({"INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC"})
DATES = frozenset({"DATE", "DATETIME", "TIMESTAMP"})


def unsayable(reason: str, node: Expression, dialect: str) -> NotDecompilable:
    """The error for what GoogleSQL has no words for."""
    return NotDecompilable(reason, node.sql(dialect=dialect, comments=False)[:200])


def cast(node: Expression, to: str, safe: bool = False) -> Expression:
    """CAST, or SAFE_CAST, which gives NULL where there is no such value."""
    kind = exp.TryCast if safe else exp.Cast
    return kind(this=node, to=exp.DataType(this=_TYPES[to]))


def call(name: str, *arguments: Expression) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=list(arguments))


def operand(node: Expression) -> Expression:
    """The node in brackets, where another operator beside it could tear it apart."""
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Not, exp.Between, exp.In)) else node


def number_of(text: str) -> exp.Expr | None:
    """The literal of a text that is a number, as SQLite reads it; None if it is none."""
    try:
        float(text)
    except ValueError:
        return None
    plain = text.strip()
    if not plain or plain.lower().strip("+-") in ("nan", "inf", "infinity") or "_" in plain:
        return None
    literal = exp.Literal.number(plain.lstrip("+-"))
    return exp.Neg(this=literal) if plain.startswith("-") else literal


def literal_number(node: Expression) -> str | None:
    """The text of a literal number, with its sign."""
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return f"-{node.this.name}"
    if isinstance(node, exp.Literal) and not node.is_string:
        return str(node.name)
    return None
