"""Spark's subset of the language: an operator Spark lacks is said with others, or refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, NoReturn

from sqlglot import exp
from sqlglot.generator import Generator

from querywright.errors import NotCompilable
from querywright.pipes.scope.walking import expressions_of
from querywright.pipes.tree import (
    Aggregate,
    As,
    Call,
    Distinct,
    Drop,
    Expression,
    Extend,
    If,
    Operator,
    OrderBy,
    Other,
    Pivot,
    RecursiveUnion,
    Rename,
    Select,
    Set,
    SetOperation,
    Unpivot,
    Where,
    Window,
    With,
)

__all__ = ["HANDLERS", "for_spark", "refuse_old_values"]

_OWN: Final = {"CLUSTER BY", "DISTRIBUTE BY", "SORT BY"}
"""Operators held as text that are Spark's own."""


def for_spark(operator: Operator) -> tuple[Operator, ...]:
    """The operators that say in Spark what this one says. Raises NotCompilable where there are none."""
    rewrite = _REWRITES.get(type(operator))
    return (operator,) if rewrite is None else rewrite(operator)


def refuse_old_values(operators: Iterable[Operator]) -> None:
    """Refuse `e.x` behind SET or DROP of x: it is the old value in GoogleSQL, and the new one or nothing in Spark.

    Raises:
        NotCompilable: a column is named so.
    """
    changed: set[str] = set()
    for operator in operators:
        for tree in expressions_of(operator):
            for column in tree.find_all(exp.Column):
                if column.args.get("table") and column.name.lower() in changed:
                    message = f"Spark knows no old value of {column.name} under {column.table} once it is changed"
                    raise NotCompilable(message, "|> SET")
        if isinstance(operator, Set):
            changed |= {assignment.name.name.lower() for assignment in operator.assignments}
        elif isinstance(operator, Drop):
            changed |= {name.name.lower() for name in operator.names}
        elif isinstance(operator, Select | Aggregate | As | SetOperation):
            changed = set()


def _refuse(operator: str, reason: str) -> NoReturn:
    raise NotCompilable(f"Spark has no such operator{reason}", operator)


def _distinct(operator: Distinct) -> tuple[Operator, ...]:
    return (Select((exp.Star(),), distinct=True),)


def _rename(operator: Rename) -> tuple[Operator, ...]:
    _refuse("|> RENAME", ", and without a schema there are no columns to SELECT instead")


def _window(operator: Window) -> tuple[Operator, ...]:
    return (Extend(operator.items),)


def _where(operator: Where) -> tuple[Operator, ...]:
    """Spark has no window function in WHERE: it becomes a column for a moment."""
    if not any(isinstance(node, exp.Window) for node in operator.condition.walk()):
        return (operator,)
    name = exp.to_identifier("_kept")
    kept = exp.Alias(this=operator.condition, alias=name)
    return Extend((kept,)), Where(exp.column("_kept")), Drop((name,))


def _select(operator: Select) -> tuple[Operator, ...]:
    if operator.kind:
        raise NotCompilable(f"Spark has no SELECT AS {operator.kind}", "|> SELECT")
    for item in operator.items:
        star = item.this if isinstance(item, exp.Column) else item
        if isinstance(star, exp.Star) and star.args.get("replace"):
            raise NotCompilable("Spark has no * REPLACE: |> SET gives columns new values", "|> SELECT")
    return (operator,)


def _aggregate(operator: Aggregate) -> tuple[Operator, ...]:
    """Sort orders behind items and keys become an ORDER BY behind: keys first, as the columns stand."""
    if any(isinstance(key, exp.Rollup | exp.Cube | exp.GroupingSets) for key in map(_unsorted, operator.groups)):
        raise NotCompilable("Spark has no ROLLUP, CUBE or GROUPING SETS in a pipe", "|> AGGREGATE")
    keys = list(_sort_keys(operator.groups, operator.and_order)) + list(_sort_keys(operator.items, False))
    items, groups = tuple(map(_unsorted, operator.items)), tuple(map(_unsorted, operator.groups))
    plain = replace(operator, items=items, groups=groups, and_order=False)
    return (plain, OrderBy(tuple(keys))) if keys else (plain,)


def _sort_keys(items: Iterable[Expression], every: bool) -> Iterable[exp.Ordered]:
    for item in items:
        if not every and not isinstance(item, exp.Ordered):
            continue
        name = _unsorted(item).args.get("alias") if isinstance(_unsorted(item), exp.Alias) else _unsorted(item)
        if isinstance(name, exp.Column):
            name = name.this
        if not isinstance(name, exp.Identifier):
            raise NotCompilable(
                "Spark sorts behind |> AGGREGATE: give every sorted item a name with AS", "|> AGGREGATE"
            )
        descending = item.args.get("desc") if isinstance(item, exp.Ordered) else None
        first = item.args.get("nulls_first") if isinstance(item, exp.Ordered) else True
        yield exp.Ordered(this=exp.Column(this=name.copy()), desc=descending, nulls_first=first)


