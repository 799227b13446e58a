"""How the examples spread over hardness and styles."""

from __future__ import annotations

from collections.abc import Mapping

from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import number, share


def distribution(title: str, counts: Mapping[str, int]) -> Markup:
    """A panel with one bar a label, as long as its share of the largest."""
    whole, top = sum(counts.values()), max(counts.values(), default=0)
    rows = [
        tag(
            "tr",
            tag("th", label, scope="row"),
            tag(
                "td",
                tag("div", style=f"width:{100 * count / top:.2f}%" if count else "width:0;min-width:0"),
                class_="b",
            ),
            tag("td", number(count)),
            tag("td", share(count, whole), class_="n"),
        )
        for label, count in counts.items()
    ]
    table = tag("table", tag("tbody", *rows), class_="bars")
    return tag("div", tag("h3", title), tag("div", table, class_="scroll"), class_="panel")
