"""Binding what changes columns row by row: SELECT, EXTEND, SET, DROP, RENAME."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from querywright.errors import NotCompilable, PipeNameError
from querywright.pipes.scope.aggregates import refuse_aggregates
from querywright.pipes.scope.expressions import bound
from querywright.pipes.scope.names import STAR
from querywright.pipes.scope.pipeline import Pipeline
from querywright.pipes.scope.plan import Deduplicate, Definition, Output, Project, slot_of
from querywright.pipes.scope.tables import nearest
from querywright.pipes.scope.windows import with_named_windows
from querywright.pipes.tree import Drop, Expression, Rename, Select, Set


def bind_select(pipeline: Pipeline, select: Select) -> None:
    """SELECT: its items are the columns, and every alias dies."""
    if select.kind not in ("", "VALUE"):
        raise NotCompilable(f"SELECT AS {select.kind} makes values that other SQL does not have", pipeline.operator)
    if select.mode:
        raise NotCompilable(f"other SQL has no SELECT {select.mode.split('(')[0].rstrip()}", pipeline.operator)
    definitions: list[Definition] = []
    outputs = _all_items(pipeline, select.items, select.windows, definitions)
    if definitions:
        pipeline.step(Project(tuple(definitions)))
    pipeline.names = pipeline.names.only(outputs)
    if select.distinct:
        pipeline.step(Deduplicate(tuple(output.slot for output in outputs)))


def bind_extend(pipeline: Pipeline, items: Iterable[Expression], windows: tuple[Expression, ...]) -> None:
    """EXTEND: new columns behind; none sees another of the same EXTEND."""
    definitions: list[Definition] = []
    outputs = _all_items(pipeline, items, windows, definitions)
    if definitions:
        pipeline.step(Project(tuple(definitions)))
    pipeline.names = pipeline.names.shown((*pipeline.names.columns, *outputs))


def bind_set(pipeline: Pipeline, operator: Set) -> None:
    """SET: new values under old names, all read before any is set. Aliases keep the old values."""
    columns = list(pipeline.names.columns)
    definitions = []
    changed = set()
    for assignment in operator.assignments:
        position = _position(pipeline, assignment.name)
        if position in changed:
            raise PipeNameError(f"{assignment.name.name} is set twice", pipeline.operator)
        changed.add(position)
        refuse_aggregates(pipeline, [assignment.value])
        definition = pipeline.define(bound(pipeline, assignment.value))
        columns[position] = Output(columns[position].name, definition.slot)
        definitions.append(definition)
    pipeline.step(Project(tuple(definitions)))
    pipeline.names = pipeline.names.shown(columns)


def bind_drop(pipeline: Pipeline, operator: Drop) -> None:
    dropped = {_position(pipeline, name) for name in operator.names}
    rest = [output for position, output in enumerate(pipeline.names.columns) if position not in dropped]
    if not rest:
        raise PipeNameError("no column is left", pipeline.operator)
    pipeline.names = pipeline.names.shown(rest)


def bind_rename(pipeline: Pipeline, operator: Rename) -> None:
    columns = list(pipeline.names.columns)
    for renaming in operator.renamings:
        position = _position(pipeline, renaming.old)
        columns[position] = Output(renaming.new.name, columns[position].slot)
    pipeline.names = pipeline.names.shown(columns)


def _position(pipeline: Pipeline, name: exp.Identifier) -> int:
    """Where a column that is changed by name stands. Raises NotCompilable where the columns are not known."""
    columns = pipeline.names.columns
    if any(output.name == STAR for output in columns):
        known = [n for n, output in enumerate(columns) if output.name.lower() == name.name.lower()]
        if len(known) == 1:
            return known[0]
        raise NotCompilable("this needs the columns of every table: give a schema", pipeline.operator)
    return pipeline.names.position(name.name, pipeline.operator)


def _all_items(
    pipeline: Pipeline, items: Iterable[Expression], windows: tuple[Expression, ...], definitions: list[Definition]
) -> list[Output]:
    """The columns of all items, none of which sees another."""
    written = list(items)
    try:
        return [output for item in written for output in _items(pipeline, item, windows, definitions)]
    except PipeNameError as error:
        if error.name and any(i.alias.lower() == error.name.lower() for i in written if isinstance(i, exp.Alias)):
            message = f"{error.name} is made here, so it can be named in the next operator only: put |> EXTEND between"
            raise PipeNameError(message, pipeline.operator, error.name) from None
        raise


def _items(
    pipeline: Pipeline, item: Expression, windows: tuple[Expression, ...], definitions: list[Definition]
) -> list[Output]:
    """The columns of one item; what is new among them goes to `definitions`."""
    inner = item.this if isinstance(item, exp.Alias) else item
    if isinstance(inner, exp.Star):
        return _star(pipeline, inner, pipeline.names.columns, definitions)
    if isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star):
        return _star(pipeline, inner.this, _under(pipeline, inner.table), definitions)
    refuse_aggregates(pipeline, [inner])
    value = bound(pipeline, inner)
    if windows:
        value = with_named_windows(pipeline, value, windows)
    name = item.alias if isinstance(item, exp.Alias) else inner.name if isinstance(inner, exp.Column) else ""
    slot = slot_of(value)
    if slot is not None:
        return [Output(name, slot)]
    definition = pipeline.define(value)
    definitions.append(definition)
    return [Output(name, definition.slot)]


def _under(pipeline: Pipeline, alias: str) -> tuple[Output, ...]:
    held = pipeline.names.ranges.get(alias.lower())
    if held is None:
        known = [r.alias for r in pipeline.names.ranges.values()]
        raise PipeNameError(f"there is no table alias {alias} here{nearest(alias, known)}", pipeline.operator)
    return held.columns


def _star(
    pipeline: Pipeline, star: exp.Star, columns: tuple[Output, ...], definitions: list[Definition]
) -> list[Output]:
    """`*`, with what its EXCEPT leaves out and its REPLACE puts in place. SQLGlot calls them except_ and replace."""
    left_out = {name.name.lower() for name in star.args.get("except_") or star.args.get("except") or ()}
    replaced = {alias.alias.lower(): alias.this for alias in star.args.get("replace") or ()}
    if (left_out or replaced) and any(output.name == STAR for output in columns):
        raise NotCompilable("* EXCEPT and * REPLACE need the columns of every table: give a schema", pipeline.operator)
    names = {output.name.lower() for output in columns}
    for name in (*left_out, *replaced):
        if name not in names:
            raise pipeline.names.missing(name, pipeline.operator)
    found = []
    for output in columns:
        if output.name.lower() in left_out:
            continue
        if output.name.lower() in replaced:
            definition = pipeline.define(bound(pipeline, replaced[output.name.lower()]))
            definitions.append(definition)
            output = Output(output.name, definition.slot)
        found.append(output)
    return found
