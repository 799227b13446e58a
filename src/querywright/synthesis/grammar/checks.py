"""What a written query must show before it is kept: it runs, says something, and nothing in it is idle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from querywright.databases import Database, Limits, Result
from querywright.errors import QueryError
from querywright.runs.steps import Reject
from querywright.synthesis.grammar.trees import Compound, Query, Select, droppable, render

LIMITS = Limits(seconds=20.0, rows=400, bytes=2_000_000)
_BRANCH = Limits(seconds=20.0, rows=3000, bytes=4_000_000)


def check(database: Database, query: Query, sql: str) -> Result:
    """The rows of `query`. Raises Reject where it is not worth keeping."""
    if isinstance(query, Compound) and query.limit is None and not query.ctes:
        _branches_matter(database, query)
        result = _run(database, sql)
        says_something(result)
        return result
    result = _run(database, sql)
    says_something(result)
    suspects = list(droppable(query))
    if suspects:
        rows = _key(result)
        for what, node in _unmoved(database, query, result, suspects):
            if _key(_run(database, render(query, without=node))) == rows:
                raise Reject(f"idle {what}", sql)
    return result


def _branches_matter(database: Database, query: Compound) -> None:
    """Run the branches apart, which is cheaper than the whole again and again, and put their rows together here."""
    combine = _SETS[query.operator]
    left, right = _distinct(database, query.left), _distinct(database, query.right)
    now = combine(left, right)
    if not now:
        raise Reject("no rows")
    if now in (left, right):
        raise Reject("idle set operation")
    for what, node in droppable(query.left):
        if combine(_distinct(database, query.left, node), right) == now:
            raise Reject(f"idle {what}")
    for what, node in droppable(query.right):
        if combine(left, _distinct(database, query.right, node)) == now:
            raise Reject(f"idle {what}")


_SETS: dict[str, Callable[[set[Any], set[Any]], set[Any]]] = {
    "UNION": set.union,
    "INTERSECT": set.intersection,
    "EXCEPT": set.difference,
}


def _distinct(database: Database, branch: Select, without: object | None = None) -> set[tuple[Any, ...]]:
    """The different rows of a branch. Raises Reject where there are too many to hold."""
    result = _run(database, render(replace(branch, distinct=not branch.group), without), _BRANCH)
    if result.truncated:
        raise Reject("too many rows")
    return set(_key(result))


def _unmoved(
    database: Database, query: Query, result: Result, suspects: list[tuple[str, object]]
) -> list[tuple[str, object]]:
    """Those without which the number of rows (or the one value) stays as it is: all asked in one statement."""
    variants = [render(query, without=node) for _, node in suspects]
    now: Any = len(result.rows)
    if isinstance(query, Select) and _is_one(query):
        now = result.rows[0][0]
        asked = ", ".join(f"({v})" for v in variants)
    else:
        asked = ", ".join(f"(SELECT COUNT(*) FROM ({v}) AS t)" for v in variants)
    found = _run(database, f"SELECT {asked}").rows[0]
    return [suspect for suspect, value in zip(suspects, found, strict=True) if _plain(value) == _plain(now)]


def _is_one(query: Select) -> bool:
    """Whether the query gives one value whatever the rows: an aggregate without groups."""
    if len(query.items) > 1 or query.group or query.ctes or query.qualify or query.limit is not None:
        return False
    first = query.items[0].expression.parts[0]
    return isinstance(first, str) and first.startswith(_AGGREGATES)


_AGGREGATES = ("COUNT(", "SUM(", "AVG(", "MIN(", "MAX(", "MEDIAN(", "PERCENTILE_CONT(")


def _run(database: Database, sql: str, limits: Limits = LIMITS) -> Result:
    try:
        return database.execute(sql, limits)
    except QueryError as error:
        raise Reject("does not run", f"{error}: {sql}") from error


def says_something(result: Result) -> None:
    """Raises Reject where the rows of a result tell nothing: none or too many, all the same, NULLs or zeros only."""
    rows = result.rows
    if not rows:
        raise Reject("no rows")
    if result.truncated:
        raise Reject("too many rows")
    for column in range(len(result.columns)):
        values = [r[column] for r in rows]
        if all(v is None for v in values):
            raise Reject("a column is all NULL")
    if len(rows) > 1 and all(r == rows[0] for r in rows):
        raise Reject("every row the same")
    if len(rows) == 1 and all(v is None or v == 0 for v in rows[0]):
        raise Reject("nothing but zero")


def _key(result: Result) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(_plain(v) for v in row) for row in result.rows)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    return repr(value) if isinstance(value, (list, dict)) else value
