"""The figures of an evaluation in a terminal: what matters first, on one screen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from querywright.cli.showing import on_one_line
from querywright.evaluation.summary import Excluded, Mean, Share, Summary, SystemFigures

TOLD = 12
"""Problems and excluded rows that are told one by one."""
BREAKDOWNS = ("hardness", "difficulty")
"""Groups that are shown here; the report has all of them."""


def show_summary(summary: Summary, folder: Path | None) -> None:
    """Print the figures; what was wrong with files goes to standard error."""
    console = Console(highlight=False, markup=False)
    _tell(summary.problems)
    if summary.excluded:
        _tell([f"not scored: {_why(each)}" for each in summary.excluded])
    console.print(_table(summary))
    for comparison in summary.comparisons:
        test = comparison.test
        console.print(
            f"{comparison.first} against {comparison.second}, {comparison.rows:,} rows: {test.difference:+.2f} points "
            f"({test.interval.low:+.1f} to {test.interval.high:+.1f}), McNemar p = {test.p:.3g} "
            f"({test.only_first:,} only the first has right, {test.only_second:,} only the second)",
            soft_wrap=True,
        )
    state = "unchanged" if not summary.changed else f"CHANGED MEANWHILE: {', '.join(summary.changed)}"
    unscored = summary.gold_rows - summary.scored
    left = f"; {unscored:,} not scored" if unscored else ""
    console.print(
        f"{summary.scored:,} of {summary.gold_rows:,} gold rows scored under the rule {summary.rule}{left}; "
        f"{summary.databases} database{'s' if summary.databases != 1 else ''} read, {state}",
        soft_wrap=True,
    )
    if folder is not None:
        console.print(f"report   {folder / 'report.html'}\nresults  {folder / 'results.jsonl'}", soft_wrap=True)


def _tell(words: Sequence[str]) -> None:
    for word in words[:TOLD]:
        print(on_one_line(word), file=sys.stderr)
    if len(words) > TOLD:
        print(f"… and {len(words) - TOLD:,} more, which figures.json lists", file=sys.stderr)


def _why(excluded: Excluded) -> str:
    """Why a row could not be scored, in a line that names it."""
    detail = excluded.detail or excluded.reason
    return detail if detail.startswith(excluded.key) else f"{excluded.key}: {detail}"


def _table(summary: Summary) -> Table:
    table = Table()
    table.add_column("")
    for system in summary.systems:
        table.add_column(on_one_line(system.name), justify="right")
    for name, cells in _lines(summary):
        if any(cells):
            table.add_row(name, *cells)
    return table


def _lines(summary: Summary) -> list[tuple[str, list[str]]]:
    """Each line of the table: what it is called, and a cell for each system, empty where it was not measured."""
    systems = summary.systems
    lines = [(f"EX ({summary.rule})", [_share(s.ex) for s in systems])]
    if summary.gold_rows > summary.scored:
        lines.append(("  of all gold rows", [_share(s.ex_of_all) for s in systems]))
    others = dict.fromkeys(rule for s in systems for rule in s.rules if rule != summary.rule)
    lines += [(f"EX ({rule})", [_share(s.rules.get(rule)) for s in systems]) for rule in others]
    lines.append(("EX on witnesses", [_share(s.witnessed) for s in systems]))
    for kind in BREAKDOWNS:
        lines += [
            (f"  {kind} {value}", [_share(s.breakdown.get(kind, {}).get(value)) for s in systems])
            for value in _values(systems, kind)
        ]
    lines += [
        ("soft-F1", [_share(s.soft_f1) for s in systems]),
        ("soft-F1 by position", [_share(s.soft_f1_by_position) for s in systems]),
        ("exact set match", [_share(s.exact.get("all")) for s in systems]),
        ("VES", [_share(s.ves) for s in systems]),
        ("R-VES", [_share(s.r_ves) for s in systems]),
        ("valid SQL", [_share(s.valid) for s in systems]),
        ("empty result", [_share(s.empty) for s in systems]),
    ]
    if any(s.linking for s in systems):
        lines += [
            ("table recall / precision", [_pair(s, "table") for s in systems]),
            ("column recall / precision", [_pair(s, "column") for s in systems]),
        ]
    lines += _candidates(systems)
    kinds = dict.fromkeys(kind for s in systems for kind in s.failures)
    lines += [(f"wrong: {kind}", [f"{s.failures.get(kind, 0):,}" for s in systems]) for kind in kinds]
    return lines


def _candidates(systems: Sequence[SystemFigures]) -> list[tuple[str, list[str]]]:
    found = [s.candidates for s in systems]
    if not any(found):
        return []
    picks = dict.fromkeys(name for c in found if c for name in c.picks)
    return [
        ("questions with candidates", [f"{c.questions:,}" if c else "" for c in found]),
        ("upper bound", [f"{c.upper:.2f} %" if c else "" for c in found]),
        ("self-consistency", [f"{c.self_consistency:.2f} %" if c else "" for c in found]),
        ("lower bound", [f"{c.lower:.2f} %" if c else "" for c in found]),
        *(
            (f"picked by {name}", [f"{c.picks[name]:.2f} %" if c and name in c.picks else "" for c in found])
            for name in picks
        ),
    ]


def _values(systems: Sequence[SystemFigures], kind: str) -> list[str]:
    found = {value for s in systems for value in s.breakdown.get(kind, {})}
    ladder = ("easy", "simple", "medium", "moderate", "hard", "challenging", "extra")
    return sorted(found, key=lambda value: (ladder.index(value) if value in ladder else len(ladder), value))


def _share(found: Share | Mean | None) -> str:
    return "" if found is None or not found.of else f"{found.percent:.2f} % ({found.low:.1f}–{found.high:.1f})"


def _pair(system: SystemFigures, what: str) -> str:
    if system.linking is None:
        return ""
    recall, precision = (getattr(system.linking, f"{what}_{measure}") for measure in ("recall", "precision"))
    return f"{recall.percent:.2f} % / {precision.percent:.2f} %"