def _unsorted(item: Expression) -> Expression:
    inside: Expression = item.this if isinstance(item, exp.Ordered) else item
    return inside


def _set_operation(operator: SetOperation) -> tuple[Operator, ...]:
    if operator.matching != "POSITION" or operator.outer:
        raise NotCompilable("Spark matches columns by position only", f"|> {operator.kind}")
    return tuple([replace(operator, operands=(operand,)) for operand in operator.operands])


def _set(operator: Set) -> tuple[Operator, ...]:
    """SET of Spark assigns from left to right, each seeing the ones before it."""
    done: set[str] = set()
    for assignment in operator.assignments:
        if any(column.name.lower() in done for column in assignment.value.find_all(exp.Column)):
            raise NotCompilable("Spark sets columns one after another, GoogleSQL all at once", "|> SET")
        done.add(assignment.name.name.lower())
    return (operator,)


def _unpivot(operator: Unpivot) -> tuple[Operator, ...]:
    """Spark puts the labels before the values: they are put behind again."""
    pivot = operator.pivot
    value, label = pivot.expressions[0], pivot.args["fields"][0].this
    if pivot.args.get("alias") is not None:
        raise NotCompilable("Spark puts the labels of UNPIVOT before the values: leave out its alias", "|> UNPIVOT")
    names = [exp.to_identifier(each.name) for each in (value.expressions or [value])] + [exp.to_identifier(label.name)]
    rest = exp.Star(except_=[exp.Column(this=name.copy()) for name in names])
    return operator, Select((rest, *(exp.Column(this=name) for name in names)))


def _pivot(operator: Pivot) -> tuple[Operator, ...]:
    if not isinstance(operator.pivot.args["fields"][0].this, exp.Column):
        raise NotCompilable("Spark pivots on columns only: |> EXTEND makes one of an expression", "|> PIVOT")
    return (operator,)


def _with(operator: With) -> tuple[Operator, ...]:
    _refuse("|> WITH", ": put it in front of the head")


def _call(operator: Call) -> tuple[Operator, ...]:
    _refuse("|> CALL", "")


def _recursive_union(operator: RecursiveUnion) -> tuple[Operator, ...]:
    _refuse("|> RECURSIVE UNION", "")


def _if(operator: If) -> tuple[Operator, ...]:
    _refuse("|> IF", "")


def _other(operator: Other) -> tuple[Operator, ...]:
    if operator.keyword in _OWN:
        return (operator,)
    _refuse(f"|> {operator.keyword}", "")


_REWRITES: Final[dict[type, Callable[[Any], tuple[Operator, ...]]]] = {
    Aggregate: _aggregate,
    Call: _call,
    Distinct: _distinct,
    If: _if,
    Other: _other,
    Pivot: _pivot,
    RecursiveUnion: _recursive_union,
    Rename: _rename,
    Select: _select,
    Set: _set,
    SetOperation: _set_operation,
    Unpivot: _unpivot,
    Where: _where,
    Window: _window,
    With: _with,
}


def _sample(generator: Generator, tree: exp.TableSample) -> str:
    percent, size, seed = (tree.args.get(name) for name in ("percent", "size", "seed"))
    if (bucket := tree.args.get("bucket_numerator")) is not None:
        amount = f"BUCKET {generator.sql(bucket)} OUT OF {generator.sql(tree, 'bucket_denominator')}"
        if (field := tree.args.get("bucket_field")) is not None:
            amount += f" ON {generator.sql(field)}"
    else:
        amount = f"{generator.sql(percent)} PERCENT" if percent is not None else f"{generator.sql(size)} ROWS"
    return f" TABLESAMPLE ({amount})" + (f" REPEATABLE ({generator.sql(seed)})" if seed is not None else "")


def _any_value(generator: Generator, tree: exp.AnyValue) -> str:
    """The value where another is largest or smallest is MAX_BY or MIN_BY."""
    chosen = tree.this
    if not isinstance(chosen, exp.HavingMax):
        return str(generator.function_fallback_sql(tree))
    name = "MAX_BY" if chosen.args.get("max") else "MIN_BY"
    return f"{name}({generator.sql(chosen.this)}, {generator.sql(chosen.expression)})"


HANDLERS: Final[dict[type[exp.Expr], Callable[[Generator, Any], str]]] = {
    exp.AnyValue: _any_value,
    exp.TableSample: _sample,
}
"""What replaces handlers of SQLGlot's Spark generator."""
