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
from statistics import fmean, median

from querywright.databases.database import DEFAULT, Database
from querywright.databases.results import Limits
from querywright.errors import QueryError

LEEWAY = 0.02
"""Ratios that are no further apart, as a share, are not told apart however often the queries run."""
BINS = ((2.0, 1.25), (1.0, 1.0), (0.5, 0.75), (0.25, 0.5))
"""R-VES: a ratio of at least the first number has the second as its reward; of less than the last one, 0.25."""

_STEADY = 0.01
_FEWEST = 8
"""Blocks before the ratio can be called steady. It is looked at again whenever their number has doubled."""
_SHORTEST = 1e-9
_NORMAL_99 = 2.576

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
    seconds: float = 2.0,
    runs: int = 400,
) -> Timing:
    """Measure how much faster the predicted query is than the gold one.

    Both run once to warm up, then in blocks: gold, predicted, predicted, gold, and the next block the other way round.
    It ends when the ratio is known within one percent, after so many `runs` of each or after so many `seconds`
    altogether; a block once begun is finished, so slow queries run twice each, and the warm-up counts. Time is that
    inside the connector: executing and fetching, up to the caps of `limits`, without the check of the statement
    and without waiting in line. Where fetching stops at the row cap, later rows cost nothing on either side.

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
            wanted = min(max(_FEWEST, 2 * len(blocks)), max(1, runs // 2))
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
    return max(_SHORTEST, database.execute(sql, limits).seconds)


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
    if len(blocks) < _FEWEST:
        return False
    low, high = _interval(blocks)
    return high / low <= (1 + _STEADY) ** 2


def _timing(blocks: Sequence[Block]) -> Timing:
    ratio = _ratio(blocks)
    low, high = _interval(blocks)
    return Timing(
        ratio=ratio,
        low=min(low, ratio / (1 + LEEWAY)),
        high=max(high, ratio * (1 + LEEWAY)),
        runs=2 * len(blocks),
        gold_seconds=median(seconds for block in blocks for seconds in block[0::2]),
        predicted_seconds=median(seconds for block in blocks for seconds in block[1::2]),
    )


def _ratio(blocks: Sequence[Block]) -> float:
    """The geometric mean of the middle half of all ratios: what disturbed a run is left out."""
    ratios = list(map(log, _ratios(blocks)))
    outside = len(ratios) // 4
    return exp(fmean(ratios[outside : len(ratios) - outside]))


def _interval(blocks: Sequence[Block]) -> tuple[float, float]:
    """Between which ratios the middle one lies, by counting: no shape of the noise is supposed.

    Of a few blocks, all that was seen.
    """
    ratios = _ratios(blocks)
    outside = max(0, int(len(ratios) / 2 - _NORMAL_99 * sqrt(len(ratios)) / 2))
    return ratios[outside], ratios[-1 - outside]


def _ratios(blocks: Sequence[Block]) -> list[float]:
    """Of the two halves of each block, the least first: in one half gold ran first, in the other the prediction."""
    return sorted(ratio for g, p, h, q in blocks for ratio in (g / p, h / q))
