"""How sure a figure is: an interval around a mean, and whether two systems differ on the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

_FEW = 64
"""Up to so many different values, drawing how often each comes is cheaper than drawing every row."""
_AT_ONCE = 1_000_000
"""How many rows are drawn at a time where every row is drawn: 8 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the figure would fall, had other questions of the same kind been asked."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class McNemar:
    """Two systems on the same questions."""

    only_first: int
    """Questions that only the first has right."""
    only_second: int
    p: float
    """How likely a split at least as uneven is if neither system is better: two-sided, exact, of the questions on
    which they differ."""
    difference: float
    """By how many percentage points the first is ahead; negative where the second is."""
    interval: Interval
    """Of the difference, in points, with questions drawn in pairs."""


def bootstrap(values: Sequence[float], seed: int = 0, draws: int = 10_000, level: float = 0.95) -> Interval:
    """The percentile bootstrap interval of the mean of `values`, in their own unit.

    The same values and seed give the same interval, in whatever order the values come. No values: (0, 0), as the mean
    of nothing is 0 wherever we print it. One value, or the same value throughout, has an interval of no width.

    Raises:
        ValueError: `level` is not between 0 and 1, or `draws` is not positive.
    """
    _check(draws, level)
    if len(values) == 0:
        return Interval(0.0, 0.0)
    import numpy as np

    different, counts = np.unique(np.asarray(values, dtype=float), return_counts=True)
    return _percentiles(_means(different, counts, np.random.default_rng(seed), draws), level)


def mcnemar(
    first: Sequence[bool], second: Sequence[bool], seed: int = 0, draws: int = 10_000, level: float = 0.95
) -> McNemar:
    """Compare two systems by their verdicts on the same questions, in the same order.

    Without a question on which they differ, and without any question, p is 1 and the difference 0.

    Raises:
        ValueError: the two are not equally long; or as `bootstrap`.
    """
    if len(first) != len(second):
        raise ValueError(f"verdicts are compared in pairs: the first has {len(first)}, the second {len(second)}")
    points = [100.0 * (bool(a) - bool(b)) for a, b in zip(first, second, strict=True)]
    only_first, only_second = sum(d > 0 for d in points), sum(d < 0 for d in points)
    return McNemar(
        only_first=only_first,
        only_second=only_second,
        p=_two_sided(only_first, only_second),
        difference=sum(points) / len(points) if points else 0.0,
        interval=bootstrap(points, seed, draws, level),
    )


def _check(draws: int, level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, this is {level}")
    if draws < 1:
        raise ValueError(f"an interval needs at least one draw, this is {draws}")


def _means(different: NDArray[float64], counts: NDArray[Any], rng: Any, draws: int) -> NDArray[float64]:
    """The mean of so many resamples. A resample is how often each value came: for 0 and 1, a binomial number."""
    import numpy as np

    size = int(counts.sum())
    if len(different) == 1:
        return np.repeat(different, draws)
    if len(different) == 2:
        upper = rng.binomial(size, counts[1] / size, draws)
        return (different[0] * (size - upper) + different[1] * upper) / size  # type: ignore[no-any-return]
    if len(different) <= _FEW:
        return rng.multinomial(size, counts / size, draws) @ different / size  # type: ignore[no-any-return]
    rows = np.repeat(different, counts)
    handful = max(1, _AT_ONCE // size)
    means = [
        rows[rng.integers(0, size, (min(handful, draws - done), size), dtype=np.int32)].mean(axis=1)
        for done in range(0, draws, handful)
    ]
    return np.concatenate(means)


def _percentiles(means: NDArray[float64], level: float) -> Interval:
    import numpy as np

    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def _two_sided(a: int, b: int) -> float:
    """The share of all ways to toss a + b fair coins that are at least as uneven as a and b. Whole numbers: exact."""
    tosses, fewer = a + b, min(a, b)
    ways = total = 1
    for heads in range(fewer):
        ways = ways * (tosses - heads) // (heads + 1)
        total += ways
    return min(1.0, float(2 * total / 2**tosses))
