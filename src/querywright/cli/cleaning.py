"""What `deduplicate` and `decontaminate` have in common: what they read, and the two files they write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from querywright.datasets import Example
from querywright.errors import SettingsError

Dataset = Annotated[Path, typer.Argument(metavar="DATASET", help="A run folder or a dataset file.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write: .jsonl or .parquet.")]
Matches = Annotated[
    Path | None,
    typer.Option(help="Where every dropped row is listed; by default beside the output, as FILE.matches.jsonl."),
]
Dialect = Annotated[str, typer.Option(help="The SQL dialect of a dataset file; a run knows its own.")]

SHOWN = 5
"""How many matches are printed."""


def outputs(output: Path, matches: Path | None, dataset: Path, tests: Sequence[Path] = ()) -> tuple[str, Path]:
    """The output's format by its name, and where the matches go. Only the dataset may be written over, by the output.

    Raises:
        SettingsError: the name says neither JSONL nor Parquet, or a file would take the place of another.
    """
    kinds = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
    kind = kinds.get(output.suffix.lower())
    if kind is None:
        raise SettingsError(f"{output} must end in .jsonl or .parquet; `querywright export` writes other formats")
    matches = matches or output.with_suffix(".matches.jsonl")
    for written, others in ((output, tests), (matches, (output, dataset, *tests))):
        if any(written.resolve() == other.resolve() for other in others):
            raise SettingsError(f"{written} is another file of this command and would be written over: name a new one")
    return kind, matches


def listed(row: int, example: Example, **what: Any) -> bytes:
    """One line of the file of matches: which row it is, what it says, and what it matches."""
    about = {"row": row, "id": example.id, "db_id": example.db_id, "question": example.question, "SQL": example.SQL}
    return orjson.dumps(about | what, option=orjson.OPT_APPEND_NEWLINE)


def told(read: int, kept: int, why: str, output: Path, matches: Path) -> None:
    """The last lines: how many there were, how many stayed, and where both are."""
    typer.echo(f"{read:,} examples read, {read - kept:,} dropped{why}, {kept:,} written to {output}")
    typer.echo(f"what was dropped, and for what, is in {matches}")
