"""GoogleSQL's expressions in another engine's words, where SQLGlot's own printing would change what they mean.

Most functions SQLGlot carries over well. What stands here it prints as something else: a count that is NULL, a LIKE
that is blind to case, a cast of a date to the number of its year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, TypeAlias

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.translation.numbers import REAL, WHOLE
from querywright.pipes.tree import Expression

Rewrite: TypeAlias = Callable[[Expression], Expression | None]
"""Another expression for one, or None where it stays."""


def from_googlesql(tree: Expression, dialect: str) -> Expression:
    """The tree in the words of `dialect`; changed in place, and handed back since its root may be another.

    Raises:
        NotCompilable: the engine has nothing for a function.
    """
    rewrites = _rewrites(dialect)
    if dialect == "sqlite":
        _read_numbers_off_texts(tree)
    for node in [node for node in tree.walk() if type(node) in rewrites][::-1]:
        new = rewrites[type(node)](node)
        if new is None or new is node:
            continue
        if node is tree:
            tree = new
        else:
            node.replace(new)
    return tree


@cache
def _rewrites(dialect: str) -> Mapping[type[Expression], Rewrite]:
    """What is said otherwise in a dialect; nothing in GoogleSQL's own."""
    return {} if dialect == "bigquery" else {**_EVERYWHERE, **_BY_DIALECT.get(dialect, {})}


def _count_if(node: Expression) -> Expression:
    """0 where nothing is counted, and not NULL as of a SUM."""
    return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this, true=exp.Literal.number(1))]))


def _in_unnest(node: Expression) -> Expression | None:
    """`x IN UNNEST([…])` as a list of values."""
    unnest = node.args.get("unnest")
    arrays = unnest.expressions if isinstance(unnest, exp.Unnest) else [unnest]
    if unnest is None or len(arrays) != 1 or not isinstance(arrays[0], exp.Array):
        return None
    return exp.In(this=node.this, expressions=arrays[0].expressions)


_EVERYWHERE: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType({exp.CountIf: _count_if, exp.In: _in_unnest})


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sqlite_like(node: Expression) -> Expression | None:
    """LIKE of SQLite is blind to case, GLOB is not; between two LOWERs that does not matter."""
    if all(isinstance(side, (exp.Lower, exp.Upper)) or _has_no_letters(side) for side in (node.this, node.expression)):
        return None
    pattern = node.expression
    if isinstance(pattern, exp.Literal):
        text = pattern.name
        if isinstance(node.this, exp.Lower) and text == text.lower():
            return None
        if "\\" in text:
            return None
        return _negated(node, exp.Glob(this=node.this, expression=exp.Literal.string(_glob(text))))
    stars: Expression = pattern
    for old, new in (("[", "[[]"), ("*", "[*]"), ("?", "[?]"), ("%", "*"), ("_", "?")):
        stars = exp.func("REPLACE", stars, exp.Literal.string(old), exp.Literal.string(new), copy=False)
    return _negated(node, exp.Glob(this=node.this, expression=stars))


def _negated(like: Expression, glob: Expression) -> Expression:
    return exp.Not(this=glob) if like.args.get("negate") else glob


def _has_no_letters(tree: Expression) -> bool:
    return isinstance(tree, exp.Literal) and tree.name.lower() == tree.name.upper()


def _glob(pattern: str) -> str:
    """A pattern of LIKE as one of GLOB."""
    bracketed = "".join(f"[{c}]" if c in "*?[" else c for c in pattern)
    return bracketed.replace("%", "*").replace("_", "?")


def _sqlite_div(node: Expression) -> Expression:
    return exp.Paren(
        this=exp.Div(this=_operand(node.this), expression=_operand(node.expression), typed=True, safe=True)
    )


def _operand(tree: Expression) -> Expression:
    return exp.Paren(this=tree) if isinstance(tree, exp.Binary) else tree


_STRFTIME: Final = {"YEAR": "%Y", "MONTH": "%m", "DAY": "%d", "HOUR": "%H", "MINUTE": "%M", "SECOND": "%S"}
_STRFTIME_MORE: Final = {"DAYOFYEAR": "%j", "DAYOFWEEK": "%w", "WEEK": "%W"}
_TRUNCATED: Final = {"YEAR": "%Y-01-01", "MONTH": "%Y-%m-01", "DAY": "%Y-%m-%d"}


