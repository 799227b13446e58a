"""The recipe of a synthesis run: locations and settings, from which each worker builds its own chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from querywright.databases.addresses import Address
from querywright.datasets.example import Example
from querywright.models.roles import Roles
from querywright.runs import Input, Step
from querywright.runs.found import Found
from querywright.sql.skeleton import shape_key
from querywright.synthesis.chains import DataChain
from querywright.synthesis.desk import Desks
from querywright.synthesis.grammar import Profile
from querywright.synthesis.making import Making
from querywright.synthesis.piping.columns import Mode
from querywright.synthesis.prompt import PromptSettings
from querywright.synthesis.steps import DRAW, WriteQuery


@dataclass(frozen=True, slots=True)
class SynthesisRecipe:
    """What a synthesis run does. `aim` is the profile; `databases` is as in `Found`."""

    location: str | Address
    seed: int
    aim: Mapping[str, Any]
    prompt: PromptSettings
    making: Making
    roles: Roles
    databases: Mapping[str, Mapping[str, Any]]
    pipes: Mode | None = None
    """Whose expressions pipe queries hold; None: there are none."""

    @classmethod
    def of(
        cls,
        found: Found,
        seed: int,
        profile: Profile,
        prompt: PromptSettings,
        making: Making,
        roles: Roles,
        pipes: Mode | None = None,
    ) -> SynthesisRecipe:
        """The recipe for what was found."""
        return cls(found.location, seed, _plain(profile), prompt, making, roles, found.databases, pipes)

    def open(self) -> DataChain:
        """A chain with its own connections. Raises DatabaseUnavailable where a database is not to be found."""
        desks = Desks.open(self.location, self.databases, Profile(**self.aim), self.prompt, self.roles.width)
        return DataChain(desks, self.roles, self.making, self._steps)

    def _steps(self, chain: DataChain) -> Sequence[Step]:
        write = WriteQuery(chain.desks, chain.author, self.seed)
        return (write, *chain.to_record(self.seed, judged=chain.answered, pipes=self.pipes))

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "synthesize",
            "querywright": version("querywright"),
            "author": self.roles.author,
            "seed": self.seed,
            "profile": dict(self.aim),
            "prompt": asdict(self.prompt),
            **({"pipes": self.pipes} if self.pipes else {}),
            **self.making.fingerprint(self.roles),
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
