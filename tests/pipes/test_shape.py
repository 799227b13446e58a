"""What a query is made of: operators counted at every depth, and what keeps it from being one chain."""

from __future__ import annotations

import pytest

from querywright import pipes
from querywright.pipes.shape import bends, operator_counts

CASES: list[tuple[str, dict[str, int], set[str]]] = [
    ("FROM t |> WHERE x > 1 |> LIMIT 3", {"WHERE": 1, "LIMIT": 1}, set()),
    ("FROM t |> JOIN u USING (a) |> LEFT JOIN v USING (a)", {"JOIN": 1, "LEFT JOIN": 1}, set()),
    (
        "FROM t |> SELECT DISTINCT a |> DISTINCT |> EXTEND 1 AS b",
        {"SELECT DISTINCT": 1, "DISTINCT": 1, "EXTEND": 1},
        set(),
    ),
    (
        "FROM t |> AGGREGATE COUNT(*) AS n |> AGGREGATE MAX(n) AS m GROUP BY n",
        {"AGGREGATE": 1, "AGGREGATE GROUP BY": 1},
        set(),
    ),
    ("FROM t |> UNION ALL (FROM u |> SELECT a)", {"UNION ALL": 1, "SELECT": 1}, set()),
    ("SELECT 1 AS a |> EXTEND 2 AS b", {"EXTEND": 1}, set()),
    ("FROM t |> WHERE x IN (FROM u |> SELECT y |> DISTINCT)", {"WHERE": 1, "SELECT": 1, "DISTINCT": 1}, {"subquery"}),
    ("FROM t |> UNION ALL (FROM u |> WHERE EXISTS (FROM v))", {"UNION ALL": 1, "WHERE": 1}, {"subquery"}),
    ("FROM (FROM a |> LIMIT 1) AS s |> JOIN b ON TRUE", {"JOIN": 1, "LIMIT": 1}, {"derived table"}),
    ("WITH a AS (FROM t |> LIMIT 1) FROM a", {"LIMIT": 1}, {"CTE"}),
    ("FROM t |> UNION ALL (SELECT 1)", {"UNION ALL": 1}, {"standard SQL"}),
    ("SELECT a FROM t |> LIMIT 1", {"LIMIT": 1}, {"standard SQL"}),
]


@pytest.mark.parametrize(("text", "counts", "bent"), CASES)
def test_a_query_is_counted_and_its_bends_are_named(text: str, counts: dict[str, int], bent: set[str]) -> None:
    query = pipes.parse(text)
    assert operator_counts(query) == counts
    assert bends(query) == bent
