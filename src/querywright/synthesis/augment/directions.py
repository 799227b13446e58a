"""The six directions of augmentation: which rewrites each has, and whether it keeps what the query means."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from querywright.runs.steps import Reject
from querywright.sql.parsing import Tree, exp
from querywright.synthesis.augment import advanced, complexity, logic, performance, structure, values
from querywright.synthesis.augment.fragments import printed
from querywright.synthesis.augment.reading import prepared
from querywright.synthesis.augment.rewrites import Rewrite
from querywright.synthesis.grammar.context import Context


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction. `rewrites` are tried in an order drawn anew for each seed; the names in `last` come after them."""

    name: str
    keeps_meaning: bool
    rewrites: Mapping[str, Rewrite]
    last: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Variant:
    """A seed rewritten in one direction."""

    sql: str
    direction: str
    rewrite: str


DIRECTIONS: dict[str, Direction] = {
    "dvt": Direction("data value transformations", False, values.REWRITES),
    "qsm": Direction("query structure modifications", True, structure.REWRITES, structure.LAST),
    "blc": Direction("business logic changes", False, logic.REWRITES),
    "ce": Direction("complexity enhancements", False, complexity.REWRITES),
    "asf": Direction("advanced SQL features", False, advanced.REWRITES),
    "po": Direction("performance and optimisation", True, performance.REWRITES, performance.LAST),
}


def rewrite(tree: Tree, context: Context, direction: str, rng: random.Random, tried: Collection[str] = ()) -> Variant:
    """One variant of a seed in one direction.

    Args:
        tree: the seed, parsed in the engine's dialect; not changed.
        context: the database to write about.
        direction: a key of `DIRECTIONS`.
        rng: the only source of chance.
        tried: names of rewrites to leave out.

    Raises Reject where no rewrite of the direction fits.
    """
    seed = prepared(tree, context)
    if not isinstance(seed, exp.Query):
        raise Reject("no rewrite of this direction fits", "the seed is no query")
    found = DIRECTIONS[direction]
    for name in _order(found, rng):
        if name in tried:
            continue
        made = found.rewrites[name](seed.copy(), context, rng)
        if made is not None and made != seed:
            return Variant(printed(made, context), direction, name)
    reason = "no rewrite of this direction fits"
    raise Reject(reason, f"{found.name}{': tried ' + ', '.join(tried) if tried else ''}")


def _order(direction: Direction, rng: random.Random) -> list[str]:
    names = [n for n in direction.rewrites if n not in direction.last]
    last = [n for n in direction.rewrites if n in direction.last]
    return rng.sample(names, len(names)) + rng.sample(last, len(last))
