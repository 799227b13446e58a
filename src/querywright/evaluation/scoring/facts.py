"""What is known of a gold row before anything is predicted: how hard its query is, what it uses, what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from querywright.databases import Result
from querywright.errors import QueryRejected
from querywright.evaluation.records import Shown
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


@dataclass(frozen=True, slots=True)
class Nature:
    """What a query is by its tree, whatever the values in it: its hardness, and what it uses."""

    hardness: str = ""
    uses: tuple[str, ...] = ()

    @classmethod
    def of(cls, tree: Tree | QueryRejected, dialect: str) -> Self:
        """The nature of a tree; nothing is known of a query that has none."""
        if isinstance(tree, QueryRejected):
            return cls()
        return cls(hardness(tree, dialect), _used(features(tree, dialect)))


def _used(found: Features) -> tuple[str, ...]:
    """The names of what a query uses."""
    names = [name for name, count in USES.items() if getattr(found, count)]
    return (*names, "date function") if found.has_date_function else tuple(names)


def preview(result: Result) -> Shown:
    """The first rows of a result as texts."""
    found = shown(result)
    rows = [[None if cell.kind == "null" else cell.text for cell in row] for row in found.cells]
    return Shown(found.columns, rows, len(result.rows), result.truncated)
