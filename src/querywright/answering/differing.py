"""What tells another answer apart, in words for a person and by rule: its rows first, then what its query asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from querywright.answering.known import Candidate
from querywright.databases import Result, compare
from querywright.databases.matching import unmatched
from querywright.errors import QueryRejected

if TYPE_CHECKING:
    from querywright.sql.parsing import Tree

MOST = 5
"""Things that are said of one answer."""
LONGEST = 80
"""Letters of each thing that is quoted."""

_SAYINGS = {
    "table": ("it reads", "it does not read"),
    "column": ("it gives", "it does not give"),
    "condition": ("it asks for", "it does not ask for"),
    "group": ("it groups by", "it does not group by"),
    "order": ("it sorts by", "it does not sort by"),
    "limit": ("it stops after", "it does not stop after"),
    "distinct": ("it lists equal rows once", "it lists equal rows as often as they come"),
}


def difference(answer: Candidate, other: Candidate, dialect: str) -> str:
    """What the other candidate gives and asks for, in the place of what the answer does; both have run."""
    said: list[str] = []
    if isinstance(answer.outcome, Result) and isinstance(other.outcome, Result):
        said += _of_rows(answer.outcome, other.outcome)
    said += _of_queries(answer.SQL, other.SQL, dialect)
    return "; ".join(said[:MOST])


def _of_rows(answer: Result, other: Result) -> Iterator[str]:
    if len(answer.columns) != len(other.columns):
        yield f"it has {_count(len(other.columns), 'column')} instead of {len(answer.columns)}"
    if answer.truncated or other.truncated:
        yield "not all rows were read, so how the rows differ is not known"
    elif len(answer.rows) != len(other.rows):
        yield f"it has {_count(len(other.rows), 'row')} instead of {len(answer.rows):,}"
    elif len(answer.columns) == len(other.columns) and not compare(answer, other, "strict", ordered=True):
        pair = unmatched(answer.rows, other.rows)
        yield f"it has {_row(pair[1])} instead of {_row(pair[0])}" if pair else "its rows come in another order"


def _of_queries(answer: str, other: str, dialect: str) -> Iterator[str]:
    """What only one of the queries has, kind by kind; the kinds in which people notice a difference first."""
    from querywright.sql.parsing import query_of

    try:
        asked, others = _parts(query_of(answer, dialect), dialect), _parts(query_of(other, dialect), dialect)
    except QueryRejected:
        return
    for kind, (does, does_not) in _SAYINGS.items():
        only_other = [text for key, text in others[kind].items() if key not in asked[kind]]
        only_answer = [text for key, text in asked[kind].items() if key not in others[kind]]
        if kind == "distinct":
            if only_other or only_answer:
                yield does if only_other else does_not
        elif only_other:
            instead = f" instead of {_listed(only_answer)}" if only_answer else ""
            yield f"{does} {_listed(only_other)}{instead}"
        elif only_answer:
            yield f"{does_not} {_listed(only_answer)}"


def _parts(tree: Tree, dialect: str) -> dict[str, dict[str, str]]:
    """What a query is made of, kind by kind: the text of each part by a form in which spelling makes no difference."""
    from querywright.sql.parsing import exp, render
    from querywright.sql.references import references

    tree = tree.copy()
    tables = references(tree, dialect).tables
    outermost: Any = tree
    while isinstance(outermost, exp.Subquery):
        outermost = outermost.this
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    conditions = [part for kind in (exp.Where, exp.Having) for found in tree.find_all(kind) for part in _ands(found)]
    limit, order = outermost.args.get("limit"), outermost.args.get("order")
    groups = [key for group in tree.find_all(exp.Group) for key in group.expressions]
    nodes = {
        "column": [_unnamed(item) for item in outermost.selects],
        "condition": conditions,
        "group": groups,
        "order": list(order.expressions) if order is not None else [],
        "limit": [limit.expression] if isinstance(limit, exp.Limit) else [],
    }
    parts = {kind: {_form(node, dialect): render(node, dialect) for node in found} for kind, found in nodes.items()}
    parts["table"] = {name.lower(): name for name in tables}
    parts["distinct"] = {"distinct": ""} if outermost.args.get("distinct") else {}
    return parts


def _ands(clause: Tree) -> list[Tree]:
    """The conditions that a WHERE or HAVING joins by AND."""
    from querywright.sql.parsing import exp

    found: Any = clause.this
    while isinstance(found, exp.Paren):
        found = found.this
    return list(found.flatten()) if isinstance(found, exp.And) else [found]


def _unnamed(item: Tree) -> Tree:
    from querywright.sql.parsing import exp

    inner: Tree = item.this if isinstance(item, exp.Alias) else item
    return inner


def _form(node: Tree, dialect: str) -> str:
    """The text with names in lower case and without quotes; values stay as they are."""
    from querywright.sql.parsing import exp, render

    node = node.copy()
    for identifier in node.find_all(exp.Identifier):
        identifier.set("this", identifier.name.lower())
        identifier.set("quoted", False)
    return render(node, dialect)


def _listed(texts: list[str]) -> str:
    return ", ".join(map(_clipped, texts))


def _row(row: tuple[Any, ...]) -> str:
    return _clipped(f"({', '.join('nothing' if value is None else str(value) for value in row)})")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
