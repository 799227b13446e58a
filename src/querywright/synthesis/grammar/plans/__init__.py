"""The kinds of query the grammar writes: one dictionary from name to plan.

A plan is a plain function `(context, rng, wanted) -> query`. It aims at the counts in `wanted` and raises Reject where
this schema or this try cannot give them; the grammar tries again or tries another.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.plans import aggregate, grouping, lookup, membership
from querywright.synthesis.grammar.trees import Query, Shape

Write = Callable[[Context, random.Random, Shape], Query]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to write one kind of query, and which features it can have.

    `features` holds the combinations it can produce, as letters: W window, S set operation, Q subquery, G group.
    """

    write: Write
    features: frozenset[str]
    weight: float = 1.0
    wheres: tuple[int, int] = (0, 9)
    joins: tuple[int, int] = (0, 3)
    cases: tuple[int, int] = (0, 0)

    def fits(self, wanted: Shape) -> bool:
        """Whether this kind can have these features and counts."""
        return (
            letters(wanted) in self.features
            and self.wheres[0] <= wanted.wheres <= self.wheres[1]
            and self.joins[0] <= wanted.joins <= self.joins[1]
            and self.cases[0] <= wanted.cases <= self.cases[1]
        )


def letters(shape: Shape) -> str:
    """`WQ` for a query with a window and a subquery; empty for a plain one."""
    marks = (("W", shape.window), ("S", shape.set_op), ("Q", shape.subquery), ("G", shape.group_by))
    return "".join(letter for letter, present in marks if present)


def _plan(write: Write, *features: str, weight: float = 1.0, wheres: tuple[int, int] = (0, 9),
          joins: tuple[int, int] = (0, 3), cases: tuple[int, int] = (0, 0)) -> Plan:  # fmt: skip
    return Plan(write, frozenset(features), weight, wheres, joins, cases)


PLANS = MappingProxyType(
    {
        "listing": _plan(lookup.listing, "", wheres=(1, 9), weight=3),
        "values": _plan(lookup.values, "", wheres=(1, 4)),
        "count": _plan(aggregate.count, "", wheres=(1, 9), weight=1.5),
        "figures": _plan(aggregate.figures, "", weight=1.5),
        "different": _plan(aggregate.different, "", weight=0.7),
        "extremes": _plan(aggregate.extremes, "", weight=0.5),
        "by category": _plan(grouping.by_category, "G"),
        "by entity": _plan(grouping.by_entity, "G", joins=(1, 3)),
        "having children": _plan(membership.having_children, "Q", wheres=(1, 9)),
    }
)
