"""The recipe of a synthesis run: locations and settings, from which each worker builds its own chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from querywright.databases import Catalog
from querywright.datasets.example import Example
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
    """What a synthesis run does. `databases` tells what each database was when the run began."""

    location: str
    seed: int
    profile: Profile
    prompt: PromptSettings
    databases: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, catalog: Catalog, seed: int, profile: Profile, prompt: PromptSettings) -> SynthesisRecipe:
        """The recipe for a catalog; reads every database's schema and content digest."""
        databases = {
            db_id: {
                "dialect": database.dialect,
                "content": database.fingerprint(),
                "tables": {t.name: [c.name for c in t.columns] for t in database.schema},
            }
            for db_id, database in catalog.items()
        }
        return cls(catalog.location, seed, profile, prompt, databases)

    def open(self) -> SynthesisChain:
        """A chain with its own connections."""
        return SynthesisChain(Desks(Catalog.open(self.location), self.profile, self.prompt), self.seed)

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "synthesize",
            "querywright": version("querywright"),
            "author": "grammar",
            "seed": self.seed,
            "profile": _plain(self.profile),
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


def _plain(profile: Profile) -> dict[str, Any]:
    names = ("window", "set_op", "subquery", "group_by", "case", "where", "join")
    return {**{n: getattr(profile, n) for n in names}, "plans": dict(profile.plans)}
