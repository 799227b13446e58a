"""GROUP BY, aggregates and HAVING: one AGGREGATE, whose columns everything behind it is said with.

AGGREGATE leaves the keys, then the aggregates. What HAVING, ORDER BY or a larger expression needs, and nobody
selects, becomes a hidden column that the SELECT at the end does not take.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from querywright.pipes.decompiling.bare_columns import Determined, any_value
from querywright.pipes.decompiling.group_keys import Key, read_group_keys
from querywright.pipes.decompiling.items import Block, Item
from querywright.pipes.decompiling.naming import base_name, column, identifier
from querywright.pipes.decompiling.refusing import refused
from querywright.pipes.decompiling.signatures import Signature, of_column, signature
from querywright.pipes.scope.standard import AGGREGATES
from querywright.pipes.tree import Aggregate, Expression, Where

_WRAPPERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


@dataclass(slots=True, eq=False)
class Made:
    """One aggregate of the AGGREGATE."""

    expression: Expression
    name: exp.Identifier | None
    item: Item | None = None
    """The output column that it is."""


@dataclass(slots=True)
class Plan:
    """What the AGGREGATE computes, while the clauses behind it are rewritten."""

    block: Block
    keys: list[Key]
    by_key: dict[Signature, Key]
    made: list[Made] = field(default_factory=list)
    by_call: dict[Signature, Made] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Lower-case names of its columns."""
    complex_keys: bool = False
    determined: Determined = field(init=False)

    def __post_init__(self) -> None:
        self.determined = Determined(self.block, list(self.keys))

    def key_column(self, key: Key) -> exp.Column:
        """A mention of a key; a key without a name of its own gets one."""
        if key.clashes or not key.name:
            key.alias = identifier(self.block.ctx.fresh("_" + (key.name or base_name(key.expression))))
            key.clashes = False
        return column(key.alias if key.alias is not None else key.expression.this)

    def call_column(self, made: Made) -> exp.Column:
        """A mention of an aggregate; one without a name gets one, with `_` in front where nobody selects it."""
        if made.name is None:
            hidden = made.item is None
            made.name = identifier(self.block.ctx.fresh(("_" if hidden else "") + base_name(made.expression)))
        return column(made.name)

    def add_key(self, node: exp.Column, item: Item | None = None) -> Key:
        """One more key: a column that the others determine."""
        mark = of_column(node, self.block.ctx)
        key = Key(node if item is not None else self.block.ctx.copy(node), mark, item=item)
        key.clashes = any(other.name.lower() == key.name.lower() for other in self.keys)
        key.clashes |= any(m.name is not None and m.name.name.lower() == key.name.lower() for m in self.made)
        self.keys.append(key)
        self.by_key[mark] = key
        return key

    def call(self, node: Expression) -> Made:
        """The aggregate that computes this call, an earlier one if there is one."""
        wanted = signature(node, self.block.ctx)
        if wanted not in self.by_call:
            self.by_call[wanted] = made = Made(node, None)
            self.made.append(made)
        return self.by_call[wanted]


def is_aggregate(node: Expression) -> bool:
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES)


def is_grouped(block: Block) -> bool:
    """Whether a SELECT groups: it says so, or calls an aggregate that is no window's."""
    if block.node.args.get("group") is not None:
        return True
    return any(not _of_window(call) and not _is_scalar(call) for call in block.scope.aggregates)


def _of_window(call: Expression) -> bool:
    while isinstance(call.parent, _WRAPPERS) and call.parent.this is call:
        call = call.parent
    return isinstance(call.parent, exp.Window) and call.parent.this is call


def _is_scalar(call: Expression) -> bool:
    """`MAX(a, b)` of SQLite is no aggregate."""
    return isinstance(call, (exp.Max, exp.Min)) and bool(call.expressions)


def group(block: Block) -> None:
    if any(item.star for item in block.items):
        block.write_out_stars()
    keys = read_group_keys(block)
    plan = Plan(block, keys, {key.signature: key for key in keys})
    plan.complex_keys = any(not isinstance(key.expression, exp.Column) for key in keys)
    calls = [call for call in block.scope.aggregates if not _of_window(call) and not _is_scalar(call)]
    later = _take_whole(plan)
    _name_clashes(plan)
    for item in later:
        before = item.expression
        item.expression = _after(before, plan, calls)
        if item.alias is None and isinstance(before, exp.Column) and item.expression.name != before.name:
            item.alias = before.this
    if block.having is not None:
        block.having = _after(block.having, plan, calls)
    if block.qualify is not None:
        block.qualify = _after(block.qualify, plan, calls)
    for key in block.keys:
        if key.item is None:
            key.node.set("this", _after(key.node.this, plan, calls))
    for window in block.node.args.get("windows") or ():
        _after(window, plan, calls)
    _emit(plan, later)


