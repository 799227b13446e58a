"""Statistics as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from querywright.datasets.statistics.measuring import Statistics
from querywright.datasets.statistics.published import PUBLISHED, TITLES, FeatureTable

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

DATABASES_SHOWN = 20


def render(measured: Statistics, name: str = "this dataset", target: FeatureTable | None = None) -> Group:
    """What `querywright stats` prints: the feature table beside the published ones, then what is in the dataset."""
    from rich.console import Group

    shown = list(measured.databases.items())[:DATABASES_SHOWN]
    left = len(measured.databases) - len(shown)
    varied = [_counts("direction of the variants", measured.directions, measured.size)] if measured.directions else []
    return Group(
        _features(measured, name, target),
        _facts(measured),
        _counts("hardness", measured.hardness, measured.size),
        _counts("question style", measured.styles, measured.size),
        *varied,
        _counts("database", dict(shown), measured.size, f"and {left} more" if left else None),
    )


def _features(measured: Statistics, name: str, target: FeatureTable | None) -> Table:
    table = _table("Features per query", "dataset", "size", *TITLES.values())
    table.add_row(name, f"{measured.size:,}", *_cells(measured.features), style="bold")
    if target is not None:
        table.add_row("target profile", "", *_cells(target))
    table.add_section()
    for title, published in PUBLISHED.items():
        table.add_row(title, f"{published.size:,}", *_cells(published.features))
    return table


def _facts(measured: Statistics) -> Table:
    table = _table(None, "what", "figure")
    words = measured.question_words
    facts = {
        "examples": f"{measured.size:,}",
        "databases": f"{len(measured.databases):,}",
        "distinct skeletons": f"{measured.skeletons:,} ({measured.skeleton_share:.0%} of the queries)",
        "words per question": f"{words.mean:.1f} (median {words.median:g}, from {words.shortest} to {words.longest})",
        "questions asked twice": f"{measured.duplicate_questions:,}",
        "queries not parsed": f"{measured.unparsed:,}",
    }
    for what, figure in facts.items():
        table.add_row(what, figure)
    return table


def _counts(title: str, counts: Mapping[str, int], size: int, note: str | None = None) -> Table:
    table = _table(None, title, "examples", "share")
    for label, count in counts.items():
        table.add_row(label, f"{count:,}", f"{count / size:.1%}")
    table.caption = note
    return table


def _cells(features: FeatureTable) -> list[str]:
    return [f"{getattr(features, name):.2f}" for name in TITLES]


def _table(title: str | None, first: str, *rest: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column(first)
    for heading in rest:
        table.add_column(heading, justify="right")
    return table
