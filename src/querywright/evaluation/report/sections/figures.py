"""Every figure of each system, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from querywright.evaluation.report.plots import Point
from querywright.evaluation.report.sections.lines import Line, lines_table
from querywright.evaluation.summary import Mean, Share, Summary, SystemFigures
from querywright.evaluation.summary.figures import LinkingFigures
from querywright.runs.report.markup import Markup, join, tag
from querywright.runs.report.sections.figures import number

RULES = {
    "strict": "columns by position, rows as often as they come, in order where gold orders",
    "bird": "as BIRD's script: sets of rows",
    "spider": "as the test-suite script: columns in any order",
}
LINKED = {
    "table_recall": "table recall",
    "table_precision": "table precision",
    "column_recall": "column recall",
    "column_precision": "column precision",
    "complete": "all that gold needs is named",
}
Figure = Callable[[SystemFigures], Share | Mean | None]


def figures(summary: Summary) -> Markup:
    """Panels: execution accuracy, other measures of right, what became of the queries, clauses, linking."""
    systems = summary.systems
    names = [system.name for system in systems]
    panels = [
        _panel("Beside execution", lines_table("Measure", _others(systems), names)),
        _panel("What became of the queries", lines_table("Queries", _endings(systems), names), _ended(systems)),
        _panel("Schema linking", lines_table("Names", _linking([s.linking for s in systems]), names)),
        *_stages(systems, names),
        _panel("Exact set match, by clause", lines_table("Clause", _clauses(systems), names)),
    ]
    accuracy = _panel("Execution accuracy (EX)", lines_table("Rule", _accuracy(summary), names), _lucky(systems))
    return join(accuracy, tag("div", *panels, class_="packed"))


def _accuracy(summary: Summary) -> list[Line]:
    systems, rule = summary.systems, summary.rule
    chosen = Line(rule, _points(systems, lambda s: s.ex), RULES.get(rule, ""), chosen=True)
    rules = dict.fromkeys(name for s in systems for name in s.rules if name != rule)
    others = [Line(name, [Point.of(s.rules.get(name)) for s in systems], RULES.get(name, "")) for name in rules]
    lines = [chosen, *others]
    if summary.gold_rows > summary.scored:
        words = f"what was not scored ({summary.gold_rows - summary.scored:,}) counts as wrong"
        lines.append(Line(f"{rule}, of all gold rows", _points(systems, lambda s: s.ex_of_all), words))
    words = "right on the database and on altered copies of it, too"
    lines.append(Line(f"{rule}, on witnesses", _points(systems, lambda s: s.witnessed), words))
    return lines


def _lucky(systems: Sequence[SystemFigures]) -> Markup | None:
    tried = [s for s in systems if s.witnessed is not None]
    if not tried:
        return None
    words = ", ".join(f"{s.name} {number(s.lucky)}" for s in tried)
    return tag("p", f"Right by luck (on the database, but not on a copy): {words} rows.", class_="note")


def _others(systems: Sequence[SystemFigures]) -> list[Line]:
    return [
        Line("soft-F1", _points(systems, lambda s: s.soft_f1), "how much of the gold result is there"),
        Line("soft-F1 by position", _points(systems, lambda s: s.soft_f1_by_position), "as BIRD's script pairs rows"),
        Line("exact set match", _points(systems, lambda s: s.exact.get("all")), "every clause as in gold"),
        Line("VES", _points(systems, lambda s: s.ves), "100 is as fast as gold, 0 is wrong"),
        Line("R-VES", _points(systems, lambda s: s.r_ves), "the same, in BIRD's bins"),
    ]


def _endings(systems: Sequence[SystemFigures]) -> list[Line]:
    return [
        Line("valid", _points(systems, lambda s: s.valid), "it ran"),
        Line("empty", _points(systems, lambda s: s.empty), "it ran and returned no rows"),
    ]


def _ended(systems: Sequence[SystemFigures]) -> Markup:
    kinds = dict.fromkeys(kind for s in systems for kind in s.endings)
    if not set(kinds) - {"ran"}:
        return Markup()
    words = "; ".join(
        f"{s.name}: " + ", ".join(f"{number(s.endings[kind])} {kind}" for kind in kinds if s.endings.get(kind))
        for s in systems
    )
    return tag("p", f"{words}.", class_="note")


def _clauses(systems: Sequence[SystemFigures]) -> list[Line]:
    clauses = dict.fromkeys(clause for s in systems for clause in s.exact if clause != "all")
    all_of_it = Line("all", _points(systems, lambda s: s.exact.get("all")), chosen=True)
    each = [Line(spoken(clause), [Point.of(s.exact.get(clause)) for s in systems]) for clause in clauses]
    return [*each, all_of_it]


def spoken(name: str) -> str:
    """A name of ours as words."""
    return name.replace("_", " ")


def _linking(found: Sequence[LinkingFigures | None]) -> list[Line]:
    return [
        Line(words, [Point.of(getattr(each, name)) if each else None for each in found])
        for name, words in LINKED.items()
    ]


def _stages(systems: Sequence[SystemFigures], names: Sequence[str]) -> list[Markup]:
    stages = dict.fromkeys(stage for s in systems for stage in s.stages)
    return [
        _panel(
            f"Schema linking after “{stage}”",
            lines_table("Names left", _linking([s.stages.get(stage) for s in systems]), names),
        )
        for stage in stages
    ]


def _points(systems: Sequence[SystemFigures], figure: Figure) -> list[Point | None]:
    return [Point.of(figure(system)) for system in systems]


def _panel(title: str, table: Markup, note: Markup | None = None) -> Markup:
    return tag("div", tag("h3", title), table, note, class_="panel") if table else Markup()
