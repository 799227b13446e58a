"""Joins in a row: each with the condition that belongs to it, as soon as all that it names is there.

A comma, CROSS JOIN or JOIN without ON takes the equalities of WHERE that link it to what stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from querywright.pipes.decompiling.context import Context
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.scope.standard import Scope
from querywright.pipes.tree import Expression, From, Join, JoinKind, Operator, PipeQuery, Where, nested

_SIDES: dict[str, JoinKind] = {"LEFT": "LEFT", "RIGHT": "RIGHT", "FULL": "FULL"}


@dataclass(slots=True)
class Step:
    """One source that is joined to all before it."""

    node: Expression
    kind: JoinKind
    on: Expression | None = None
    using: tuple[exp.Identifier, ...] = ()
    exists: str = ""
    """SEMI or ANTI: no column of it is seen later."""

    def operator(self, operand: Expression) -> Operator:
        if not self.exists:
            return Join(operand, self.kind, self.on, self.using)
        inner = PipeQuery(From(operand), (Where(self.on),) if self.on is not None else ())
        found: Expression = exp.Exists(this=nested(inner))
        return Where(found if self.exists == "SEMI" else exp.Not(this=found))


def joins_of(node: Expression, ctx: Context) -> list[Step]:
    """The joins behind an item of FROM, those of inner joins in brackets one by one."""
    steps: list[Step] = []
    for join in node.args.get("joins") or ():
        steps.extend(_steps(join, ctx))
        if ctx.source != "sqlite" and join.args.get("side") in ("RIGHT", "FULL") and _has_comma(node, join):
            raise refused("a comma before an outer join, which binds tighter", join, ctx.source)
    return steps


def _steps(join: exp.Join, ctx: Context) -> Iterator[Step]:
    args, node = join.args, join.this
    method, side, kind = (str(args.get(part) or "") for part in ("method", "side", "kind"))
    if method not in ("", "NATURAL") or kind not in ("", "INNER", "OUTER", "CROSS", "SEMI", "ANTI", "STRAIGHT"):
        raise refused(f"{method or kind} JOIN", join, ctx.source)
    if isinstance(node, exp.Lateral):
        raise refused("LATERAL", node, ctx.source)
    on, using = args.get("on"), tuple(args.get("using") or ())
    if isinstance(on, exp.Boolean) and on.this and not side:
        on = None
    if method == "NATURAL":
        names = next(s.natural[id(join)] for s in ctx.reading.scopes.values() if id(join) in s.natural)
        using = tuple(exp.to_identifier(name) for name in names)
    if kind in ("SEMI", "ANTI"):
        if using or on is None:
            raise refused(f"{kind} JOIN without ON", join, ctx.source)
        yield Step(node, "INNER", on, exists=kind)
        return
    inner = node.this if isinstance(node, exp.Subquery) and not node.alias else None
    if isinstance(inner, exp.Table) and not side and not using:  # brackets change nothing among inner joins
        within = joins_of(inner, ctx)
        if all(step.kind in ("INNER", "CROSS") and not step.using for step in within):
            yield Step(inner, "CROSS")
            yield from within[:-1]
            last = within[-1] if within else None
            if last is not None:
                yield Step(last.node, "INNER", both(last.on, on), exists=last.exists)
            return
    if side:
        yield Step(node, _SIDES[side], on, using)
    else:
        yield Step(node, "INNER" if on is not None or using else "CROSS", on, using)


def _has_comma(node: Expression, until: exp.Join) -> bool:
    for join in node.args["joins"]:
        if join is until:
            return False
        if not any(join.args.get(part) for part in ("kind", "side", "method", "on", "using")):
            return True
    return False


def join_steps(
    first: Expression, steps: list[Step], where: Expression | None, scope: Scope, ctx: Context
) -> tuple[list[Step], Expression | None]:
    """The joins with their conditions where they can stand, and what is left of WHERE."""
    if not steps:
        return steps, where
    outer = any(step.kind in ("RIGHT", "FULL") for step in steps)
    links = [] if outer else [p for p in parts(where) if isinstance(p, exp.EQ)] if _lacks_condition(steps) else []
    if not links and not scope.forward:
        return steps, where
    needs = {id(part): _sources_in(part, scope, ctx) for part in links}
    there, taken = {id(source) for source in _sources_of(first, scope)}, set[int]()
    late: list[Expression] = []
    for step in steps:
        mine = {id(source) for source in _sources_of(step.node, scope)}
        there |= mine
        if scope.forward:
            late = _postpone(step, late, there, scope, ctx)
        if step.kind == "CROSS":
            found = [p for p in links if id(p) not in taken and needs[id(p)] <= there and _links(needs[id(p)], mine)]
            taken |= {id(part) for part in found}
            for part in found:
                step.on = both(step.on, part)
            if step.on is not None:
                step.kind = "INNER"
    if late:
        raise refused("a join's condition on what is not joined", late[0], ctx.source)
    if not taken:
        return steps, where
    left: Expression | None = None
    for kept in parts(where):
        if id(kept) not in taken:
            left = both(left, kept)
    return steps, left


def _lacks_condition(steps: list[Step]) -> bool:
    return any(step.kind == "CROSS" for step in steps)


def _links(needed: set[int], mine: set[int]) -> bool:
    return bool(needed & mine) and bool(needed - mine)


def _postpone(step: Step, late: list[Expression], there: set[int], scope: Scope, ctx: Context) -> list[Expression]:
    """Give an inner join the conditions that can stand there; the others come later."""
    if step.kind not in ("INNER", "CROSS") or step.using:
        if step.on is not None and not _sources_in(step.on, scope, ctx) <= there:
            raise refused("an outer join's condition on what is joined later", step.on, ctx.source)
        return late
    waiting, step.on = [*late, *parts(step.on)], None
    still = []
    for part in waiting:
        if _sources_in(part, scope, ctx) <= there:
            step.on = both(step.on, part)
        else:
            still.append(part)
    step.kind = "INNER" if step.on is not None else "CROSS"
    return still


def _sources_of(node: Expression, scope: Scope) -> list[object]:
    return [source for source in scope.sources if source.node is node] or list(scope.sources)


def _sources_in(part: Expression, scope: Scope, ctx: Context) -> set[int]:
    """Which sources of the scope a condition names, in nested pipes too."""
    found = set()
    for node in part.walk():
        columns = [node] if isinstance(node, exp.Column) else ctx.free.get(id(node), ())
        for column in columns:
            meaning = ctx.binding(column)
            if meaning is not None and meaning.scope is scope:
                found.add(id(meaning.source))
    return found


def parts(condition: Expression | None) -> list[Expression]:
    """The conditions that AND joins, left to right."""
    if condition is None:
        return []
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def both(left: Expression | None, right: Expression | None) -> Expression | None:
    if left is None or right is None:
        return left if right is None else right
    left, right = (exp.Paren(this=side) if isinstance(side, exp.Or) else side for side in (left, right))
    return exp.And(this=left, expression=right)
