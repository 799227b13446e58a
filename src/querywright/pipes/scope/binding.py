"""Pipe query to plan: every name bound, operator by operator, in the order of the query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.scope.aggregates import refuse_aggregates
from querywright.pipes.scope.changing import bind_drop, bind_extend, bind_rename, bind_select, bind_set
from querywright.pipes.scope.combining import bind_recursion, bind_set_operation
from querywright.pipes.scope.expressions import bound
from querywright.pipes.scope.grouping import bind_aggregate, bind_pivot, bind_unpivot
from querywright.pipes.scope.joining import bind_join, bind_scan, sampled
from querywright.pipes.scope.names import Names
from querywright.pipes.scope.ordering import bind_limit, bind_order
from querywright.pipes.scope.pipeline import Binding, Pipeline
from querywright.pipes.scope.plan import CtePlan, Deduplicate, Filter, Plan, Refused, Scan, Unordered
from querywright.pipes.scope.sources import bare, query_relation
from querywright.pipes.scope.tables import Field
from querywright.pipes.tree import (
    Aggregate,
    As,
    Call,
    Cte,
    Distinct,
    Drop,
    Extend,
    From,
    Head,
    If,
    Input,
    Join,
    Limit,
    NamedWindows,
    Operator,
    OrderBy,
    Other,
    PipeQuery,
    Pivot,
    RecursiveUnion,
    Rename,
    Select,
    Set,
    SetOperation,
    TableSample,
    Unpivot,
    Where,
    Window,
    With,
    pipe_in,
)

_WORDS: Final = {
    OrderBy: "ORDER BY",
    TableSample: "TABLESAMPLE",
    NamedWindows: "WINDOW",
    RecursiveUnion: "RECURSIVE UNION",
}


def operator_word(operator: Operator) -> str:
    """What an operator is called in SQL: `WHERE`, `ORDER BY`, `LEFT JOIN`, `UNION`."""
    if isinstance(operator, Join):
        return f"{operator.kind} JOIN".replace("INNER ", "")
    if isinstance(operator, SetOperation):
        return operator.kind
    if isinstance(operator, Other):
        return operator.keyword
    return _WORDS.get(type(operator)) or type(operator).__name__.upper()


def bind_query(
    query: PipeQuery,
    binding: Binding,
    outer: tuple[Names, ...] = (),
    known_ctes: Mapping[str, CtePlan] | None = None,
    free: list[exp.Column] | None = None,
    seen: list[Names] | None = None,
) -> Plan:
    """The plan of a query.

    Args:
        query: any pipe query.
        binding: what it shares with the queries around it.
        outer: what these show, the nearest first.
        known_ctes: their CTEs.
        free: takes the columns that nothing here or in `outer` can be; None: such a column is an error.
        seen: takes the names in force after the head and after each operator.

    Raises:
        PipeNameError: a name that is not there, or is ambiguous; the operator is said.
        NotCompilable: something that no other SQL can say.
    """
    pipeline = Pipeline(binding, outer, dict(known_ctes or {}), free)
    pipeline.operator = "WITH"
    define(pipeline, query.ctes, query.recursive)
    pipeline.operator = "FROM" if isinstance(query.head, From) else "the head"
    bind_head(pipeline, query.head)
    pipeline.look()
    for number, operator in enumerate(query.operators, 1):
        pipeline.operator = f"|> {operator_word(operator)} (operator {number})"
        bind_operator(pipeline, operator)
        pipeline.look()
    if seen is not None:
        seen.extend(pipeline.seen)
    return Plan(
        tuple(pipeline.steps),
        pipeline.names.columns,
        {held.alias: held.columns for held in pipeline.names.ranges.values()},
        tuple(pipeline.ctes),
        frozenset(binding.reserved),
        binding.labels,
        binding.types,
    )


def bind_head(pipeline: Pipeline, head: Head) -> None:
    """The head. A pipe in brackets that is all of FROM is the beginning of the same chain, however deep it nests."""
    around: list[tuple[tuple[Operator, ...], exp.Identifier | None]] = []
    while (inner := _only_pipe(head)) is not None:
        assert isinstance(head, From)
        alias = head.source.args.get("alias")
        around.append((inner.operators, alias.this if alias is not None else None))
        head = inner.head
    _bind_first(pipeline, head)
    for operators, name in reversed(around):
        for operator in operators:
            pipeline.operator = f"|> {operator_word(operator)} (in brackets)"
            bind_operator(pipeline, operator)
        pipeline.step(Unordered())
        if name is not None:
            pipeline.names = pipeline.names.only(pipeline.names.columns, name.name)


def _only_pipe(head: Head) -> PipeQuery | None:
    """The pipe in brackets that is all of a FROM, where it has no CTEs of its own."""
    if not isinstance(head, From) or head.joins or not isinstance(head.source, exp.Subquery):
        return None
    source, alias = head.source, head.source.args.get("alias")
    if any(value for part, value in source.args.items() if part not in ("this", "alias")):
        return None
    if alias is not None and (alias.args.get("columns") or alias.this is None):
        return None
    inner = pipe_in(source.this)
    return inner if inner is not None and not inner.ctes else None


def _bind_first(pipeline: Pipeline, head: Head) -> None:
    if isinstance(head, Input):
        raise NotCompilable("(|> …) has no table of its own", pipeline.operator)
    if isinstance(head, From):
        if head.views:
            raise NotCompilable("LATERAL VIEW: arrays are read by UNNEST only", pipeline.operator)
        bind_scan(pipeline, head.source)
        for join in head.joins:
            bind_join(pipeline, join)
        return
    relation, names = query_relation(pipeline, bare(head.query))
    pipeline.step(Scan(relation))
    pipeline.names = names


def bind_operator(pipeline: Pipeline, operator: Operator) -> None:
    """One operator; each kind has its function."""
    if pipeline.windows:
        if not isinstance(operator, (Select, Extend)):
            raise NotCompilable("WINDOW … AS (…) wants a SELECT or EXTEND behind it", pipeline.operator)
        operator = replace(operator, windows=(*pipeline.windows, *operator.windows))
        pipeline.windows = ()
    match operator:
        case Select():
            bind_select(pipeline, operator)
        case Extend() | Window():
            bind_extend(pipeline, operator.items, operator.windows if isinstance(operator, Extend) else ())
        case NamedWindows():
            pipeline.windows = operator.windows
        case Set():
            bind_set(pipeline, operator)
        case Drop():
            bind_drop(pipeline, operator)
        case Rename():
            bind_rename(pipeline, operator)
        case As():
            pipeline.names = pipeline.names.only(pipeline.names.columns, operator.alias.name)
        case Where():
            refuse_aggregates(pipeline, [operator.condition])
            pipeline.step(Filter(bound(pipeline, operator.condition)))
        case Aggregate():
            if operator.mode:
                mode = operator.mode.split("(")[0].rstrip()
                raise NotCompilable(f"other SQL has no AGGREGATE {mode}", pipeline.operator)
            bind_aggregate(pipeline, operator)
        case Distinct():
            pipeline.step(Deduplicate(tuple(output.slot for output in pipeline.names.columns)))
            pipeline.names = pipeline.names.visible_only()
        case Join():
            bind_join(pipeline, operator)
        case OrderBy():
            bind_order(pipeline, operator)
        case Limit():
            bind_limit(pipeline, operator)
        case SetOperation():
            bind_set_operation(pipeline, operator)
        case With():
            define(pipeline, operator.ctes, operator.recursive)
        case Pivot():
            bind_pivot(pipeline, operator.pivot)
        case Unpivot():
            bind_unpivot(pipeline, operator.pivot)
        case TableSample():
            pipeline.step(sampled(pipeline, operator.sample))
        case RecursiveUnion():
            bind_recursion(pipeline, operator)
        case If():
            _bind_if(pipeline, operator)
        case Call():
            pipeline.step(Refused(pipeline.operator, "a table function that no database here has"))
        case Other():
            pipeline.step(Refused(pipeline.operator, "read and printed, but never executed"))


def _bind_if(pipeline: Pipeline, operator: If) -> None:
    """IF: the operators of the first case that is TRUE, in its place; the others are not even looked at."""
    chosen = operator.otherwise
    for case in operator.cases:
        if not isinstance(case.condition, (exp.Boolean, exp.Null)):
            raise NotCompilable("IF wants TRUE or FALSE as its conditions", pipeline.operator)
        if case.condition.this:
            chosen = case.pipeline
            break
    inner = pipe_in(chosen) if chosen is not None else None
    for each in inner.operators if inner is not None else ():
        bind_operator(pipeline, each)


def define(pipeline: Pipeline, ctes: Iterable[Cte], recursive: bool) -> None:
    """Bind the CTEs of one WITH, each seeing those before it, and itself where it is recursive."""
    known = dict(pipeline.known_ctes)
    for cte in ctes:
        if cte.depth:
            raise NotCompilable(f"{cte.depth} of a CTE: no other SQL counts depth", pipeline.operator)
        pipeline.known_ctes = known
        if cte.name.name.startswith("_"):
            pipeline.binding.reserved.add(cte.name.name)
        pipeline.binding.ctes += 1
        number, name = pipeline.binding.ctes, cte.name.name
        called = _free(pipeline, name)
        reads_itself = recursive and _reads(cte.query, name)
        if reads_itself:
            anchor, _ = query_relation(pipeline, _anchor(cte.query))
            fields = _renamed(pipeline.fields(anchor.columns), cte)
            pipeline.known_ctes = known | {name.lower(): CtePlan(number, called, fields, anchor, True)}
        body, _ = query_relation(pipeline, cte.query)
        fields = _renamed(pipeline.fields(body.columns), cte)
        plan = CtePlan(number, called, fields, body, reads_itself)
        known = known | {name.lower(): plan}
        pipeline.ctes.append(plan)
    pipeline.known_ctes = known


def _free(pipeline: Pipeline, name: str) -> str:
    """What a CTE is called: its name, with a number where a WITH of the same chain has it already."""
    taken = {cte.name.lower() for cte in pipeline.ctes}
    if name.lower() not in taken:
        return name
    taken |= {table.lower() for table in pipeline.binding.tables.names()} if pipeline.binding.tables.known else set()
    return next(free for number in count(2) if (free := f"{name}_{number}").lower() not in taken)


def _renamed(fields: tuple[Field, ...], cte: Cte) -> tuple[Field, ...]:
    names = [name.name for name in cte.columns] or [field.name for field in fields]
    return tuple(replace(field, name=name) for field, name in zip(fields, names, strict=False))


def _reads(query: exp.Expr, name: str) -> bool:
    """Whether a query names the table `name` anywhere, in nested pipes too."""
    from querywright.pipes.scope.walking import tables_in

    return any(table.name.lower() == name.lower() and not table.db for table in tables_in(query))


def _anchor(query: exp.Expr) -> exp.Expr:
    """The part of a recursive CTE that does not read it: the left side of its UNION."""
    inner = pipe_in(query)
    if inner is not None:
        first = next((n for n, o in enumerate(inner.operators) if isinstance(o, SetOperation)), len(inner.operators))
        from querywright.pipes.tree import nested

        return nested(replace(inner, operators=inner.operators[:first]))
    return bare(query.this) if isinstance(query, exp.SetOperation) else query
