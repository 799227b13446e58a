"""The grammar author's SQL: one query per draw, kept only if the checks let it through."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sqlglot import exp

from querywright.databases import Database
from querywright.runs.steps import Reject
from querywright.sql import parse
from querywright.synthesis.grammar.checks import check
from querywright.synthesis.grammar.context import Context
from querywright.synthesis.grammar.dialects import dialect
from querywright.synthesis.grammar.graph import Graph
from querywright.synthesis.grammar.plans import PLANS, Plan
from querywright.synthesis.grammar.predicates import Finder
from querywright.synthesis.grammar.profiles import Aim, Profile
from querywright.synthesis.grammar.samples import Samples
from querywright.synthesis.grammar.trees import Query, Shape, render, shape
from querywright.synthesis.lexicon import Lexicon

TRIES = 60


@dataclass(frozen=True, slots=True)
class Written:
    """One query that passed the checks."""

    sql: str
    tree: exp.Expression
    plan: str
    tries: int
    wanted: Shape
    exact: bool
    """Whether it has exactly the features drawn for it."""


class Grammar:
    """Writes queries about one database. Reads its schema and samples on creation; holds no connection of its own."""

    def __init__(self, database: Database, lexicon: Lexicon, profile: Profile | None = None) -> None:
        self._database, self._profile = database, profile or Profile()
        self._aim = Aim.of(self._profile)
        self._dialect = dialect(database.dialect)
        graph = Graph.read(database, lexicon, self._dialect)
        self._context = Context(
            database, graph, Samples(database, graph), Finder(self._dialect), self._dialect, tuple(graph.tables.values())
        )

    def write(self, rng: random.Random) -> Written:
        """One query. Raises Reject with the commonest reason where none could be composed."""
        if not self._context.tables:
            raise Reject("no rows to ask about")
        wanted = self._aim.draw(rng)
        reasons: dict[str, int] = {}
        for tries in range(1, TRIES + 1):
            target = wanted if tries <= TRIES // 2 else _relaxed(wanted, rng)
            name = self._choose(target, rng)
            if name is None:
                target = _relaxed(target, rng)
                continue
            try:
                query = PLANS[name].write(self._context, rng, target)
                self._accept(query, target)
                sql = render(query)
                check(self._database, query, sql)
            except Reject as reject:
                reasons[reject.reason] = reasons.get(reject.reason, 0) + 1
                continue
            return Written(sql, parse(sql, self._database.dialect), name, tries, wanted, target == wanted)
        raise Reject(max(reasons, key=lambda r: reasons[r]) if reasons else "no plan fits the schema")

    def _accept(self, query: Query, target: Shape) -> None:
        if shape(query) != target:
            raise Reject("other features than wanted", f"{shape(query)} for {target}")

    def _choose(self, target: Shape, rng: random.Random) -> str | None:
        fitting = [(n, p) for n, p in PLANS.items() if p.fits(target)]
        weights = [self._weight(n, p) for n, p in fitting]
        return rng.choices([n for n, _ in fitting], weights)[0] if any(weights) else None

    def _weight(self, name: str, plan: Plan) -> float:
        return plan.weight * self._profile.plans.get(name, 1.0)


def _relaxed(wanted: Shape, rng: random.Random) -> Shape:
    """`wanted` with its counts moved by at most one."""
    return Shape(
        wanted.window, wanted.set_op, wanted.subquery, wanted.group_by,
        max(0, wanted.cases + rng.randint(-1, 0)),
        max(0, wanted.wheres + rng.randint(-1, 1)),
        max(0, wanted.joins + rng.randint(-1, 1)),
    )  # fmt: skip