def _strftime(pattern: str, moment: Expression) -> exp.Anonymous:
    return exp.Anonymous(this="STRFTIME", expressions=[exp.Literal.string(pattern), moment])


def _sqlite_extract(node: Expression) -> Expression:
    part = node.this.name.upper()
    pattern = _STRFTIME.get(part) or _STRFTIME_MORE.get(part)
    if pattern is None:
        raise NotCompilable(f"SQLite cannot EXTRACT {part}")
    number = exp.cast(_strftime(pattern, node.expression), exp.DataType.Type.INT)
    if part == "DAYOFWEEK":
        return exp.Paren(this=exp.Add(this=number, expression=exp.Literal.number(1)))
    return number


def _sqlite_trunc(node: Expression) -> Expression:
    part = node.args["unit"].name.upper()
    if part not in _TRUNCATED:
        raise NotCompilable(f"SQLite cannot truncate a date to its {part}")
    return _strftime(_TRUNCATED[part], node.this)


def _sqlite_cast(node: Expression) -> Expression | None:
    """Dates are texts in SQLite; a cast to DATE would keep the year's number only. A text that is no number gives 0."""
    kind = node.to.this if isinstance(node, exp.Cast) else None
    if kind in (exp.DataType.Type.DATE, exp.DataType.Type.DATE32):
        return node.this if _is_date(node.this) else exp.Anonymous(this="DATE", expressions=[node.this])
    if kind in (exp.DataType.Type.DATETIME, exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ):
        return exp.Anonymous(this="DATETIME", expressions=[node.this])
    if isinstance(node, exp.TryCast) and node.args.get("of_text"):
        return _only_of_numbers(node)
    return None


def _only_of_numbers(cast: exp.TryCast) -> Expression | None:
    """SAFE_CAST of a text to a number: NULL where the text is none, while SQLite takes what it begins with."""
    if cast.to.is_type(*exp.DataType.INTEGER_TYPES):
        digits, odd = exp.func("LTRIM", cast.this, exp.Literal.string("+-"), dialect="sqlite"), "*[^0-9]*"
    elif cast.to.is_type(*exp.DataType.REAL_TYPES):
        digits, odd = cast.this.copy(), "*[^0-9.eE+-]*"
    else:
        return None
    some = exp.Glob(this=cast.this.copy(), expression=exp.Literal.string("*[0-9]*"))
    none_odd = exp.Not(this=exp.Glob(this=digits, expression=exp.Literal.string(odd)))
    number = exp.cast(cast.this.copy(), cast.to)
    return exp.Case(ifs=[exp.If(this=exp.and_(some, none_odd, copy=False), true=number)])


def _is_date(tree: Expression) -> bool:
    """A literal that is a day as SQLite writes it."""
    text = tree.name if isinstance(tree, exp.Literal) else ""
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


def _sqlite_regex(node: Expression) -> Expression:
    raise NotCompilable("SQLite has no regular expressions")


def _read_numbers_off_texts(tree: Expression) -> None:
    """A cast of a text, as `to_googlesql` says it (the number that the text begins with), is a cast again."""
    for node in list(tree.find_all(exp.Coalesce)):
        cast = node.this
        found = cast.this if isinstance(cast, exp.TryCast) else None
        if isinstance(found, exp.RegexpExtract) and found.expression.name in (WHOLE, REAL):
            kind = exp.DataType.Type.BIGINT if found.expression.name == WHOLE else exp.DataType.Type.DOUBLE
            node.replace(exp.cast(found.this, kind))


def _sqlite_starts(node: Expression) -> Expression:
    part = exp.func("SUBSTR", node.this, exp.Literal.number(1), exp.func("LENGTH", node.expression), dialect="sqlite")
    return exp.Paren(this=exp.EQ(this=part, expression=node.expression.copy()))


def _sqlite_ends(node: Expression) -> Expression:
    """Begins so far from the end; a part longer than the whole is never what is left of it."""
    start = exp.Sub(this=_length(node.this), expression=_length(node.expression))
    left = exp.func("SUBSTR", node.this, exp.Add(this=start, expression=exp.Literal.number(1)), dialect="sqlite")
    return exp.Paren(this=exp.EQ(this=left, expression=node.expression.copy()))


