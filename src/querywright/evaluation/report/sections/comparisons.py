"""Pairs of systems: how far one is ahead, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.evaluation.report.plots import Point, Scale, axis, spot, strip
from querywright.evaluation.summary import Comparison, SystemFigures
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import number

SURE = 0.05
TITLES = (
    "Systems",
    "Ahead by",
    "Points, with interval",
    "Only the first right",
    "Only the second right",
    "McNemar p",
    "Rows",
)


def comparisons(found: Sequence[Comparison], systems: Sequence[SystemFigures]) -> Markup:
    """A line for each pair; nothing where there is one system."""
    if not found:
        return Markup()
    places = {system.name: place for place, system in enumerate(systems)}
    ends = [Point(c.test.difference, c.test.interval.low, c.test.interval.high) for c in found]
    reach = Scale.around([*ends, Point(0.0)], within=(-100.0, 100.0))
    head = tag("tr", *(tag("th", title, scope="col") for title in TITLES))
    body = [_line(comparison, point, places, reach) for comparison, point in zip(found, ends, strict=True)]
    foot = tag("tr", tag("td"), tag("td"), tag("td", axis(reach), class_="plot"), tag("td", colspan=4))
    table = tag("table", tag("thead", head), tag("tbody", *body), tag("tfoot", foot, aria_hidden="true"))
    return tag("div", tag("div", table, class_="scroll comparisons"), class_="panel")


def _line(comparison: Comparison, point: Point, places: dict[str, int], scale: Scale) -> Markup:
    test = comparison.test
    sure = test.p < SURE
    leader = comparison.first if test.difference > 0 else comparison.second
    words = f"{leader} is ahead" if sure else "no difference is shown"
    return tag(
        "tr",
        tag(
            "th",
            _named(comparison.first, places),
            tag("span", " against ", class_="against"),
            _named(comparison.second, places),
            tag("small", words, class_="on" if sure else None),
            scope="row",
        ),
        tag("td", tag("b", f"{test.difference:+.2f}".replace("-", "−")), _interval(point), class_="value"),
        tag("td", strip([point], scale, zero=True), class_="plot"),
        tag("td", number(test.only_first)),
        tag("td", number(test.only_second)),
        tag("td", chance(test.p)),
        tag("td", number(comparison.rows)),
    )


def _named(name: str, places: dict[str, int]) -> Markup:
    return tag("span", spot(places.get(name, 0)), name, class_="named")


def _interval(point: Point) -> Markup:
    return tag("small", f"{point.low:+.1f} to {point.high:+.1f}".replace("-", "−"))


def chance(p: float) -> str:
    """A probability as people write it."""
    if p < 0.0001:
        return "< 0.0001"
    return f"{p:.4f}" if p < 0.001 else f"{p:.3f}"
