"""The feature table of published training sets, to print beside a dataset's own.

Facts of Table I of "Text2SQL-Flow: A Robust SQL-Aware Data Augmentation Framework for Text-to-SQL".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """How often a dataset's queries use what: shares in percent of the queries, then counts per query."""

    window: float = 0.0
    set_op: float = 0.0
    subquery: float = 0.0
    group_by: float = 0.0
    case: float = 0.0
    where: float = 0.0
    join: float = 0.0


SHARES: tuple[str, ...] = ("window", "set_op", "subquery", "group_by")
"""Columns of the table that are percentages; the others are counts per query."""

TITLES: dict[str, str] = {
    "window": "Window %",
    "set_op": "Set op. %",
    "subquery": "Subquery %",
    "group_by": "GROUP BY %",
    "case": "CASE",
    "where": "WHERE",
    "join": "JOIN",
}
"""What a reader calls each column, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published dataset: its number of queries and its row of the feature table."""

    size: int
    features: FeatureTable


PUBLISHED: dict[str, Published] = {
    "Spider-train": Published(8_659, FeatureTable(0.00, 6.07, 15.59, 22.60, 0.00, 0.86, 0.71)),
    "SQLFlow-Spider": Published(30_502, FeatureTable(14.37, 9.49, 40.06, 37.67, 0.22, 1.84, 0.96)),
    "BIRD-train": Published(9_428, FeatureTable(0.04, 0.23, 6.71, 9.16, 0.09, 1.25, 0.90)),
    "SQLFlow-BIRD": Published(33_163, FeatureTable(12.39, 7.06, 36.28, 29.86, 0.26, 2.36, 1.10)),
    "EHRSQL-train": Published(18_472, FeatureTable(11.99, 0.23, 67.72, 20.72, 0.02, 4.13, 0.42)),
    "SQLFlow-EHRSQL": Published(11_721, FeatureTable(21.65, 7.47, 66.86, 34.14, 0.16, 4.32, 0.95)),
    "SQLFlow": Published(75_386, FeatureTable(14.63, 8.11, 42.57, 33.68, 0.23, 2.46, 1.02)),
}
"""The published rows, in the paper's order."""
