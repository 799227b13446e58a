"""Put the page of an evaluation together and write it into its folder, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from querywright.errors import RunError
from querywright.evaluation.evaluation import Evaluation
from querywright.evaluation.report.embedding import Embedding
from querywright.evaluation.report.sections.breakdown import breakdown
from querywright.evaluation.report.sections.candidates import candidates
from querywright.evaluation.report.sections.comparisons import comparisons
from querywright.evaluation.report.sections.examples import examples
from querywright.evaluation.report.sections.failures import failures
from querywright.evaluation.report.sections.figures import figures
from querywright.evaluation.report.sections.header import header
from querywright.evaluation.report.sections.left_out import left_out
from querywright.evaluation.report.sections.settings import settings
from querywright.evaluation.summary import Summary
from querywright.runs.folders import REPORT, replacing
from querywright.runs.report.frame import framed, section
from querywright.runs.report.markup import Markup, join
from querywright.runs.report.rows import COLUMNS, LETTERS, ROWS
from querywright.runs.report.sections.figures import counted

SCRIPTS = ("text", "sql", "results", "detail", "listing", "browser")
"""The parts of the page's script, in the order in which they need each other."""


def write_evaluation_report(evaluation: Evaluation, summary: Summary | None = None) -> Path:
    """Write `report.html` into an evaluation's folder: one page that needs nothing else.

    Args:
        evaluation: a finished one, in a folder.
        summary: its figures, where they are known already.

    Returns:
        The page's path.

    Raises:
        RunError: the evaluation has no folder, or the folder cannot be written.
        DatasetError: its rows are damaged.
    """
    if evaluation.folder is None:
        raise RunError("this evaluation has no folder to write a report to: evaluate with an output")
    summary = evaluation.summary() if summary is None else summary
    path = evaluation.folder / REPORT
    with replacing(path) as file:
        for part in _page(evaluation, summary):
            file.write(part.encode())
    return path


def _page(evaluation: Evaluation, summary: Summary) -> Iterator[str]:
    """The page in pieces: all that is shown at once, then the rows for its browser."""
    style = (files("querywright.evaluation.report") / "page" / "evaluation.css").read_text("utf-8").strip()
    parts = _parts(evaluation, summary)
    above = header(evaluation, summary, {part.anchor: part.link for part in parts})
    shown = join(*(section(part.anchor, part.title, part.about, part.body) for part in parts))
    title = f"{evaluation.run.folder.resolve().name} · Querywright"
    before, after = framed(title, above, shown, _script(), style)
    yield before
    embedding = Embedding([system.name for system in summary.systems], summary.rule)
    yield from embedding.chunks(evaluation.rows())
    yield f'<script type="application/json" id="index">{embedding.index()}</script>\n'
    yield after


def _script() -> str:
    page = files("querywright.evaluation.report") / "page"
    parts = [(page / f"{name}.js").read_text("utf-8").strip() for name in SCRIPTS]
    return "\n".join(['"use strict";', "(() => {", *parts, "})();"])


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page: what links call it, its heading, one line on how to read it, its content."""

    anchor: str
    link: str
    title: str
    about: str
    body: Markup


def _parts(evaluation: Evaluation, summary: Summary) -> list[_Part]:
    """The parts that have any content."""
    parts = [
        _Part(
            "part-figures",
            "Figures",
            "How right each system is",
            "In percent of the scored rows, or as a mean over them. The line through a dot is its 95 % interval, "
            "drawn by bootstrap over the rows.",
            figures(summary),
        ),
        _Part(
            "part-comparisons",
            "Comparisons",
            "Which system is ahead",
            "Each pair on the rows that both were scored on: rows that only one has right, and how likely a split as "
            "uneven is by chance (McNemar, two-sided, exact).",
            comparisons(summary.comparisons, summary.systems),
        ),
        _Part(
            "part-breakdown",
            "Breakdown",
            "Where it is right, and where it is not",
            f"Execution accuracy under the rule {summary.rule} by group. Hardness follows Spider's rule, read from the "
            "gold query; difficulty is what the dataset itself says; a row counts for every feature of its gold query.",
            breakdown(summary),
        ),
        _Part(
            "part-failures",
            "Failures",
            "Why it is wrong",
            "Each wrong row by the kind that tells most of it, and by every kind that it shows. Numbers lead to the "
            "rows.",
            failures(summary.systems),
        ),
        _Part(
            "part-candidates",
            "Candidates",
            "What several candidates are worth",
            "An oracle that always chooses a right candidate where there is one reaches the upper bound; an adversary "
            "reaches the lower bound. Every selector lies between.",
            candidates(summary.systems),
        ),
        _Part(
            "part-left-out",
            "Left out",
            "What was not scored, and what was wrong with the files",
            "Excluded gold rows are not held against any system; the figures say of how many rows they are.",
            left_out(summary),
        ),
        _Part(
            "part-examples",
            "Examples",
            "Every example to read",
            f"{counted(summary.scored, 'scored row')}, none left out. Results are previews: their first {ROWS} rows, "
            f"{COLUMNS} columns, {LETTERS} letters a value. ↑ and ↓ move through the list, ← and → change the system.",
            examples(summary),
        ),
        _Part(
            "part-settings",
            "How it was measured",
            "How it was measured",
            "What decided these figures. The same settings on the same files give the same figures.",
            settings(evaluation, summary),
        ),
    ]
    return [part for part in parts if part.body]
