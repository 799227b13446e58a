"""The recipe of a synthesis run: locations and settings, from which each worker builds its own chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.errors import DatabaseUnavailable
from querywright.runs import Input, Step
from querywright.sql.skeleton import shape_key
from querywright.synthesis.desk import Desks
from querywright.synthesis.grammar import Profile
from querywright.synthesis.prompt import PromptSettings
from querywright.synthesis.steps import DRAW, AskQuestion, Explain, Grade, MakePrompt, WriteQuery


class SynthesisChain:
    """The steps of one worker, and the databases they work on."""

    def __init__(self, desks: Desks, seed: int) -> None:
        self._desks = desks
        self.steps: Sequence[Step] = (
            WriteQuery(desks, seed),
            AskQuestion(desks, seed),
            Explain(desks),
            MakePrompt(desks),
            Grade(desks),
        )

    def close(self) -> None:
        """Closes the databases."""
        self._desks.close()


@dataclass(frozen=True, slots=True)
class SynthesisRecipe:
    """What a synthesis run does. `databases` tells what each database was when the run began; `aim` is the profile."""

    location: str
    seed: int
    aim: Mapping[str, Any]
    prompt: PromptSettings
    databases: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, catalog: Catalog, seed: int, profile: Profile, prompt: PromptSettings) -> SynthesisRecipe:
        """The recipe for a catalog; reads every database's schema and content digest.

        Databases that cannot be read or hold no table are left out (`usable` tells which).

        Raises:
            DatabaseUnavailable: none is left.
        """
        found, left_out = usable(catalog)
        if not found:
            why = "; ".join(f"{db_id}: {reason}" for db_id, reason in left_out.items())
            raise DatabaseUnavailable(f"{catalog.location}: no database to ask about ({why})")
        location = str(Path(catalog.location).expanduser().resolve())
        return cls(location, seed, _plain(profile), prompt, found)

    def open(self) -> SynthesisChain:
        """A chain with its own connections."""
        return SynthesisChain(Desks(Catalog.open(self.location), Profile(**self.aim), self.prompt), self.seed)

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "synthesize",
            "querywright": version("querywright"),
            "author": "grammar",
            "seed": self.seed,
            "profile": dict(self.aim),
            "prompt": asdict(self.prompt),
            "databases": {k: dict(v) for k, v in self.databases.items()},
        }

    def unique_key(self, example: Example) -> str:
        """Skeleton and columns: a query that only changes the values of another one is not new."""
        return f"{example.db_id}: {shape_key(example.SQL, str(self.databases[example.db_id]['dialect']))}"

    def inputs(self) -> Iterator[Input]:
        """Draws without end, the databases in turn."""
        draw = 0
        while True:
            for db_id in self.databases:
                yield Input(f"{db_id}#{draw}", Example(db_id, extra={DRAW: draw}))
            draw += 1


def usable(catalog: Catalog) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What a run records of each database that has something to ask about, and why the others are left out."""
    found: dict[str, dict[str, Any]] = {}
    left_out: dict[str, str] = {}
    for db_id in catalog:
        try:
            database = catalog[db_id]
            tables = {t.name: [c.name for c in t.columns] for t in database.schema if t.columns}
            entry = {"dialect": database.dialect, "content": database.fingerprint(), "tables": tables}
        except DatabaseUnavailable as error:
            left_out[db_id] = error.message
            continue
        if tables:
            found[db_id] = entry
        else:
            left_out[db_id] = "it has no tables"
    return found, left_out


def _plain(profile: Profile) -> dict[str, Any]:
    names = ("window", "set_op", "subquery", "group_by", "case", "where", "join")
    return {**{n: getattr(profile, n) for n in names}, "plans": dict(profile.plans)}
