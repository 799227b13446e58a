"""How well a model retrieves: does it put an example of the right skeleton first, and how alike are those it does?

The vectors of two examples with the same skeleton are the same, so a ranking of skeletons says all about a ranking of
examples: each skeleton stands there as often as it has examples.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from querywright.evaluation.confidence import Interval, bootstrap
from querywright.retrieval.examples.shelf import likeness

if TYPE_CHECKING:
    from querywright.models.contract import Vectors

DEPTHS: Final = (1, 5, 10)
"""How many examples are shown to a model, at which recall and likeness are told."""
DRAWS: Final = 10_000
AT_ONCE: Final = 256
"""Questions ranked together, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question whose right skeleton is known."""

    db_id: str
    question: str
    """Masked, as when somebody asks it."""
    sql: str
    """Masked."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a model retrieved for each question, in their order."""

    ranks: tuple[int | None, ...]
    """Where the first example of the right skeleton stands, from 1; None where the base has none."""
    alike: Mapping[int, tuple[float, ...]]
    """By depth: the mean likeness of the skeletons of so many examples to the right one."""

    def hits(self, depth: int) -> tuple[float, ...]:
        """1 or 0 for each question that can be answered: whether one of the first so many is right."""
        return tuple(float(rank <= depth) for rank in self.ranks if rank is not None)

    def reciprocal(self) -> tuple[float, ...]:
        """1/rank for each question that can be answered."""
        return tuple(1.0 / rank for rank in self.ranks if rank is not None)

    def figures(self) -> dict[str, float]:
        """Shares in percent and means. Recall and MRR are over those that can be answered, likeness over all."""
        found = {f"recall@{depth}": 100 * _mean(self.hits(depth)) for depth in DEPTHS}
        found["mrr"] = _mean(self.reciprocal())
        found |= {f"likeness@{depth}": _mean(self.alike[depth]) for depth in DEPTHS}
        return {name: round(value, 4) for name, value in found.items()}


def retrieved(asked: Sequence[Asked], base: Mapping[str, int], questions: Vectors, queries: Vectors) -> Retrieved:
    """Rank the examples of a base for each question.

    Args:
        asked: the questions.
        base: how many examples have each skeleton.
        questions: their vectors, of length 1.
        queries: those of the skeletons, in the order of the base.
    """
    import numpy as np

    skeletons, counts = list(base), np.array(list(base.values()))
    number = {skeleton: place for place, skeleton in enumerate(skeletons)}
    ranks: list[int | None] = []
    alike: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    for start in range(0, len(asked), AT_ONCE):
        scores = questions[start : start + AT_ONCE].astype(np.float64) @ queries.astype(np.float64).T
        for one, line in zip(asked[start : start + AT_ONCE], scores, strict=True):
            order = np.argsort(-line, kind="stable")
            before = np.cumsum(counts[order]) - counts[order]
            right = number.get(one.sql)
            ranks.append(None if right is None else int(before[np.flatnonzero(order == right)[0]]) + 1)
            shown = np.repeat(order[: max(DEPTHS)], np.minimum(counts[order[: max(DEPTHS)]], max(DEPTHS)))
            near = [likeness(one.sql, skeletons[place]) for place in shown[: max(DEPTHS)]]
            for depth in DEPTHS:
                alike[depth].append(_mean(near[:depth]))
    return Retrieved(tuple(ranks), {depth: tuple(values) for depth, values in alike.items()})


def gains(before: Retrieved, after: Retrieved, asked: Sequence[Asked], seed: int = 0) -> dict[str, dict[str, Any]]:
    """By how much `after` is better, on the same questions, with 95 % intervals of the paired differences.

    `interval` draws questions. `interval_by_database` draws whole databases: questions of one are alike, and a gain
    on them says less about databases that are not there.
    """
    answerable = [one.db_id for one, rank in zip(asked, after.ranks, strict=True) if rank is not None]
    everyone = [one.db_id for one in asked]
    found = {}
    for depth in DEPTHS:
        hits = zip(before.hits(depth), after.hits(depth), strict=True)
        found[f"recall@{depth}"] = _gain([100 * (new - old) for old, new in hits], answerable, seed)
    reciprocal = zip(before.reciprocal(), after.reciprocal(), strict=True)
    found["mrr"] = _gain([new - old for old, new in reciprocal], answerable, seed)
    alike = zip(before.alike[5], after.alike[5], strict=True)
    found["likeness@5"] = _gain([new - old for old, new in alike], everyone, seed)
    return found


def _gain(differences: list[float], groups: Sequence[str], seed: int) -> dict[str, Any]:
    return {
        "difference": round(_mean(differences), 4),
        "interval": _ends(bootstrap(differences, seed, DRAWS)),
        "interval_by_database": _ends(grouped_bootstrap(differences, groups, seed)),
    }


def _ends(interval: Interval) -> list[float]:
    return [round(interval.low, 4), round(interval.high, 4)]


def grouped_bootstrap(values: Sequence[float], groups: Sequence[str], seed: int = 0, draws: int = DRAWS) -> Interval:
    """The 95 % percentile interval of the mean where whole groups are drawn. No values: (0, 0)."""
    if not values:
        return Interval(0.0, 0.0)
    import numpy as np

    of: defaultdict[str, list[float]] = defaultdict(list)
    for value, group in zip(values, groups, strict=True):
        of[group].append(value)
    sums, sizes = np.array([sum(each) for each in of.values()]), np.array([len(each) for each in of.values()])
    drawn = np.random.default_rng(seed).integers(0, len(of), (draws, len(of)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(low), float(high))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
