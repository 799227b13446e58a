"""Clauses that many plans share: aggregates, group keys, orders that decide, thresholds from real groups."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from querywright.runs.steps import Reject
from querywright.synthesis.grammar.blocks import Block, Ref
from querywright.synthesis.grammar.context import Context, grouping, label, word
from querywright.synthesis.grammar.graph import Table, orders
from querywright.synthesis.grammar.predicates import Chosen, bits
from querywright.synthesis.grammar.trees import Expression, Item, Select, condition, text
from querywright.synthesis.lexicon import Role

_VERBS = {"SUM": "total", "AVG": "average", "MIN": "lowest", "MAX": "highest"}


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate over a grain: its text and the name of its column."""

    sql: str
    alias: str
    whole: bool
    """Its values are integers."""
    count: bool = False
    over: str = ""
    """The measured column as it is written: no place for a condition."""
    approximate: bool = False
    """Its values are floating-point numbers."""

    @property
    def item(self) -> Item:
        return Item(text(self.sql), self.alias)


def counted(table: Table) -> Aggregate:
    """The number of rows of a grain."""
    return Aggregate("COUNT(*)", word(f"{table.entity.singular} count"), True, True)


def measures(block: Block) -> list[Ref]:
    """Columns of the grain one may sum or average."""
    return [r for r in block.of(Role.AMOUNT, Role.LEVEL, node=0) if r.column.measure]


def measured(ref: Ref, rng: random.Random, only: Sequence[str] = ()) -> Aggregate:
    """A sensible aggregate of one measure: levels are averaged, only amounts are summed."""
    options = {"AVG": 5, "MAX": 2, "MIN": 2} if ref.role is Role.LEVEL else {"SUM": 5, "AVG": 4, "MAX": 1, "MIN": 1}
    names = [f for f in options if not only or f in only] or ["AVG"]
    function = rng.choices(names, [options.get(f, 1) for f in names])[0]
    whole = function != "AVG" and ref.column.facts.integral
    return Aggregate(
        f"{function}({ref.sql})",
        word(f"{_VERBS[function]} {ref.column.facts.phrase}"),
        whole,
        over=ref.sql,
        approximate=ref.column.facts.kind == "real",
    )


def middle(context: Context, found: Aggregate, rng: random.Random) -> Aggregate:
    """The median for an average now and then, where the engine has one."""
    median = context.dialect.median
    if median is None or not found.sql.startswith("AVG(") or rng.random() > 0.25:
        return found
    return replace(found, sql=median(found.over), alias=found.alias.replace("average_", "median_", 1))


def aggregate(block: Block, rng: random.Random, count: float = 0.45) -> Aggregate:
    """The number of rows, or an aggregate of a measure of the grain."""
    options = measures(block)
    if not options or rng.random() < count:
        return counted(block.grain)
    return measured(rng.choice(options), rng)


def categories(block: Block, most: int = 40, node: int | None = None, flags: bool = False) -> list[Ref]:
    """Columns one groups by: few values, every row has one; yes-or-no columns only where `flags` says so."""
    roles = (Role.CATEGORY, Role.CODE, Role.YEAR, *((Role.FLAG,) if flags else ()))
    return [
        r
        for r in block.of(*roles, node=node)
        if 2 <= r.column.distinct <= most
        and r.column.facts.sayable
        and r.column.distinct * 1.5 <= block.nodes[r.node].table.rows
        and not r.column.nulls
        and r.column not in block.nodes[r.node].table.key
        and not r.column.facts.unique
    ]


def sortable(block: Block, node: int = 0) -> list[Ref]:
    """Columns that order rows in a way people ask for; none with NULLs."""
    links = block.nodes[node].table.links
    return [r for r in block.refs if r.node == node and r.column.name not in links and orders(r.column)]


def decided(block: Block, ref: Ref, down: bool, node: int = 0) -> tuple[Expression, ...]:
    """An ORDER BY that decides: `ref`, then the label (or key) of the table unless `ref` is unique."""
    first = text(f"{ref.sql} DESC" if down else ref.sql)
    if ref.column.decides:
        return (first,)
    return (first, *(text(r.sql) for r in tie_breakers(block, node)))


def tie_breakers(block: Block, node: int) -> tuple[Ref, ...]:
    """What tells two rows of a table apart: its label where that is unique, else its key."""
    table = block.nodes[node].table
    return label(block, node) if table.label_unique or not table.key else block.refs_of(node, table.key)


