"""How fast a right prediction is beside the gold query: BIRD's VES and R-VES, from times that can be repeated.

The ratio of two times taken once says little: on a busy machine the same query takes half as long again a moment later.
So both queries are run by turns, close together and as often before as after each other, until the ratio is steady.
What the two scores are made of is BIRD's; how the ratio is measured is not, and R-VES does not hold against a
prediction what cannot be told from noise. A wrong prediction scores 0 whatever its time: that is up to the caller.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import fmean, median, stdev

from querywright.databases.database import DEFAULT, Database
from querywright.databases.results import Limits
from querywright.errors import QueryError

LEEWAY = 0.02
"""Ratios that are no further apart, as a share, are not told apart however often the queries run."""
BINS = ((2.0, 1.25), (1.0, 1.0), (0.5, 0.75), (0.25, 0.5))
"""R-VES: a ratio of at least the first number has the second as its reward; of less than the last one, 0.25."""

_STEADY = 0.01
_GROUPS = 9
"""Into so many groups blocks are dealt to see how far the ratio differs between them; an odd number, so that every
group has blocks of both orders. Fewer blocks are not enough to call a ratio steady."""
_STUDENT_99 = 3.355
"""How many standard errors a 99 % interval reaches to each side, by so many groups."""
_SHORTEST = 1e-9
_IN_THIS_THREAD = ("sqlite", "duckdb")
"""Engines that run a query in the thread that asks."""

Block = tuple[float, float, float, float]
"""Seconds of gold, predicted, gold again, predicted again."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How the times of two queries compare; all zero where the predicted one could not be run to its end."""

    ratio: float
    """Gold's time by the prediction's: 2 is a prediction twice as fast."""
    low: float
    high: float
    """Where the ratio lies with 99 % confidence, and never closer than `LEEWAY` to it."""
    runs: int
    """How often each query ran for these figures."""
    gold_seconds: float
    """The median of one run."""
    predicted_seconds: float


