"""`check`: every row of a dataset gets a pipe query, shown to mean what its SQL means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.datasets.example import Example
from querywright.datasets.rows import digest_of
from querywright.datasets.seeds import read_seeds
from querywright.errors import DatabaseUnavailable, DatasetError, SettingsError
from querywright.models.usage import Usage
from querywright.pipes.verification import WITNESSES
from querywright.runs import Input, Progress, Run, Step, run
from querywright.runs.folders import DATASET
from querywright.runs.found import Found
from querywright.synthesis.inputs import rows_as_inputs
from querywright.synthesis.piping.columns import MODES, Mode
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.piping.figures import write_figures
from querywright.synthesis.piping.steps import pipe_steps
from querywright.synthesis.steps import Finish


def check(
    dataset: Path | str,
    databases: Catalog | Path | str,
    output: Path | str,
    *,
    mode: Mode = "portable",
    witnesses: int = WITNESSES,
    workers: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> Run:
    """Decompile the SQL of every row, verify the pipe query on the row's database and on witnesses, run its prefixes.

    What fails is in the rejects, with a record of the difference under `quarantine`. A row that has a `pipe_sql`
    keeps it, and it is that which is verified. `figures.json` tells the operators and how many queries are chains.

    Args:
        dataset: a file of Spider's, BIRD's or our own rows, or a run folder.
        databases: open databases, or where they are.
        output: the run folder.
        mode: `portable`: expressions keep the database's own functions; `googlesql`: GoogleSQL's.
        witnesses: how many altered copies a pair of queries is tried on.
        workers: processes.
        cluster: the address of a Ray cluster whose actors do the work; empty: Ray on this machine; None: no Ray.
        resume: go on with the run in `output`.
        progress: is told how it goes.

    Raises:
        RunError: the run folder cannot be used, or the run had to stop; the message says how to go on.
        DatasetError: the dataset cannot be read.
        DatabaseUnavailable: no database can be opened.
        SettingsError: a setting is wrong.
    """
    if mode not in MODES:
        raise SettingsError(f"there is no mode {mode!r}: choose from {', '.join(MODES)}")
    rows = rows_of(dataset)
    catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
    try:
        names = {row.example.db_id for row in read_seeds(rows)}
        if not names:
            raise DatasetError("it holds no rows", rows)
        found = Found.of(catalog, names)
        recipe = CheckRecipe(
            found.location, str(rows.resolve()), digest_of(rows), mode, witnesses, found.databases, found.left_out
        )
        ended = run(
            output,
            recipe,
            recipe.inputs,
            count=None,
            workers=workers,
            cluster=cluster,
            resume=resume,
            progress=progress,
            about=found.about(),
        )
        write_figures(ended)
        return ended
    finally:
        if catalog is not databases:
            catalog.close()


def rows_of(dataset: Path | str) -> Path:
    """The file of a dataset: itself, or the one in a run folder. Raises DatasetError where there is none."""
    place = Path(dataset).expanduser()
    file = place / DATASET if place.is_dir() else place
    if not file.is_file():
        raise DatasetError(f"there is no file or run folder {place}")
    return file


@dataclass(frozen=True, slots=True)
class CheckRecipe:
    """What a check does. `rows_digest` is of the file's bytes; `databases` is as in `Found`."""

    location: str | Address
    rows: str
    rows_digest: str
    mode: Mode
    witnesses: int
    databases: Mapping[str, Mapping[str, Any]]
    unusable: Mapping[str, str]
    """Databases that are there and cannot be used, and why."""

    def open(self) -> CheckChain:
        """A chain with its own connections. Raises DatabaseUnavailable where a database is not to be found."""
        catalog = Catalog.open(self.location)
        if missing := [db_id for db_id in self.databases if db_id not in catalog]:
            catalog.close()
            raise DatabaseUnavailable(f"not in {self.location}, where the run found it", missing[0])
        return CheckChain(catalog, PipeDesks(catalog.__getitem__, self.mode, self.witnesses))

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "pipes check",
            "querywright": version("querywright"),
            "dataset": {"name": Path(self.rows).name, "content": self.rows_digest},
            "mode": self.mode,
            "witnesses": self.witnesses,
            "databases": {k: dict(v) for k, v in self.databases.items()},
        }

    def unique_key(self, example: Example) -> None:
        """Every row is checked for itself: one that repeats another stays."""

    def inputs(self) -> Iterator[Input]:
        """The rows of the dataset, also those that cannot be used, by their places."""
        return rows_as_inputs(self.rows, self.location, self.databases, self.unusable)


class CheckChain:
    """The steps of one worker, and the databases they work on."""

    def __init__(self, catalog: Catalog, desks: PipeDesks) -> None:
        self._catalog = catalog
        self.steps: Sequence[Step] = (*pipe_steps(desks), Finish())

    def usage(self) -> tuple[Usage, ...]:
        """No model is asked."""
        return ()

    def close(self) -> None:
        """Closes the databases."""
        self._catalog.close()
