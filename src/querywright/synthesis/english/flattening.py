"""Queries over a `SELECT DISTINCT` as what they come to: figures of different values."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english.voice import CannotSay


def without_nested_distinct(tree: exp.Expr) -> exp.Expr:
    """`SELECT COUNT(*) FROM (SELECT DISTINCT country …)` as `SELECT COUNT(DISTINCT country) …`, on a copy.

    Raises CannotSay where the different rows are joined, grouped or narrowed further before they are counted.
    """
    if not any(_nested(select) is not None for select in tree.find_all(exp.Select)):
        return tree
    copy = tree.copy()
    for select in list(copy.find_all(exp.Select)):
        inner = _nested(select)
        if inner is None:
            continue
        if any(select.args.get(part) for part in ("where", "group", "having", "joins", "distinct")):
            raise CannotSay("figures over rows that are shown once each")
        _replace(select, inner)
    return copy


def _nested(select: exp.Select) -> exp.Select | None:
    """The `SELECT DISTINCT` that a query of figures reads from; None for any other query."""
    clause = select.args.get("from_")
    inner = clause.this.this if clause is not None and isinstance(clause.this, exp.Subquery) else None
    if not isinstance(inner, exp.Select) or not inner.args.get("distinct") or inner.args["distinct"].args.get("on"):
        return None
    return inner if any(e.find(exp.AggFunc) for e in select.expressions) else None


def _replace(select: exp.Select, inner: exp.Select) -> None:
    if any(inner.args.get(part) for part in ("group", "having", "limit", "with_")):
        raise CannotSay("figures over groups or first rows that are shown once each")
    shown = {e.alias_or_name.lower(): e.unalias() for e in inner.expressions}
    if "*" in shown or any(isinstance(e.unalias(), exp.AggFunc) for e in inner.expressions):
        raise CannotSay("figures over whole rows that are shown once each")
    for figure in [f for e in select.expressions for f in e.find_all(exp.AggFunc)]:
        if isinstance(figure.this, exp.Star):
            different = [e.copy() for e in shown.values()]
        elif isinstance(figure.this, exp.Column) and figure.this.name.lower() in shown and len(shown) == 1:
            different = [shown[figure.this.name.lower()].copy()]
        else:
            raise CannotSay("figures over combinations that are shown once each")
        if not isinstance(figure, (exp.Max, exp.Min)):
            figure.set("this", exp.Distinct(expressions=different))
        else:
            figure.set("this", different[0])
    for part in ("from_", "joins", "where"):
        select.set(part, inner.args.get(part))
