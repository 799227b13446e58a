"""Examples to read: question, evidence, SQL, rows and reasoning, with filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from querywright.datasets.example import Example
from querywright.datasets.statistics import by_level
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.rows import Rows
from querywright.runs.report.sql_text import coloured

NO_STYLE = "no style"
_FENCE = re.compile(r"^(`{3,})[^\n`]*\n(.*?)\n?^\1`*[ \t]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*|`([^`\n]+)`")


def samples(chosen: Sequence[tuple[Example, str, Rows]]) -> Markup:
    """The examples with their hardness and rows, the first one open."""
    cards = [_card(at, *entry) for at, entry in enumerate(chosen)]
    return join(_filters([(example, hardness) for example, hardness, _ in chosen]), *cards)


def _filters(chosen: Sequence[tuple[Example, str]]) -> Markup:
    def select(title: str, name: str, values: Sequence[str]) -> Markup:
        options = [tag("option", "all", value=""), *(tag("option", value, value=value) for value in values)]
        return tag("label", title, tag("select", *options, name=name))

    databases = sorted({example.db_id for example, _ in chosen})
    levels = list(by_level({hardness: 1 for _, hardness in chosen}))
    styles = sorted({_style(example) for example, _ in chosen})
    return tag(
        "form",
        select("Database", "database", databases),
        select("Hardness", "hardness", levels),
        select("Style", "style", styles),
        tag("button", "Open all", type="button", aria_pressed="false"),
        tag("output", aria_live="polite"),
        class_="filters",
        hidden=True,
    )


def _card(at: int, example: Example, hardness: str, rows: Rows) -> Markup:
    labels = {"database": example.db_id, "hardness": hardness, "style": _style(example)}
    meta = tag("span", *(tag("span", f"{key} ", tag("b", value)) for key, value in labels.items()), class_="meta")
    body = [
        [tag("h3", "Evidence"), tag("p", example.evidence, class_="evidence")] if example.evidence else None,
        tag("h3", "SQL"),
        coloured(example.SQL),
        tag("h3", "Result"),
        _table(rows),
        _reasoning(example.cot_reasoning),
    ]
    return tag(
        "details",
        tag("summary", tag("span", example.question, class_="q"), meta),
        tag("div", *body, class_="body"),
        class_="sample",
        open=at == 0,
        **{f"data_{key}": value for key, value in labels.items()},
    )


def _style(example: Example) -> str:
    return example.question_style or NO_STYLE


def _table(rows: Rows) -> Markup:
    if not rows.columns:
        return tag("p", rows.note, class_="note")
    head = tag("tr", *(tag("th", name, scope="col") for name in rows.columns))
    body = [tag("tr", *(tag("td", cell.text, class_=cell.kind, title=cell.full) for cell in row)) for row in rows.cells]
    table = tag("table", tag("thead", head), tag("tbody", *body))
    scroll = tag("div", table, class_="scroll rows", tabindex=0, role="region", aria_label="Result rows")
    return join(scroll, tag("p", rows.note, class_="note") if rows.note else None)


def _reasoning(text: str | None) -> Markup | None:
    if not text:
        return None
    inside = tag("div", *_blocks(text))
    return join(tag("h3", "Reasoning"), tag("details", tag("summary", "Read it"), inside, class_="reasoning"))


def _blocks(text: str) -> Iterator[Markup]:
    """Fenced blocks as SQL, the rest as paragraphs."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _paragraphs(text[at : fence.start()])
        yield coloured(fence[2])
        at = fence.end()
    yield from _paragraphs(text[at:])


def _paragraphs(text: str) -> Iterator[Markup]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.strip():
            yield tag("p", *_emphasised(_HEADING.sub(r"**\1**", paragraph.strip())))


def _emphasised(text: str) -> Iterator[str]:
    at = 0
    for found in _EMPHASIS.finditer(text):
        yield text[at : found.start()]
        yield tag("strong", found[1]) if found[1] else tag("code", found[2])
        at = found.end()
    yield text[at:]
