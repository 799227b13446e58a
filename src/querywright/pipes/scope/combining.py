"""Binding set operations and recursion."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from querywright.errors import NotCompilable, PipeNameError
from querywright.pipes.scope.expressions import plan_of
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import Combine, CtePlan, Operand, Output, Recursion, Slot
from querywright.pipes.scope.sources import bare, query_relation
from querywright.pipes.scope.types import common_type
from querywright.pipes.tree import From, Input, RecursiveUnion, SetOperation, pipe_in


def bind_set_operation(pipeline: Pipeline, operation: SetOperation) -> None:
    """UNION, INTERSECT, EXCEPT: columns by position or by name; they are called as on the left, and aliases die."""
    left = pipeline.names.columns
    sides = [query_relation(pipeline, bare(operand)) for operand in operation.operands]
    columns = [side.columns for _, side in sides]
    names = _result_names(pipeline, operation, left, columns)
    by_name = operation.matching != "POSITION"
    order = [_by_name(names, side) if by_name else list(side) for side in (left, *columns)]
    if not by_name and any(len(side) != len(left) for side in columns):
        counts = ", ".join(str(len(side)) for side in columns)
        raise PipeNameError(f"{len(left)} columns before, and {counts} in the brackets", pipeline.operator)
    types = pipeline.binding.types
    result = []
    for position, name in enumerate(names):
        known = [types[side[position].slot] for side in order if side[position] is not None]  # type: ignore[union-attr]
        result.append(Output(name, pipeline.binding.slot(common_type(known))))
    slots: list[tuple[Slot | None, ...]] = [tuple(o.slot if o else None for o in side) for side in order]
    operands = tuple(Operand(relation, side) for (relation, _), side in zip(sides, slots[1:], strict=True))
    pipeline.step(
        Combine(operation.kind, operation.distinct, slots[0], operands, tuple(output.slot for output in result))
    )
    pipeline.names = pipeline.names.only(result)


def _result_names(
    pipeline: Pipeline, operation: SetOperation, left: tuple[Output, ...], others: list[tuple[Output, ...]]
) -> list[str]:
    """What the result's columns are called."""
    mine = [output.name for output in left]
    if operation.matching == "POSITION":
        return mine
    if operation.on:
        return [name.name for name in operation.on]
    theirs = [[output.name for output in side] for side in others]
    folded = [{name.lower() for name in names} for names in (mine, *theirs)]
    if operation.outer == "FULL":
        every = {name.lower(): name for names in reversed([mine, *theirs]) for name in names}
        return [every[name] for name in dict.fromkeys(n.lower() for names in (mine, *theirs) for n in names)]
    if operation.outer == "LEFT":
        return mine
    common = set.intersection(*folded)
    same = all(names == folded[0] for names in folded)
    needs_same = operation.strict or (operation.matching == "NAME" and operation.outer != "INNER")
    if not common or (needs_same and not same):
        odd = sorted(set.union(*folded) - common)
        raise PipeNameError(f"not every side has a column {', '.join(odd[:3])}", pipeline.operator)
    return [name for name in mine if name.lower() in common]


def _by_name(names: list[str], side: tuple[Output, ...]) -> list[Output | None]:
    known = {output.name.lower(): output for output in side}
    return [known.get(name.lower()) for name in names]


def bind_recursion(pipeline: Pipeline, operator: RecursiveUnion) -> None:
    """RECURSIVE UNION: what is there, and the query on what it last gave, until it gives nothing new."""
    for words in (operator.matching, operator.depth):
        if words:
            raise NotCompilable(f"RECURSIVE UNION {words}: no other SQL has it", pipeline.operator)
    binding = pipeline.binding
    binding.ctes += 1
    left = pipeline.names.columns
    alias = operator.alias.name if operator.alias is not None else f"_recursive_{binding.ctes}"
    fields = pipeline.fields(left)
    stand_in, _ = query_relation(pipeline, exp.select("1"))
    cte = CtePlan(binding.ctes, alias, fields, stand_in, recursive=True)
    known = pipeline.known_ctes
    pipeline.known_ctes = {**known, alias.lower(): cte}
    query = pipe_in(bare(operator.query))
    if query is None:
        raise PipeNameError("write the recursive part as a pipe: (|> … ) or (FROM alias |> …)", pipeline.operator)
    if isinstance(query.head, Input):
        query = replace(query, head=From(exp.Table(this=exp.to_identifier(alias), nameless=operator.alias is None)))
    plan = plan_of(pipeline.apart(), query)
    pipeline.known_ctes = known
    if len(plan.output) != len(left):
        raise PipeNameError(f"{len(left)} columns before, and {len(plan.output)} in the brackets", pipeline.operator)
    result = tuple(Output(output.name, binding.slot(binding.types[output.slot])) for output in left)
    pipeline.step(
        Recursion(operator.distinct, tuple(o.slot for o in left), plan, cte.name, tuple(o.slot for o in result))
    )
    pipeline.names = pipeline.names.only(result, operator.alias.name if operator.alias is not None else "")
