"""Plan to blocks: each step joins the block at hand where that is proven to change nothing, and begins a new one else.

What commutes, in the order a SELECT is computed: FROM and joins, WHERE, GROUP BY, HAVING, windows, DISTINCT, ORDER BY,
LIMIT. A step joins a block that has no clause computed after it; and no expression is written twice that is dear,
volatile, or a window. An order is dropped where GoogleSQL drops it (WHERE, windows, DISTINCT, AGGREGATE, JOIN, set
operations) and carried outwards through every other step.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlglot import exp

from querywright.errors import NotCompilable
from querywright.pipes.compiling.aliases import Aliases
from querywright.pipes.compiling.block import Block, Combined, Joined, Source, distinct_names, free_name
from querywright.pipes.compiling.choosing import as_window, bare_in_sqlite
from querywright.pipes.compiling.engines import Engine
from querywright.pipes.compiling.reading import LARGE, Facts, facts
from querywright.pipes.scope.plan import (
    Combine,
    Cut,
    Deduplicate,
    Definition,
    Filter,
    Group,
    JoinStep,
    Operand,
    Plan,
    PlanRelation,
    Project,
    Recursion,
    Refused,
    Relation,
    Sample,
    Scan,
    Slot,
    Sort,
    SortKey,
    StandardRelation,
    Step,
    TableRelation,
    Unordered,
    Unpivoting,
    slot_column,
    slot_of,
)
from querywright.pipes.tree import Expression


class Builder:
    """Builds the blocks of one statement. Holds what all share: the engine, aliases, names and types of slots."""

    def __init__(self, plan: Plan, engine: Engine, aliases: Aliases) -> None:
        self.engine = engine
        self.aliases = aliases
        self.labels = plan.labels
        self.types = plan.types
        self._facts: dict[int, tuple[Expression, Facts]] = {}

    def facts(self, tree: Expression) -> Facts:
        """What an expression is like, found once."""
        known = self._facts.get(id(tree))
        if known is None:
            known = tree, facts(tree)  # the tree is held, so that its id stays its own
            self._facts[id(tree)] = known
        return known[1]

    def build(self, plan: Plan) -> Block:
        """The last block of a plan; what its output is stands in `plan.output`."""
        block = Block(self.labels, None)
        for operator, step in plan.steps:
            block = self._step(block, step, operator)
        block.ctes = [*plan.ctes]
        return block

    def slot(self, label: str = "", type_: str = "") -> Slot:
        slot = len(self.types) + 1
        self.types[slot] = type_
        self.labels[slot] = label
        return slot

    def _step(self, block: Block, step: Step, operator: str) -> Block:
        match step:
            case Scan():
                source = self.source(step.relation, operator)
                return Block(self.labels, source, gives=gives(source))
            case JoinStep():
                return self._join(block, step, operator)
            case Filter():
                return self._filter(block, step.condition)
            case Project():
                return self._project(block, step.definitions)
            case Group():
                return self._group(block, step)
            case Deduplicate():
                return self._deduplicate(block, step.slots)
            case Sort():
                return self._sort(block, step.keys)
            case Cut():
                return self._cut(block, step)
            case Combine():
                return self._combine(block, step, operator)
            case Unordered():
                if not block.cut:
                    block.order = ()
                return self.wrapped(block, keep_order=False) if block.order else block
            case Sample():
                return self._sample(block, step, operator)
            case Unpivoting():
                return self._unpivot(block, step)
            case Recursion():
                return self._recur(block, step)
            case Refused():
                raise NotCompilable(step.reason, operator)

    # ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def source(self, relation: Relation, operator: str) -> Source:
        """A relation as something a block reads."""
        match relation:
            case TableRelation():
                alias = self.aliases.take(relation.alias or "unnested")
                names = [output.name for output in relation.columns]
                if relation.cte is not None:
                    names = distinct_names(names)
                columns = {output.slot: name for output, name in zip(relation.columns, names, strict=True)}
                for slot, name in columns.items():
                    self.labels.setdefault(slot, name)
                if isinstance(relation.node, exp.Unnest) and not self.engine.has_unnest:
                    raise NotCompilable(f"{self.engine.title} has no UNNEST", operator)
                star = relation.columns[0].slot if relation.open else None
                return Source(alias, columns, relation.node, star=star)
            case PlanRelation():
                inner = self.build(relation.plan)
                return self._positional(inner, relation)
            case StandardRelation():
                names = self._standard_names(relation)
                columns = {output.slot: name for output, name in zip(relation.columns, names, strict=True)}
                return Source(self.aliases.take(relation.alias or "_1"), columns, relation.query)

    def _positional(self, inner: Block, relation: PlanRelation) -> Source:
        """A block whose columns are called by other slots outside: they are computed there from its own."""
        pairs = [(i.slot, o.slot, o.name) for i, o in zip(relation.plan.output, relation.columns, strict=True)]
        pairs += [(inside, outside, self.labels.get(inside, "")) for inside, outside in relation.hidden]
        own = [inside for inside, _, _ in pairs]
        if inner.distinct or inner.ctes or len(set(own)) < len(own):
            inner = self.wrapped(inner, keep_order=False)
        for inside, outside, name in pairs:
            self._define(inner, outside, slot_column(inside))
            self.labels.setdefault(outside, name)
        inner.gives = {outside for _, outside, _ in pairs}
        if not inner.cut:
            inner.order = ()
        return Source(self.aliases.take(relation.alias or "_1"), inner=inner)

    def _standard_names(self, relation: StandardRelation) -> list[str]:
        """Names for a standard query's columns, each different, put into the query where it has none of its own."""
        names = [output.name for output in relation.columns]
        leftmost = relation.query
        while isinstance(leftmost, (exp.SetOperation, exp.Subquery)):
            leftmost = leftmost.this
        items = leftmost.expressions if isinstance(leftmost, exp.Select) else []
        own = all(isinstance(item, (exp.Alias, exp.Column, exp.Star)) for item in items) and bool(items)
        if own and all(names) and len({name.lower() for name in names}) == len(names):
            return names
        if len(items) != len(names):
            raise NotCompilable("two columns of a query in FROM have one name, or none: give them names with AS")
        made: dict[int, str] = {}
        for number, (item, name) in enumerate(zip(items, names, strict=True)):
            named = isinstance(item, (exp.Alias, exp.Column))
            made[number] = free_name(number, {number: name if named else f"column_{number + 1}"}, made)
            inner = item.this if isinstance(item, exp.Alias) else item
            item.replace(exp.Alias(this=inner.copy(), alias=exp.to_identifier(made[number])))
        return list(made.values())

    def wrapped(self, block: Block, keep_order: bool = True) -> Block:
        """A new block that reads this one."""
        source = Source(self.aliases.take("_1"), inner=block)
        for each in block.sources():
            source.unknown |= each.unknown
            if each.star is not None:
                source.unknown |= {slot: (name, each.star) for slot, name in each.columns.items() if slot != each.star}
        outer = Block(self.labels, source, gives=set(block.gives))
        if keep_order:
            outer.order = tuple(replace(key, value=slot_column(key.slot)) for key in block.order)
        if not block.cut:
            block.order = ()
        outer.ctes, block.ctes = block.ctes, []
        return outer

    def _define(self, block: Block, slot: Slot, value: Expression) -> None:
        """A slot that a block computes, and how large it is with all that is written out in it."""
        block.defined[slot] = value
        block.gives.add(slot)
        found = self.facts(value)
        block.sizes[slot] = found.size + sum(block.sizes.get(each, 0) for each in found.slots)

    # ── which steps fit ──────────────────────────────────────────────────────────────────────────────────────────────

    def _repeats(self, block: Block, trees: Iterable[Expression]) -> bool:
        """Whether these expressions need no column of the block that may not be written out again."""
        for tree in trees:
            for slot in self.facts(tree).slots:
                value = block.defined.get(slot)
                if value is None:
                    continue
                computed_key = (
                    block.grouped
                    and slot in block.keys
                    and not (self.facts(tree).is_simple or self.facts(value).is_simple)
                )
                large = block.sizes[slot] > LARGE and not self.facts(tree).is_simple
                if computed_key or large or not self.facts(value).may_repeat or not self._repeats(block, [value]):
                    return False
        return True

    def _filter(self, block: Block, condition: Expression) -> Block:
        if self.facts(condition).has_window:
            slot = self.slot("condition", "BOOL")
            block = self._project(block, (Definition(slot, condition),))
            condition = slot_column(slot)
        late = block.cut or block.distinct or block.windows
        in_having = block.grouped and (not block.grouped_by or self.facts(condition).has_query)
        if late or in_having or not self._repeats(block, [condition]):
            block = self.wrapped(block)
        (block.having if block.grouped else block.where).append(condition)
        block.order = ()
        return block

    def _project(self, block: Block, definitions: tuple[Definition, ...]) -> Block:
        values = [definition.value for definition in definitions]
        windowed = any(self.facts(value).has_window for value in values)
        grouped = block.grouped and any(self.facts(value).has_query for value in values)
        late = block.distinct or (windowed and block.cut)
        if late or grouped or not self._repeats(block, values):
            block = self.wrapped(block)
        for definition in definitions:
            self._define(block, definition.slot, definition.value)
        if windowed:
            block.windows = True
            block.order = ()
        return block

    def _group(self, block: Block, group: Group) -> Block:
        if block.cut or block.distinct or block.windows or block.grouped:
            block = self.wrapped(block)
        block.order = ()
        values = [definition.value for definition in (*group.keys, *group.aggregates)]
        awkward = any(
            (not self.facts(key.value).slots) or self.facts(key.value).has_query or self.facts(key.value).is_volatile
            for key in group.keys
        )
        computed = group.sets is not None and any(not self.facts(key.value).is_simple for key in group.keys)
        keys = group.keys
        if awkward or computed or not self._repeats(block, values) or self._hidden_constant(block, keys):
            named = [Definition(self.slot(self.labels.get(k.slot, ""), self.types[k.slot]), k.value) for k in keys]
            block = self.wrapped(self._project(block, tuple(named)))
            keys = tuple(Definition(k.slot, slot_column(n.slot)) for k, n in zip(keys, named, strict=True))
        block, aggregates = self._with_chosen_rows(block, keys, group.aggregates)
        group = replace(group, aggregates=aggregates)
        if group.sets is not None and not self.engine.has_grouping_sets:
            return self._grouped_apart(block, replace(group, keys=keys))
        for definition in (*keys, *group.aggregates):
            self._define(block, definition.slot, definition.value)
        block.keys = tuple(key.slot for key in keys)
        block.sets = group.sets
        block.grouped, block.grouped_by = True, group.grouped
        block.gives = {definition.slot for definition in (*keys, *group.aggregates)}
        if group.sets is not None and () in group.sets:
            block.having.append(_some_rows())
        return self.wrapped(block) if group.sets is not None else block

    def _with_chosen_rows(
        self, block: Block, keys: tuple[Definition, ...], aggregates: tuple[Definition, ...]
    ) -> tuple[Block, tuple[Definition, ...]]:
        """Aggregates that choose or order rows, where the engine has none: windows first, then any of their values."""
        if not any(self.engine.lacks(node) for d in aggregates for node in d.value.walk()):
            return block, aggregates
        trees = [exp.Paren(this=definition.value.copy()) for definition in aggregates]
        windows: list[Definition] = []
        for tree in trees:
            for call in [node for node in tree.walk() if self.engine.lacks(node)]:
                bare = bare_in_sqlite(call, trees) if self.engine.has_bare_columns else None
                if bare is None:
                    window = as_window(call, [key.value for key in keys])
                    windows.append(Definition(self.slot("chosen"), window))
                    bare = exp.Max(this=slot_column(windows[-1].slot))
                call.replace(bare)
        changed = tuple(Definition(d.slot, tree.this) for d, tree in zip(aggregates, trees, strict=True))
        return (self.wrapped(self._project(block, tuple(windows))) if windows else block), changed

    def _hidden_constant(self, block: Block, keys: tuple[Definition, ...]) -> bool:
        """Whether a key is a column that stands for a constant, which would be written out as one."""
        return any(
            slot in block.defined and (not self.facts(block.defined[slot]).slots)
            for key in keys
            if self.facts(key.value).is_simple
            for slot in self.facts(key.value).slots
        )

    def _grouped_apart(self, block: Block, group: Group) -> Block:
        """Grouping sets where the engine has none: the same rows grouped once for each, put together."""
        result = tuple(definition.slot for definition in (*group.keys, *group.aggregates))
        sides = []
        for chosen in group.sets or ():
            keys = tuple(
                Definition(self.slot(self.labels.get(k.slot, "")), k.value) for k in group.keys if k.slot in chosen
            )
            by_key = dict(zip([k.slot for k in group.keys if k.slot in chosen], keys, strict=True))
            totals = tuple(Definition(self.slot(self.labels.get(a.slot, "")), a.value) for a in group.aggregates)
            side = self.copied(block)
            if chosen or totals:
                side = self._group(side, Group(keys, totals, None, bool(chosen)))
                side.having += [] if chosen else [_some_rows()]
            else:
                side = self._cut(side, Cut(exp.Literal.number(1), None))
            columns = [by_key[k.slot].slot if k.slot in by_key else None for k in group.keys]
            sides.append(self.side(side, [*columns, *(total.slot for total in totals)]))
        return self._combined("UNION", False, sides, result)

    def _deduplicate(self, block: Block, slots: tuple[Slot, ...]) -> Block:
        if block.cut or block.distinct:
            block = self.wrapped(block)
        block.order = ()
        block.distinct = True
        block.fixed = tuple(dict.fromkeys(slots))
        block.gives = set(slots)
        return block

    def _sort(self, block: Block, keys: tuple[SortKey, ...]) -> Block:
        if block.cut:
            block = self.wrapped(block)
        values = [key.value for key in keys]
        shown = all(self.facts(value).is_simple and self.facts(value).slots <= set(block.fixed) for value in values)
        grouped = block.grouped and any(self.facts(value).has_query for value in values)
        if (block.distinct and not shown) or grouped or not self._repeats(block, values):
            block = self.wrapped(block)
        kept = [key for key in keys if not self._is_fixed(block, key.value)]
        if self.engine.dialect == "sqlite" and any(self._looks_outside(block, key.value) for key in kept):
            block = self._project(block, tuple(Definition(key.slot, key.value) for key in kept))
            block = self.wrapped(block)
            kept = [replace(key, value=slot_column(key.slot)) for key in kept]
        block.windows = block.windows or any(self.facts(key.value).has_window for key in kept)
        order = []
        for key in kept:
            own = slot_of(key.value)
            if own is None:
                self._define(block, key.slot, key.value)
            order.append(key if own is None else replace(key, slot=own))
        block.order = tuple(order)
        return block

    def _is_fixed(self, block: Block, tree: Expression) -> bool:
        """Whether an expression is the same on every row: of constants, and of columns of queries around this one."""
        found = self.facts(tree)
        if found.has_query or found.has_aggregate or found.has_window or found.is_volatile:
            return False
        return all(
            self._is_fixed(block, value) if value is not None else _is_outside(block, slot)
            for slot, value in ((slot, block.defined.get(slot)) for slot in found.slots)
        )

    def _looks_outside(self, block: Block, tree: Expression) -> bool:
        """Whether an expression has a column of a query around this one: SQLite does not find it in an ORDER BY."""
        return any(
            self._looks_outside(block, value) if value is not None else _is_outside(block, slot)
            for slot, value in ((slot, block.defined.get(slot)) for slot in self.facts(tree).slots)
        )

    def _cut(self, block: Block, cut: Cut) -> Block:
        if block.cut:
            block = self.wrapped(block)
        block.limit, block.offset = cut.count, cut.offset
        return block

    def _sample(self, block: Block, step: Sample, operator: str) -> Block:
        if not self.engine.has_sample:
            raise NotCompilable(f"{self.engine.title} has no TABLESAMPLE", operator)
        plain = block.first and isinstance(block.first.table, exp.Table) and not (block.joins or block.where)
        if not plain or block.defined or block.grouped or block.distinct or block.cut or block.sample:
            raise NotCompilable("TABLESAMPLE of what is no table as it lies in the database", operator)
        block.sample = step.sample
        return block

    # ── joins ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _join(self, block: Block, join: JoinStep, operator: str) -> Block:
        merged = [exp.EQ(this=slot_column(m.left), expression=slot_column(m.right)) for m in join.merges]
        on = exp.and_(*merged, copy=False) if merged else join.on
        late = block.cut or block.distinct or block.windows or block.grouped
        outer = join.kind in ("RIGHT", "FULL")
        volatile = any(self.facts(value).is_volatile for value in block.defined.values())
        changed = outer and (block.where or any(slot in block.gives for slot in block.defined))
        if late or volatile or changed or (on is not None and not self._repeats(block, [on])):
            block = self.wrapped(block)
        block.order = ()
        source = self.source(join.relation, operator)
        if join.kind in ("LEFT SEMI", "LEFT ANTI"):
            return self._exists(block, source, on, join.kind == "LEFT ANTI")
        if join.kind == "FULL" and not self.engine.has_full_join:
            return self._with_merged(self._full_join(block, source, on), join)
        kind = "CROSS" if join.kind == "COMMA" or (join.kind == "INNER" and on is None) else join.kind
        block.joins.append(Joined(source, kind, on))
        block.gives |= gives(source)
        return self._with_merged(block, join)

    def _with_merged(self, block: Block, join: JoinStep) -> Block:
        """A column of USING in a FULL JOIN is whichever side has it."""
        if join.kind == "FULL":
            for merge in join.merges:
                right: list[Expression] = [slot_column(merge.right)]
                self._define(block, merge.merged, exp.Coalesce(this=slot_column(merge.left), expressions=right))
        return block

    def _full_join(self, block: Block, source: Source, on: Expression | None) -> Block:
        """FULL JOIN where the engine has none: a LEFT JOIN, and the rows of the right side that met none."""
        left = self.wrapped(block, keep_order=False)
        mine, theirs = sorted(left.gives), sorted(gives(source))
        alone = Block(self.labels, self._copied_source(source), gives=gives(source))
        met = Block(self.labels, self.copied(left).first, gives=set(mine))
        met.where += [on] if on is not None else []
        alone.where.append(exp.Not(this=_existing(met)))
        left.joins.append(Joined(source, "LEFT", on))
        left.gives |= gives(source)
        sides = [self.side(left, [*mine, *theirs]), self.side(alone, [*(None for _ in mine), *theirs])]
        return self._combined("UNION", False, sides, (*mine, *theirs))

    def _exists(self, block: Block, source: Source, on: Expression | None, absent: bool) -> Block:
        """SEMI and ANTI joins: a condition that such a row is there, or is not."""
        inner = Block(self.labels, source, gives=gives(source))
        if on is not None:
            inner.where.append(on)
        found = _existing(inner)
        block.where.append(exp.Not(this=found) if absent else found)
        return block

    # ── set operations ───────────────────────────────────────────────────────────────────────────────────────────────

    def side(self, block: Block, slots: Iterable[Slot | None]) -> Block:
        """A block as one side of a set operation: exactly these columns, None being a NULL."""
        wanted = list(slots)
        whole = not (block.distinct and list(block.fixed) != wanted)
        if not whole or block.cut or block.ctes:
            block = self.wrapped(block)
        block.order = ()
        fixed = []
        for slot in wanted:
            if slot is None:
                slot = self.slot()
                self._define(block, slot, exp.Null())
            elif slot in fixed:
                again = self.slot(self.labels.get(slot, ""))
                self._define(block, again, slot_column(slot))
                slot = again
            fixed.append(slot)
        block.fixed = tuple(fixed)
        return block

    def _combine(self, block: Block, step: Combine, operator: str) -> Block:
        left = self.side(block, step.left)
        sides = [self._operand(operand, operator) for operand in step.operands]
        if step.kind != "UNION" and not step.distinct and not self.engine.has_bag_operations:
            for number, right in enumerate(sides):
                last = number == len(sides) - 1
                result = step.result if last else tuple(self.slot(self.labels.get(s, "")) for s in step.result)
                combined = self._numbered(step.kind, left, right, result)
                left = combined if last else self.side(combined, result)
            return left
        return self._combined(step.kind, step.distinct, [left, *sides], step.result)

    def _operand(self, operand: Operand, operator: str) -> Block:
        if isinstance(operand.relation, PlanRelation):
            inner = self.build(operand.relation.plan)
            inside = {
                o.slot: i.slot for o, i in zip(operand.relation.columns, operand.relation.plan.output, strict=True)
            }
            return self.side(inner, [None if slot is None else inside[slot] for slot in operand.slots])
        source = self.source(operand.relation, operator)
        return self.side(Block(self.labels, source, gives=gives(source)), operand.slots)

    def _combined(self, kind: str, distinct: bool, sides: list[Block], result: tuple[Slot, ...]) -> Block:
        combined = Combined(self.labels, kind, distinct, sides, result)
        return Block(self.labels, Source(self.aliases.take("_1"), inner=combined), gives=set(result))

    def _numbered(self, kind: str, left: Block, right: Block, result: tuple[Slot, ...]) -> Block:
        """INTERSECT ALL and EXCEPT ALL where the engine has none: equal rows are numbered, so that none are equal."""
        sides = []
        for block in (left, right):
            columns = block.fixed
            if block.distinct or block.windows or not self._repeats(block, [slot_column(s) for s in columns]):
                block = self.wrapped(block)
            number = self.slot("copy", "INT64")
            window = exp.Window(this=exp.RowNumber(), partition_by=[slot_column(s) for s in columns], over="OVER")
            self._define(block, number, window)
            block.windows = True
            block.fixed = (*columns, number)
            sides.append(block)
        return self._combined(kind, True, sides, (*result, self.slot("copy", "INT64")))

    def _unpivot(self, block: Block, step: Unpivoting) -> Block:
        result = (*(new for _, new in step.kept), *step.values, step.label)
        sides = []
        for slots, label in step.choices:
            side = self.copied(block)
            if not step.nulls:
                missing = [exp.Is(this=slot_column(slot), expression=exp.Null()) for slot in slots]
                side = self._filter(side, exp.Not(this=exp.Paren(this=exp.and_(*missing, copy=False))))
            named = Definition(self.slot(self.labels.get(step.label, "")), label)
            side = self._project(side, (named,))
            sides.append(self.side(side, [*(old for old, _ in step.kept), *slots, named.slot]))
        return self._combined("UNION", False, sides, result)

    def _recur(self, block: Block, step: Recursion) -> Block:
        left = self.side(block, step.left)
        right = self.build(step.plan)
        right = self.side(right, [output.slot for output in step.plan.output])
        combined = Combined(self.labels, "UNION", step.distinct, [left, right], step.result, step.name)
        return Block(self.labels, Source(self.aliases.take("_1"), inner=combined), gives=set(step.result))

    def copied(self, block: Block) -> Block:
        """The same block again, with aliases of its own; expressions are shared, since writing out copies them."""
        sources = {id(source): self._copied_source(source) for source in block.sources()}
        joins = [replace(join, source=sources[id(join.source)]) for join in block.joins]
        first = sources[id(block.first)] if block.first else None
        return replace(
            block,
            first=first,
            joins=joins,
            where=[*block.where],
            having=[*block.having],
            defined=dict(block.defined),
            sizes=dict(block.sizes),
            gives=set(block.gives),
            ctes=[*block.ctes],
        )

    def _copied_source(self, source: Source) -> Source:
        inner = source.inner
        if isinstance(inner, Block):
            inner = self.copied(inner)
        elif isinstance(inner, Combined):
            inner = replace(inner, sides=[self.copied(side) for side in inner.sides], names={})
        columns = dict(source.columns) if source.inner is None else {}
        return replace(source, columns=columns, inner=inner)


def _existing(block: Block) -> Expression:
    """EXISTS of a block, which is written out where this stands."""
    return exp.Exists(this=exp.Select(expressions=[exp.Literal.number(1)], block=block))


def _is_outside(block: Block, slot: Slot) -> bool:
    """Whether no source of a block gives a slot: then it is of a query around."""
    return not any(slot in gives(source) for source in block.sources())


def _some_rows() -> Expression:
    """The total among several grouping sets is a row only where there are rows; other engines give one of none, too."""
    return exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))


def gives(source: Source) -> set[Slot]:
    """Every slot that a source can give."""
    return set(source.columns) if source.inner is None else set(source.inner.gives)
