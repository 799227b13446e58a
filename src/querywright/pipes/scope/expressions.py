"""Binding expressions: a copy of the tree in which every column carries its slot, and every nested pipe is a plan."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.scope.aggregates import without_filter
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import SLOT, Plan
from querywright.pipes.scope.standard import Ctes, Reading, read, type_in
from querywright.pipes.scope.tables import Field
from querywright.pipes.translation.engine_words import OF_BOOL, OF_DATE, OF_TEXT
from querywright.pipes.tree import Expression, PipeQuery, Select, pipe_in

_TYPED = (exp.Cast, exp.DateAdd, exp.DateSub, exp.DateTrunc)
"""What is said otherwise for some types of what it is of."""

_QUERY = (exp.Select, exp.SetOperation, exp.Values)


def bound(pipeline: Pipeline, tree: Expression) -> Expression:
    """The bound copy of an expression.

    Raises:
        PipeNameError: it names what is not there, or is ambiguous.
    """
    copied = tree.copy()
    if type(copied) is exp.Filter and pipeline.binding.dialect == "googlesql":
        copied = without_filter(pipeline, copied)
        copied.parent = None
    bind(pipeline, copied)
    return copied


def bind(pipeline: Pipeline, tree: Expression) -> None:
    """Bind an expression in place."""
    if type(tree) is exp.Column and not isinstance(tree.this, exp.Star):  # the commonest, without a walk
        tree.args[SLOT] = pipeline.resolve(tree)
        return
    todo: list[Expression] = [tree]
    typed: list[Expression] = []
    while todo:
        node = todo.pop()
        if isinstance(node, _TYPED):
            typed.append(node)
        if isinstance(node, exp.Column):
            if not isinstance(node.this, exp.Star):
                node.args[SLOT] = pipeline.resolve(node)
        elif isinstance(node, exp.Filter) and pipeline.binding.dialect == "googlesql":
            new = without_filter(pipeline, node)
            node.replace(new)
            todo.append(new)
        elif isinstance(node, exp.Anonymous) and node.name == "WITH":
            raise NotCompilable("WITH(… AS …, …) names values inside an expression", pipeline.operator)
        elif isinstance(node, _QUERY):
            query = pipe_in(node)
            if query is not None and _compares_rows(node):
                query = without_struct(query)
            if query is not None:
                node.args["pipe"] = plan_of(pipeline, query)
            else:
                bind_standard(pipeline, node)
        else:
            todo.extend(reversed(list(node.iter_expressions())))
    if pipeline.binding.dialect == "googlesql":
        for node in typed:
            _mark(node, pipeline.binding.type_of(node.this))


def _mark(node: Expression, kind: str) -> None:
    """Mark what other engines do otherwise for some types, `kind` being that of what the node is of."""
    if not isinstance(node, exp.Cast):
        if kind == "DATE":
            node.args[OF_DATE] = True
    elif kind == "FLOAT64" and node.to.is_type(*exp.DataType.INTEGER_TYPES):
        node.set("this", exp.Round(this=node.this))
    elif kind == "STRING" and isinstance(node, exp.TryCast):
        node.args[OF_TEXT] = True
    elif kind == "BOOL":
        node.args[OF_BOOL] = True


def _compares_rows(leaf: Expression) -> bool:
    """Whether a query stands in `(a, b) IN (…)`, where GoogleSQL wants a struct and other SQL two columns."""
    parent = leaf.parent
    while isinstance(parent, exp.Subquery):
        parent = parent.parent
    return isinstance(parent, exp.In) and isinstance(parent.this, exp.Tuple)


def without_struct(query: PipeQuery) -> PipeQuery:
    """The query with the columns of its last SELECT AS STRUCT by themselves."""
    last = query.operators[-1] if query.operators else None
    if isinstance(last, Select) and last.kind == "STRUCT":
        return replace(query, operators=(*query.operators[:-1], replace(last, kind="")))
    return query


def bind_standard(pipeline: Pipeline, query: Expression) -> Reading:
    """Bind, in place, a standard query's columns that mean queries around it."""
    plans: dict[int, Plan] = {}

    def of_pipe(inner: PipeQuery, ctes: Ctes) -> tuple[tuple[Field, ...], list[exp.Column]]:
        free: list[exp.Column] = []
        plan = plan_of(pipeline, inner, free)
        plans[id(inner)] = plan
        return pipeline.fields(plan.output), free

    known = {name: cte.fields for name, cte in pipeline.known_ctes.items()}
    reading = read(query, pipeline.binding.tables, pipeline.binding.dialect, known, of_pipe)
    reserved = pipeline.binding.reserved
    for node in query.walk():
        if isinstance(node, exp.Select):
            nested = pipe_in(node)
            if nested is not None and id(nested) in plans:
                node.args["pipe"] = plans[id(nested)]
        elif isinstance(node, exp.Table):
            reserved.add(node.alias_or_name)
            cte = None if node.db else pipeline.known_ctes.get(node.name.lower())
            if cte is not None and cte.name.lower() != node.name.lower():
                if not node.alias:
                    node.set("alias", exp.TableAlias(this=node.this))
                node.set("this", exp.to_identifier(cte.name))
        elif isinstance(node, exp.TableAlias):
            reserved.add(node.name)
    pipeline.binding.query_types[id(query)] = reading.fields[0].type if reading.fields else ""
    for column in reading.free:
        column.args[SLOT] = pipeline.resolve(column)
    if pipeline.binding.dialect == "googlesql":
        typed = [node for node in query.walk() if isinstance(node, _TYPED)]
        for node in typed:
            own = type_in(node.this, reading.bindings, reading.scopes)
            _mark(node, own or pipeline.binding.type_of(node.this))
    return reading


def plan_of(pipeline: Pipeline, query: PipeQuery, free: list[exp.Column] | None = None) -> Plan:
    """The plan of a pipe query nested in this one; `free` takes the columns that only a standard query between can be.

    Then nothing around is looked at yet: that query comes first.
    """
    from querywright.pipes.scope.binding import bind_query  # a query holds expressions, which hold queries

    outer = () if free is not None else (pipeline.names, *pipeline.outer)
    taken = free if free is not None else pipeline.free
    return bind_query(query, pipeline.binding, outer, pipeline.known_ctes, taken)
