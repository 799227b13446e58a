"""Measure a dataset in one pass, keeping counts and digests only: its size does not matter."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from querywright.datasets.example import Example
from querywright.datasets.statistics.published import TITLES, FeatureTable
from querywright.errors import QueryRejected
from querywright.sql.features import Features, features, table
from querywright.sql.hardness import LABELS, hardness
from querywright.sql.parsing import Tree, parse
from querywright.sql.skeleton import skeleton

UNPARSED = "not parsed"
UNSTYLED = "no style"


@dataclass(frozen=True, slots=True)
class WordLengths:
    """How long questions are, in words."""

    shortest: int = 0
    median: float = 0.0
    mean: float = 0.0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a dataset is made of. Shares and means are over the queries that could be parsed."""

    size: int
    databases: dict[str, int]
    """Examples per `db_id`, most first."""
    features: FeatureTable
    all_features: dict[str, float]
    """The feature table with its further columns, by the keys of `querywright.sql.features.table`."""
    hardness: dict[str, int]
    """Examples per label: the example's own where it has one, else Spider's of its SQL."""
    styles: dict[str, int]
    directions: dict[str, int]
    """Variants per direction (`augmentation`), most first; empty where no example is a variant."""
    skeletons: int
    """Distinct skeletons: queries with names and values taken out."""
    question_words: WordLengths
    duplicate_questions: int
    """Questions asked of the same database before, blind to case, spaces and the final mark."""
    unparsed: int

    @property
    def parsed(self) -> int:
        """Queries that could be parsed."""
        return self.size - self.unparsed

    @property
    def skeleton_share(self) -> float:
        """Distinct skeletons per parsed query: 1.0 means that no two queries have the same shape."""
        return self.skeletons / self.parsed if self.parsed else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The statistics as JSON-able values."""
        return asdict(self) | {"skeleton_share": round(self.skeleton_share, 4)}


def statistics(examples: Iterable[Example], dialect_of: Callable[[str], str]) -> Statistics:
    """Measure the examples; `dialect_of` says the SQL dialect of a `db_id`. Raises what reading the examples raises."""
    tally = Tally()
    for example in examples:
        tally.add(example, dialect_of(example.db_id))
    return tally.finished()


@dataclass(frozen=True, slots=True)
class Measured:
    """What one query was found to be."""

    tree: Tree
    features: Features
    hardness: str


@dataclass(slots=True)
class Tally:
    """What one pass adds up: `add` each example, then `finished`."""

    databases: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    hardness: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    directions: Counter[str] = field(default_factory=Counter)
    skeletons: set[bytes] = field(default_factory=set)
    questions: set[bytes] = field(default_factory=set)
    words: Counter[int] = field(default_factory=Counter)
    unparsed: int = 0

    def add(self, example: Example, dialect: str) -> Measured | None:
        """Count an example; what its query was found to be, or None where it could not be parsed."""
        self.databases[example.db_id] += 1
        self.styles[example.question_style or UNSTYLED] += 1
        if example.augmentation:
            self.directions[example.augmentation] += 1
        self.words[len(example.question.split())] += 1
        self.questions.add(_digest(f"{example.db_id}\n{_plain(example.question)}"))
        try:
            tree = parse(example.SQL, dialect)
            found = Measured(tree, features(tree, dialect), example.sql_component_difficulty or hardness(tree, dialect))
            self.skeletons.add(_digest(skeleton(tree, dialect)))
        except QueryRejected:
            self.unparsed += 1
            self.hardness[example.sql_component_difficulty or UNPARSED] += 1
            return None
        self.sums.update(table((found.features,)))
        self.hardness[found.hardness] += 1
        return found

    def finished(self) -> Statistics:
        """The statistics of what was added."""
        size = self.databases.total()
        parsed = size - self.unparsed
        means = {name: round(self.sums[name] / parsed if parsed else 0.0, 2) for name in table(()) if name != "size"}
        return Statistics(
            size=size,
            databases=dict(self.databases.most_common()),
            features=FeatureTable(**{name: means[name] for name in TITLES}),
            all_features=means,
            hardness=by_level(self.hardness),
            styles=_most_first(self.styles),
            directions=_most_first(self.directions),
            skeletons=len(self.skeletons),
            question_words=_lengths(self.words),
            duplicate_questions=size - len(self.questions),
            unparsed=self.unparsed,
        )


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def by_level(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by hardness label from easy to hard; unknown labels after, by name."""
    ranked = sorted(counts, key=lambda label: (LABELS.index(label) if label in LABELS else len(LABELS), label))
    return {label: counts[label] for label in ranked}


def _plain(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip(" ?.!")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _lengths(words: Counter[int]) -> WordLengths:
    if not words:
        return WordLengths()
    total = words.total()
    middle = (_at(words, (total - 1) // 2) + _at(words, total // 2)) / 2
    mean = sum(length * count for length, count in words.items()) / total
    return WordLengths(min(words), middle, round(mean, 2), max(words))


def _at(words: Counter[int], position: int) -> int:
    """The length at a position of the sorted lengths."""
    passed = 0
    for length in sorted(words):
        passed += words[length]
        if passed > position:
            return length
    raise IndexError(position)
