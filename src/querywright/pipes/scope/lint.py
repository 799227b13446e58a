"""What is wrong with a pipe query by GoogleSQL's rules, and what is legal but surprises: all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from querywright.errors import NotCompilable, PipeError, PipeNameError
from querywright.pipes.scope.binding import bind_head, bind_operator, define, operator_word
from querywright.pipes.scope.names import STAR, Names
from querywright.pipes.scope.pipeline import Binding, Pipeline
from querywright.pipes.scope.tables import SchemaLike, Tables
from querywright.pipes.tree import (
    Aggregate,
    Distinct,
    Join,
    Limit,
    Operator,
    OrderBy,
    PipeQuery,
    RecursiveUnion,
    Select,
    SetOperation,
    Where,
)

_UNORDERING = (Where, Aggregate, Distinct, Join, SetOperation, RecursiveUnion)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that lint has to say."""

    severity: Literal["error", "warning"]
    rule: str
    """Short and groupable: `name`, `aggregate`, `engine`, `same name`, `row name`, `order lost`, `arbitrary rows`."""
    operator: str
    """Where, in words."""
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.operator}: {self.message}"


def lint(query: PipeQuery, schema: SchemaLike | None = None) -> list[Finding]:
    """Everything wrong or surprising in a query, operator by operator; after an error the operator is passed over.

    Errors are what GoogleSQL refuses: names that are not there or ambiguous, aliases of the same operator, aggregates
    outside AGGREGATE, keys and constants in it, a name that means a whole row. Warnings are legal: two columns of one
    name, a column called like a table, an order that the next operator dissolves, LIMIT without an order.
    """
    pipeline = Pipeline(Binding(Tables(schema), query.dialect))
    found: list[Finding] = []
    pipeline.operator = "FROM"
    try:
        define(pipeline, query.ctes, query.recursive)
        bind_head(pipeline, query.head)
    except PipeError as error:
        return [_error(error)]
    found += _surprises(pipeline.names, Names(), "FROM")
    ordered = ""
    for number, operator in enumerate(query.operators, 1):
        pipeline.operator = f"|> {operator_word(operator)} (operator {number})"
        before = pipeline.names
        try:
            bind_operator(pipeline, operator)
        except PipeError as error:
            found.append(_error(error))
            continue
        found += _surprises(pipeline.names, before, pipeline.operator)
        if isinstance(operator, Limit) and not ordered:
            found.append(
                Finding(
                    "warning", "arbitrary rows", pipeline.operator, "without an order, which rows stay is arbitrary"
                )
            )
        if ordered == "open" and _unorders(operator):
            message = "the order of the rows before is lost here: put |> ORDER BY behind"
            found.append(Finding("warning", "order lost", pipeline.operator, message))
        ordered = _order_after(operator, ordered)
    return found


def _error(error: PipeError) -> Finding:
    rule = "name" if isinstance(error, PipeNameError) else "engine" if isinstance(error, NotCompilable) else "aggregate"
    return Finding("error", rule, error.operator, error.message)


def _unorders(operator: Operator) -> bool:
    return isinstance(operator, _UNORDERING) or (isinstance(operator, Select) and operator.distinct)


def _order_after(operator: Operator, ordered: str) -> str:
    """`open` while rows are sorted and not yet cut; `cut` once a LIMIT has used the order; empty without one."""
    if isinstance(operator, OrderBy) or (isinstance(operator, Aggregate) and operator.and_order):
        return "open"
    if isinstance(operator, Limit):
        return "cut" if ordered else ""
    return "" if _unorders(operator) else ordered


def _surprises(names: Names, before: Names, operator: str) -> Iterator[Finding]:
    """What an operator newly leaves that the next ones may trip over."""
    if names.columns is before.columns:
        return
    seen = _twice(before)
    for name in sorted(_twice(names) - seen):
        yield Finding(
            "warning", "same name", operator, f"two columns are called {name}: naming it is ambiguous from here"
        )
    known = {name.lower() for name in before.ranges}
    for output in names.columns:
        held = names.ranges.get(output.name.lower())
        if held is not None and names.row_wins and held.alias.lower() not in known:
            message = f"{output.name} alone means the whole row of {held.alias}: give the table another alias"
            yield Finding("warning", "row name", operator, message)


def _twice(names: Names) -> set[str]:
    called = [output.name.lower() for output in names.columns if output.name and output.name != STAR]
    return {name for name in called if called.count(name) > 1}
