"""`write_trajectories`: a dataset's pipe queries as lessons, an operator each, in a file for fine-tuning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from querywright.databases import Catalog, Database
from querywright.datasets.example import Example
from querywright.datasets.jsonl import replacing
from querywright.datasets.seeds import sayable
from querywright.errors import SettingsError
from querywright.pipes.scope import Active, Field
from querywright.pipes.trajectories import FORMATS, Sample, trajectory
from querywright.runs import Input, Rejected, Step
from querywright.runs.chains import carry_through
from querywright.synthesis.check_pipes import rows_of
from querywright.synthesis.inputs import rows_as_inputs
from querywright.synthesis.piping.columns import MODES, PIPE_DIALECT, PREFIXES, Mode
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.piping.steps import pipe_steps
from querywright.synthesis.steps import Finish


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the rows."""

    rows: int
    trajectories: int
    samples: int
    rejects: Path
    """The file that lists the rows left out, and why."""
    stayed: int = 0
    """Trajectories of pipe queries that were there already, in other functions than the mode's."""


def write_trajectories(
    dataset: Path | str,
    databases: Catalog | Path | str,
    output: Path | str,
    format: str = "chat",  # noqa: A002 - the CLI's word
    *,
    one_shot: bool = False,
    columns: bool = True,
    mode: Mode = "portable",
    style: str = "compact",
    examples: int = 0,
) -> Written:
    """Write a sample for the head, for each operator and for the end of every pipe query of a dataset.

    A row of a check is taken as it was checked. Any other row is checked first; where it fails, or one of its prefixes,
    nothing of it is written and it is listed in a file beside the output.

    Args:
        dataset: a file or a run folder; rows without a question are left out.
        databases: open databases, or where they are.
        output: the file to write; `FILE.rejects.jsonl` is written beside it.
        format: `chat` (messages of three roles) or `completion` (a prompt and what follows it).
        one_shot: one sample a row, with the whole query.
        columns: whether a prompt tells the columns of the query so far, and the table aliases alive.
        mode: of pipe queries that have to be made; those that are there stay as they are, and are counted (`stayed`).
        style: how a prompt shows the schema: `ddl` or `compact`.
        examples: values shown beside each column.

    Raises:
        DatasetError: the dataset cannot be read, or a file not written.
        DatabaseUnavailable: no database can be opened.
        SettingsError: a setting is wrong.
    """
    _check(format, mode, style)
    rows, output = rows_of(dataset), Path(output)
    catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
    chain = Checking(PipeDesks(catalog.__getitem__, mode))
    schemas: dict[str, str] = {}
    read = kept = samples = stayed = 0
    beside = output.with_suffix(".rejects.jsonl")
    try:
        with replacing(output) as file, replacing(beside) as rejects:
            for item in rows_as_inputs(rows, str(catalog.location), catalog, {}, needs=("SQL", "question")):
                read += 1
                found = chain.checked(item)
                if isinstance(found, Rejected):
                    rejects.write(_rejected(item, found))
                    continue
                if found.db_id not in schemas:
                    schemas[found.db_id] = _schema(catalog[found.db_id], style, examples)
                kept += 1
                stayed += found.extra[PIPE_DIALECT] != chain.desks[found.db_id].dialect
                for sample in _samples(chain, found, schemas[found.db_id], columns=columns, one_shot=one_shot):
                    file.write(_line(found, sample, format))
                    samples += 1
    finally:
        if catalog is not databases:
            catalog.close()
    return Written(read, kept, samples, beside, stayed)


class Checking:
    """The steps that a row goes through before it is a lesson."""

    def __init__(self, desks: PipeDesks) -> None:
        self.desks = desks
        self.steps: Sequence[Step] = (*pipe_steps(desks), Finish())

    def usage(self) -> tuple[()]:
        return ()

    def close(self) -> None:
        """The catalog is somebody else's."""

    def checked(self, item: Input) -> Example | Rejected:
        """The row with its pipe query and what each prefix was found to be, or why not."""
        example = item.example
        if example.pipe_sql and PIPE_DIALECT in example.extra and _tells_aliases(example.extra.get(PREFIXES)):
            return example
        outcome = carry_through(self, item)
        return outcome.kept[0] if outcome.kept else outcome.rejected[0]


def _samples(chain: Checking, example: Example, schema: str, *, columns: bool, one_shot: bool) -> Iterator[Sample]:
    query = chain.desks[example.db_id].query(example)
    told = [active_of(step) for step in example.extra[PREFIXES]] if columns else ()
    yield from trajectory(query, example.question, schema, example.evidence, active=told, one_shot=one_shot)


def _tells_aliases(steps: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether a row was checked when table aliases were recorded; one from before has to be checked again."""
    return steps is not None and all("aliases" in step for step in steps)


def active_of(step: Mapping[str, Any]) -> Active:
    """What is in force after a beginning of a pipe query, from the record that a check left of it."""
    fields = tuple(Field(name, type_) for name, type_ in step["columns"])
    return Active(fields, {alias: tuple(names) for alias, names in step["aliases"].items()})


def _schema(database: Database, style: str, examples: int) -> str:
    return database.ddl(examples) if style == "ddl" else database.compact(examples)


def _line(example: Example, sample: Sample, format: str) -> bytes:  # noqa: A002
    about = {"id": example.id, "db_id": example.db_id, "step": sample.step, "steps": sample.steps}
    row: dict[str, Any] = FORMATS[format](sample) | about
    return orjson.dumps(sayable(row), option=orjson.OPT_APPEND_NEWLINE)


def _rejected(item: Input, found: Rejected) -> bytes:
    example = found.example
    row = {
        "place": item.key,
        "step": found.step,
        "reason": found.reason,
        "detail": found.detail,
        "db_id": example.db_id,
        "question": example.question,
        "SQL": example.SQL,
        "pipe_sql": example.pipe_sql,
    }
    return orjson.dumps(sayable(row), option=orjson.OPT_APPEND_NEWLINE)


def _check(format: str, mode: str, style: str) -> None:  # noqa: A002
    for name, value, known in (
        ("format", format, tuple(FORMATS)),
        ("mode", mode, MODES),
        ("style", style, ("ddl", "compact")),
    ):
        if value not in known:
            raise SettingsError(f"there is no {name} {value!r}: choose from {', '.join(known)}")