def _take_whole(plan: Plan) -> list[Item]:
    """Give each item that is a key or an aggregate its place; the others come later, from these."""
    later = []
    for item in plan.block.items:
        mark = plan.by_key.get(signature(item.expression, plan.block.ctx)) if plan.keys else None
        if mark is not None and mark.item is None:
            mark.item = item
            if item.alias is not None and item.alias.name.lower() != mark.name.lower():
                mark.alias = item.alias
        elif mark is None and (bare := _as_bare(item.expression, plan)) is not None and bare in plan.determined:
            plan.add_key(bare, item).alias = item.alias
        elif mark is None and not item.window and _is_pure(item.expression):
            made = Made(item.expression, item.alias, item)
            plan.made.append(made)
            if is_aggregate(_unwrapped(item.expression)):
                plan.by_call.setdefault(signature(item.expression, plan.block.ctx), made)
        else:
            later.append(item)
    return later


def _as_bare(node: Expression, plan: Plan) -> exp.Column | None:
    """The node, if it is a column of this SELECT's sources."""
    if not isinstance(node, exp.Column):
        return None
    meaning = plan.block.ctx.binding(node)
    return node if meaning is not None and meaning.scope is plan.block.scope and meaning.source is not None else None


def _name_clashes(plan: Plan) -> None:
    """Two columns of an AGGREGATE must not have one name, once it is mentioned."""
    seen: dict[str, Key | Made] = {}
    for key in plan.keys:
        name = key.name.lower()
        other = seen.setdefault(name, key) if name else key
        if other is not key and isinstance(other, Key):
            hidden = next((k for k in (key, other) if k.item is None), None)
            if hidden is not None:
                hidden.alias = identifier(plan.block.ctx.fresh("_" + hidden.name))
                seen[name] = key if hidden is other else other
            else:
                key.clashes = other.clashes = True
    for made in plan.made:
        name = made.name.name.lower() if made.name is not None else ""
        if name and name in seen:
            made.name = identifier(plan.block.ctx.fresh("_" + made.name.name)) if made.name is not None else None
        seen[name] = made


def _unwrapped(node: Expression) -> Expression:
    while isinstance(node, _WRAPPERS):
        node = node.this
    return node


def _is_pure(node: Expression) -> bool:
    """Whether an AGGREGATE may hold it: aggregates, and constants between them."""
    found, stack = False, [node]
    while stack:
        current = stack.pop()
        if is_aggregate(current) and not _is_scalar(current):
            found = True
        elif isinstance(current, (exp.Column, exp.Window, exp.Query)):
            return False
        elif isinstance(current, _WRAPPERS):
            stack.append(current.this)
        else:
            stack.extend(current.iter_expressions())
    return found


def _after(node: Expression, plan: Plan, calls: list[Expression]) -> Expression:
    """An expression as it must be written behind the AGGREGATE."""
    ctx, scope = plan.block.ctx, plan.block.scope
    called = {id(call) for call in calls}
    holder = exp.Paren(this=node)
    stack: list[Expression] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, exp.Column):
            meaning = ctx.binding(current)
            if meaning is None or meaning.scope is not scope:
                continue
            if meaning.output >= 0:
                current.replace(_output(meaning.output, plan, calls))
                continue
            key = plan.by_key.get(of_column(current, ctx))
            current.replace(plan.key_column(key) if key is not None else _bare(current, plan))
            continue
        if plan.complex_keys and not isinstance(current, exp.Query):
            key = plan.by_key.get(signature(current, ctx))
            if key is not None:
                current.replace(plan.key_column(key))
                continue
        if id(_unwrapped(current)) in called and not isinstance(current, exp.Paren):
            current.replace(plan.call_column(plan.call(current)))
        elif id(current) in ctx.free:
            _correlated(current, plan)
        else:
            stack.extend(current.iter_expressions(reverse=True))
    after: Expression = holder.this
    return after