def leaves(block: Block) -> list[int]:
    """Joined tables that lead no further: each must be used, or its join is idle."""
    inner = {n.child for n in block.nodes[1:]}
    return [n for n in range(1, len(block.nodes)) if n not in inner]


def threshold(values: Iterable[Any], rng: random.Random, whole: bool, up: bool = False) -> tuple[str, Any]:
    """An operator and a round number that part these values in two. Raises Reject where all are alike.

    `up` asks for "more than": where only those that have any are counted, "fewer than" would leave out those with none.
    """
    known = sorted(float(v) for v in values if v is not None and math.isfinite(float(v)))
    if len(known) < 3 or known[0] == known[-1]:
        raise Reject("groups too alike")
    for _ in range(6):
        at = known[min(len(known) - 1, int(len(known) * rng.uniform(0.25, 0.9)))]
        number = rounded(at, whole)
        if whole and isinstance(number, int) and 10 < number < 1000:
            unit = 5 if number < 100 else 50
            number = round(number / unit) * unit
        operator = rng.choices((">", ">=", "<"), (5, 3, 0 if up else 2))[0]
        kept = sum(_holds(v, operator, number) for v in known)
        if 0 < kept < len(known):
            return operator, number
    raise Reject("groups too alike")


def rounded(value: float, whole: bool) -> float | int:
    """`value` to two significant digits; an integer where values are."""
    if value == 0:
        return 0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    number = round(round(value / step) * step, 6)
    if whole or number.is_integer():
        return round(value) if abs(value) < 10 and whole else int(number)
    return float(f"{number:.6g}")


def _holds(value: float, operator: str, number: float) -> bool:
    return value > number if operator == ">" else value >= number if operator == ">=" else value < number


def without_nulls(rows: Iterable[Sequence[Any]], position: int) -> None:
    """Reject where a figure to sort by is NULL somewhere: engines disagree on where that comes."""
    if any(row[position] is None for row in rows):
        raise Reject("NULLs in an order")


def having(context: Context, query: Select, position: int, found: Aggregate, rng: random.Random) -> Select:
    """`query` with a HAVING on its aggregate in column `position`, its number taken from the real groups."""
    values = [row[position] for row in context.rows(query)]
    operator, number = threshold(values, rng, found.whole, found.count)
    return replace(query, having=(*query.having, condition(f"{found.sql} {operator} {number}", proved=True)))


def grouped_by(block: Block, node: int) -> tuple[tuple[Ref, ...], tuple[str, ...]]:
    """What to show and what to group by for one entity."""
    return label(block, node), tuple(r.sql for r in grouping(block, node))


def needs(block: Block, rng: random.Random, conditions: int) -> tuple[list[int], list[int]]:
    """Deal the leaves of a block: those to be used by a condition, and those to be shown."""
    ends = leaves(block)
    rng.shuffle(ends)
    most = min(len(ends), conditions)
    cut = rng.randint(0, most) if most else 0
    return ends[:cut], ends[cut:]


def changes(block: Block, ref: Ref, chosen: Chosen) -> bool:
    """Whether in the sample each condition takes away a value of `ref`, not just rows."""
    values = block.sample.values(ref.node, ref.column.name)
    first, *others = ({values[n] for n in bits(rows)} for rows in chosen.without(len(block.rows)))
    return all(first != other for other in others)


def spread(block: Block, ref: Ref, chosen: Chosen) -> int:
    """How many values of `ref` the sample holds among the rows that satisfy these conditions."""
    values = block.sample.values(ref.node, ref.column.name)
    return len({repr(values[n]) for n in bits(next(chosen.without(len(block.rows))))})


def shares(block: Block, node: int) -> bool:
    """Whether several rows of the block belong to one row of this table, so that groups are more than single rows."""
    table = block.nodes[node].table
    keys = [block.sample.values(node, c.name) for c in table.key]
    return len(set(map(repr, zip(*keys, strict=True)))) * 1.25 <= len(block.rows) if keys else False


def any_groups(block: Block, rng: random.Random) -> tuple[tuple[Ref, ...], tuple[str, ...], int]:
    """A category, or an entity that rows share: what to show, what to group by, and the table it is of."""
    options: list[tuple[tuple[Ref, ...], tuple[str, ...], int]] = [
        ((r,), (r.sql,), r.node) for r in categories(block, 30)
    ]
    for node in leaves(block):
        if block.nodes[node].table.label and block.nodes[node].table.key and shares(block, node):
            names, keys = grouped_by(block, node)
            options += [(names, keys, node)] * 2
    if not options:
        raise Reject("nothing to group by")
    return rng.choice(options)
