"""Binding what stands in FROM: tables, CTEs, nested queries, UNNEST."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.errors import NotCompilable, PipeNameError
from querywright.pipes.scope.expressions import bind_standard, bound, plan_of
from querywright.pipes.scope.names import STAR, Names, OpenColumns, Range
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import Output, PlanRelation, Relation, StandardRelation, TableRelation
from querywright.pipes.scope.tables import Field, nearest
from querywright.pipes.tree import Expression, PipeQuery, SetOperation, Standard, nested, pipe_in

_TAIL = ("order", "limit", "offset", "with_")


def bind_source(pipeline: Pipeline, source: Expression) -> tuple[Relation, Names]:
    """The relation a source is, and the names it brings.

    Raises:
        PipeNameError: there is no such table.
        NotCompilable: a kind of source that other SQL does not have.
    """
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
        relation, names = _table(pipeline, source)
    elif isinstance(source, exp.Subquery):
        relation, names = _subquery(pipeline, source)
    elif isinstance(source, exp.Unnest):
        relation, names = _unnest(pipeline, source)
    elif isinstance(source, (exp.Select, exp.SetOperation, exp.Values)):
        relation, names = query_relation(pipeline, source, source.alias if isinstance(source, exp.Values) else "")
    else:
        raise NotCompilable(f"{source.sql(dialect='bigquery')[:60]} in FROM is no table", pipeline.operator)
    return relation, replace(names, row_wins=pipeline.binding.dialect == "googlesql")


def query_relation(pipeline: Pipeline, query: Expression, alias: str = "") -> tuple[Relation, Names]:
    """A query as a relation: the leaf of a pipe query, or a standard one."""
    inner = pipe_in(query)
    if inner is not None:
        return _pipe(pipeline, inner, alias)
    if isinstance(query, exp.SetOperation) and (chain := _as_pipe(query, pipeline.binding.dialect)):
        return query_relation(pipeline, nested(chain), alias)
    copied = query.copy()
    reading = bind_standard(pipeline.apart(), copied)
    outputs = pipeline.outputs(reading.fields)
    return StandardRelation(copied, alias, outputs), Names().only(outputs, alias)


def _pipe(pipeline: Pipeline, inner: PipeQuery, alias: str) -> tuple[Relation, Names]:
    """A nested pipe query. Without an alias of its own it lets its table aliases out."""
    plan = plan_of(pipeline.apart(), inner)
    outputs = pipeline.outputs(pipeline.fields(plan.output))
    if alias:
        return PlanRelation(plan, alias, outputs), Names().only(outputs, alias)
    outside = {own.slot: output.slot for own, output in zip(plan.output, outputs, strict=True)}
    hidden: dict[int, int] = {}
    ranges = {}
    for name, columns in plan.aliases.items():
        for column in columns:
            if column.slot not in outside and column.slot not in hidden:
                hidden[column.slot] = pipeline.binding.slot(pipeline.binding.types[column.slot])
        under = tuple(Output(c.name, outside.get(c.slot) or hidden[c.slot]) for c in columns)
        ranges[name.lower()] = Range(name, under)
    return PlanRelation(plan, alias, outputs, tuple(hidden.items())), Names(outputs, ranges)


def _as_pipe(query: exp.SetOperation, dialect: str) -> PipeQuery | None:
    """A set operation as a pipe, where a side stands in brackets or is one: not every engine takes brackets there."""
    sides: list[Expression] = []
    tree: Expression = query
    kinds = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}
    operators: list[SetOperation] = []
    while isinstance(tree, exp.SetOperation):
        if any(tree.args.get(part) for part in ("order", "limit", "offset", "with_", "by_name", "side", "kind")):
            return None
        right = tree.expression
        sides.append(right)
        operators.append(SetOperation(kinds[type(tree)], bool(tree.args.get("distinct")), (bare(right),)))  # type: ignore[arg-type]
        tree = tree.this
    if not any(isinstance(side, exp.Subquery) or pipe_in(side) for side in (*sides, tree)):
        return None
    return PipeQuery(Standard(tree), tuple(reversed(operators)), dialect=dialect)  # type: ignore[arg-type]


def bare(query: Expression) -> Expression:
    """A query without the brackets around it."""
    while isinstance(query, exp.Subquery) and not query.alias and not any(map(query.args.get, _TAIL)):
        query = query.this
    return query


def _table(pipeline: Pipeline, table: exp.Table) -> tuple[Relation, Names]:
    alias = table.alias or table.name
    for name in (table.this, table.args["alias"].this if table.args.get("alias") else None):
        if isinstance(name, exp.Identifier) and str(name.args.get("hint", "")).startswith("WITH"):
            raise NotCompilable("WITH OFFSET behind a name: arrays are read by UNNEST only", pipeline.operator)
    if table.args.get("version"):
        raise NotCompilable("FOR SYSTEM_TIME: no other SQL keeps what was", pipeline.operator)
    cte = None if table.db else pipeline.known_ctes.get(table.name.lower())
    if cte is not None:
        outputs = pipeline.outputs(cte.fields)
        if cte.name.lower() != table.name.lower():
            table = exp.Table(this=exp.to_identifier(cte.name))
        return TableRelation(table, alias, outputs, cte.number), Names().only(outputs, alias)
    tables = pipeline.binding.tables
    fields = tables.fields(table.name, table.db or None)
    if fields is not None:
        outputs = pipeline.outputs(fields)
        return TableRelation(_as_spelled(pipeline, table), alias, outputs), Names().only(outputs, alias)
    if tables.known:
        known = tables.names() + [found.name for found in pipeline.known_ctes.values()]
        raise PipeNameError(f"there is no table {table.name}{nearest(table.name, known)}", pipeline.operator)
    return _unknown(pipeline, table, alias)


def _as_spelled(pipeline: Pipeline, table: exp.Table) -> exp.Table:
    """The table under its real name: some engines tell capitals from small letters."""
    parts = pipeline.binding.tables.spelled(table.name, table.db or None)
    if parts is None or parts[-1] == table.name:
        return table
    copied = table.copy()
    copied.set("this", exp.Identifier(this=parts[-1]))
    return copied


def _unknown(pipeline: Pipeline, table: exp.Table, alias: str) -> tuple[Relation, Names]:
    """A table whose columns are not known: they come to light as they are named."""
    star = Output(STAR, pipeline.binding.slot())
    outputs = [star]
    columns = OpenColumns(outputs, pipeline.binding.slot)
    ranges = {alias.lower(): Range(alias, (star,), columns)}
    return TableRelation(table, alias, outputs, open=True), Names((star,), ranges)


def _subquery(pipeline: Pipeline, source: exp.Subquery) -> tuple[Relation, Names]:
    if source.args.get("joins"):
        raise NotCompilable("joins in brackets: put them behind one another as |> JOIN", pipeline.operator)
    inner = source.this
    alias = source.alias
    while isinstance(inner, exp.Subquery) and not inner.alias and not inner.args.get("joins"):
        inner = inner.this
    if isinstance(inner, exp.Table):
        relation, names = bind_source(pipeline, inner)
    else:
        relation, names = query_relation(pipeline, inner, alias)
    columns = source.alias_column_names
    if columns:
        outputs = tuple(Output(name, o.slot) for name, o in zip(columns, names.columns, strict=False))
        names = Names().only(outputs, alias)
    return relation, names


def _unnest(pipeline: Pipeline, source: exp.Unnest) -> tuple[Relation, Names]:
    """UNNEST(array) AS x [WITH OFFSET AS o]: x is a column, not a table."""
    copied = bound(pipeline, source)
    alias = source.args.get("alias")
    name = ""
    if alias is not None:
        columns = alias.args.get("columns") or ()
        name = columns[0].name if columns else alias.name
    fields = [Field(name)]
    offset = source.args.get("offset")
    if offset:
        fields.append(Field(offset.name if isinstance(offset, exp.Identifier) else "offset", "INT64"))
    outputs = pipeline.outputs(fields)
    return TableRelation(copied, "", outputs), Names().only(outputs)
