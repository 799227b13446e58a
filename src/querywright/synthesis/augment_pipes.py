"""`augment`: from rows with SQL to more of them with pipe queries, each verified, with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.datasets.example import Example
from querywright.datasets.rows import digest_of
from querywright.datasets.seeds import read_seeds
from querywright.errors import DatasetError, SettingsError
from querywright.models.budget import Budget
from querywright.models.roles import Roles
from querywright.runs import Input, Progress, Run, Step, run
from querywright.runs.found import Found
from querywright.synthesis.chains import DataChain
from querywright.synthesis.check_pipes import rows_of
from querywright.synthesis.desk import Desks
from querywright.synthesis.grammar import Profile
from querywright.synthesis.inputs import rows_as_inputs
from querywright.synthesis.making import Making
from querywright.synthesis.piping.columns import Mode, dialect_of
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.piping.figures import write_figures
from querywright.synthesis.piping.steps import pipe_steps
from querywright.synthesis.piping.varying import KINDS, PlanVariants, Vary
from querywright.synthesis.prompt import PromptSettings


def augment(
    dataset: Path | str,
    databases: Catalog | Path | str,
    output: Path | str,
    seed: int = 0,
    *,
    number: int = 1,
    kinds: Sequence[str] = KINDS,
    mode: Mode = "portable",
    workers: int = 1,
    cluster: str | None = None,
    resume: bool = False,
    prompt: PromptSettings | None = None,
    making: Making | None = None,
    roles: Roles | None = None,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Run:
    """Keep every row whose pipe query holds, and make others of it.

    `substitution` puts columns and tables of the same types and roles in the place of others; `composition` lets
    another query of the dataset work on the rows that this one keeps; `paraphrase` asks for the same query in other
    words. A variant names its parent (`parent_id`) and how it was made (`augmentation`); its query is verified and
    executed, its question held against it, and nothing is kept twice.

    Args:
        dataset: a file of Spider's, BIRD's or our own rows, or a run folder.
        databases: open databases, or where they are.
        output: the run folder.
        seed: of the run's chance; the same one gives the same bytes, with any number of workers.
        number: variants of each kind to be made of a row.
        kinds: which of them.
        mode: whose expressions pipe queries hold.
        workers: processes.
        cluster: the address of a Ray cluster whose actors do the work; empty: Ray on this machine; None: no Ray.
        resume: go on with the run in `output`.
        prompt: how the `prompt` column is made.
        making: candidates, retries, generations and the scales of difficulty.
        roles: the chat models; none: the embedded author asks and judges.
        budget: how much the models may be asked for in all.
        progress: is told how it goes.

    Raises:
        RunError: the run folder cannot be used, or the run had to stop; the message says how to go on.
        DatasetError: the dataset cannot be read.
        DatabaseUnavailable: no database can be opened; ModelUnavailable: a model cannot.
        SettingsError: a setting is wrong.
    """
    _check(number, kinds, mode)
    rows = rows_of(dataset)
    catalog = databases if isinstance(databases, Catalog) else Catalog.open(databases)
    try:
        names = {row.example.db_id for row in read_seeds(rows)}
        if not names:
            raise DatasetError("it holds no rows", rows)
        found = Found.of(catalog, names)
        with (roles or Roles()).served(progress.tell if progress else None) as served:
            recipe = AugmentRecipe(
                found.location,
                str(rows.resolve()),
                digest_of(rows),
                seed,
                number,
                tuple(kinds),
                mode,
                prompt or PromptSettings(),
                making or Making(),
                served,
                found.databases,
                found.left_out,
            )
            ended = run(
                output,
                recipe,
                recipe.inputs,
                count=None,
                workers=workers,
                width=served.width,
                cluster=cluster,
                resume=resume,
                budget=budget,
                progress=progress,
                about=found.about(),
            )
        write_figures(ended)
        return ended
    finally:
        if catalog is not databases:
            catalog.close()


@dataclass(frozen=True, slots=True)
class AugmentRecipe:
    """What an augmentation does. `rows_digest` is of the file's bytes; `databases` is as in `Found`."""

    location: str | Address
    rows: str
    rows_digest: str
    seed: int
    number: int
    kinds: tuple[str, ...]
    mode: Mode
    prompt: PromptSettings
    making: Making
    roles: Roles
    databases: Mapping[str, Mapping[str, Any]]
    unusable: Mapping[str, str]

    def open(self) -> DataChain:
        """A chain with its own connections. Raises DatabaseUnavailable where a database is not to be found."""
        desks = Desks.open(self.location, self.databases, Profile(), self.prompt, self.roles.width)
        return DataChain(desks, self.roles, self.making, self._steps)

    def _steps(self, chain: DataChain) -> Sequence[Step]:
        piped = PipeDesks(lambda db_id: chain.desks[db_id].database, self.mode)
        others: dict[str, list[str]] = {}
        for row in read_seeds(self.rows):
            if not row.problem and row.example.SQL not in others.setdefault(row.example.db_id, []):
                others[row.example.db_id].append(row.example.SQL)
        return (
            *pipe_steps(piped),
            PlanVariants(self.number, self.kinds),
            Vary(chain.desks, piped, chain.author, others, self.seed),
            *chain.to_record(self.seed, judged=True, seeds=True, pipes=self.mode),
        )

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "pipes augment",
            "querywright": version("querywright"),
            "author": self.roles.author,
            "dataset": {"name": Path(self.rows).name, "content": self.rows_digest},
            "seed": self.seed,
            "number": self.number,
            "kinds": list(self.kinds),
            "mode": self.mode,
            "prompt": asdict(self.prompt),
            **self.making.fingerprint(self.roles),
            "databases": {k: dict(v) for k, v in self.databases.items()},
        }

    def unique_key(self, example: Example) -> str:
        """A variant with a new query repeats any other of that query; what has its parent's, one with its question."""
        sql = " ".join(example.SQL.split())
        if example.augmentation in ("substitution", "composition"):
            return f"{example.db_id}: {sql}"
        return f"{example.db_id}: {sql} | {' '.join(example.question.lower().split())}"

    def inputs(self) -> Iterator[Input]:
        """The rows of the dataset, also those that cannot be used, by their places."""
        return rows_as_inputs(self.rows, self.location, self.databases, self.unusable)


def _check(number: int, kinds: Sequence[str], mode: str) -> None:
    dialect_of(mode, "sqlite")
    if number < 0:
        raise SettingsError(f"number must be 0 or more, not {number}")
    for kind in kinds:
        if kind not in KINDS:
            raise SettingsError(f"there is no kind of variant {kind!r}: choose from {', '.join(KINDS)}")
