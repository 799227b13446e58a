"""The feature table: this run beside the profile it aimed at and the published datasets."""

from __future__ import annotations

import math

from querywright.datasets.statistics import PUBLISHED, SHARES, TITLES, FeatureTable
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.sections.figures import number

WITHIN = {True: 2.0, False: 0.1}
"""How far from the profile a share (in points) or a count may be to count as reached."""


def features(own: FeatureTable, target: FeatureTable | None, size: int) -> Markup:
    """One row a feature of `size` queries: where it lies among the others, then the figures."""
    headings = ["Feature", "Where it lies", "This run", *(["Profile", "Difference"] if target else [])]
    published = [tag("th", name.replace("-", " ", 1), scope="col") for name in PUBLISHED]
    head = tag("tr", *(tag("th", title, scope="col") for title in headings), *published)
    rows = [_row(name, own, target) for name in TITLES]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="features")
    return join(tag("div", table, class_="scroll"), _key(target is not None, size))


def _row(name: str, own: FeatureTable, target: FeatureTable | None) -> Markup:
    value = getattr(own, name)
    goal = getattr(target, name) if target else None
    others = {title: getattr(entry.features, name) for title, entry in PUBLISHED.items()}
    aimed = [tag("td", f"{goal:.2f}"), _difference(value, goal, name in SHARES)] if goal is not None else []
    return tag(
        "tr",
        tag("th", TITLES[name], scope="row"),
        tag("td", _strip(value, goal, others), class_="strip"),
        tag("td", f"{value:.2f}", class_="own"),
        *aimed,
        *(tag("td", f"{other:.2f}") for other in others.values()),
    )


def _difference(value: float, goal: float, is_share: bool) -> Markup:
    distance = value - goal
    reached = abs(distance) <= WITHIN[is_share] + 1e-9
    sign = "✓" if reached else "✗"
    return tag("td", f"{distance:+.2f} {sign}".replace("-", "−"), class_="on" if reached else "off")


def _strip(value: float, goal: float | None, others: dict[str, float]) -> Markup:
    """A line from zero to the largest value, with a mark for each dataset."""
    top = max(value, goal or 0.0, *others.values()) * 1.04 or 1.0

    def mark(class_: str, at: float, title: str) -> Markup:
        return tag("i", class_=class_, style=f"left:{100 * at / top:.2f}%", title=f"{title}: {at:.2f}")

    marks = [mark("other", at, title) for title, at in others.items()]
    if goal is not None:
        marks.append(mark("goal", goal, "profile"))
    return tag("div", *marks, mark("own", value, "this run"), aria_hidden="true")


def _key(aimed: bool, size: int) -> Markup:
    def entry(class_: str, words: str) -> Markup:
        return tag("span", tag("span", tag("i", class_=class_), class_="key strip", aria_hidden="true"), f" {words}   ")

    goal = entry("goal", "the profile aimed at") if aimed else None
    reached = f" ✓ is within 2 points, or 0.1 per query.{_chance(size)}" if aimed else ""
    words = f"Shares are in percent of the queries; CASE, WHERE and JOIN are counts per query.{reached}"
    return tag(
        "p", entry("own", "this run"), goal, entry("other", "a published dataset"), tag("br"), words, class_="note"
    )


def _chance(size: int) -> str:
    """How far a share of so few queries may lie from the profile by chance (two standard deviations of a half)."""
    points = round(100 / math.sqrt(size)) if size else 0
    if points <= WITHIN[True]:
        return ""
    return f" Among {number(size)} queries chance alone moves a share by up to {points} points."
