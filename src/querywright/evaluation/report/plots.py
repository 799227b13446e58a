"""Dots with whiskers on a common scale, as SVG that is as wide as its place and keeps the size of its dots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Self

from querywright.evaluation.summary import Mean, Share
from querywright.runs.report.markup import Markup, tag

COLOURS = 8
"""Series with a colour of their own; further ones begin again."""
LANE = 13
"""Pixels between two dots of one plot."""
_STEPS = (1, 2, 5, 10, 20, 25)


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in percent with its interval, and what it is of."""

    percent: float
    low: float | None = None
    high: float | None = None
    words: str = ""

    @classmethod
    def of(cls, figure: Share | Mean | None) -> Self | None:
        """The point of a measured figure; None of none, and of one that no row has."""
        if figure is None or not figure.of:
            return None
        words = f"{figure.count:,} of {figure.of:,}" if isinstance(figure, Share) else f"mean of {figure.of:,}"
        return cls(figure.percent, figure.low, figure.high, words)

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.percent:.1f} %"
        return f"{self.percent:.1f} %, {self.low:.1f} to {self.high:.1f}"


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where a plot goes, in percent, and the distance of its marks."""

    low: float = 0.0
    high: float = 100.0
    step: float = 25.0

    @classmethod
    def around(cls, points: Iterable[Point | None], within: tuple[float, float] = (0.0, 100.0)) -> Self:
        """The smallest round scale that holds every point with its interval and a little air."""
        held = [p for p in points if p is not None]
        ends = [end for p in held for end in (p.percent, p.low, p.high) if end is not None]
        if not ends:
            return cls()
        low, high = min(ends), max(ends)
        air = max(0.06 * (high - low), 0.5)
        low = max(low - air, min(low, within[0]))
        high = min(high + air, max(high, within[1]))
        step = next((step for step in _STEPS if high - low <= 4 * step), 50.0)
        first, last = step * floor(low / step), step * ceil(high / step)
        return cls(first, last if last > first else first + step, step)

    def at(self, percent: float) -> str:
        """Where a figure lies, as SVG and CSS say it; what is beyond the scale lies at its end."""
        share = (percent - self.low) / (self.high - self.low)
        return f"{100 * min(1.0, max(0.0, share)):.2f}%"

    def marks(self) -> list[float]:
        """Where the scale has lines."""
        return [self.low + self.step * number for number in range(round((self.high - self.low) / self.step) + 1)]


def strip(points: Sequence[Point | None], scale: Scale, names: Sequence[str] = (), zero: bool = False) -> Markup:
    """One dot under the other, in the colours of their series.

    Args:
        points: one for each series; None is left out.
        scale: where they lie.
        names: of the series, for those who cannot see the plot and for those who point at a dot.
        zero: whether the line at zero stands out.
    """
    shown = [(number, point) for number, point in enumerate(points) if point is not None]
    words = [" ".join((*names[number : number + 1], str(point))) for number, point in shown]
    grid = [
        tag("line", x1=scale.at(at), x2=scale.at(at), y1=0, y2="100%", class_="zero" if zero and not at else "grid")
        for at in scale.marks()
    ]
    dots = [
        _dot(point, scale, lane, number, said)
        for lane, ((number, point), said) in enumerate(zip(shown, words, strict=True))
    ]
    height, label = LANE * len(shown) + 9, "; ".join(words)
    return tag("svg", *grid, *dots, class_="strip-plot", height=height, role="img", aria_label=label)


def axis(scale: Scale) -> Markup:
    """The numbers of a scale, to stand under plots on it; those of differences with their sign."""
    words = [tag("span", _number(at, signed=scale.low < 0), style=f"left:{scale.at(at)}") for at in scale.marks()]
    return tag("div", *words, class_="axis", aria_hidden="true")


def _number(at: float, signed: bool) -> str:
    return f"{at:+.0f}".replace("-", "−") if signed and at else f"{at:.0f}"


def colour(number: int) -> str:
    """The class that gives a series its colour."""
    return f"s{number % COLOURS}"


def spot(number: int) -> Markup:
    """A dot in the colour of a series, to stand before its name."""
    return tag("span", class_=f"spot {colour(number)}", aria_hidden="true")


def key(names: Sequence[str], first: int = 0) -> Markup:
    """Which colour is which series, from the `first` colour on."""
    entries = [tag("li", spot(number), name) for number, name in enumerate(names, first)]
    return tag("ul", *entries, class_="key-list")


def _dot(point: Point, scale: Scale, lane: int, number: int, words: str) -> Markup:
    y = LANE * (lane + 0.5) + 4.5
    title = tag("title", f"{words} ({point.words})" if point.words else words)
    whisker = None
    if point.low is not None and point.high is not None:
        whisker = tag("line", x1=scale.at(point.low), x2=scale.at(point.high), y1=y, y2=y, class_="whisker")
    circle = tag("circle", cx=scale.at(point.percent), cy=y, r=4.5)
    return tag("g", title, whisker, circle, class_=colour(number))
