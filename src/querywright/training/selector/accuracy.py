"""How often a judge finds the right one of two queries, asked in both orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from querywright.answering.selection.judge import PairJudge
from querywright.answering.selection.judged import Odds, is_even
from querywright.evaluation.confidence import Interval
from querywright.training.selector.pair import Pair

DRAWS = 10_000
_AT_ONCE = 64
"""Pairs that a judge is asked of at a time, so that their prompts' tokens do not all lie in memory."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares are in percent."""

    pairs: int
    questions: int
    databases: int
    accuracy: float
    """Pairs whose right query is preferred, over both orders, as a tournament decides; undecided: half right."""
    low: float
    high: float
    """Where it would fall for other questions of the same kind: 95 % of draws of questions, each with all its pairs."""
    one_order: float
    """The share of single questions, two a pair, that are answered right: what the order costs lies between the two."""
    torn: float
    """Pairs whose two orders are judged differently."""
    unread: int = 0
    """Pairs that the judge could not read in any order, which count as undecided."""


def accuracy(judge: PairJudge, pairs: Sequence[Pair], seed: int = 0) -> Accuracy:
    """Ask a judge of every pair in both orders.

    Raises ValueError: there are no pairs.
    """
    if not pairs:
        raise ValueError("there are no pairs to be judged")
    said = [odds for at in range(0, len(pairs), _AT_ONCE) for odds in _asked(judge, pairs[at : at + _AT_ONCE])]
    right = [_half_or(odds.of(0, 1)) for odds in said]
    single = [_half_or(p) for odds in said for p in _both(odds)]
    interval = by_question([pair.key for pair in pairs], right, seed)
    return Accuracy(
        len(pairs),
        len({pair.key for pair in pairs}),
        len({pair.db_id for pair in pairs}),
        _percent(right),
        round(100 * interval.low, 2),
        round(100 * interval.high, 2),
        _percent(single),
        _percent([odds.torn for odds in said]),
        sum(odds.of(0, 1) is None for odds in said),
    )


def by_question(keys: Sequence[str], values: Sequence[float], seed: int = 0, draws: int = DRAWS) -> Interval:
    """The 95 % bootstrap interval of the mean of values that come in groups: whole groups are drawn.

    Pairs of one question are alike; drawn one by one they would seem to say more than they do.
    """
    import numpy as np

    groups = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    sums, sizes = np.zeros(len(groups)), np.zeros(len(groups))
    for key, value in zip(keys, values, strict=True):
        sums[groups[key]] += value
        sizes[groups[key]] += 1
    chance = np.random.default_rng(seed)
    means = []
    for _ in range(draws):
        drawn = chance.integers(0, len(groups), len(groups))
        means.append(sums[drawn].sum() / sizes[drawn].sum())
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(low), float(high))


def _asked(judge: PairJudge, pairs: Sequence[Pair]) -> list[Odds]:
    """What a judge says of pairs: their right query is 0, their wrong one 1."""
    said = judge.prefers([each for pair in pairs for each in (pair.asked, pair.turned)])
    found = []
    for number, pair in enumerate(pairs):
        asked, turned = said[2 * number : 2 * number + 2]
        places = ((0, 1), (1, 0)) if pair.answer == "A" else ((1, 0), (0, 1))
        found.append(Odds({places[0]: asked, places[1]: turned}))
    return found


def _both(odds: Odds) -> tuple[float | None, float | None]:
    """How likely the right one is, in each order."""
    turned = odds.first[1, 0]
    return odds.first[0, 1], None if turned is None else 1 - turned


def _half_or(odds: float | None) -> float:
    return 0.5 if odds is None or is_even(odds) else float(odds > 0.5)


def _percent(values: Sequence[float]) -> float:
    return round(100 * sum(values) / len(values), 2)