def _length(tree: Expression) -> Expression:
    return exp.Length(this=tree.copy())


def _sqlite_left(node: Expression) -> Expression:
    return exp.func("SUBSTR", node.this, exp.Literal.number(1), node.expression, dialect="sqlite")


def _sqlite_right(node: Expression) -> Expression:
    """SUBSTR from behind; of no characters it would be all."""
    none = exp.EQ(this=node.expression.copy(), expression=exp.Literal.number(0))
    behind = exp.Neg(this=_operand(node.expression.copy()))
    rest = exp.func("SUBSTR", node.this.copy(), behind, dialect="sqlite")
    nothing = exp.func("SUBSTR", node.this.copy(), exp.Literal.number(1), exp.Literal.number(0), dialect="sqlite")
    return exp.Case(ifs=[exp.If(this=none, true=nothing)], default=rest)


def _sqlite_reverse(node: Expression) -> Expression:
    raise NotCompilable("SQLite has no REVERSE")


def _exact(node: Expression) -> Expression:
    """Nobody minds an exact count of the different values."""
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


_SQLITE: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {
        exp.Like: _sqlite_like,
        exp.IntDiv: _sqlite_div,
        exp.Extract: _sqlite_extract,
        exp.DateTrunc: _sqlite_trunc,
        exp.TimestampTrunc: _sqlite_trunc,
        exp.Cast: _sqlite_cast,
        exp.TryCast: _sqlite_cast,
        exp.RegexpLike: _sqlite_regex,
        exp.RegexpExtract: _sqlite_regex,
        exp.RegexpReplace: _sqlite_regex,
        exp.StartsWith: _sqlite_starts,
        exp.EndsWith: _sqlite_ends,
        exp.Left: _sqlite_left,
        exp.Right: _sqlite_right,
        exp.Reverse: _sqlite_reverse,
        exp.ApproxDistinct: _exact,
    }
)


# ── PostgreSQL, MySQL, DuckDB ─────────────────────────────────────────────────────────────────────────────────────────


def _postgres_round(node: Expression) -> Expression | None:
    """PostgreSQL rounds to places what is NUMERIC only."""
    if node.args.get("decimals") is None:
        return None
    number = exp.cast(node.this, exp.DataType.Type.DECIMAL)
    return exp.Round(this=number, decimals=node.args["decimals"])


def _postgres_any_value(node: Expression) -> Expression:
    """ANY_VALUE came with PostgreSQL 16, and never with HAVING MAX."""
    value, order = node.this, None
    if isinstance(value, exp.HavingMax):
        descending = bool(value.args.get("max"))
        key = exp.Ordered(this=value.expression, desc=descending or None, nulls_first=False)
        value, order = value.this, exp.Order(this=value.this, expressions=[key])
    rows = exp.ArrayAgg(this=order or value)
    return exp.Bracket(this=exp.Paren(this=rows), expressions=[exp.Literal.number(1)], offset=1)


_POSTGRES: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {exp.Round: _postgres_round, exp.AnyValue: _postgres_any_value, exp.ApproxDistinct: _exact}
)


def _mysql_average(node: Expression) -> Expression:
    """An average of whole numbers has four digits in MySQL; of floating ones it has all."""
    return exp.Avg(this=exp.Mul(this=_operand(node.this), expression=_one_floating()))


def _mysql_quotient(node: Expression) -> Expression:
    left = exp.Mul(this=_operand(node.this), expression=_one_floating())
    return exp.Div(this=left, expression=_operand(node.expression), typed=node.args.get("typed"), safe=True)


def _one_floating() -> Expression:
    return exp.Literal.number("1e0")


_MYSQL: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType(
    {exp.ApproxDistinct: _exact, exp.Avg: _mysql_average, exp.Div: _mysql_quotient}
)


def _duckdb_length(node: Expression) -> Expression:
    return exp.Anonymous(this="LENGTH", expressions=[node.this])


_DUCKDB: Final[Mapping[type[Expression], Rewrite]] = MappingProxyType({exp.Length: _duckdb_length})

_BY_DIALECT: Final[Mapping[str, Mapping[type[Expression], Rewrite]]] = MappingProxyType(
    {"sqlite": _SQLITE, "duckdb": _DUCKDB, "postgres": _POSTGRES, "mysql": _MYSQL}
)
