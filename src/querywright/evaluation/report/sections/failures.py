"""Wrong rows by kind of failure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from querywright.evaluation.report.plots import colour, spot
from querywright.evaluation.summary import SystemFigures
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import number, share

MAINLY, ALSO = "main", "any"
"""What the browser calls rows of which a kind tells most, and rows that show it at all."""


def failures(systems: Sequence[SystemFigures]) -> Markup:
    """A line for each kind, with both counts for each system; nothing where no kinds are known."""
    kinds = _kinds(systems)
    if not kinds:
        return Markup()
    top = max(max(s.failures_any.get(kind, 0), s.failures.get(kind, 0)) for s in systems for kind in kinds)
    dots = [spot(n) if len(systems) > 1 else None for n in range(len(systems))]
    head = [
        tag(
            "tr",
            tag("th"),
            *(tag("th", dot, s.name, scope="colgroup", colspan=3) for dot, s in zip(dots, systems, strict=True)),
        ),
        tag(
            "tr",
            tag("th", "Kind", scope="col"),
            *(tag("th", title, scope="col") for _ in systems for title in ("mainly", "of the wrong", "shows it")),
        ),
    ]
    body = [tag("tr", tag("th", kind, scope="row"), *_cells(kind, systems, top)) for kind in kinds]
    table = tag("table", tag("thead", *head), tag("tbody", *body), _total(systems), class_="failures")
    key = tag("p", "Filled: the kind that tells most. Pale: rows that show it beside another kind.", class_="note")
    return tag("div", tag("div", table, class_="scroll"), key, class_="panel")


def _kinds(systems: Sequence[SystemFigures]) -> list[str]:
    found = dict.fromkeys(kind for s in systems for kind in (*s.failures, *s.failures_any))
    return sorted(found, key=lambda kind: -sum(s.failures.get(kind, 0) for s in systems))


def _cells(kind: str, systems: Sequence[SystemFigures], top: int) -> list[Markup]:
    cells = []
    for place, system in enumerate(systems):
        mainly, also = system.failures.get(kind, 0), system.failures_any.get(kind, 0)
        bar = tag(
            "span",
            tag("span", class_="mainly", style=f"width:{_width(mainly, top)}"),
            tag("span", class_="also", style=f"width:{_width(max(0, also - mainly), top)}"),
            class_=f"bar {colour(place)}",
            aria_hidden="true",
        )
        cells += [
            tag("td", _link(mainly, system.name, MAINLY, kind), class_="first"),
            tag("td", bar, tag("small", share(mainly, _wrong(system))), class_="shares"),
            tag("td", _link(also, system.name, ALSO, kind)),
        ]
    return cells


def _total(systems: Sequence[SystemFigures]) -> Markup:
    cells = [
        cell
        for s in systems
        for cell in (tag("td", _wrong_link(s), class_="first"), tag("td", "wrong in all", class_="shares"), tag("td"))
    ]
    return tag("tfoot", tag("tr", tag("th", "All kinds", scope="row"), *cells))


def _wrong(system: SystemFigures) -> int:
    return system.ex.of - system.ex.count


def _wrong_link(system: SystemFigures) -> Markup:
    return tag("a", number(_wrong(system)), href=f"#find?{urlencode({'system': system.name, 'verdict': 'wrong'})}")


def _link(count: int, system: str, how: str, kind: str) -> Markup | str:
    if not count:
        return "–"
    return tag("a", number(count), href=f"#find?{urlencode({'system': system, 'failure': f'{how}:{kind}'})}")


def _width(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "0"
