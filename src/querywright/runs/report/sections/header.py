"""The top of the page: what this is, its main figures, and the way to the parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from querywright.datasets.statistics import Statistics
from querywright.runs.opened import Run
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import counted, number, share

ENDINGS = {
    "running": "It was still running when this page was written.",
    "exhausted": "It ended early: no more new examples were to be found.",
    "interrupted": "It was interrupted; it can be resumed.",
    "failed": "It failed; it can be resumed.",
}
"""What a reader has to know of a run that did not simply finish."""


def header(run: Run, measured: Statistics, parts: Mapping[str, str]) -> Markup:
    """The run's name, a sentence, its figures and links to the `parts` (anchor → title)."""
    counts = run.counts
    sentence = (
        f"{counted(counts.inputs, 'input')} became {counted(counts.kept, 'verified example')} over "
        f"{counted(len(measured.databases), 'database')}. {ENDINGS.get(run.status, '')}"
    )
    links = (tag("li", tag("a", title, href=f"#{anchor}")) for anchor, title in parts.items())
    return tag(
        "header",
        tag("p", _made(run), class_="eyebrow"),
        tag("h1", run.folder.resolve().name),
        tag("p", sentence, class_="lede"),
        _facts(run, measured),
        tag("nav", tag("ul", *links), aria_label="Parts of this page"),
    )


def _made(run: Run) -> str:
    parts = ["Querywright run"]
    ended = run.manifest.times.get("ended") or run.manifest.times.get("started")
    if ended:
        moment = datetime.fromisoformat(ended)
        parts.append(f"{moment.day} {moment:%B %Y, %H:%M} UTC")
    seed = run.fingerprint.get("seed")
    if seed is not None:
        parts.append(f"seed {seed}")
    return " · ".join(parts)


def _facts(run: Run, measured: Statistics) -> Markup:
    counts, words = run.counts, measured.question_words
    facts = [
        ("Kept", number(counts.kept), f"{share(counts.kept, counts.inputs + counts.added)} of the inputs"),
        ("Rejected", number(counts.rejected), f"for {counted(_reasons(run), 'reason')}"),
        ("Query shapes", number(measured.skeletons), f"{share(measured.skeletons, measured.parsed)} of the queries"),
        ("Words a question", f"{words.mean:.1f}", f"from {words.shortest} to {words.longest}"),
        ("Asked twice", number(measured.duplicate_questions), "same words again"),
    ]
    if run.manifest.times.get("seconds"):
        seconds = run.manifest.times["seconds"]
        facts.append(("Time", _duration(seconds), f"{counts.kept / seconds:,.0f} examples a second"))
    cells = [tag("div", tag("dt", what), tag("dd", figure, tag("small", more))) for what, figure, more in facts]
    return tag("dl", *cells, class_="facts")


def _reasons(run: Run) -> int:
    return sum(len(reasons) for reasons in run.funnel.values())


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