def _output(position: int, plan: Plan, calls: list[Expression]) -> Expression:
    """What HAVING or ORDER BY names by its alias."""
    item = plan.block.originals[position]
    for key in plan.keys:
        if key.item is item:
            return plan.key_column(key)
    for made in plan.made:
        if made.item is item:
            return plan.call_column(made)
    if any(id(node) in plan.block.ctx.free for node in item.expression.walk()):
        raise refused("an alias of a subquery inside an expression", item.expression, plan.block.ctx.source)
    ctx = plan.block.ctx
    copied = ctx.copy(item.expression)
    if not any(id(c) in {id(call) for call in calls} for c in item.expression.walk()):
        return exp.Paren(this=copied)  # rewritten before: it is said with the columns of the AGGREGATE
    fresh = [node for node in copied.walk() if is_aggregate(node) and not _of_window(node)]
    return exp.Paren(this=_after(copied, plan, fresh))


def _bare(node: exp.Column, plan: Plan) -> exp.Column:
    """A column that is neither key nor aggregated: one more key where the keys determine it, else any row's value."""
    ctx = plan.block.ctx
    wanted = of_column(node, ctx)
    made = plan.by_call.get(wanted)
    if made is None and node in plan.determined:
        return plan.key_column(plan.add_key(node))
    if made is None:
        made = Made(any_value(node, plan.block), None)
        for item in plan.block.items:
            if item.expression is node:
                made.item = item
                name = item.alias.name if item.alias is not None else node.name
                taken = {m.name.name.lower() for m in plan.made if m.name is not None} | {
                    key.name.lower() for key in plan.keys
                }
                if name.lower() not in taken:
                    made.name = identifier(name, item.alias or node.this)
        plan.made.append(made)
        plan.by_call[wanted] = made
    return plan.call_column(made)


def _correlated(leaf: Expression, plan: Plan) -> None:
    """A nested pipe behind the AGGREGATE names keys; by names that nothing inside it has."""
    ctx = plan.block.ctx
    for mention in ctx.free[id(leaf)]:
        meaning = ctx.binding(mention)
        if meaning is None or meaning.scope is not plan.block.scope:
            continue
        key = plan.by_key.get(of_column(mention, ctx))
        if meaning.output >= 0 or key is None:
            raise refused("a subquery behind GROUP BY that names what is no key", mention, ctx.source)
        if key.alias is None or not key.alias.name.startswith("_"):
            key.alias = identifier(ctx.fresh("_" + base_name(key.expression)))
        mention.replace(column(key.alias))


def _emit(plan: Plan, later: list[Item]) -> None:
    """The AGGREGATE, the filter of HAVING, and what the items are behind them."""
    block = plan.block
    keys = plan.keys
    made = sorted(plan.made, key=lambda m: block.items.index(m.item) if m.item is not None else len(block.items))
    selected = [key.item for key in keys] + [m.item for m in made]
    block.natural = selected == block.items and all(
        not item.name or item.name.lower() == name.lower()
        for item, name in zip(block.items, _names(keys, made), strict=True)
    )
    for item in block.items:
        if item in later:
            bare = next((m for m in made if m.item is item), None)
            if bare is not None and not block.natural:
                item.expression = plan.call_column(bare)
    if not block.natural or block.keys:
        for key in keys:
            if key.item is not None and (not block.natural or _is_sorted_by(key.item, block)):
                _becomes(key.item, plan.key_column(key))
        for m in made:
            if m.item is not None and m.item not in later and (not block.natural or _is_sorted_by(m.item, block)):
                _becomes(m.item, plan.call_column(m))
    items = tuple(exp.Alias(this=m.expression, alias=m.name) if m.name is not None else m.expression for m in made)
    if block.sets is not None and any(key.alias is not None for key in keys):
        raise refused("GROUP BY of sets whose columns need other names", block.sets, block.ctx.source)
    groups = (block.sets,) if block.sets is not None else tuple(key.written() for key in keys)
    block.chain.add(Aggregate(items, groups))
    block.made = {name.lower() for name in _names(keys, made)}
    block.grouped = True
    if block.having is not None:
        block.chain.add(Where(block.having))


def _is_sorted_by(item: Item, block: Block) -> bool:
    return any(key.item is item for key in block.keys)


def _becomes(item: Item, made: exp.Column) -> None:
    """The item is a column of the AGGREGATE now; a column's own name stays its name."""
    if item.alias is None and isinstance(item.expression, exp.Column) and item.expression.name != made.name:
        item.alias = item.expression.this
    item.expression = made


def _names(keys: list[Key], made: list[Made]) -> list[str]:
    return [key.name for key in keys] + [m.name.name if m.name is not None else "" for m in made]
