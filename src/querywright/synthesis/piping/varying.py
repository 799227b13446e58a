"""A row with a verified pipe query becomes itself and its variants: of something else, longer, or asked otherwise."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from querywright import pipes
from querywright.datasets.example import Example
from querywright.datasets.jsonl import example_id
from querywright.errors import PipeError, QueryRejected
from querywright.runs import Reject
from querywright.synthesis.authors.contract import Author
from querywright.synthesis.desk import Desks
from querywright.synthesis.piping.columns import PIPE_DIALECT, PREFIXES
from querywright.synthesis.piping.composition import composed
from querywright.synthesis.piping.desk import PipeDesks
from querywright.synthesis.piping.notes import with_notes
from querywright.synthesis.piping.substitution import substitutions
from querywright.synthesis.steps.marks import DIRECTION

KINDS: Final = ("substitution", "composition", "paraphrase")
TRIED: Final = 8
"""Variants that are looked at before a row is said to have none."""
PARTNERS: Final = 12
"""Other queries of the database that a composition is tried with."""


class PlanVariants:
    """The row and `number` variants of each kind to be made of it."""

    name = "plan"

    def __init__(self, number: int, kinds: Sequence[str]) -> None:
        self._number, self._kinds = number, tuple(kinds)

    def __call__(self, example: Example) -> Iterator[Example]:
        example = example if example.id else example.having(id=example_id(example))
        yield example
        for kind in self._kinds:
            for number in range(self._number):
                kept = {PIPE_DIALECT: example.extra[PIPE_DIALECT], DIRECTION: f"{number}:{example.question}"}
                yield Example(
                    example.db_id,
                    SQL=example.SQL,
                    pipe_sql=example.pipe_sql,
                    evidence=example.evidence if kind == "paraphrase" else "",
                    augmentation=kind,
                    parent_id=example.id,
                    extra=kept | ({PREFIXES: example.extra[PREFIXES]} if kind == "paraphrase" else {}),
                )


class Vary:
    """A planned variant gets its query, or for a paraphrase its question."""

    name = "vary"

    def __init__(
        self, desks: Desks, piped: PipeDesks, author: Author, others: Mapping[str, Sequence[str]], seed: int
    ) -> None:
        """`others` are the queries of the dataset by database."""
        self._desks, self._piped, self._author, self._others, self._seed = desks, piped, author, others, seed

    def __call__(self, example: Example) -> Iterator[Example]:
        if DIRECTION not in example.extra:
            yield example
            return
        rng = random.Random(
            f"{self._seed}:{example.db_id}:{example.SQL}:{example.extra[DIRECTION]}:{example.augmentation}"
        )
        match example.augmentation:
            case "substitution":
                yield self._substituted(example, rng)
            case "composition":
                yield self._composed(example, rng)
            case _:
                yield self._paraphrased(example, rng)

    def _substituted(self, example: Example, rng: random.Random) -> Example:
        desk = self._desks[example.db_id]
        found = substitutions(desk.tree(example.SQL), desk.lexicon, desk.database.dialect, rng)
        last = Reject("no relatives in the schema")
        for sql, _ in zip(found, range(TRIED), strict=False):
            try:
                desk.useful_rows(sql)
            except Reject as reject:
                last = Reject(reject.reason, f"{reject.detail}: {sql}")
                continue
            return example.having(SQL=sql, pipe_sql=None, author="grammar")
        raise last

    def _composed(self, example: Example, rng: random.Random) -> Example:
        desk, piped = self._desks[example.db_id], self._piped[example.db_id]
        query = piped.query(example)
        others = [sql for sql in self._others.get(example.db_id, ()) if sql != example.SQL]
        last = Reject("no other query begins at the same table")
        for sql in rng.sample(others, min(PARTNERS, len(others))):
            try:
                found = composed(query, piped.decompiled(sql))
                if found is None:
                    continue
                compiled = pipes.compile(found, dialect=desk.database.dialect, schema=desk.database.schema)
                desk.useful_rows(compiled)
            except (PipeError, QueryRejected) as error:
                last = Reject("the two do not fit together", str(error))
                continue
            except Reject as reject:
                last = Reject(reject.reason, reject.detail)
                continue
            return example.having(SQL=compiled, pipe_sql=str(found), author="grammar")
        raise last

    def _paraphrased(self, example: Example, rng: random.Random) -> Example:
        """Another question for the same query. The words of the parent's stand in the mark, behind the number."""
        before = " ".join(str(example.extra[DIRECTION]).partition(":")[2].lower().split())
        for _ in range(TRIED):
            asked = self._author.ask(self._desks[example.db_id], example, rng)
            if " ".join(asked.question.lower().split()) != before:
                break
        else:
            raise Reject("no other words", asked.question)
        return example.having(
            question=asked.question,
            evidence=with_notes(example.evidence, asked.evidence),
            question_style=asked.style,
            question_type=asked.kind,
            author=self._author.name,
        )
