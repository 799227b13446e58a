"""Binding what makes one row of many and back: AGGREGATE, PIVOT, UNPIVOT."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

from sqlglot import exp

from querywright.errors import NotCompilable, PipeError, PipeNameError
from querywright.pipes.scope.aggregates import require_aggregate
from querywright.pipes.scope.expressions import bound
from querywright.pipes.scope.ordering import sort_by
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import Definition, Group, Output, Slot, Unpivoting, slot_of
from querywright.pipes.tree import Aggregate, Expression


def bind_aggregate(pipeline: Pipeline, aggregate: Aggregate) -> None:
    """AGGREGATE: the keys, then the aggregates; every alias dies."""
    if not (aggregate.items or aggregate.groups):
        raise PipeError("nothing to aggregate, and nothing to group by", pipeline.operator)
    keys = _Keys(pipeline)
    sets: list[list[tuple[Slot, ...]]] = [keys.sets(_unordered(group)[0]) for group in aggregate.groups]
    ordered = [(slot, o) for slot, o in zip(keys.in_order, _orders(aggregate.groups), strict=False)]
    aggregates, outputs = [], []
    for item in aggregate.items:
        inner, order = _unordered(item)
        value = inner.this if isinstance(inner, exp.Alias) else inner
        if pipeline.binding.dialect != "spark":
            require_aggregate(pipeline, value)
        definition = pipeline.define(bound(pipeline, value))
        aggregates.append(definition)
        outputs.append(Output(inner.alias if isinstance(inner, exp.Alias) else "", definition.slot))
        ordered.append((definition.slot, order))
    product = _product(sets)
    plain = len(product) == 1 and len(product[0]) == len(keys.definitions)
    pipeline.step(
        Group(tuple(keys.definitions), tuple(aggregates), None if plain else tuple(product), bool(aggregate.groups))
    )
    pipeline.names = pipeline.names.only((*keys.outputs, *outputs))
    if aggregate.and_order:
        sort_by(pipeline, ordered[: len(keys.in_order)] + [(s, o) for s, o in ordered[len(keys.in_order) :] if o])
    elif any(order for _, order in ordered):
        sort_by(pipeline, [(slot, order) for slot, order in ordered if order])


class _Keys:
    """The keys of one GROUP BY, each once however often it is written."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.definitions: list[Definition] = []
        self.outputs: list[Output] = []
        self.in_order: list[Slot] = []

    def sets(self, group: Expression) -> list[tuple[Slot, ...]]:
        """The grouping sets that one item of GROUP BY stands for."""
        if isinstance(group, exp.GroupingSets):
            return [found for each in group.expressions for found in self.sets(each)]
        if isinstance(group, (exp.Rollup, exp.Cube)):
            members = [self._members(each) for each in group.expressions]
            return _rollup(members) if isinstance(group, exp.Rollup) else _cube(members)
        return [self._members(group)]

    def _members(self, group: Expression) -> tuple[Slot, ...]:
        if isinstance(group, exp.Tuple):
            return tuple(self._key(each) for each in group.expressions)
        if isinstance(group, exp.Paren):
            return (self._key(group.this),)
        return (self._key(group),)

    def _key(self, group: Expression) -> Slot:
        inner, _ = _unordered(group)
        expression = inner.this if isinstance(inner, exp.Alias) else inner
        if isinstance(expression, exp.Literal) and not isinstance(inner, exp.Alias) and not expression.is_string:
            raise PipeNameError(
                f"GROUP BY {expression.name} would be a constant; name the key itself", self._pipeline.operator
            )
        value = bound(self._pipeline, expression)
        name = inner.alias if isinstance(inner, exp.Alias) else inner.name if isinstance(inner, exp.Column) else ""
        for number, known in enumerate(self.definitions):
            if known.value == value and self.outputs[number].name.lower() == name.lower():
                return known.slot
        definition = self._pipeline.define(value)
        self.definitions.append(definition)
        self.outputs.append(Output(name, definition.slot))
        self.in_order.append(definition.slot)
        return definition.slot


def _unordered(item: Expression) -> tuple[Expression, exp.Ordered | None]:
    """An item without its ordering suffix, and the suffix."""
    return (item.this, item) if isinstance(item, exp.Ordered) else (item, None)


def _orders(groups: Iterable[Expression]) -> list[exp.Ordered | None]:
    return [_unordered(group)[1] for group in groups]


def _rollup(members: list[tuple[Slot, ...]]) -> list[tuple[Slot, ...]]:
    return [tuple(chain(*members[:length])) for length in range(len(members), -1, -1)]


def _cube(members: list[tuple[Slot, ...]]) -> list[tuple[Slot, ...]]:
    chosen = (combinations(members, length) for length in range(len(members), -1, -1))
    return [tuple(chain(*some)) for some in chain(*chosen)]


def _product(sets: list[list[tuple[Slot, ...]]]) -> list[tuple[Slot, ...]]:
    found: list[tuple[Slot, ...]] = [()]
    for choices in sets:
        found = [tuple(dict.fromkeys((*before, *choice))) for before in found for choice in choices]
    return found


