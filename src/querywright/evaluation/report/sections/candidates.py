"""What the candidates of each system are worth: bounds, choices, pass@k, and what strategies solve together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from querywright.evaluation.candidates import CandidateFigures
from querywright.evaluation.report.plots import Point, key
from querywright.evaluation.report.sections.lines import Line, lines_table
from querywright.evaluation.report.sections.overlap import overlap
from querywright.evaluation.report.sections.pass_at import pass_at
from querywright.evaluation.summary import SystemFigures
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.sections.figures import counted

ALL = "all candidates"


def candidates(systems: Sequence[SystemFigures]) -> Markup:
    """A panel for each system that has candidates; nothing where none has."""
    return join(*(_panel(s.name, s.candidates, len(systems) > 1) for s in systems if s.candidates is not None))


def _panel(name: str, figures: CandidateFigures, named: bool) -> Markup:
    strategies = {label or "(no name)": found for label, found in figures.strategies.items()}
    series = {ALL: figures, **(strategies if len(strategies) > 1 else {})}
    mean = figures.candidates / figures.questions if figures.questions else 0.0
    words = f"{counted(figures.candidates, 'candidate')} for {counted(figures.questions, 'question')}, {mean:.1f} each"
    charts = [
        tag(
            "div",
            tag("h4", "pass@k: the chance that one of k is right"),
            key(list(series)),
            pass_at(series),
            class_="chart",
        )
    ]
    if len(strategies) > 1:
        charts.append(overlap(figures, list(figures.strategies)))
    return tag(
        "div",
        tag("h3", f"{name}: " if named else None, words),
        lines_table("Choice", _lines(figures, series), list(series)),
        tag("div", *charts, class_="charts"),
        class_="panel",
    )


def _lines(figures: CandidateFigures, series: Mapping[str, CandidateFigures]) -> list[Line]:
    def line(label: str, what: str, about: str, chosen: bool = False) -> Line:
        return Line(label, [Point(getattr(each, what)) for each in series.values()], about, chosen)

    rest = [None] * (len(series) - 1)
    picks = sorted(figures.picks.items(), key=lambda item: -item[1])
    return [
        line("upper bound", "upper", "at least one is right", chosen=True),
        *(Line(f"picked by {name}", [Point(share), *rest]) for name, share in picks),
        line("self-consistency", "self_consistency", "the largest cluster of equal results"),
        line("the first one", "first", ""),
        line("mean accuracy", "mean_accuracy", "one drawn at random"),
        line("lower bound", "lower", "all are right", chosen=True),
    ]
