"""What a retriever learns from: masked questions and the masked SQL that answers them.

A question is masked in two ways. An example of the index is masked with the values of its own SQL; of a question that
is asked nobody knows those. Both are learnt, since the model meets both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from querywright.databases.database import Database
from querywright.datasets.example import Example
from querywright.retrieval.examples.entry import Desk
from querywright.retrieval.masking.questions import Masker, looks_like_a_name


@dataclass(frozen=True, slots=True)
class Masked:
    """One example, masked. Its masked SQL is the skeleton as well."""

    db_id: str
    known: str
    """The question as the index masks it: the values of the SQL are known."""
    asked: str
    """The question as it is masked when somebody asks it."""
    sql: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A masked question and a masked query that answers it."""

    question: str
    sql: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The examples that could be masked, in order, and why others could not."""

    masked: tuple[Masked, ...]
    left_out: Mapping[str, int]

    def pairs(self) -> tuple[Pair, ...]:
        """The different pairs, in the order of their first examples."""
        return tuple(dict.fromkeys(Pair(text, each.sql) for each in self.masked for text in (each.known, each.asked)))


def gathered(examples: Iterable[Example], databases: Mapping[str, Database] | None = None) -> Gathered:
    """Mask these examples.

    Args:
        examples: in order.
        databases: whose schemas say what is masked; without one, the names in an example's own SQL do.

    Raises:
        DatabaseUnavailable: a schema cannot be read.
    """
    databases = databases or {}
    desk = Desk(databases)
    maskers: dict[str, Masker] = {}
    found: list[Masked] = []
    left_out: Counter[str] = Counter()
    for example in examples:
        entry = desk.entry(example)
        if isinstance(entry, str):
            left_out[entry] += 1
            continue
        asked = entry.masked_question
        if example.db_id in databases:
            if example.db_id not in maskers:
                maskers[example.db_id] = Masker.of(databases[example.db_id].schema)
            asked = maskers[example.db_id].mask(example.question, looks_like_a_name)
        found.append(Masked(example.db_id, entry.masked_question, asked, entry.masked_sql))
    return Gathered(tuple(found), dict(sorted(left_out.items())))