# ── PIVOT and UNPIVOT ────────────────────────────────────────────────────────────────────────────────────────────────


def bind_pivot(pipeline: Pipeline, pivot: exp.Pivot) -> None:
    """PIVOT: grouped by every column that it does not name, one aggregate for each pair of aggregate and value."""
    chosen = pivot.args["fields"][0]
    by = bound(pipeline, chosen.this)
    aggregates, outputs = [], []
    used = {slot_of(node) for node in by.find_all(exp.Column)}
    for value in chosen.expressions:
        held, name = _value(value)
        for each in pivot.expressions:
            inner = each.this if isinstance(each, exp.Alias) else each
            call = bound(pipeline, inner)
            used |= {slot_of(node) for node in call.find_all(exp.Column)}
            if not isinstance(call, exp.AggFunc):
                raise NotCompilable("PIVOT wants an aggregate alone: compute with it behind", pipeline.operator)
            definition = pipeline.define(_only_where(call, _equals(by, held)))
            aggregates.append(definition)
            outputs.append(Output(f"{each.alias}_{name}" if isinstance(each, exp.Alias) else name, definition.slot))
    rest = [output for output in pipeline.names.columns if output.slot not in used]
    keys = [_key_of(pipeline, output) for output in rest]
    pipeline.step(Group(tuple(keys), tuple(aggregates), None, bool(keys)))
    columns = [Output(output.name, key.slot) for output, key in zip(rest, keys, strict=True)]
    alias = pivot.args.get("alias")
    pipeline.names = pipeline.names.only((*columns, *outputs), alias.name if alias is not None else "")


def _key_of(pipeline: Pipeline, output: Output) -> Definition:
    from querywright.pipes.scope.plan import slot_column

    return pipeline.define(slot_column(output.slot))


def _value(value: Expression) -> tuple[Expression, str]:
    """A value that PIVOT looks for, and what its columns are called."""
    if isinstance(value, (exp.PivotAlias, exp.Alias)):
        return value.this, value.args["alias"].name
    if isinstance(value, exp.Null):
        return value, "NULL"
    text = value.name if isinstance(value, exp.Literal) else value.sql(dialect="bigquery")
    plain = "".join(c if c.isalnum() else "_" for c in text)
    return value, f"_{plain}" if plain[:1].isdigit() else plain


def _equals(by: Expression, value: Expression) -> Expression:
    if isinstance(value, exp.Null):
        return exp.Is(this=by.copy(), expression=exp.Null())
    return exp.EQ(this=by.copy(), expression=value.copy())


def _only_where(call: Expression, condition: Expression) -> Expression:
    """An aggregate that counts only the rows that meet the condition."""
    inner = call.this
    target = inner.expressions[0] if isinstance(inner, exp.Distinct) else inner
    value = exp.Literal.number(1) if isinstance(target, exp.Star) else target.copy()
    case = exp.Case(ifs=[exp.If(this=condition, true=value)])
    if isinstance(inner, exp.Distinct):
        inner.set("expressions", [case])
    else:
        call.set("this", case)
    return call


def bind_unpivot(pipeline: Pipeline, pivot: exp.Pivot) -> None:
    """UNPIVOT: each row once for each column it names, the values under one name."""
    chosen = pivot.args["fields"][0]
    value_names = _names(pivot.expressions[0])
    used: set[Slot] = set()
    choices = []
    for choice in chosen.expressions:
        inner = choice.this if isinstance(choice, (exp.PivotAlias, exp.Alias)) else choice
        columns = inner.expressions if isinstance(inner, exp.Tuple) else [inner]
        if len(columns) != len(value_names):
            raise PipeNameError(f"{len(columns)} columns for {len(value_names)} values", pipeline.operator)
        slots = tuple(pipeline.names.one(column.name, pipeline.operator) for column in columns)
        used |= set(slots)
        label = choice.args["alias"] if inner is not choice else _label(columns)
        choices.append((slots, exp.Literal.string(label.name) if isinstance(label, exp.Identifier) else label))
    kept = [output for output in pipeline.names.columns if output.slot not in used]
    types = pipeline.binding.types
    new = [Output(output.name, pipeline.binding.slot(types[output.slot])) for output in kept]
    values = [
        Output(name, pipeline.binding.slot(types[slot])) for name, slot in zip(value_names, choices[0][0], strict=True)
    ]
    label_type = "STRING" if choices[0][1].is_string else "INT64"
    label_output = Output(chosen.this.name, pipeline.binding.slot(label_type))
    pipeline.step(
        Unpivoting(
            tuple(choices),
            tuple(value.slot for value in values),
            label_output.slot,
            tuple((old.slot, made.slot) for old, made in zip(kept, new, strict=True)),
            bool(pivot.args.get("include_nulls")),
        )
    )
    alias = pivot.args.get("alias")
    pipeline.names = pipeline.names.only((*new, *values, label_output), alias.name if alias is not None else "")


def _names(value: Expression) -> list[str]:
    return [each.name for each in value.expressions] if isinstance(value, exp.Tuple) else [value.name]


def _label(columns: list[Expression]) -> Expression:
    return exp.Literal.string("_".join(column.name for column in columns))
