"""What came in, what each step dropped and why, what was kept."""

from __future__ import annotations

from collections.abc import Mapping

from querywright.runs.manifest import Counts
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.sections.figures import counted, number, share

REASONS_SHOWN = 40


def funnel(counts: Counts, drops: Mapping[str, Mapping[str, int]], details: Mapping[tuple[str, str], str]) -> Markup:
    """Bars from the inputs down to the kept examples; `details` has one dropped example's own words per reason."""
    start = counts.inputs + counts.added
    rows = [_row("inputs", start, 0, start, _beginning(counts))]
    alive = start
    for step, reasons in drops.items():
        lost = sum(reasons.values())
        alive -= lost
        rows.append(_step(step, alive, lost, start, reasons, details))
    rows.append(_row("kept", counts.kept, 0, start, share(counts.kept, start)))
    unexplained = alive - counts.kept
    return join(tag("ol", *(tag("li", row) for row in rows), class_="funnel"), _missing(unexplained))


def _beginning(counts: Counts) -> str:
    return f"+ {number(counts.added)} made" if counts.added else ""


def _missing(unexplained: int) -> Markup:
    if not unexplained:
        return Markup()
    return tag(
        "p", f"{counted(abs(unexplained), 'example')} cannot be accounted for: please report this.", class_="note"
    )


def _step(
    step: str,
    alive: int,
    lost: int,
    start: int,
    reasons: Mapping[str, int],
    details: Mapping[tuple[str, str], str],
) -> Markup:
    shown = list(reasons.items())[:REASONS_SHOWN]
    body = [
        tag(
            "tr",
            tag("td", reason, _instance(details.get((step, reason)))),
            _figure(count),
            tag("td", share(count, lost)),
        )
        for reason, count in shown
    ]
    left = len(reasons) - len(shown)
    head = tag("tr", *(tag("th", title, scope="col") for title in ("reason", "dropped", "of this step")))
    table = tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_="scroll")
    more = tag("p", f"and {counted(left, 'more reason')}", class_="note") if left else None
    summary = _row(step, alive, lost, start, f"− {number(lost)}", name="summary")
    return tag("details", summary, tag("div", table, more, class_="inside"))


def _instance(words: str | None) -> Markup | None:
    return tag("span", f"for instance: {words}", class_="eg") if words else None


def _figure(count: int) -> Markup:
    return tag("td", number(count))


def _row(label: str, alive: int, lost: int, start: int, right: str, name: str = "div") -> Markup:
    bar = tag(
        "span",
        tag("span", class_="kept", style=f"width:{_width(alive, start)}%"),
        tag("span", class_="lost", style=f"width:{_width(lost, start)}%"),
        class_="bar",
        aria_hidden="true",
    )
    return tag(
        name,
        tag("span", label, class_="step"),
        bar,
        tag("span", right, class_="figure out" if lost else "figure"),
        tag("span", number(alive), " left" if lost else "", class_="figure"),
        class_="row" if name == "summary" else "row plain",
    )


def _width(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "0"
