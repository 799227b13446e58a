"""Which strategies solve the same questions: circles for two or three, a table of combinations for more."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.evaluation.candidates import JOINT, CandidateFigures
from querywright.evaluation.report.plots import colour, key
from querywright.runs.report.markup import Markup, tag
from querywright.runs.report.sections.figures import counted, number

SHOWN = 20
"""Combinations in the table."""
_RADIUS = 66
_CIRCLES = {2: ((145, 105), (215, 105)), 3: ((145, 92), (215, 92), (180, 150))}
_WORDS = {
    2: {(0,): (115, 109), (1,): (245, 109), (0, 1): (180, 109)},
    3: {
        (0,): (112, 78),
        (1,): (248, 78),
        (2,): (180, 193),
        (0, 1): (180, 70),
        (0, 2): (137, 140),
        (1, 2): (223, 140),
        (0, 1, 2): (180, 116),
    },
}
_VIEW = {2: "60 30 240 165", 3: "60 18 240 208"}


def overlap(figures: CandidateFigures, names: Sequence[str]) -> Markup:
    """How many questions are solved by exactly which of the strategies."""
    counts = {tuple(names.index(name) for name in joint.split(JOINT)): n for joint, n in _joint(figures, names).items()}
    solved = sum(counts.values())
    none = f"{counted(figures.questions - solved, 'question')} solved by none"
    shown = [name or "(no name)" for name in names]
    heading = tag("h4", "Questions solved by exactly these strategies")
    # The first colour is that of all candidates together.
    if len(names) in _CIRCLES:
        legend = key(shown, first=1)
        return tag(
            "div", heading, legend, _venn(counts, shown), tag("p", f"{none}.", class_="note"), class_="chart venn"
        )
    return tag("div", heading, _table(counts, shown), tag("p", f"{none}.", class_="note"))


def _joint(figures: CandidateFigures, names: Sequence[str]) -> dict[str, int]:
    """The combinations whose names can be told apart: a name that holds the joint itself would read as two."""
    return {joint: n for joint, n in figures.overlap.items() if set(joint.split(JOINT)) <= set(names)}


def _venn(counts: dict[tuple[int, ...], int], names: Sequence[str]) -> Markup:
    size = len(names)
    circles = [
        tag("circle", tag("title", name), cx=x, cy=y, r=_RADIUS, class_=colour(at + 1))
        for at, (name, (x, y)) in enumerate(zip(names, _CIRCLES[size], strict=True))
    ]
    words = [tag("text", number(counts.get(who, 0)), x=x, y=y) for who, (x, y) in _WORDS[size].items()]
    label = "; ".join(f"{' and '.join(names[at] for at in who)}: {counts.get(who, 0)}" for who in _WORDS[size])
    return tag("svg", *circles, *words, viewBox=_VIEW[size], role="img", aria_label=label)


def _table(counts: dict[tuple[int, ...], int], names: Sequence[str]) -> Markup:
    found = sorted(((n, who) for who, n in counts.items() if n), key=lambda item: (-item[0], item[1]))
    top = found[0][0] if found else 1
    head = tag("tr", *(tag("th", name, scope="col") for name in names), tag("th", "questions", scope="col", colspan=2))
    body = [tag("tr", *_dots(who, names), *_bar(n, top)) for n, who in found[:SHOWN]]
    left = len(found) - SHOWN
    more = tag("p", f"and {counted(left, 'more combination')}", class_="note") if left > 0 else None
    table = tag("table", tag("thead", head), tag("tbody", *body), class_="upset")
    return tag("div", tag("div", table, class_="scroll"), more)


def _dots(who: tuple[int, ...], names: Sequence[str]) -> list[Markup]:
    return [
        tag(
            "td",
            tag("i", class_="in" if at in who else None),
            tag("span", "yes" if at in who else "no", class_="unseen"),
            class_=colour(at + 1),
        )
        for at in range(len(names))
    ]


def _bar(count: int, top: int) -> list[Markup]:
    return [
        tag("td", tag("div", style=f"width:{100 * count / top:.2f}%"), class_="b", aria_hidden="true"),
        tag("td", number(count), class_="n"),
    ]
