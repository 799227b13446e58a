"""The top of the page: what was evaluated, how right it is, of how many rows, on databases that are untouched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.report.plots import spot
from querywright.evaluation.summary import Summary
from querywright.runs.report.markup import Child, Markup, tag
from querywright.runs.report.sections.figures import counted, number

NAMED = 4
"""Systems whose figure stands at the top."""


def header(evaluation: Evaluation, summary: Summary, parts: Mapping[str, str]) -> Markup:
    """The name, a sentence, the main figures and links to the `parts` (anchor → title)."""
    links = (tag("li", tag("a", title, href=f"#{anchor}")) for anchor, title in parts.items())
    return tag(
        "header",
        tag("p", _made(evaluation), class_="eyebrow"),
        tag("h1", evaluation.run.folder.resolve().name),
        tag("p", _sentence(evaluation, summary), class_="lede"),
        _alarm(summary),
        _facts(summary),
        tag("nav", tag("ul", *links), aria_label="Parts of this page"),
    )


def _made(evaluation: Evaluation) -> str:
    run = evaluation.run
    parts = ["Querywright evaluation"]
    ended = run.manifest.times.get("ended") or run.manifest.times.get("started")
    if ended:
        moment = datetime.fromisoformat(ended)
        parts.append(f"{moment.day} {moment:%B %Y, %H:%M} UTC")
    if version := run.fingerprint.get("querywright"):
        parts.append(f"version {version}")
    return " · ".join(parts)


def _sentence(evaluation: Evaluation, summary: Summary) -> str:
    gold = evaluation.run.fingerprint.get("gold", {})
    of_all = "all " if summary.scored == summary.gold_rows else f"{number(summary.scored)} of "
    share = gold.get("share")
    part = f", {100 * share:g} % of each database" if isinstance(share, float) and share < 1 else ""
    systems = [system.name for system in summary.systems]
    names = (
        systems[0] if len(systems) == 1 else f"{', '.join(systems[:-1])} and {systems[-1]}" if systems else "nothing"
    )
    return (
        f"{names} on {of_all}{counted(summary.gold_rows, 'gold row')} of {gold.get('name', 'the gold file')}{part}, "
        f"over {counted(summary.databases, 'database')}, under the rule {summary.rule}."
    )


def _alarm(summary: Summary) -> Markup | None:
    if not summary.changed:
        return None
    words = "The figures below may be of different data. Find out who wrote to them, then evaluate again."
    names = ", ".join(summary.changed)
    title = f"{counted(len(summary.changed), 'database')} changed while being read: {names}"
    return tag("div", tag("strong", title), tag("p", words), class_="alarm", role="alert")


def _facts(summary: Summary) -> Markup:
    facts: list[tuple[Child, Child, str]] = []
    for place, system in enumerate(summary.systems[:NAMED]):
        dot = spot(place) if len(summary.systems) > 1 else None
        words = f"{system.ex.low:.1f} to {system.ex.high:.1f}; {number(system.ex.count)} of {number(system.ex.of)}"
        facts.append(((dot, f"EX {system.name}"), f"{system.ex.percent:.1f} %", words))
    left = summary.gold_rows - summary.scored
    untouched = tag("span", "unchanged", class_="on") if not summary.changed else tag("span", "CHANGED", class_="off")
    facts += [
        (
            "Scored",
            number(summary.scored),
            f"of {counted(summary.gold_rows, 'gold row')}" + (f"; {left:,} left out" if left else ""),
        ),
        ("Databases", untouched, f"{number(summary.databases)}, verified before and after"),
    ]
    cells = [tag("div", tag("dt", what), tag("dd", figure, tag("small", more))) for what, figure, more in facts]
    return tag("dl", *cells, class_="facts")
