"""Binding ORDER BY, LIMIT and OFFSET."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from querywright.errors import PipeNameError
from querywright.pipes.scope.aggregates import refuse_aggregates
from querywright.pipes.scope.expressions import bound
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import Cut, Sort, SortKey, slot_column
from querywright.pipes.tree import Limit, OrderBy


def bind_order(pipeline: Pipeline, order: OrderBy) -> None:
    pipeline.step(Sort(tuple(_key(pipeline, key) for key in order.keys)))


def sort_by(pipeline: Pipeline, keys: Iterable[tuple[int, exp.Ordered | None]]) -> None:
    """Sort by slots that are there, each as an exp.Ordered says (None: ascending)."""
    found = []
    for slot, ordered in keys:
        descending, nulls_first = _direction(ordered)
        found.append(SortKey(pipeline.binding.slot(), slot_column(slot), descending, nulls_first))
    pipeline.step(Sort(tuple(found)))


def bind_limit(pipeline: Pipeline, limit: Limit) -> None:
    count = bound(pipeline, limit.count) if limit.count is not None else None
    offset = bound(pipeline, limit.offset) if limit.offset is not None else None
    pipeline.step(Cut(count, offset))


def _key(pipeline: Pipeline, ordered: exp.Ordered) -> SortKey:
    inner = ordered.this
    if isinstance(inner, exp.Literal) and not inner.is_string:
        columns = pipeline.names.columns
        number = int(inner.name) if inner.name.isdigit() else 0
        if not 1 <= number <= len(columns):
            raise PipeNameError(f"ORDER BY {inner.name}, but there are {len(columns)} columns", pipeline.operator)
        value: exp.Expr = slot_column(columns[number - 1].slot)
    else:
        refuse_aggregates(pipeline, [inner])
        value = bound(pipeline, inner)
    descending, nulls_first = _direction(ordered)
    return SortKey(pipeline.binding.slot(), value, descending, nulls_first)


def _direction(ordered: exp.Ordered | None) -> tuple[bool, bool]:
    """Descending, NULLs first. Without a word NULLs are the smallest: as in GoogleSQL, SQLite and MySQL."""
    if ordered is None:
        return False, True
    descending = bool(ordered.args.get("desc"))
    nulls_first = ordered.args.get("nulls_first")
    return descending, bool(nulls_first) if nulls_first is not None else not descending
