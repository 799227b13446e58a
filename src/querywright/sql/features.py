"""What a query is made of, in numbers: the columns of the feature table, and more.

The counting is the one that gives the published row of Spider's training set (see `docs/design/sql.md`): a query has
a *subquery* when it holds more than one SELECT (so the branches of a set operation and CTEs count), `where` counts
single conditions of all WHERE clauses, `joins` counts every join, the commas of FROM included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlglot import exp

from querywright.sql.names import full_name
from querywright.sql.parsing import SQL, query_of

__all__ = ["TABLE_COLUMNS", "Features", "features", "table"]


@dataclass(frozen=True, slots=True)
class Features:
    """Counts over a whole query, inner queries included."""

    selects: int = 0
    windows: int = 0
    set_operations: int = 0
    groups: int = 0
    """GROUP BY clauses."""
    cases: int = 0
    where: int = 0
    """Single conditions in WHERE clauses: the operands of AND and OR."""
    joins: int = 0
    ctes: int = 0
    recursive_ctes: int = 0
    having: int = 0
    orders: int = 0
    """ORDER BY clauses of queries (not of windows or aggregates)."""
    limits: int = 0
    distincts: int = 0
    """SELECT DISTINCT and DISTINCT inside an aggregate."""
    aggregates: int = 0
    """Aggregate calls that are not windows."""
    nested: int = 0
    """Queries inside expressions and FROM; neither branches of set operations nor CTEs."""
    depth: int = 0
    """Longest chain of queries inside queries; 0 for a flat query."""
    tables: tuple[str, ...] = ()
    """Full names of the tables read as the query writes them, lower case, sorted, each once; CTEs are none."""
    functions: tuple[str, ...] = ()
    """Names of the functions called, as SQLGlot knows them, lower case, sorted, each once; operators are none."""

    @property
    def has_window(self) -> bool:
        return self.windows > 0

    @property
    def has_set_operation(self) -> bool:
        return self.set_operations > 0

    @property
    def has_subquery(self) -> bool:
        """More than one SELECT: the reading under which the published shares come out."""
        return self.selects > 1

    @property
    def has_group_by(self) -> bool:
        return self.groups > 0

    @property
    def has_date_function(self) -> bool:
        return not DATE_FUNCTIONS.isdisjoint(self.functions)

    @property
    def is_recursive(self) -> bool:
        return self.recursive_ctes > 0


DATE_FUNCTIONS: Final = frozenset((
    "date", "time", "datetime", "strftime", "julianday", "unixepoch", "timediff", "date_trunc", "datetrunc",
    "date_part", "datepart", "extract", "year", "month", "day", "day_of_week", "day_of_month", "day_of_year",
    "dayofweek", "dayofmonth", "dayofyear", "week", "week_of_year", "weekofyear", "quarter", "hour", "minute",
    "second", "date_add", "date_sub", "datediff", "date_diff", "timestampdiff", "timestampadd", "timestamp_trunc",
    "date_format", "time_to_str", "str_to_time", "str_to_date", "ts_or_ds_to_date", "ts_or_ds_add", "ts_or_ds_diff",
    "make_date", "to_date", "to_timestamp", "age", "current_date", "current_time", "current_timestamp", "now",
    "last_day", "monthname", "dayname", "epoch", "unix_to_time", "timestamp_diff", "timestamp_sub", "timestamp_add",
    "from_unixtime", "unix_timestamp", "time_bucket", "curdate", "curtime", "adddate", "subdate", "to_char",
    "date_from_parts", "timestamp", "datetime_trunc", "ts_or_ds_to_timestamp",
))  # fmt: skip
"""Functions that read or make a date, as they are called in SQLGlot's trees and in the four dialects."""

_OPERATORS: Final = ("and", "or", "xor", "case", "if", "exists", "cast", "try_cast", "array", "struct", "map")
"""What SQLGlot models as functions and a person does not call so."""

TABLE_COLUMNS: Final = ("window", "set_op", "subquery", "group_by", "case", "where", "join")
"""The keys of `table` that the published table has, in its order: four shares in %, three means per SQL."""


def features(sql: SQL, dialect: str = "sqlite") -> Features:
    """The features of a query or its tree. Raises QueryRejected as `parse`."""
    tree = query_of(sql, dialect)
    tally = _Tally()
    todo: list[tuple[exp.Expr, int]] = [(tree, 0)]
    while todo:
        node, level = todo.pop()
        kind: Any = type(node)
        count = _counter(kind)
        if count:
            count(tally, node)
        if isinstance(node, (exp.Subquery, exp.CTE)) or _is_bare_query(node):
            level += node is not tree
        tally.depth = max(tally.depth, level)
        todo.extend((child, level) for child in node.iter_expressions())
    return tally.features()


