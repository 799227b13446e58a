"""The kinds of query the grammar writes: one dictionary from name to plan.

A plan is a plain function `(context, rng, wanted) -> query`. It aims at the counts in `wanted` and raises Reject where
this schema or this try cannot give them; the grammar tries again or tries another.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType

from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.dialects import Dialect
from querywright.synthesis.grammar.plans import (
    aggregate,
    cases,
    comparison,
    ctes,
    dates,
    firsts,
    grouping,
    hierarchy,
    lookup,
    membership,
    returning,
    setops,
    superlative,
    windows,
)
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
    step: int = 1
    """2 where conditions come in pairs, the same one inside and outside."""
    exists_in: Callable[[Dialect], bool] = lambda dialect: True
    """Whether the engine can run it, and people who use the engine write it."""

    def fits(self, wanted: Shape) -> bool:
        """Whether this kind can have these features and counts."""
        return (
            letters(wanted) in self.features
            and self.wheres[0] <= wanted.wheres <= self.wheres[1]
            and (wanted.wheres - self.wheres[0]) % self.step == 0
            and self.joins[0] <= wanted.joins <= self.joins[1]
            and self.cases[0] <= wanted.cases <= self.cases[1]
        )


def letters(shape: Shape) -> str:
    """`WQ` for a query with a window and a subquery; empty for a plain one."""
    marks = (("W", shape.window), ("S", shape.set_op), ("Q", shape.subquery), ("G", shape.group_by))
    return "".join(letter for letter, present in marks if present)


def _plan(
    write: Write,
    *features: str,
    weight: float = 1.0,
    wheres: tuple[int, int] = (0, 9),
    joins: tuple[int, int] = (0, 3),
    cases: tuple[int, int] = (0, 0),
    step: int = 1,
    exists_in: Callable[[Dialect], bool] = lambda dialect: True,
) -> Plan:
    return Plan(write, frozenset(features), weight, wheres, joins, cases, step, exists_in)


PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        "listing": _plan(lookup.listing, "", wheres=(1, 6), weight=3),
        "attribute": _plan(lookup.attribute, "", wheres=(1, 2), joins=(0, 2), weight=0.8),
        "values": _plan(lookup.values, "", wheres=(1, 4)),
        "top": _plan(superlative.top, "", weight=1.3),
        "count": _plan(aggregate.count, "", wheres=(1, 6), weight=1.2),
        "figures": _plan(aggregate.figures, "", weight=1.5),
        "different": _plan(aggregate.different, "", weight=0.6),
        "extremes": _plan(aggregate.extremes, "", weight=0.4),
        "per parent": _plan(ctes.per_parent, "", weight=0.5),
        "time between": _plan(dates.time_between, "", "G", weight=1.2),
        "late": _plan(dates.late, "", "G", wheres=(1, 5), joins=(0, 2), weight=0.8),
        "without children": _plan(membership.without_children, "", wheres=(1, 6), joins=(1, 3), weight=0.8),
        "buckets": _plan(cases.buckets, "", "G", cases=(1, 1)),
        "pivot": _plan(cases.pivot, "", "G", cases=(2, 4)),
        "percentage": _plan(cases.percentage, "", "G", cases=(1, 1), weight=1.5),
        "by category": _plan(grouping.by_category, "G", weight=1.5),
        "by entity": _plan(grouping.by_entity, "G", joins=(1, 3), weight=2),
        "by period": _plan(dates.by_period, "G", weight=1.5),
        "none included": _plan(ctes.none_included, "G", joins=(1, 3), weight=0.8),
        "having children": _plan(membership.having_children, "Q", "QG", wheres=(1, 6), weight=1.4),
        "both or one": _plan(returning.both_or_one, "Q", wheres=(4, 7), joins=(0, 3), weight=3),
        "how many often": _plan(returning.how_many_often, "QG", wheres=(0, 4), joins=(0, 1)),
        "filtered": _plan(cases.filtered, "", "G", wheres=(1, 4), exists_in=attrgetter("has_filter")),
        "counts beside": _plan(membership.counts_beside, "Q", wheres=(1, 6), weight=0.6),
        "extreme": _plan(superlative.extreme, "Q", wheres=(1, 7), weight=1.5, step=2),
        "owner of extreme": _plan(superlative.owner_of_extreme, "Q", wheres=(2, 2), joins=(0, 1)),
        "best of group": _plan(superlative.best_of_group, "Q", wheres=(2, 6), step=2),
        "first of each": _plan(firsts.distinct_on, "", joins=(0, 2), exists_in=attrgetter("has_distinct_on")),
        "top few of each": _plan(
            firsts.lateral, "Q", wheres=(1, 4), joins=(1, 3), weight=1.2, exists_in=attrgetter("has_lateral")
        ),
        "runner up": _plan(superlative.runner_up, "Q", wheres=(2, 2), weight=0.4),
        "above average": _plan(comparison.overall, "Q", "QG", wheres=(1, 5), step=2),
        "above own group": _plan(comparison.own_group, "Q", "QG", wheres=(2, 6), step=2),
        "difference": _plan(comparison.difference, "Q", wheres=(0, 4), joins=(0, 0), step=2, weight=0.4),
        "versus average": _plan(cases.versus_average, "Q", "QG", wheres=(0, 2), joins=(0, 0), cases=(1, 1), step=2),
        "counted children": _plan(membership.counted_children, "QG", wheres=(1, 6), weight=1.5),
        "groups above average": _plan(comparison.groups_above, "QG", wheres=(0, 4), joins=(0, 1), step=2),
        "average of groups": _plan(ctes.average_of_groups, "QG", joins=(0, 1)),
        "above average groups": _plan(ctes.above_average_groups, "QG", wheres=(1, 6)),
        "children summed": _plan(ctes.children_summed, "QG", wheres=(0, 5), joins=(1, 3)),
        "against group": _plan(ctes.against_group, "QG", wheres=(1, 5), joins=(1, 1), step=2, weight=0.7),
        "two kinds": _plan(setops.two_kinds, "SQ", "SQG", wheres=(0, 5), joins=(2, 4), weight=2.5),
        "again": _plan(setops.again, "SQ", wheres=(2, 4), joins=(2, 4), step=2, weight=2),
        "own and children": _plan(setops.own_and_children, "SQ", "SQG", wheres=(0, 5), joins=(1, 3), weight=0.7),
        "same values": _plan(setops.same_values, "SQ", wheres=(0, 4), joins=(0, 0), weight=2),
        "above parent": _plan(hierarchy.above_parent, "", wheres=(1, 6), joins=(1, 1), weight=0.6),
        "below each": _plan(hierarchy.below_each, "G", joins=(1, 1), weight=0.5),
        "hierarchy": _plan(hierarchy.under, "SQ", wheres=(1, 3), joins=(1, 1), weight=2),
        "rank beside": _plan(windows.beside, "W", weight=2),
        "qualified": _plan(windows.qualified, "W", exists_in=attrgetter("has_qualify")),
        "since previous": _plan(windows.since_previous, "W", joins=(1, 3)),
        "best of each": _plan(windows.best_of_each, "WQ", wheres=(1, 6)),
        "group shares": _plan(windows.group_shares, "WG"),
        "over time": _plan(windows.over_time, "WG", "WQG"),
        "leader of each": _plan(windows.leader_of_each, "WQG", wheres=(1, 6)),
    }
)
