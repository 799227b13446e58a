"""The map of the queries: near each other where they use the same features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import orjson

from querywright.runs.report.feature_map import Place
from querywright.runs.report.markup import Markup, printable, tag
from querywright.runs.report.sections.figures import number

HEIGHT, WIDTH, MARGIN = 560, 1000, 24
COLOURS = 8
"""Databases with a colour of their own, the largest; the others share a grey."""
QUESTION = 180
"""Longest question shown at a point."""


def feature_map(places: Sequence[Place]) -> Markup:
    """The points, coloured by database, with a legend that singles one out."""
    groups = _groups(places)
    dots = [
        tag(
            "circle",
            cx=_x(place),
            cy=_y(place),
            r="4",
            class_=f"k{_group(groups, place)}",
            data_d=_group(groups, place),
        )
        for place in places
    ]
    ring = tag("circle", class_="ring", r=0)
    label = f"Map of {number(len(places))} queries by their features, coloured by database"
    svg = tag("svg", *dots, ring, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=label)
    tip = tag("div", class_="tip", role="status", hidden=True)
    return tag("div", _legend(groups, places), tag("div", svg, tip, class_="map"), class_="panel")


def points_json(places: Sequence[Place]) -> str:
    """What the page's script knows of the points, safe inside a script element."""
    databases = list(dict.fromkeys(place.db_id for place in places))
    points = [
        (_x(p), _y(p), databases.index(p.db_id), printable(p.hardness), printable(_short(p.question))) for p in places
    ]
    text = orjson.dumps({"databases": [printable(name) for name in databases], "points": points}).decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _legend(groups: dict[str, int], places: Sequence[Place]) -> Markup:
    counts = Counter(groups.get(place.db_id, COLOURS) for place in places)
    names = {group: name for name, group in groups.items()}
    entries = []
    for group, count in sorted(counts.items()):
        dot = tag("span", class_=f"dot k{group}", aria_hidden="true")
        text = f"{names.get(group, 'other databases')} ({number(count)})"
        button = tag("button", dot, text, type="button", aria_pressed="false", data_d=group)
        entries.append(tag("li", button))
    return tag("ul", *entries, class_="legend")


def _groups(places: Sequence[Place]) -> dict[str, int]:
    """The colour of each of the largest databases."""
    counts = Counter(place.db_id for place in places)
    largest = sorted(counts, key=lambda name: (-counts[name], name))[:COLOURS]
    return {name: group for group, name in enumerate(largest)}


def _group(groups: dict[str, int], place: Place) -> int:
    return groups.get(place.db_id, COLOURS)


def _x(place: Place) -> float:
    return round(MARGIN + place.x * (WIDTH - 2 * MARGIN), 1)


def _y(place: Place) -> float:
    return round(MARGIN + place.y * (HEIGHT - 2 * MARGIN), 1)


def _short(question: str) -> str:
    return question if len(question) <= QUESTION else question[: QUESTION - 1] + "…"
