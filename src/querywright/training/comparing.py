"""Finished trainings side by side: what differs between them, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from querywright.errors import TrainingError
from querywright.training.folder import TrainingFolder

FIGURES: Final = (
    "ex",
    "valid",
    "best_ex",
    "eval_loss",
    "train_loss",
    "reward",
    "accuracy",
    "recall@5",
    "train_runtime",
)
"""What is shown where it was measured, in this order; then what else there is."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A table: a column a setting that differs, then a column a figure; a row a training."""

    settings: tuple[str, ...]
    figures: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    """By column; `folder`, `kind` and `status` are always there."""
    warnings: tuple[str, ...]
    """What makes the figures not comparable."""


def compare_trainings(folders: Sequence[Path | str]) -> Compared:
    """The table of these trainings. Raises TrainingError: one is none, or none are given."""
    if not folders:
        raise TrainingError("there is nothing to compare: name training folders")
    records = [(str(folder), TrainingFolder(Path(folder).expanduser()).record()) for folder in folders]
    decided = [dict(_flat(record["decided_by"])) for _, record in records]
    names = list(dict.fromkeys(name for each in decided for name in each))
    differing = tuple(name for name in names if len({repr(each.get(name)) for each in decided}) > 1)
    figures = [_numbers(record.get("figures", {})) for _, record in records]
    found = list(dict.fromkeys(name for each in figures for name in each))
    ordered = [name for name in FIGURES if name in found] + [name for name in found if name not in FIGURES]
    rows = tuple(
        {"folder": folder, "kind": record["kind"], "status": record["status"], **said, **measured}
        for (folder, record), said, measured in zip(records, decided, figures, strict=True)
    )
    return Compared(differing, tuple(ordered), rows, tuple(_warnings([record for _, record in records])))


def _flat(value: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, each in value.items():
        whole = f"{before}.{name}" if before else name
        found += _flat(each, whole) if isinstance(each, dict) else [(whole, each)]
    return found


def _numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: value for name, value in figures.items() if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _warnings(records: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    if len({str(record["decided_by"].get("data")) for record in records}) > 1:
        said.append("they learnt from different data")
    splits = {str(record.get("split", {}).get("by")) for record in records}
    if len(splits) > 1:
        said.append(f"they were held out differently ({', '.join(sorted(splits))})")
    held = {str(record.get("split", {}).get("held_out_databases")) for record in records}
    if len(held) > 1:
        said.append("they were measured on different databases")
    if len({str(record.get("asked")) for record in records}) > 1:
        said.append("they were asked different numbers of questions")
    if unfinished := [record["status"] for record in records if record["status"] != "finished"]:
        said.append(f"{len(unfinished)} of them did not finish")
    return said
