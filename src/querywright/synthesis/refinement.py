"""The recipe of a refinement: seeds that somebody wrote, checked, varied in six directions and made into records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from querywright.databases.addresses import Address
from querywright.datasets.example import Example
from querywright.datasets.rows import digest_of
from querywright.models.roles import Roles
from querywright.runs import Input, Step
from querywright.runs.found import Found
from querywright.synthesis.chains import DataChain
from querywright.synthesis.desk import Desks
from querywright.synthesis.grammar import Profile
from querywright.synthesis.inputs import rows_as_inputs
from querywright.synthesis.making import Making
from querywright.synthesis.prompt import PromptSettings
from querywright.synthesis.steps import Augment, CheckSeed, Correspond, Plan


@dataclass(frozen=True, slots=True)
class RefineRecipe:
    """What a refinement does. `seeds_digest` is of the file's bytes; `databases` is as in `Found`."""

    location: str | Address
    seeds: str
    seeds_digest: str
    seed: int
    augment: int
    directions: tuple[str, ...]
    prompt: PromptSettings
    making: Making
    roles: Roles
    databases: Mapping[str, Mapping[str, Any]]
    unusable: Mapping[str, str]
    """Databases that are there and cannot be used, and why."""

    @classmethod
    def of(
        cls,
        found: Found,
        seeds: Path,
        seed: int,
        augment: int,
        directions: Sequence[str],
        prompt: PromptSettings,
        making: Making,
        roles: Roles,
    ) -> RefineRecipe:
        """The recipe for these seeds. Raises DatasetError where the file cannot be read."""
        return cls(
            found.location,
            str(seeds.expanduser().resolve()),
            digest_of(seeds),
            seed,
            augment,
            tuple(directions),
            prompt,
            making,
            roles,
            found.databases,
            found.left_out,
        )

    def open(self) -> DataChain:
        """A chain with its own connections. Raises DatabaseUnavailable where a database is not to be found."""
        desks = Desks.open(self.location, self.databases, Profile(), self.prompt, self.roles.width)
        return DataChain(desks, self.roles, self.making, self._steps)

    def _steps(self, chain: DataChain) -> Sequence[Step]:
        varied: list[Step] = []
        if self.augment:
            varied = [Plan(self.augment, self.directions, self.seed), Augment(chain.desks, chain.author, self.seed)]
        return (
            CheckSeed(chain.desks),
            Correspond(chain.desks, chain.author, "correspond seed"),
            *varied,
            *chain.to_record(self.seed, judged=True, seeds=True),
        )

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "refine",
            "querywright": version("querywright"),
            "author": self.roles.author,
            "seeds": {"name": Path(self.seeds).name, "content": self.seeds_digest},
            "seed": self.seed,
            "augment": self.augment,
            "directions": list(self.directions),
            "prompt": asdict(self.prompt),
            **self.making.fingerprint(self.roles),
            "databases": {k: dict(v) for k, v in self.databases.items()},
        }

    def unique_key(self, example: Example) -> str:
        """A seed repeats another with the same question and query, a variant one with the same query."""
        sql = " ".join(example.SQL.split())
        return f"{example.db_id}: {sql}" if example.augmentation else f"{example.db_id}: {sql} | {example.question}"

    def inputs(self) -> Iterator[Input]:
        """The rows of the seed file, also those that cannot be used, by their places."""
        return rows_as_inputs(self.seeds, self.location, self.databases, self.unusable)
