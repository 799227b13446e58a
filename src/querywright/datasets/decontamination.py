"""Find what a dataset has in common with test sets, so that a model is not tested on what it was taught.

Four rules, each with something to show:

- `n-gram`: the question shares N words in a row with a test question, whatever the database.
- `question`: a question of fewer than N words is a test question, blind to case and punctuation.
- `query`: on the test's own database, the query has the skeleton of a test query over the same tables and columns:
  it differs in values at most.
- `shape`: on any database, the query has the skeleton of a test query *and* the question is the test's with other
  names and values. Only skeletons of three constructs or more count: `SELECT COUNT(*) FROM _` is everybody's.

A skeleton alone is no rule: half of Spider's training set has a skeleton of its development set, by design.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from querywright.datasets.example import Example
from querywright.datasets.seeds import read_seeds
from querywright.datasets.wording import masked, ngrams, words
from querywright.errors import DatasetError, QueryRejected, SettingsError
from querywright.sql import skeleton
from querywright.sql.parsing import Tree, exp, query_of

Rule = Literal["n-gram", "question", "query", "shape"]

CONSTRUCTS: Final = 3
"""How many constructs a skeleton has before `shape` looks at it."""
_CONSTRUCT: Final = re.compile(
    r"\b(?:JOIN|WHERE|GROUP BY|HAVING|ORDER BY|LIMIT|UNION|INTERSECT|EXCEPT|AND|OR|NOT|IN|LIKE|BETWEEN|DISTINCT|CASE"
    r"|OVER|COUNT|SUM|AVG|MIN|MAX)\b|\(SELECT\b"
)
_NAME: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What an example and a row of a test set have in common."""

    rule: Rule
    shared: str
    """The words, the question or the skeleton."""
    test: str
    """The test's file and line."""
    question: str
    """The test's own."""


class HeldOutRow(NamedTuple):
    """One row of a test set, and where it stands."""

    place: str
    example: Example


def read_tests(paths: Iterable[Path | str]) -> Iterator[HeldOutRow]:
    """Every row of the test sets: JSONL, JSON lists or Parquet, with Spider's, BIRD's or our keys.

    Raises:
        DatasetError: a file cannot be read, or a row has something wrong or neither question nor SQL (with its place).
    """
    for path in map(Path, paths):
        for seed in read_seeds(path, needs=()):
            place = str(path.parent / seed.place)
            if seed.problem:
                raise DatasetError(f"{place}: {seed.problem}")
            if not words(seed.example.question) and not seed.example.SQL.strip():
                raise DatasetError(f"{place}: the row has neither a question nor SQL to compare with")
            yield HeldOutRow(place, seed.example)


class HeldOut:
    """The test sets an example is compared with. In memory are their rows, not the dataset's.

    Args:
        tests: the rows of the test sets; of several that say the same, the first is named.
        ngram: how many words in a row two questions may not share.
        dialect_of: the SQL dialect of a database, for tests and examples.

    Raises:
        SettingsError: `ngram` is no positive number, or there is no such dialect.
    """

    def __init__(self, tests: Iterable[HeldOutRow], ngram: int, dialect_of: Callable[[str], str]) -> None:
        if ngram < 1:
            raise SettingsError(f"an n-gram has at least one word, not {ngram}")
        self._ngram = ngram
        self._dialect_of = dialect_of
        self._by_words: dict[str, HeldOutRow] = {}
        self._by_question: dict[str, HeldOutRow] = {}
        self._by_query: dict[tuple[str, str, frozenset[str]], HeldOutRow] = {}
        self._names: dict[str, set[frozenset[str]]] = {}
        self._by_shape: dict[tuple[str, str], HeldOutRow] = {}
        self._masked: set[str] = set()
        self.size = 0
        self.unreadable: list[str] = []
        """Places of tests whose SQL cannot be parsed: only their questions are compared."""
        for test in tests:
            self._add(test)

    def overlaps(self, example: Example) -> list[Overlap]:
        """What the example has in common with the tests: at most one of each rule, none when it is clean."""
        found = [self._of_question(example.question), *self._of_sql(example)]
        return [overlap for overlap in found if overlap]

    def _add(self, test: HeldOutRow) -> None:
        self.size += 1
        example = test.example
        said = words(example.question)
        if said:
            self._by_question.setdefault(" ".join(said), test)
        for run in ngrams(said, self._ngram):
            self._by_words.setdefault(run, test)
        if not example.SQL.strip():
            return
        query = _read(example.SQL, self._dialect_of(example.db_id))
        if query is None:
            self.unreadable.append(test.place)
            return
        self._by_query.setdefault((example.db_id, query.skeleton, query.names), test)
        self._names.setdefault(example.db_id, set()).add(query.names)
        if said and _constructs(query.skeleton) >= CONSTRUCTS:
            shape = masked(example.question, example.SQL)
            self._by_shape.setdefault((query.skeleton, shape), test)
            self._masked.add(shape)

    def _of_question(self, question: str) -> Overlap | None:
        said = words(question)
        if len(said) < self._ngram:
            whole = " ".join(said)
            test = self._by_question.get(whole)
            return Overlap("question", whole, test.place, test.example.question) if test else None
        for run in ngrams(said, self._ngram):
            if test := self._by_words.get(run):
                return Overlap("n-gram", run, test.place, test.example.question)
        return None

    def _of_sql(self, example: Example) -> Iterator[Overlap]:
        """By its query, which is parsed only where its words leave a chance."""
        shape = masked(example.question, example.SQL)
        here = self._may_be_known(example)
        if not here and shape not in self._masked:
            return
        query = _read(example.SQL, self._dialect_of(example.db_id))
        if query is None:
            return
        if test := self._by_query.get((example.db_id, query.skeleton, query.names)):
            yield Overlap("query", query.skeleton, test.place, test.example.question)
        if test := self._by_shape.get((query.skeleton, shape)):
            yield Overlap("shape", f"{query.skeleton} | {shape}", test.place, test.example.question)

    def _may_be_known(self, example: Example) -> bool:
        """Whether the text holds all the names of some test query on its database."""
        if not (known := self._names.get(example.db_id)):
            return False
        there = set(_NAME.findall(example.SQL.lower()))
        return any(names <= there for names in known)


class _Query(NamedTuple):
    skeleton: str
    names: frozenset[str]
    """The words of the tables and columns it names."""


def _read(sql: str, dialect: str) -> _Query | None:
    """The query's skeleton, spelled alike whatever the dialect, and its names; None if it cannot be parsed."""
    try:
        tree = query_of(sql, dialect)
        _value_quotes(tree)
        named = [node.name.lower() for node in tree.find_all(exp.Table, exp.Column) if node.name != "*"]
        return _Query(skeleton(tree, "sqlite"), frozenset(word for name in named for word in _NAME.findall(name)))
    except QueryRejected:
        return None


def _value_quotes(tree: Tree) -> None:
    """A name in quotes that something is compared with is a text: `country = "France"`, as SQLite's people write."""
    for column in list(tree.find_all(exp.Column)):
        alone = isinstance(column.this, exp.Identifier) and column.this.quoted and not column.table
        if alone and isinstance(column.parent, exp.Predicate) and column.arg_key != "this":
            column.replace(exp.Literal.string(column.name))


def _constructs(shape: str) -> int:
    return len(_CONSTRUCT.findall(shape))
