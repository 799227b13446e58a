"""A prediction as a run: its recipe, small enough to be sent to a worker, and its one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

from querywright.answering.answer import Answer, answer_of
from querywright.answering.ask import checked, known_at_first
from querywright.answering.desk import AT_ONCE, Desk
from querywright.answering.indexes import Home, Shelf
from querywright.answering.preset import Preset
from querywright.answering.prompting import fingerprint as prompts
from querywright.answering.questions import PROBLEM
from querywright.answering.selection.judge import Judges
from querywright.answering.trace import answered
from querywright.answering.written import row_of, unanswered_row
from querywright.databases import Catalog, Limits
from querywright.databases.addresses import Address
from querywright.datasets.example import Example
from querywright.errors import DatabaseUnavailable, ModelFailed, SettingsError
from querywright.models.roles import Roles
from querywright.models.usage import Usage
from querywright.runs import Reject, Step

QUESTIONS = 32
"""Questions that a process works on at a time, at most: each holds the rows of its candidates."""


@dataclass(frozen=True, slots=True)
class PredictRecipe:
    """What a prediction does. `dataset` names what was read with its digest; `databases` is as in `Found`."""

    location: str | Address
    dataset: Mapping[str, str]
    preset: Preset
    roles: Roles
    seed: int
    limits: Limits
    prompt_tokens: int
    databases: Mapping[str, Mapping[str, Any]]
    indexes: Home
    indexed: Mapping[str, Mapping[str, str]]
    """The indexes of each database, by kind, as `renewed` gives them."""
    judges: Mapping[str, str]
    """What the weights are called that judge in its tournaments, by their folders."""

    @property
    def width(self) -> int:
        """Questions that a process should work on at a time, so that its models are kept busy."""
        requests = min(AT_ONCE, self.preset.at_once)
        return max(1, min(QUESTIONS, -(-self.roles.width // requests)))

    def open(self) -> PredictChain:
        """A chain with its own connections. Raises DatabaseUnavailable where a database is not to be found."""
        catalog = Catalog.open(self.location)
        if missing := [db_id for db_id in self.databases if db_id not in catalog]:
            catalog.close()
            raise DatabaseUnavailable(f"not in {self.location}, where the run found it", missing[0])
        return PredictChain(self, catalog)

    def fingerprint(self) -> dict[str, Any]:
        """Everything that decides the output."""
        return {
            "job": "predict",
            "querywright": version("querywright"),
            "dataset": dict(self.dataset),
            "preset": self.preset.fingerprint(),
            "prompts": prompts(),
            "roles": self.roles.fingerprint(),
            "seed": self.seed,
            "limits": asdict(self.limits),
            "prompt_tokens": self.prompt_tokens,
            "databases": {db_id: dict(entry) for db_id, entry in self.databases.items()},
            "indexes": {db_id: dict(kinds) for db_id, kinds in self.indexed.items()},
            "judges": dict(self.judges),
        }

    def unique_key(self, example: Example) -> None:
        """Every row is answered for itself, also one that repeats another."""


class PredictChain:
    """The one step of a prediction in one worker, and what it works with."""

    def __init__(self, recipe: PredictRecipe, catalog: Catalog) -> None:
        """Raises ModelUnavailable where a key is missing."""
        self._catalog = catalog
        self.models = recipe.roles.open()
        self._judges = Judges()
        self._shelf = Shelf(recipe.indexes, catalog, recipe.indexed, self.models)
        self._recipe = recipe
        self.steps: Sequence[Step] = (_AnswerQuestion(self),)

    def answer(self, example: Example) -> Answer:
        """The answer to a row, which sees nothing of it but question and evidence.

        Raises:
            SettingsError: the question is empty or too long.
            ModelFailed, ModelUnavailable, DatabaseUnavailable: as stages do.
        """
        recipe, found = self._recipe, self._shelf.of(example.db_id)
        desk = Desk(
            self._catalog[example.db_id],
            self.models,
            values=found.values,
            descriptions=found.descriptions,
            examples=found.examples,
            judges=self._judges,
            seed=recipe.seed,
            limits=recipe.limits,
            prompt_tokens=recipe.prompt_tokens,
        )
        with self.models.turns.taken():
            known = known_at_first(example.id or "", checked(example.question), example.evidence, desk)
            known, trace = answered(known, desk, recipe.preset)
            return answer_of(known, trace, desk, 0.0)

    def usage(self) -> Sequence[Usage]:
        """What models were asked since the last time."""
        return self.models.ledger.drain()

    def close(self) -> None:
        """Closes the databases, their indexes and the models."""
        self._shelf.close()
        self._catalog.close()
        self.models.close()

    @property
    def preset(self) -> Preset:
        """The way of answering."""
        return self._recipe.preset

    @property
    def author(self) -> str:
        """What rows say who wrote them."""
        return self._recipe.roles.author


class _AnswerQuestion:
    """Answers a row; one without an answer is kept, too, with the reason, so that it counts as wrong and not as none.

    Only a row that cannot be asked at all, or whose database is not there, is a reject.
    """

    name = "answer"

    def __init__(self, chain: PredictChain) -> None:
        self._chain = chain

    def __call__(self, example: Example) -> Iterator[Example]:
        """The row with its answer. Raises Reject."""
        if problem := example.extra.get(PROBLEM):
            raise Reject("the row cannot be used", problem)
        example = example.having(author=self._chain.author)
        try:
            answer = self._chain.answer(example)
        except SettingsError as error:
            yield unanswered_row(example, str(error))
        except ModelFailed as failed:
            yield unanswered_row(example, f"model: {failed.reason}")
        else:
            yield row_of(example, answer, self._chain.preset.selector)
