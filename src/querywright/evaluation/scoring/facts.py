"""What is known of a gold row before anything is predicted: how hard its query is, what it uses, what it returns."""

from __future__ import annotations

from querywright.databases import Result
from querywright.evaluation.records import Facts, Shown
from querywright.evaluation.scoring.desk import Desk
from querywright.runs.report.rows import shown
from querywright.sql.features import Features, features
from querywright.sql.hardness import hardness
from querywright.sql.parsing import Tree

USES = {
    "join": "joins",
    "where": "where",
    "group by": "groups",
    "having": "having",
    "order by": "orders",
    "limit": "limits",
    "aggregate": "aggregates",
    "distinct": "distincts",
    "set operation": "set_operations",
    "nested query": "nested",
    "CTE": "ctes",
    "window": "windows",
    "case": "cases",
}
"""What a query may use, and the count that tells."""


def facts_of(key: str, desk: Desk, sql: str, result: Result) -> Facts:
    """The facts of a gold query that gave this result."""
    tree = desk.tree(sql)
    if not isinstance(tree, Tree):
        return Facts(key, desk.dialect, result=preview(result))
    return Facts(key, desk.dialect, hardness(tree, desk.dialect), used(features(tree, desk.dialect)), preview(result))


def used(found: Features) -> tuple[str, ...]:
    """The names of what a query uses."""
    names = [name for name, count in USES.items() if getattr(found, count)]
    return (*names, "date function") if found.has_date_function else tuple(names)


def preview(result: Result) -> Shown:
    """The first rows of a result as texts."""
    found = shown(result)
    rows = [[None if cell.kind == "null" else cell.text for cell in row] for row in found.cells]
    return Shown(found.columns, rows, len(result.rows), result.truncated)
