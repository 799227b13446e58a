"""Drop examples that say what an earlier one said."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from querywright.datasets.example import Example
from querywright.sql import skeleton


def unique(examples: Iterable[Example], key: Callable[[Example], Hashable]) -> Iterator[Example]:
    """The examples whose key was not seen before, in their order."""
    seen: set[Hashable] = set()
    for example in examples:
        found = key(example)
        if found not in seen:
            seen.add(found)
            yield example


def exact(example: Example) -> Hashable:
    """Same database, question, SQL and evidence, whatever the rest says."""
    return (example.db_id, example.question, example.SQL, example.evidence)


def by_skeleton(dialect_of: Callable[[str], str]) -> Callable[[Example], Hashable]:
    """A key: same database and same shape of query, names and values apart. Raises what parsing raises."""
    return lambda example: (example.db_id, skeleton(example.SQL, dialect_of(example.db_id)))
