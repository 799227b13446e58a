"""What answering found for a question before its candidates were compared, as the trace of a prediction tells it.

A tournament shows the values that were found beside the columns that hold them; a lesson shows them, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from querywright.answering.known import DescriptionHint, ValueHint
from querywright.datasets.rows import read_rows
from querywright.runs import Run

T = TypeVar("T", ValueHint, DescriptionHint)


@dataclass(frozen=True, slots=True)
class Found:
    """Values and descriptions that keywords of a question may mean."""

    values: tuple[ValueHint, ...] = ()
    descriptions: tuple[DescriptionHint, ...] = ()


NOTHING = Found()


def found_in(candidates: Path | str) -> dict[str, Found]:
    """What was found for each row of a prediction, by the row's place; rows without a trace are not in it.

    Raises DatasetError, RunError: it cannot be read.
    """
    path = Path(candidates).expanduser()
    file = path / Run.open(path).manifest.dataset if path.is_dir() else path
    if file.suffix.lower() not in (".jsonl", ".ndjson", ".json", ".parquet"):
        return {}
    rows = ((row.place, _found(row.value)) for row in read_rows(file) if not row.problem)
    return {place: found for place, found in rows if found != NOTHING}


def _found(row: Any) -> Found:
    trace = row.get("trace") if isinstance(row, Mapping) else None
    if not isinstance(trace, list):
        return NOTHING
    values: tuple[ValueHint, ...] = ()
    descriptions: tuple[DescriptionHint, ...] = ()
    for record in trace:  # a later stage that changed them says the whole again
        output = record.get("output") if isinstance(record, Mapping) else None
        if isinstance(output, Mapping):
            values = tuple(_hints(output["values"], ValueHint)) if "values" in output else values
            if "descriptions" in output:
                descriptions = tuple(_hints(output["descriptions"], DescriptionHint))
    return Found(values, descriptions)


def _hints(said: Any, kind: type[T]) -> Iterator[T]:
    names = {each.name for each in fields(kind)}
    for each in said if isinstance(said, list) else ():
        if isinstance(each, Mapping) and set(each) == names:
            yield kind(**each)
