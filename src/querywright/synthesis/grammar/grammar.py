"""The grammar author's SQL: one query per draw, kept only if the checks let it through."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from querywright.databases import Database, Result
from querywright.runs.steps import Reject
from querywright.sql import parse
from querywright.sql.parsing import Tree
from querywright.synthesis.grammar.checks import check
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.plans import PLANS, Plan
from querywright.synthesis.grammar.profiles import Aim, Profile
from querywright.synthesis.grammar.trees import Shape, render, shape
from querywright.synthesis.lexicon import Lexicon

TRIES = 6
"""Tries with one kind of query before another is tried."""
MOST = 18
"""Tries with one set of features, about, before it is relaxed."""
HOPELESS = frozenset({"no table for this plan", "no hierarchy"})
"""Reasons that another try with the same kind would only meet again."""
SELDOM = frozenset(
    (
        "no two dates", "no dates", "no categories", "nothing to group by", "nothing to measure", "nothing to order by",
        "no values to count", "no values to list", "no parents", "no named parent", "no key to count",
        "dates always in one order", "no room for conditions", "not the same rows on both sides",
    )
)  # fmt: skip
"""Reasons that lie in the table picked: two such, and the kind is given up."""
PATIENCE = 140
"""Tries in all, after which only the plainest features are left to try."""


@dataclass(frozen=True)
class Written:
    """One query that passed the checks."""

    sql: str
    dialect: str
    result: Result
    """All of its rows."""
    plan: str
    tries: int
    wanted: Shape
    exact: bool
    """Whether it has exactly the features drawn for it."""
    dropped: tuple[tuple[str, str], ...] = ()
    """(plan, reason) of the tries before it."""

    @cached_property
    def tree(self) -> Tree:
        """The query as a SQLGlot tree."""
        return parse(self.sql, self.dialect)


class Grammar:
    """Writes queries about one database. Reads its schema and samples on creation; holds no connection of its own."""

    def __init__(self, database: Database, lexicon: Lexicon, profile: Profile | None = None) -> None:
        self._database, self._profile = database, profile or Profile()
        self._aim = Aim.of(self._profile)
        # Databases take their turns out of step, or one draw number would ask the same of all of them.
        self._phase = zlib.crc32(database.db_id.encode()) % 9973
        self.context = Context.read(database, lexicon)
        """What it knows of the database, for others who write about it."""
        self._dialect = self.context.dialect

    def write(self, rng: random.Random, turn: int | None = None) -> Written:
        """One query.

        Args:
            rng: the only source of chance.
            turn: the number of the draw, where draws are numbered: keeps the mix even over short runs.

        Raises Reject with the commonest reason where none could be composed.
        """
        if not self.context.tables:
            raise Reject("no rows to ask about")
        wanted = self._aim.draw(rng, None if turn is None else turn + self._phase)
        dropped: list[tuple[str, str]] = []
        for target in self._targets(wanted, rng):
            names, before = self._order(target, rng), len(dropped)
            if before > PATIENCE and (target.subquery or target.window or target.set_op or target.joins > 1):
                continue
            for name in names:
                seldom = 0
                for _ in range(TRIES if len(names) > 1 else 4 * TRIES):
                    try:
                        query = PLANS[name].write(self.context, rng, target)
                        if shape(query) != target:
                            raise Reject("other features than wanted", f"{shape(query)} for {target}")
                        sql = render(query)
                        result = check(self._database, query, sql)
                    except Reject as reject:
                        dropped.append((name, reject.reason))
                        seldom += reject.reason in SELDOM
                        if reject.reason in HOPELESS or seldom > 1:
                            break
                        continue
                    exact = target == wanted
                    found = tuple(dropped)
                    return Written(sql, self._dialect.name, result, name, len(found) + 1, wanted, exact, found)
                if len(dropped) - before > MOST:
                    break
        reasons = Counter(reason for _, reason in dropped)
        raise Reject(reasons.most_common(1)[0][0] if reasons else "no plan fits the schema")

    def _targets(self, wanted: Shape, rng: random.Random) -> Iterator[Shape]:
        """What to aim at, one after the other: the draw itself, then its counts moved, then fewer of its features."""
        yield wanted
        for step in (1, 2):
            yield _moved(wanted, step, rng)
        for wheres in (1, 0, 2):
            yield replace(wanted, wheres=wheres, joins=min(wanted.joins, 1), cases=min(wanted.cases, 2))
            yield replace(wanted, wheres=wheres, joins=0, cases=0)
        plain = replace(wanted, window=False, set_op=False, cases=0)
        yield plain
        for step in (1, 2):
            yield _moved(replace(plain, subquery=False), step, rng)
        for joins in (1, 0):
            yield Shape(wheres=rng.choice((1, 2)), joins=joins)
        yield Shape(wheres=1)
        yield Shape(group_by=True)
        yield Shape()

    def _order(self, target: Shape, rng: random.Random) -> list[str]:
        """Up to four kinds of query that can have these features, in the order to try them."""
        weighed = [(n, self._weight(n, p)) for n, p in PLANS.items() if p.fits(target) and p.exists_in(self._dialect)]
        keyed = [(rng.random() ** (1 / w), n) for n, w in weighed if w > 0]
        return [n for _, n in sorted(keyed, reverse=True)[:4]]

    def _weight(self, name: str, plan: Plan) -> float:
        return plan.weight * self._profile.plans.get(name, 1.0)


def _moved(wanted: Shape, step: int, rng: random.Random) -> Shape:
    """`wanted` with its counts moved by at most `step`."""
    return replace(
        wanted,
        cases=max(0, wanted.cases - rng.randint(0, step)),
        wheres=max(0, wanted.wheres + rng.randint(-step, step)),
        joins=max(0, wanted.joins - rng.randint(0, step)),
    )
