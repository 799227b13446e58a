"""The frame of the browser of examples; the page's script fills it."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.evaluation.summary import Summary
from querywright.runs.report.markup import Markup, join, tag

VERDICTS = {
    "right": "right",
    "wrong": "wrong",
    "rules": "rules disagree",
    "systems": "systems disagree",
    "lucky": "right by luck (witness)",
    "failed": "did not run",
    "empty": "empty result",
}
"""What can be asked of a row, and its words."""
NEED = "This part is made by the page's script, which this browser does not run."


def examples(summary: Summary) -> Markup:
    """Filters, the list and the place for one example; nothing where nothing was scored."""
    if not summary.scored:
        return Markup()
    several = len(summary.systems) > 1
    verdicts = {
        value: words
        for value, words in VERDICTS.items()
        if (several or value != "systems") and (value != "rules" or _rules(summary) > 1)
        if value != "lucky" or any(system.witnessed is not None for system in summary.systems)
    }
    names = [system.name for system in summary.systems]
    form = tag(
        "form",
        _select("System", "system", [(name, name) for name in names], "any") if several else None,
        _select("Verdict", "verdict", list(verdicts.items())),
        _select("Database", "database"),
        _select("Hardness", "hardness"),
        _select("Failure", "failure"),
        tag("label", "Words", _search()),
        tag("button", "Clear", type="button"),
        tag("output", aria_live="polite"),
        class_="filters",
    )
    listing = tag(
        "div", tag("div", class_="space"), class_="listing", role="listbox", tabindex=0, aria_label="Examples"
    )
    detail = tag("article", class_="detail", aria_label="The chosen example")
    browser = tag("div", form, tag("div", listing, detail, class_="columns"), class_="browser", hidden=True)
    return join(tag("p", NEED, class_="note needs-script"), browser)


def _rules(summary: Summary) -> int:
    return max((len(system.rules) for system in summary.systems), default=0)


def _select(title: str, name: str, options: Sequence[tuple[str, str]] = (), everything: str = "all") -> Markup:
    entries = [tag("option", everything, value=""), *(tag("option", words, value=value) for value, words in options)]
    return tag("label", title, tag("select", *entries, name=name))


def _search() -> Markup:
    hint = "question, SQL, error, key"
    return tag("input", type="search", name="words", placeholder=hint, autocomplete="off", spellcheck="false")
