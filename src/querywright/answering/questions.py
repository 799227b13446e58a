"""The questions of a dataset, as prediction gets them: what else a row holds, its gold SQL above all, is not read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from querywright.datasets.example import Example
from querywright.datasets.jsonl import clean, dumps, example_id, from_record, to_record
from querywright.datasets.rows import read_rows
from querywright.errors import DatasetError
from querywright.runs import Input, Run

ASKED = ("db_id", "question", "evidence", "id")
NUMBER = "question_id"
"""BIRD's name for a row, by which predictions are matched where there is no id."""
PROBLEM = "prediction:problem"
"""Why a row cannot be asked, in the `extra` of an input."""
UNKNOWN = "?"
"""The database of a row that names none."""

Dataset = Path | str | Run | Iterable[Example]


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions, in order, what their source is called, and a digest of what was read of it."""

    name: str
    digest: str
    inputs: Sequence[Input]

    @property
    def databases(self) -> set[str]:
        """The databases that are asked."""
        return {item.example.db_id for item in self.inputs if PROBLEM not in item.example.extra}

    def about(self, location: object, databases: Mapping[str, Any], unusable: Mapping[str, str]) -> Iterator[Input]:
        """Every question; one whose database is not among `databases` says so."""
        for item in self.inputs:
            db_id, extra = item.example.db_id, item.example.extra
            if PROBLEM not in extra and db_id not in databases:
                why = unusable.get(db_id)
                told = f"cannot be used: {why}" if why else f"is not in {location}"
                extra = {**extra, PROBLEM: f"{item.key}: the database {db_id!r} {told}"}
            yield Input(item.key, item.example.having(extra=extra))


def read_questions(source: Dataset) -> Questions:
    """The questions of a file of Spider's, BIRD's or our own rows, of a run or its folder, or of examples.

    A row that cannot be read is an input that says why. Each gets an id: its own, or a digest of database, question
    and evidence.

    Raises:
        DatasetError: the source cannot be read as a whole, or holds no rows.
    """
    if isinstance(source, (str, Path, Run)):
        file = _file_of(source)
        name, inputs = file.name, [_input(row.place, row.value, row.problem) for row in read_rows(file)]
    else:
        name = "examples"
        inputs = [_input(f"example {number}", to_record(example)) for number, example in enumerate(source, 1)]
    if not inputs:
        raise DatasetError("it holds no questions", Path(name))
    digest = hashlib.sha256(b"".join(dumps(item.example) for item in inputs)).hexdigest()
    return Questions(name, digest, inputs)


def _file_of(source: Path | str | Run) -> Path:
    if isinstance(source, Run):
        return source.folder / source.manifest.dataset
    path = Path(source).expanduser()
    if path.is_dir():
        return path / Run.open(path).manifest.dataset
    if not path.is_file():
        raise DatasetError(f"there is no file or run folder {path}")
    return path


def _input(place: str, row: Any, problem: str = "") -> Input:
    if not problem:
        try:
            return Input(place, _example(row))
        except DatasetError as error:
            problem = str(error)
    named = row.get("db_id") if isinstance(row, Mapping) else None
    db_id = clean(named) if isinstance(named, str) and named.strip() else UNKNOWN
    return Input(place, Example(db_id, extra={PROBLEM: clean(f"{place}: {problem}")}))


def _example(row: Mapping[str, Any]) -> Example:
    """What is asked in a row. Raises DatasetError."""
    example = from_record({name: row[name] for name in ASKED if name in row})
    if not example.db_id.strip():
        raise DatasetError("db_id is empty")
    example = example.having(
        db_id=clean(example.db_id), question=clean(example.question), evidence=clean(example.evidence)
    )
    number = row.get(NUMBER)
    extra = {NUMBER: clean(number) if isinstance(number, str) else number} if isinstance(number, (str, int)) else {}
    return example.having(id=clean(example.id) if example.id else example_id(example), extra=extra)
