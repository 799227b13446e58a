"""`decompile_rows`: a dataset with a pipe query beside the SQL of every row; nothing is executed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.datasets.jsonl import clean, dumps, replacing
from querywright.errors import DatasetError, SettingsError
from querywright.runs.records import reject_line
from querywright.runs.steps import Reject
from querywright.synthesis.check_pipes import rows_of
from querywright.synthesis.inputs import rows_as_inputs
from querywright.synthesis.piping.columns import Mode, dialect_of
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.piping.steps import Decompile
from querywright.synthesis.steps import Finish


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the rows."""

    rows: int
    made: int
    rejects: Path
    """The file that lists the rows that were refused, and why."""


def decompile_rows(dataset: Path | str, catalog: Catalog, output: Path | str, *, mode: Mode = "portable") -> Made:
    """Write every row whose SQL can be said in pipes, with `pipe_sql` and `pipe_dialect`; list the others.

    That the pipe query means the same is not looked at here; `check` does that.

    Args:
        dataset: a file of Spider's, BIRD's or our own rows, or a run folder.
        catalog: the databases.
        output: a JSONL file; `FILE.rejects.jsonl` is written beside it.
        mode: whose expressions the pipe queries hold.

    Raises:
        DatasetError: the dataset cannot be read, or a file not written.
        SettingsError: the mode is none, or the output is the dataset.
    """
    dialect_of(mode, "sqlite")
    rows, output = rows_of(dataset), Path(output)
    if output.resolve() == rows.resolve():
        raise SettingsError(f"{output} is the dataset itself: name another file")
    beside = output.with_suffix(".rejects.jsonl")
    step, finish = Decompile(PipeDesks(catalog.__getitem__, mode)), Finish()
    read = made = 0
    with replacing(output) as file, replacing(beside) as rejects:
        for item in rows_as_inputs(rows, str(catalog.location), catalog, {}):
            read += 1
            (example,) = finish(item.example)
            try:
                for piped in step(item.example):
                    (example,) = finish(piped)
                    file.write(dumps(example))
                    made += 1
            except Reject as reject:
                rejects.write(reject_line(item.key, step.name, reject.reason, clean(reject.detail), _line(example)))
    return Made(read, made, beside)


def _line(example: Example) -> bytes:
    try:
        return dumps(example)
    except DatasetError:
        return dumps(Example(db_id=clean(example.db_id), id=example.id))
