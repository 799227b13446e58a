"""What models were asked in a run, and what that cost."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.models.budget import money
from querywright.models.usage import Ledger, Usage
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import number

TITLES = ("Step", "Role", "Model", "Calls", "Cached", "Tokens in", "Tokens out", "Cost")


def models(usage: Sequence[Usage]) -> Markup:
    """A row for each step and model, and one for all of them."""
    head = tag("tr", *(tag("th", title, scope="col") for title in TITLES))
    total = _row("all", "", "", Ledger(usage).total())
    rows = [_row(each.step, each.role, each.model, each) for each in usage]
    table = tag("table", tag("thead", head), tag("tbody", *rows, *([total] if len(usage) > 1 else [])))
    return tag("div", table, class_="scroll")


def _row(step: str, role: str, model: str, usage: Usage) -> Markup:
    figures = (usage.calls, usage.cached, usage.input_tokens, usage.output_tokens)
    return tag(
        "tr",
        tag("th", step, scope="row"),
        tag("td", role),
        tag("td", model),
        *(tag("td", number(figure)) for figure in figures),
        tag("td", "unknown" if usage.cost is None else money(usage.cost)),
    )
