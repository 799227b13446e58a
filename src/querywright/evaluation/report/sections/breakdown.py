"""Execution accuracy by database, hardness, difficulty and feature."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from querywright.evaluation.report.plots import Point, Scale
from querywright.evaluation.report.sections.lines import Line, lines_table
from querywright.evaluation.summary import Summary, SystemFigures
from querywright.runs.report.markup import Child, Markup, join, tag
from querywright.runs.report.sections.figures import counted

TITLES = {
    "hardness": "Hardness",
    "difficulty": "Difficulty",
    "feature": "Feature",
    "database": "Database",
}
LADDER = ("easy", "simple", "medium", "moderate", "hard", "challenging", "extra")
FOUND = ("database", "hardness")
"""Groups that the browser can be asked for."""
SHOWN = 24
"""Lines shown at once; the others are one click away."""


def breakdown(summary: Summary) -> Markup:
    """A panel for each kind of group: those with an order of their own first, databases from the worst on."""
    systems = summary.systems
    kinds = dict.fromkeys(kind for system in systems for kind in system.breakdown)
    panels = [
        _panel(kind, systems) for kind in (*TITLES, *(kind for kind in kinds if kind not in TITLES)) if kind in kinds
    ]
    return join(tag("div", *panels[:-1], class_="packed"), panels[-1]) if panels else Markup()


def _panel(kind: str, systems: Sequence[SystemFigures]) -> Markup:
    values = sorted(
        {value for s in systems for value in s.breakdown.get(kind, {})}, key=lambda v: _order(kind, v, systems)
    )
    lines = [_line(kind, value, systems) for value in values]
    names = [system.name for system in systems]
    scale = Scale.around(point for line in lines for point in line.points)
    title = TITLES.get(kind, kind)
    more = lines[SHOWN:]
    rest = None
    if more:
        rest = tag(
            "details", tag("summary", f"and {counted(len(more), 'more line')}"), lines_table(title, more, names, scale)
        )
    heading = tag(
        "h3", title, tag("small", " from the lowest to the highest") if kind in ("database", "feature") else None
    )
    return tag("div", heading, join(lines_table(title, lines[:SHOWN], names, scale), rest), class_="panel")


def _order(kind: str, value: str, systems: Sequence[SystemFigures]) -> tuple[float, str]:
    if kind in ("hardness", "difficulty"):
        return float(LADDER.index(value)) if value in LADDER else float(len(LADDER)), value
    shares = [s.breakdown[kind][value].percent for s in systems if value in s.breakdown.get(kind, {})]
    return sum(shares) / len(shares), value


def _line(kind: str, value: str, systems: Sequence[SystemFigures]) -> Line:
    found = [s.breakdown.get(kind, {}).get(value) for s in systems]
    size = max((share.of for share in found if share), default=0)
    label: Child = value
    if kind in FOUND:
        label = tag("a", value, href=f"#find?{urlencode({kind: value})}")
    return Line(label, [Point.of(share) for share in found], size=size)
