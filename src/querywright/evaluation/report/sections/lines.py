"""A table with a line for each figure: its plot, then what each system has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from querywright.evaluation.report.plots import Point, Scale, axis, spot, strip
from querywright.runs.report.markup import Child, Markup, tag


@dataclass(frozen=True, slots=True)
class Line:
    """What is measured, and the point of each series; None where it has none."""

    label: Child
    points: Sequence[Point | None]
    about: str = ""
    """A word under the label."""
    chosen: bool = False
    """Whether it stands out."""
    size: int | None = None
    """Of how many rows it is; None: the table has no such column."""


def lines_table(heading: str, lines: Sequence[Line], names: Sequence[str], scale: Scale | None = None) -> Markup:
    """The table; lines without a point are left out, and a table without lines is nothing."""
    shown = [line for line in lines if any(line.points)]
    if not shown:
        return Markup()
    scale = scale or Scale.around(point for line in shown for point in line.points)
    sized = any(line.size is not None for line in shown)
    head = tag(
        "tr",
        tag("th", heading, scope="col"),
        tag("th", "Rows", scope="col") if sized else None,
        tag("th", tag("span", "Plot", class_="unseen"), scope="col"),
        *(_system(number, name, len(names)) for number, name in enumerate(names)),
    )
    foot = tag("tr", tag("td", colspan=2 if sized else None), tag("td", axis(scale), class_="plot"), _rest(names))
    body = tag("tbody", *(_line(line, names, scale, sized) for line in shown))
    table = tag("table", tag("thead", head), body, tag("tfoot", foot, aria_hidden="true"), class_="lines")
    return tag("div", table, class_="scroll")


def _system(number: int, name: str, of: int) -> Markup:
    dot = spot(number) if of > 1 else None
    return tag("th", dot, name, scope="col", class_="system")


def _line(line: Line, names: Sequence[str], scale: Scale, sized: bool) -> Markup:
    about = tag("small", line.about) if line.about else None
    return tag(
        "tr",
        tag("th", line.label, about, scope="row"),
        tag("td", f"{line.size:,}" if line.size is not None else "", class_="size") if sized else None,
        tag("td", strip(line.points, scale, names), class_="plot"),
        *(_value(number, point, len(names)) for number, point in enumerate(line.points)),
        class_="chosen" if line.chosen else None,
    )


def _value(number: int, point: Point | None, of: int) -> Markup:
    if point is None:
        return tag("td", "–", class_="value")
    dot = spot(number) if of > 1 else None
    interval = f"{point.low:.1f}–{point.high:.1f}" if point.low is not None and point.high is not None else None
    small = tag("small", interval) if interval else None
    return tag("td", dot, tag("b", f"{point.percent:.2f}"), small, class_="value", title=point.words or None)


def _rest(names: Sequence[str]) -> Markup:
    return tag("td", colspan=len(names))
