"""pass@k as lines over k, which doubles from mark to mark."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

from querywright.evaluation.candidates import CandidateFigures
from querywright.evaluation.report.plots import Point, Scale, colour
from querywright.runs.report.markup import Markup, join, tag

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 210, 34, 12, 8, 30


def pass_at(series: Mapping[str, CandidateFigures]) -> Markup:
    """A line for each series, the first one thicker."""
    points = {name: [(int(k), share) for k, share in each.pass_at.items()] for name, each in series.items()}
    most = max((k for line in points.values() for k, _ in line), default=1)
    scale = Scale.around(Point(share) for line in points.values() for _, share in line)
    grid = [_level(at, scale) for at in scale.marks()]
    marks = [_mark(2**power, most) for power in range(int(log2(most)) + 1)]
    lines = [_line(name, line, number, scale, most) for number, (name, line) in enumerate(points.items())]
    label = "; ".join(
        f"{name}: " + ", ".join(f"pass@{k} {share:.1f} %" for k, share in line) for name, line in points.items()
    )
    return tag("svg", *grid, *marks, *reversed(lines), viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=label)


def _level(at: float, scale: Scale) -> Markup:
    y = _y(at, scale)
    words = tag("text", f"{at:.0f}%", x=LEFT - 6, y=y + 3.5, text_anchor="end")
    return join(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"), words)


def _mark(k: int, most: int) -> Markup:
    return tag("text", "k = " if k == 1 else None, k, x=_x(k, most), y=HEIGHT - BOTTOM + 18, text_anchor="middle")


def _line(name: str, points: list[tuple[int, float]], number: int, scale: Scale, most: int) -> Markup:
    places = [(_x(k, most), _y(share, scale)) for k, share in points]
    dots = [
        tag("circle", tag("title", f"{name}, pass@{k}: {share:.1f} %"), cx=x, cy=y, r=3.6, class_="end")
        for (k, share), (x, y) in zip(points, places, strict=True)
    ]
    line = tag("polyline", points=" ".join(f"{x},{y}" for x, y in places))
    return tag("g", line, *dots, class_=f"{colour(number)} thick" if number == 0 else colour(number))


def _x(k: int, most: int) -> float:
    width = WIDTH - LEFT - RIGHT - 24
    return round(LEFT + 12 + (width * log2(k) / log2(most) if most > 1 else width / 2), 1)


def _y(share: float, scale: Scale) -> float:
    height = HEIGHT - TOP - BOTTOM
    return round(TOP + height * (1 - (share - scale.low) / (scale.high - scale.low)), 1)