def time_ratio(
    database: Database,
    gold: str,
    predicted: str,
    limits: Limits = DEFAULT,
    *,
    seconds: float = 1.0,
    runs: int = 400,
) -> Timing:
    """Measure how much faster the predicted query is than the gold one.

    Both run once to warm up, then in blocks: gold, predicted, predicted, gold, and the next block the other way round.
    It ends when the ratio is known within one percent, after so many `runs` of each or after so many `seconds`
    altogether; a block once begun is finished, and slow queries run at least twice each, warming up included. Time is
    `Result.seconds`: executing and fetching up to the caps of `limits`, so later rows cost nothing on either side. Of
    SQLite and DuckDB, time in which the query waited for the processor is taken off, so waiting for a disk is too;
    a server's times are as they are. What the connector does around a query is in it, which draws ratios of very fast
    queries towards 1: on DuckDB to see that it is one SELECT, on a server the way there and back.

    A prediction that times out or fails while it is timed has the ratio 0, though it ran before: it is not steady.

    Raises:
        QueryError: the gold query cannot be run (any more).
        DatabaseUnavailable: the database is gone.
    """
    until = time.monotonic() + seconds
    blocks: list[Block] = []
    try:
        warm = _took(database, gold, limits), _timed(database, predicted, limits)
        if 2 * sum(warm) > seconds:  # not enough time for a block of its own
            second = _timed(database, predicted, limits)
            blocks.append((*warm, _took(database, gold, limits), second))
        while not blocks or (time.monotonic() < until and len(blocks) < runs // 2 and not _is_steady(blocks)):
            wanted = min(max(_GROUPS, 2 * len(blocks)), max(1, runs // 2))
            _took(database, gold, limits)  # or the first run would pay for what was computed since the last
            while len(blocks) < wanted:
                blocks.append(_block(database, gold, predicted, limits, len(blocks) % 2 == 1))
                if time.monotonic() >= until:
                    break
    except _Failed:
        return Timing(0.0, 0.0, 0.0, 0, 0.0, 0.0)
    return _timing(blocks)


def ves(ratio: float) -> float:
    """The score of a right prediction: 100 times the root of its time ratio. Of `reward`, it is the R-VES.

    >>> ves(1.0), ves(4.0), ves(0.0)
    (100.0, 200.0, 0.0)
    """
    return 100 * sqrt(ratio)


def reward(timing: Timing) -> float:
    """The reward that R-VES takes the root of: 1.25, 1, 0.75, 0.5 or 0.25 by `BINS`; 0 where the prediction failed.

    A ratio that cannot be told from the bound of a bin has reached it. The official script takes the ratio as it is, so
    there a query against itself has 0.75 as often as 1.
    """
    if timing.ratio <= 0:
        return 0.0
    return next((rewarded for bound, rewarded in BINS if timing.high >= bound), 0.25)


class _Failed(Exception):
    """The predicted query could not be run to its end."""


def _took(database: Database, sql: str, limits: Limits) -> float:
    """Seconds of one run. A server works elsewhere; here it is no more than this thread had of the processor."""
    began = time.thread_time()
    seconds = database.execute(sql, limits).seconds
    if database.dialect in _IN_THIS_THREAD:
        seconds = min(seconds, time.thread_time() - began)
    return max(_SHORTEST, seconds)


def _timed(database: Database, predicted: str, limits: Limits) -> float:
    try:
        return _took(database, predicted, limits)
    except QueryError as error:
        raise _Failed from error


def _block(database: Database, gold: str, predicted: str, limits: Limits, predicted_first: bool) -> Block:
    """Two runs of each, the second two in the opposite order, so that what changes with time weighs on both alike."""
    if predicted_first:
        a, b = _timed(database, predicted, limits), _took(database, gold, limits)
        c, d = _took(database, gold, limits), _timed(database, predicted, limits)
        return b, a, c, d
    a, b = _took(database, gold, limits), _timed(database, predicted, limits)
    c, d = _timed(database, predicted, limits), _took(database, gold, limits)
    return a, b, d, c


def _is_steady(blocks: Sequence[Block]) -> bool:
    if len(blocks) < _GROUPS:
        return False
    _, low, high = _estimated(blocks)
    return high / low <= (1 + _STEADY) ** 2


def _timing(blocks: Sequence[Block]) -> Timing:
    ratio, low, high = _estimated(blocks)
    return Timing(
        ratio=ratio,
        low=min(low, ratio / (1 + LEEWAY)),
        high=max(high, ratio * (1 + LEEWAY)),
        runs=2 * len(blocks),
        gold_seconds=median(_of_gold(blocks)),
        predicted_seconds=median(_of_predicted(blocks)),
    )


def _estimated(blocks: Sequence[Block]) -> tuple[float, float, float]:
    """The ratio and its interval, by whichever estimate disagrees least with itself between groups of blocks.

    The middle of all ratios is best where noise is small and even; where most runs are disturbed, only the fastest show
    what a query costs. Of a few blocks the interval is all that was seen.
    """
    if len(blocks) < _GROUPS:
        ratios = _ratios(blocks)
        return exp(_middle(blocks)), ratios[0], ratios[-1]
    groups = [blocks[i::_GROUPS] for i in range(_GROUPS)]
    spread, estimate = min(
        ((stdev(map(estimate, groups)), estimate) for estimate in (_middle, _fastest)), key=lambda pair: pair[0]
    )
    ratio, error = estimate(blocks), _STUDENT_99 * spread / sqrt(_GROUPS)
    return exp(ratio), exp(ratio - error), exp(ratio + error)


def _middle(blocks: Sequence[Block]) -> float:
    """The mean of the middle half of all ratios, as logarithms."""
    ratios = list(map(log, _ratios(blocks)))
    outside = len(ratios) // 4
    return fmean(ratios[outside : len(ratios) - outside])


def _fastest(blocks: Sequence[Block]) -> float:
    """The ratio of what the fastest quarter of runs took on average, as a logarithm."""
    few = max(1, len(blocks) // 2)
    return log(fmean(sorted(_of_gold(blocks))[:few]) / fmean(sorted(_of_predicted(blocks))[:few]))


def _ratios(blocks: Sequence[Block]) -> list[float]:
    """Of the two halves of each block, the least first: in one half gold ran first, in the other the prediction."""
    return sorted(ratio for g, p, h, q in blocks for ratio in (g / p, h / q))


def _of_gold(blocks: Sequence[Block]) -> list[float]:
    return [seconds for block in blocks for seconds in block[0::2]]


def _of_predicted(blocks: Sequence[Block]) -> list[float]:
    return [seconds for block in blocks for seconds in block[1::2]]
