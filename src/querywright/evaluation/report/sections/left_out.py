"""Gold rows that could not be scored, and what was wrong with the files of predictions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from querywright.evaluation.summary import Excluded, Summary
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.sections.figures import counted

SHOWN = 200
"""Rows told one by one for each reason; the others are in the files."""


def left_out(summary: Summary) -> Markup:
    """Two panels; nothing where all was well."""
    return join(_excluded(summary.excluded), _problems(summary.problems))


def _excluded(rows: Sequence[Excluded]) -> Markup:
    if not rows:
        return Markup()
    by_reason: defaultdict[str, list[Excluded]] = defaultdict(list)
    for row in rows:
        by_reason[row.reason].append(row)
    reasons = [_reason(reason, found) for reason, found in sorted(by_reason.items(), key=lambda item: -len(item[1]))]
    return tag("div", tag("h3", f"{counted(len(rows), 'gold row')} excluded"), *reasons, class_="panel told")


def _reason(reason: str, rows: Sequence[Excluded]) -> Markup:
    items = [
        tag(
            "li",
            tag("code", row.key),
            tag("span", f" {row.db_id}: ", class_="soft"),
            _said(row),
        )
        for row in rows[:SHOWN]
    ]
    summary = tag("summary", reason, tag("span", f" {len(rows):,}", class_="soft"))
    return tag("details", summary, tag("ul", *items), _more(len(rows), "rejects.jsonl"), open=len(rows) <= 12)


def _said(row: Excluded) -> str:
    """Its detail without what stands before it on the line."""
    return row.detail.removeprefix(f"{row.key}: ").removeprefix(f"{row.db_id}: ")


def _problems(problems: Sequence[str]) -> Markup:
    if not problems:
        return Markup()
    items = [tag("li", problem) for problem in problems[:SHOWN]]
    heading = tag("h3", f"{counted(len(problems), 'problem')} of prediction files")
    return tag("div", heading, tag("ul", *items), _more(len(problems), "figures.json"), class_="panel told")


def _more(count: int, file: str) -> Markup | None:
    left = count - SHOWN
    return tag("p", f"and {left:,} more, which {file} lists", class_="note") if left > 0 else None
