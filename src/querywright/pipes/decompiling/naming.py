"""Names that we give: for what a later operator must mention, and has no name."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.tree import Expression

_SHORT = {"count": "n", "count_if": "n", "group_concat": "list", "array_agg": "list", "any_value": "", "cast": ""}


_WINDOWS = frozenset({"row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile"})


def base_name(node: Expression) -> str:
    """What to call the value of an expression: `n` for COUNT, `avg_salary`, `rank`, else `value`."""
    while isinstance(node, (exp.Window, exp.Filter, exp.Paren, exp.IgnoreNulls, exp.WithinGroup)):
        node = node.this
    if isinstance(node, exp.Column):
        return _plain(node.name)
    if isinstance(node, exp.Func):
        function = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        short = _SHORT.get(function.lower())
        if short == "n":
            return "n"
        words = function.lower() if short is None else short
        argument = node.this if isinstance(node.this, exp.Expr) else None
        while isinstance(argument, (exp.Distinct, exp.HavingMax, exp.Order)):
            argument = argument.this if not isinstance(argument, exp.Distinct) else argument.expressions[0]
        if isinstance(argument, exp.Column):
            return "_".join(part for part in (words, _plain(argument.name)) if part)
        known = isinstance(node, exp.AggFunc) or words in _WINDOWS
        return words if known and words.replace("_", "").isalnum() else "value"
    return "value"


def _plain(name: str) -> str:
    """A name that needs no quotes."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in name)
    return kept.lower().strip("_") or "value"


def identifier(name: str, like: exp.Identifier | None = None) -> exp.Identifier:
    """An identifier, quoted if `like` is, or if it must be."""
    quoted = bool(like is not None and like.args.get("quoted")) or not _is_word(name)
    return exp.Identifier(this=name, quoted=quoted)


def _is_word(name: str) -> bool:
    return name.isascii() and name.replace("_", "a").isalnum() and not name[0].isdigit()


def column(name: exp.Identifier) -> exp.Column:
    """A column of the pipe's own, without a table."""
    return exp.Column(this=exp.Identifier(this=name.name, quoted=name.args.get("quoted")))
