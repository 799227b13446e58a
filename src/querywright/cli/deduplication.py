"""`querywright deduplicate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from querywright.cli.cleaning import SHOWN, Dataset, Dialect, Matches, Output, listed, outputs, told
from querywright.cli.opening import OpenedDataset
from querywright.cli.showing import on_one_line
from querywright.errors import SettingsError

if TYPE_CHECKING:
    from querywright.datasets.deduplication import Match, Rule

RULES = ("exact", "skeleton", "question")


def deduplicate(
    dataset: Dataset,
    output: Output,
    by: Annotated[str, typer.Option(help="What makes a repeat: exact, skeleton or question.")] = "exact",
    threshold: Annotated[
        float, typer.Option(help="How alike two questions are when one repeats the other, up to 1.")
    ] = 0.9,
    matches: Matches = None,
    dialect: Dialect = "sqlite",
) -> None:
    """Drop examples that repeat an earlier one, and list them."""
    from querywright.datasets import export
    from querywright.datasets.deduplication import duplicates, without

    kind, beside = outputs(output, matches, dataset)
    opened = OpenedDataset(dataset, dialect)
    found = list(duplicates(opened.examples(), _rule(by, threshold, opened)))
    _list(opened, found, by, beside)
    kept = export(without(opened.examples(), (match.row for match in found)), kind, output)
    others = sum(not match.same_sql for match in found)
    why = f" ({others:,} of them with another SQL than what they repeat)" if others else ""
    told(kept + len(found), kept, why, output, beside)


def _rule(by: str, threshold: float, opened: OpenedDataset) -> Rule:
    from querywright.datasets.deduplication import NearQuestions, SameKey, by_skeleton, exact, readable

    match by:
        case "exact":
            return SameKey(exact)
        case "skeleton":
            return SameKey(readable(by_skeleton(opened.dialect_of)))
        case "question":
            return NearQuestions(threshold)
    raise SettingsError(f"there is no rule {by!r}: choose from {', '.join(RULES)}")


def _list(opened: OpenedDataset, found: list[Match], by: str, beside: Path) -> None:
    """Write every match, and print some of them."""
    from querywright.datasets.jsonl import replacing

    shown = 0
    with replacing(beside) as file:
        for match, question, line in _lines(opened, found, by):
            file.write(line)
            if shown < SHOWN:
                shown += 1
                typer.echo(
                    on_one_line(f"row {match.row} repeats row {match.repeats} ({match.likeness:.2f}): {question}")
                )


def _lines(opened: OpenedDataset, found: list[Match], by: str) -> Iterator[tuple[Match, str, bytes]]:
    """Each match with the question of its row, and its line."""
    rows = enumerate(opened.examples(), start=1)
    for match in found:
        example = next(example for row, example in rows if row == match.row)
        about = {"rule": by, "repeats": match.repeats, "likeness": round(match.likeness, 4), "same_sql": match.same_sql}
        yield match, example.question, listed(match.row, example, **about)
