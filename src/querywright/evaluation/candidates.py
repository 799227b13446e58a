"""What several candidates for one question are worth: how good the best choice is, the worst, and those really made.

An oracle that finds a right candidate wherever there is one reaches the upper bound; an adversary who finds a wrong
one wherever there is one still reaches the lower bound. Every selector lies between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

JOINT = " + "
"""Between the names of strategies that solved a question together."""
_DRAWN = 5
"""Up to so many strategies every combination is listed, also one that solved nothing: what a diagram needs."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates for one question. The i-th of `correct`, `clusters` and `strategies` belong to one candidate.

    Raises:
        ValueError: the three are not equally long, or a pick is none of the candidates.
    """

    correct: tuple[bool, ...]
    clusters: tuple[int | None, ...]
    """Candidates with equal results have the same number; None where the candidate could not be executed."""
    strategies: tuple[str, ...]
    picks: Mapping[str, int] = field(default_factory=dict)
    """Which candidate a selector took, by the selector's name."""
    empty: frozenset[int] = frozenset()
    """The clusters whose result has no rows."""

    def __post_init__(self) -> None:
        if not len(self.correct) == len(self.clusters) == len(self.strategies):
            sizes = f"{len(self.correct)} verdicts, {len(self.clusters)} clusters, {len(self.strategies)} strategies"
            raise ValueError(f"a candidate has one of each, these are {sizes}")
        for selector, pick in self.picks.items():
            if not 0 <= pick < len(self.correct):
                raise ValueError(f"{selector} picked candidate {pick}, there are {len(self.correct)}")


@dataclass(frozen=True, slots=True)
class CandidateFigures:
    """What the candidates for many questions are worth. Figures are percent of all questions."""

    questions: int
    candidates: int
    """Of all questions together."""
    upper: float
    """Questions with at least one right candidate."""
    lower: float
    """Questions all of whose candidates are right."""
    self_consistency: float
    """Questions where the majority's candidate is right; see `majority`."""
    first: float
    """Questions whose first candidate is right."""
    mean_accuracy: float
    """How many of a question's candidates are right, on average; every question weighs the same."""
    pass_at: dict[str, float]
    """pass@k by k: 1, 2, 4, 8, … up to the most candidates a question has; see `pass_at_k`."""
    picks: dict[str, float]
    """Questions where the selector took a right candidate, by selector. One that took none there is wrong there."""
    strategies: dict[str, CandidateFigures] = field(default_factory=dict)
    """The same for the candidates of one strategy alone, over all questions; without picks, which chose among all."""
    overlap: dict[str, int] = field(default_factory=dict)
    """Questions solved by exactly these strategies, each with at least one right candidate, by their names joined with
    ` + ` in order of the alphabet. Beyond five strategies only combinations that occur are listed."""
    unique: dict[str, int] = field(default_factory=dict)
    """Questions that only this strategy solved."""


def candidate_figures(pools: Sequence[Pool]) -> CandidateFigures:
    """Sum up the candidates for many questions. A question without candidates counts, as not solved."""
    names = sorted({name for pool in pools for name in pool.strategies})
    solved = Counter(JOINT.join(who) for pool in pools if (who := _solvers(pool)))
    listed = _combinations(names) if len(names) <= _DRAWN else sorted(solved)
    return _figures(
        pools,
        strategies={name: _figures([_only(pool, name) for pool in pools]) for name in names},
        overlap={joint: solved[joint] for joint in listed},
        unique={name: solved[name] for name in names},
    )


def upper(pool: Pool) -> bool:
    """Whether an oracle could choose a right candidate."""
    return any(pool.correct)


def lower(pool: Pool) -> bool:
    """Whether even an adversary must choose a right candidate: there are some and all are right."""
    return bool(pool.correct) and all(pool.correct)


def majority(pool: Pool) -> int | None:
    """The candidate that self-consistency chooses: the first of the largest cluster; None if none was executed.

    Between clusters of one size, one with rows goes before an empty one, then the one whose first member comes first.
    """
    votes = Counter(cluster for cluster in pool.clusters if cluster is not None)
    if not votes:
        return None
    winner = max(votes, key=lambda cluster: (votes[cluster], cluster not in pool.empty))  # the first of equals
    return pool.clusters.index(winner)


def pass_at_k(total: int, correct: int, k: int) -> float:
    """The chance that k of `total` candidates, drawn without putting back, include one of the `correct` ones.

    Where there are fewer than k candidates, all of them are drawn.

    Raises:
        ValueError: k is not positive, or `correct` is not between 0 and `total`.

    >>> pass_at_k(4, 1, 1), pass_at_k(4, 1, 2), pass_at_k(4, 1, 8)
    (0.25, 0.5, 1.0)
    """
    if k < 1:
        raise ValueError(f"at least one candidate is drawn, this is {k}")
    if not 0 <= correct <= total:
        raise ValueError(f"{correct} of {total} candidates cannot be right")
    drawn = min(k, total)
    ways = comb(total, drawn)
    return (ways - comb(total - correct, drawn)) / ways


def _figures(
    pools: Sequence[Pool],
    strategies: dict[str, CandidateFigures] | None = None,
    overlap: dict[str, int] | None = None,
    unique: dict[str, int] | None = None,
) -> CandidateFigures:
    sizes = [(len(pool.correct), sum(pool.correct)) for pool in pools]
    most = max((size for size, _ in sizes), default=0)
    powers = [2**power for power in range(most.bit_length())]
    selectors = sorted({selector for pool in pools for selector in pool.picks})
    return CandidateFigures(
        questions=len(pools),
        candidates=sum(size for size, _ in sizes),
        upper=_percent([upper(pool) for pool in pools]),
        lower=_percent([lower(pool) for pool in pools]),
        self_consistency=_percent([_right(pool, majority(pool)) for pool in pools]),
        first=_percent([_right(pool, 0 if pool.correct else None) for pool in pools]),
        mean_accuracy=_percent([right / size if size else 0.0 for size, right in sizes]),
        pass_at={str(k): _percent([pass_at_k(size, right, k) for size, right in sizes]) for k in powers},
        picks={name: _percent([_right(pool, pool.picks.get(name)) for pool in pools]) for name in selectors},
        strategies=strategies or {},
        overlap=overlap or {},
        unique=unique or {},
    )


def _percent(values: Sequence[float]) -> float:
    return 100 * sum(values) / len(values) if values else 0.0


def _right(pool: Pool, choice: int | None) -> bool:
    return choice is not None and pool.correct[choice]


def _only(pool: Pool, strategy: str) -> Pool:
    """The pool with the candidates of one strategy only."""
    kept = [i for i, name in enumerate(pool.strategies) if name == strategy]
    return Pool(
        correct=tuple(pool.correct[i] for i in kept),
        clusters=tuple(pool.clusters[i] for i in kept),
        strategies=(strategy,) * len(kept),
        empty=pool.empty,
    )


def _solvers(pool: Pool) -> list[str]:
    return sorted({name for name, right in zip(pool.strategies, pool.correct, strict=True) if right})


def _combinations(names: Sequence[str]) -> list[str]:
    return [JOINT.join(some) for size in range(1, len(names) + 1) for some in combinations(names, size)]