def table(found: Iterable[Features]) -> dict[str, float]:
    """The feature table of a dataset, rounded to two places.

    Returns:
        `size`; the columns of `TABLE_COLUMNS`; and as further shares in % `cte`, `recursive`, `having`, `order_by`,
        `limit`, `distinct`, `date`; as means `aggregate`, `depth`, `tables`. All are 0 for an empty dataset.
    """
    rows = list(found)

    def share(has: Callable[[Features], bool]) -> float:
        return round(100 * sum(map(has, rows)) / len(rows), 2) if rows else 0.0

    def mean(count: Callable[[Features], int]) -> float:
        return round(sum(map(count, rows)) / len(rows), 2) if rows else 0.0

    return {
        "size": len(rows),
        "window": share(lambda f: f.has_window),
        "set_op": share(lambda f: f.has_set_operation),
        "subquery": share(lambda f: f.has_subquery),
        "group_by": share(lambda f: f.has_group_by),
        "case": mean(lambda f: f.cases),
        "where": mean(lambda f: f.where),
        "join": mean(lambda f: f.joins),
        "cte": share(lambda f: f.ctes > 0),
        "recursive": share(lambda f: f.is_recursive),
        "having": share(lambda f: f.having > 0),
        "order_by": share(lambda f: f.orders > 0),
        "limit": share(lambda f: f.limits > 0),
        "distinct": share(lambda f: f.distincts > 0),
        "date": share(lambda f: f.has_date_function),
        "aggregate": mean(lambda f: f.aggregates),
        "depth": mean(lambda f: f.depth),
        "tables": mean(lambda f: len(f.tables)),
    }


class _Tally:
    """The counts while a tree is walked."""

    def __init__(self) -> None:
        self.depth = 0
        self.counts: dict[str, int] = {}
        self.tables: set[str] = set()
        self.ctes: set[str] = set()
        self.functions: set[str] = set()

    def add(self, name: str, amount: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount

    def features(self) -> Features:
        return Features(
            **self.counts,
            depth=self.depth,
            tables=tuple(sorted(self.tables - self.ctes)),
            functions=tuple(sorted(self.functions)),
        )


_Counter = Callable[[_Tally, exp.Expr], None]


@cache
def _counter(kind: type) -> _Counter | None:
    """What a node of this class adds; looked up once a class."""
    for cls, counter in _COUNTERS:
        if issubclass(kind, cls):
            return counter
    return None


def _count_select(tally: _Tally, node: exp.Expr) -> None:
    tally.add("selects")
    if isinstance(node.args.get("distinct"), exp.Distinct):
        tally.add("distincts")
    if _is_bare_query(node):
        tally.add("nested")
    _count_modifiers(tally, node)


def _count_set_operation(tally: _Tally, node: exp.Expr) -> None:
    tally.add("set_operations")
    if _is_bare_query(node):
        tally.add("nested")
    _count_modifiers(tally, node)


def _count_subquery(tally: _Tally, node: exp.Expr) -> None:
    if isinstance(node.this, (exp.Select, exp.SetOperation)) and not isinstance(
        node.parent, (exp.SetOperation, exp.CTE, type(None))
    ):
        tally.add("nested")
    _count_modifiers(tally, node)


def _count_modifiers(tally: _Tally, node: exp.Expr) -> None:
    for name, clause in (("orders", "order"), ("limits", "limit")):
        if node.args.get(clause) is not None:
            tally.add(name)


def _count_where(tally: _Tally, node: exp.Expr) -> None:
    todo, count = [node.this], 0
    while todo:
        part = todo.pop()
        if isinstance(part, (exp.And, exp.Or, exp.Xor)):
            todo += (part.this, part.expression)
        elif isinstance(part, (exp.Paren, exp.Not)):
            todo.append(part.this)
        else:
            count += 1
    tally.add("where", count)


def _count_with(tally: _Tally, node: exp.Expr) -> None:
    recursive = bool(node.args.get("recursive"))
    for cte in node.expressions:
        name = cte.alias.lower()
        tally.ctes.add(name)
        tally.add("ctes")
        if recursive and any(not t.db and t.name.lower() == name for t in cte.this.find_all(exp.Table)):
            tally.add("recursive_ctes")


def _count_table(tally: _Tally, node: exp.Expr) -> None:
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        tally.tables.add(full_name(node.name, node.db).lower())


def _count_function(tally: _Tally, node: exp.Expr) -> None:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else str(_sql_name(node)).lower()
    if name not in _OPERATORS and not isinstance(node, (exp.Binary, exp.Predicate)):
        tally.functions.add(name)


def _sql_name(node: exp.Expr) -> str:
    return node.sql_name() if isinstance(node, exp.Func) else node.key


def _count_aggregate(tally: _Tally, node: exp.Expr) -> None:
    _count_function(tally, node)
    parent = node.parent
    while isinstance(parent, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        parent = parent.parent
    if not isinstance(parent, exp.Window):
        tally.add("aggregates")
    if isinstance(node.this, exp.Distinct):
        tally.add("distincts")


def _plus(name: str) -> _Counter:
    return lambda tally, node: tally.add(name)


def _is_bare_query(node: exp.Expr) -> bool:
    """A query that stands in an expression without a Subquery around it, as in `IN (SELECT …)` and `EXISTS (…)`."""
    return isinstance(node, (exp.Select, exp.SetOperation)) and not isinstance(
        node.parent, (exp.Subquery, exp.SetOperation, exp.CTE, exp.Paren, type(None))
    )


_COUNTERS: Final[tuple[tuple[Any, _Counter], ...]] = (
    (exp.Select, _count_select),
    (exp.SetOperation, _count_set_operation),
    (exp.Subquery, _count_subquery),
    (exp.Where, _count_where),
    (exp.With, _count_with),
    (exp.Table, _count_table),
    (exp.Join, _plus("joins")),
    (exp.Group, _plus("groups")),
    (exp.Having, _plus("having")),
    (exp.Window, _plus("windows")),
    (exp.Case, _plus("cases")),
    (exp.AggFunc, _count_aggregate),
    (exp.Func, _count_function),
)
