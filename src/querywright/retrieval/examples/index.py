"""`ExampleIndex`: the examples of a dataset that are most like a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from querywright.databases.database import Database
from querywright.databases.schema import Schema
from querywright.datasets.example import Example
from querywright.datasets.wording import words
from querywright.errors import RetrievalError, SettingsError
from querywright.retrieval import storing
from querywright.retrieval.embedding import Embedder
from querywright.retrieval.examples.building import KIND, write
from querywright.retrieval.examples.shelf import Asked, Shelf, opened
from querywright.retrieval.examples.strategies import STRATEGIES
from querywright.retrieval.masking.queries import mask_sql
from querywright.retrieval.masking.questions import Lookup, Masker, looks_like_a_name


@dataclass(frozen=True, slots=True)
class Found:
    """An example, and how like the question it is in the strategy's sense: a cosine, higher is nearer."""

    example: Example
    score: float


@dataclass
class ExampleIndex:
    """Examples, open. Safe in several threads; nothing to close."""

    left_out: Mapping[str, int]
    """How many examples are not in the index, by reason."""
    _shelf: Shelf = field(repr=False)
    _masker: tuple[Schema | None, Masker | None] = field(default=(None, None), repr=False)
    """Of the schema asked about last: a thousand tables take a while to be taken apart."""

    @classmethod
    def build(
        cls, examples: Iterable[Example], folder: Path | str, embed: Embedder, databases: Mapping[str, Database]
    ) -> ExampleIndex:
        """The index of these examples in this folder; of those that it had, nothing is masked or embedded again.

        Args:
            examples: taken one at a time; memory does not grow with them, but for some bytes each.
            folder: an empty folder, one that is not there, or one with such an index.
            embed: an embedding model.
            databases: whose schemas say what is masked; what they lack is masked by the names in its own SQL.

        Raises:
            DatabaseUnavailable: a schema cannot be read.
            ModelFailed, ModelUnavailable: as `embed` does.
            RetrievalError: the folder holds something else, or cannot be written.
        """
        folder = Path(folder)
        with storing.at_work(folder, KIND):
            try:
                before, manifest = _read(folder, embed)
            except RetrievalError:  # none yet, a damaged one, or one of another model
                before, manifest = None, {"digest": ""}
            write(folder, examples, embed, databases, before, manifest["digest"])
            return cls.open(folder, embed)

    @classmethod
    def open(cls, folder: Path | str, embed: Embedder) -> ExampleIndex:
        """The index in this folder, asked with the model that it was built with.

        Raises:
            RetrievalError: there is none, it is damaged, or it was built with another model.
        """
        shelf, manifest = _read(Path(folder), embed)
        return cls(manifest["left_out"], shelf)

    def __len__(self) -> int:
        return len(self._shelf)

    def search(
        self,
        question: str,
        schema: Schema,
        k: int,
        strategy: str = "masked-alignment",
        *,
        seed: int = 0,
        draft_sql: str | None = None,
        exclude: Callable[[Example], bool] | None = None,
        values: Lookup | None = None,
    ) -> list[Found]:
        """The `k` examples most like the question, the nearest first; never the question itself on its own database.

        Args:
            question: as it is asked.
            schema: of the database that it is asked of.
            k: how many, at most.
            strategy: one of `STRATEGIES`.
            seed: decides `random`, with the question.
            draft_sql: a first attempt at the SQL, for `dail` and `draft-sql`, in the schema's dialect.
            exclude: examples that may not be shown.
            values: whether a text is a value of the database, for masking; without it, capitals say so.

        Raises:
            SettingsError: there is no such strategy, or it needs a draft.
            QueryRejected: the draft cannot be read.
            ModelFailed, ModelUnavailable: the question cannot be embedded.
        """
        rank = STRATEGIES.get(strategy)
        if rank is None:
            near = get_close_matches(strategy, STRATEGIES, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(STRATEGIES)}"
            raise SettingsError(f"there is no way {strategy!r} to choose examples: {hint}")
        masked = self._masker_of(schema).mask(question, values or looks_like_a_name)
        draft = None if draft_sql is None else mask_sql(draft_sql, schema.dialect, schema)
        asked = Asked(question, masked, seed, draft)
        said = words(question)
        found: list[Found] = []
        shown: set[tuple[str, str, str]] = set()
        for row, score in rank(asked, self._shelf) if k > 0 else ():
            example = self._shelf.entry(row).example
            same = (example.db_id, example.question, example.SQL)
            leaks = example.db_id == schema.db_id and words(example.question) == said
            if same in shown or leaks or (exclude is not None and exclude(example)):
                continue
            shown.add(same)
            found.append(Found(example, score))
            if len(found) == k:
                break
        return found

    def _masker_of(self, schema: Schema) -> Masker:
        known, masker = self._masker
        if masker is None or known is not schema:
            masker = Masker.of(schema)
            self._masker = (schema, masker)
        return masker


def _read(folder: Path, embed: Embedder) -> tuple[Shelf, dict[str, Any]]:
    def take(data: Path, manifest: dict[str, Any]) -> tuple[Shelf, dict[str, Any]]:
        embed.require(manifest["model"], folder)
        shelf = opened(data, manifest["examples"], embed)
        if not isinstance(manifest["left_out"], dict) or not isinstance(manifest["digest"], str):
            raise ValueError("its manifest is not as it should be")
        return shelf, manifest

    return storing.read(folder, KIND, take)
