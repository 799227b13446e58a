"""What one query says and another does not, clause by clause.

A pipe query compiles to SELECTs nested in each other, whose trees look unlike an original's whatever they mean. So what
is compared is what the clauses of all levels say, taken together: tables, conditions, groups, aggregates, sort keys,
limits, set operations. Names are taken without their qualifiers and without quotes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from querywright.errors import QueryRejected
from querywright.sql.parsing import Tree, exp, parse, render


def tree_difference(sql: str, compiled: str, dialect: str) -> tuple[str, ...]:
    """Lines such as `- WHERE age > 3` (only the original says it) and `+ WHERE age >= 3` (only the pipe query does).

    Empty where both say the same, which does not mean that they mean the same: the order may matter.
    """
    try:
        original, piped = (Counter(_said(parse(text, dialect), dialect)) for text in (sql, compiled))
    except QueryRejected as error:
        return (f"cannot be compared: {error.message}",)
    lines = [f"- {line}" for line in (original - piped).elements()]
    return (*lines, *(f"+ {line}" for line in (piped - original).elements()))


def _said(tree: Tree, dialect: str) -> Iterator[str]:
    def text(node: Tree) -> str:
        return render(_plain(node), dialect)

    for node in tree.find_all(exp.Table):
        yield f"FROM {node.name.lower()}"
    for operation in tree.find_all(exp.SetOperation):
        yield f"{operation.key.upper()}{'' if operation.args.get('distinct') else ' ALL'}"
    for query in tree.find_all(exp.Select, exp.SetOperation):
        yield from _clauses(query, text)


def _clauses(query: Tree, text: Callable[[Tree], str]) -> Iterator[str]:
    for name in ("where", "having", "qualify"):
        clause = query.args.get(name)
        for condition in _conditions(clause.this) if clause else ():
            yield f"WHERE {text(condition)}"
    for join in query.args.get("joins") or ():
        if side := " ".join(filter(None, (join.side, join.kind))).upper().replace("INNER", "").replace("CROSS", ""):
            yield f"{side.strip()} JOIN"
        for condition in _conditions(join.args["on"]) if join.args.get("on") else ():
            yield f"WHERE {text(condition)}"
    group = query.args.get("group")
    for key in group.expressions if group else ():
        yield f"GROUP BY {text(key)}"
    for aggregate in query.find_all(exp.AggFunc):
        if aggregate.find_ancestor(exp.Select) is query and not isinstance(aggregate.parent, exp.Window):
            yield f"AGGREGATE {text(aggregate)}"
    if query.args.get("distinct") and isinstance(query, exp.Select):
        yield "DISTINCT"
    order = query.args.get("order")
    for key in order.expressions if order else ():
        yield f"ORDER BY {text(key.this)}{' DESC' if key.args.get('desc') else ''}"
    for name in ("limit", "offset"):
        if (clause := query.args.get(name)) is not None and clause.expression is not None:
            yield f"{name.upper()} {text(clause.expression)}"


def _conditions(node: Tree) -> Iterator[Tree]:
    if isinstance(node, exp.Paren):
        yield from _conditions(node.this)
    elif isinstance(node, exp.And):
        yield from _conditions(node.this)
        yield from _conditions(node.expression)
    else:
        yield node


def _plain(node: Tree) -> Tree:
    """The expression with bare names, its nested queries left out, which are told by themselves."""

    def bare(each: Tree) -> Tree:
        if isinstance(each, exp.Column) and isinstance(each.this, exp.Identifier):
            return exp.column(exp.to_identifier(each.name.lower(), quoted=False))
        if isinstance(each, exp.Query):
            return exp.column("…")
        return each

    return node.copy().transform(bare)
