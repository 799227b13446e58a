"""Questions that are almost the same, found exactly, without comparing every two of them.

Two questions are as alike as the share of letter triples they have in common (Jaccard's measure). For a threshold t,
two sets of triples can only be as alike as that if they share one of their rarest few (the prefix): a question is
looked up by those alone. Of what comes out, most is dropped by a signature of some bits, in which two sets differ by no
more bits than they differ by triples; the few that are left are compared in full.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from querywright.datasets.example import Example
from querywright.datasets.wording import numbers, words
from querywright.errors import SettingsError


class NearQuestions:
    """The rule of questions of one database that are alike, blind to case, spaces and punctuation.

    Questions that name different numbers are never alike: *after 2014* and *after 2015* ask for different rows. An
    example without a question repeats nothing. Kept are 4 bytes a letter of the questions, not the examples.

    Args:
        threshold: how alike two questions are when one repeats the other: above 0, up to 1.

    Raises:
        SettingsError: the threshold is no such number.
    """

    def __init__(self, threshold: float = 0.9) -> None:
        if not 0 < threshold <= 1:
            raise SettingsError(f"the threshold must be above 0 and up to 1, not {threshold}")
        self._threshold = threshold
        self._vocabulary: dict[str, int] = {}
        self._often: Counter[int] = Counter()
        self._groups: dict[Hashable, int] = {}
        self._questions: list[tuple[int, array[int]]] = []

    def add(self, example: Example) -> None:
        """Take note of the question's letter triples, database and numbers."""
        found = triples(example.question)
        group = self._groups.setdefault((example.db_id, numbers(example.question)), len(self._groups))
        known = array("I", (self._vocabulary.setdefault(t, len(self._vocabulary)) for t in found))
        self._often.update(known)
        self._questions.append((group, known))

    def repeats(self) -> Iterator[tuple[int, int, float]]:
        """Each question that is alike to an earlier one that is no repeat itself: to the most alike, then the first."""
        by_rarity = sorted(self._often, key=lambda t: (self._often[t], t))
        rank = array("I", bytes(4 * len(by_rarity)))
        for place, triple in enumerate(by_rarity):
            rank[triple] = place
        kept = _Kept(self._threshold)
        for index, (group, known) in enumerate(self._questions):
            if not known:
                continue
            ranked = sorted(rank[triple] for triple in known)
            found = kept.most_alike(group, ranked)
            if found:
                yield index, *found
            else:
                kept.add(index, group, ranked)


class _Kept:
    """The questions that are no repeats, by the rarest triples of each."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._postings: dict[tuple[int, int], array[int]] = {}
        self._signatures: dict[int, int] = {}
        self._triples: dict[int, array[int]] = {}

    def add(self, index: int, group: int, ranked: Sequence[int]) -> None:
        self._triples[index] = array("I", ranked)
        self._signatures[index] = _signature(ranked)
        for triple in self._prefix(ranked):
            self._postings.setdefault((group, triple), array("I")).append(index)

    def most_alike(self, group: int, ranked: Sequence[int]) -> tuple[int, float] | None:
        mine, best, most = set(ranked), None, 0.0
        for index in sorted(self._candidates(group, ranked)):
            theirs = self._triples[index]
            shared = len(mine.intersection(theirs))
            likeness = shared / (len(mine) + len(theirs) - shared)
            if likeness >= self._threshold and likeness > most:
                best, most = index, likeness
        return None if best is None else (best, most)

    def _candidates(self, group: int, ranked: Sequence[int]) -> set[int]:
        """The questions that share a rare triple and may differ by no more triples than alike questions can."""
        signature, signatures = _signature(ranked), self._signatures
        most = len(ranked) * (1 - self._threshold) / self._threshold + _ROUNDING
        found: set[int] = set()
        for triple in self._prefix(ranked):
            posting = self._postings.get((group, triple), ())
            found.update(index for index in posting if (signatures[index] ^ signature).bit_count() <= most)
        return found

    def _prefix(self, ranked: Sequence[int]) -> Sequence[int]:
        """The rarest triples, of which two alike questions share one: all but those that could be missing."""
        return ranked[: len(ranked) - math.ceil(self._threshold * len(ranked) - _ROUNDING) + 1]


_ROUNDING = 1e-9
"""0.9 times 10 is a little more than 9 for a computer."""
_BITS = 256


def _signature(ranked: Sequence[int]) -> int:
    """A bit for each triple, shared with other triples."""
    bits = 0
    for triple in ranked:
        bits |= 1 << triple % _BITS
    return bits


def triples(question: str) -> set[str]:
    """Every three letters in a row of the question, with a space between words and around them."""
    text = f" {' '.join(words(question))} "
    return {text[at : at + 3] for at in range(len(text) - 2)}
