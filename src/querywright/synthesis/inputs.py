"""The rows of a file as the inputs of a run, also those that cannot be used, by their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from querywright.databases.addresses import Address
from querywright.datasets.seeds import read_seeds
from querywright.runs import Input
from querywright.synthesis.steps.marks import MARK, PROBLEM


def rows_as_inputs(
    rows: Path | str,
    location: str | Address,
    databases: Mapping[str, Any],
    unusable: Mapping[str, str],
    needs: tuple[str, ...] = ("SQL",),
) -> Iterator[Input]:
    """Every row, in order; what is wrong with one is left in its `extra` for the first step to tell.

    Args:
        rows: the file.
        location: where the databases are, for a person.
        databases: those that can be used.
        unusable: those that are there and cannot be, and why.
        needs: columns that must not be empty.
    """
    for row in read_seeds(rows, needs=needs):
        db_id, problem = row.example.db_id, row.problem
        if not problem and db_id in unusable:
            problem = f"the database {db_id!r} cannot be used: {unusable[db_id]}"
        elif not problem and db_id not in databases:
            problem = f"there is no database {db_id!r} in {location}"
        # What our own rejects carry is no column of anybody's.
        extra = {name: value for name, value in row.example.extra.items() if not name.startswith(MARK)}
        if problem:
            extra[PROBLEM] = f"{row.place}: {problem}"
        yield Input(row.place, row.example.having(extra=extra))
