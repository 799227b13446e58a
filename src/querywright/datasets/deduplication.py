"""Find and drop examples that say what an earlier one said."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from querywright.datasets.example import Example
from querywright.datasets.near_questions import NearQuestions
from querywright.errors import QueryRejected
from querywright.sql import skeleton

Key = Callable[[Example], Hashable]
"""What two examples have in common when one repeats the other; None has nothing in common with anything."""


@dataclass(frozen=True, slots=True)
class Match:
    """One example that repeats an earlier one. Rows are counted from 1."""

    row: int
    repeats: int
    """The row of the earlier one, which is no repeat itself."""
    likeness: float
    """1.0 is the same; what is compared is up to the rule."""
    same_sql: bool
    """Whether their SQL is the same text."""


class Rule(Protocol):
    """What counts as a repeat. It sees the examples once, in order, and answers when it saw all."""

    def add(self, example: Example) -> None:
        """Take note of the next example; nothing but what is compared is kept."""

    def repeats(self) -> Iterator[tuple[int, int, float]]:
        """(index, index of the earlier one, likeness) of every repeat, in order, counted from 0."""


class SameKey:
    """The rule of examples with the same key."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._first: dict[bytes, int] = {}
        self._found: list[tuple[int, int]] = []
        self._seen = 0

    def add(self, example: Example) -> None:
        """Take note of the key's digest."""
        if (key := self._key(example)) is not None:
            first = self._first.setdefault(_digest(key), self._seen)
            if first != self._seen:
                self._found.append((self._seen, first))
        self._seen += 1

    def repeats(self) -> Iterator[tuple[int, int, float]]:
        """Every example whose key an earlier one had."""
        return ((index, first, 1.0) for index, first in self._found)


def duplicates(examples: Iterable[Example], by: Rule) -> Iterator[Match]:
    """Which example repeats which, in the order of the repeats. The examples are read once and not kept.

    Args:
        examples: a dataset.
        by: what counts as a repeat: `SameKey(exact)`, `SameKey(by_skeleton(dialect_of))`, `NearQuestions(0.9)`.
    """
    sql: list[bytes] = []
    for example in examples:
        by.add(example)
        sql.append(_digest(example.SQL))
    for index, first, likeness in by.repeats():
        yield Match(index + 1, first + 1, likeness, sql[index] == sql[first])


def without(examples: Iterable[Example], rows: Iterable[int]) -> Iterator[Example]:
    """The examples but those of these rows, counted from 1."""
    left_out = set(rows)
    return (example for row, example in enumerate(examples, start=1) if row not in left_out)


def unique(examples: Iterable[Example], key: Key) -> Iterator[Example]:
    """The examples whose key was not seen before, in their order, one at a time."""
    seen: set[Hashable] = set()
    for example in examples:
        found = key(example)
        if found not in seen:
            seen.add(found)
            yield example


def exact(example: Example) -> Hashable:
    """Same database, question, SQL and evidence, whatever the rest says."""
    return (example.db_id, example.question, example.SQL, example.evidence)


def by_skeleton(dialect_of: Callable[[str], str]) -> Key:
    """A key: same database and same shape of query, names and values apart. Raises what parsing raises."""
    return lambda example: (example.db_id, skeleton(example.SQL, dialect_of(example.db_id)))


def readable(key: Key) -> Key:
    """The key where SQL can be parsed, None where it cannot: such an example repeats nothing."""

    def found(example: Example) -> Hashable:
        try:
            return key(example)
        except QueryRejected:
            return None

    return found


def _digest(key: Hashable) -> bytes:
    return blake2b(repr(key).encode("utf-8", "backslashreplace"), digest_size=16).digest()


__all__ = [
    "Match",
    "NearQuestions",
    "Rule",
    "SameKey",
    "by_skeleton",
    "duplicates",
    "exact",
    "readable",
    "unique",
    "without",
]
