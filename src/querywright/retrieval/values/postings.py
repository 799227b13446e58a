"""Which values have which gram: made in one pass over the values, and asked for those that share the most with a text.

Grams fall into at most 2^18 buckets, and each bucket lists the numbers of its values in order. Two grams in one bucket
make a value look a little nearer than it is, which the ranking after this undoes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from querywright.retrieval.values.grams import Numbers, grams

LOT = 1 << 14
"""Values worked on at once: a bucket and a number of so many values fit into 32 bits."""
_LOT_BITS, _MOST_BITS, _LEAST_BITS = 14, 18, 8
_BUDGET = 60_000
"""Entries of postings read for one text, rarest grams first, or a third as many as there are values."""
_MOST_GRAMS = 64
_WEAK = 0.3
"""A value that shares less than this part of what the nearest one shares is looked at only if there are too few."""
_SIZE_WEIGHT = 0.25
"""What a gram more or less counts, against the weight of a shared gram that one value in e has."""

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Postings:
    """`numbers[starts[b]:starts[b + 1]]` are the values in bucket b; `sizes` says how many grams each value has."""

    starts: Array
    numbers: Array
    sizes: Array

    def nearest(self, text: str, count: int) -> Array:
        """The numbers of the `count` values that share the most with the text, rare grams counting for more."""
        bits = (len(self.starts) - 1).bit_length() - 1
        found, _, whole = grams([text])
        if not whole[0]:
            return np.zeros(0, np.int64)
        buckets = np.unique(np.append(found, whole) >> np.uint32(32 - bits)).astype(np.int64)
        begins, ends = self.starts[buckets].astype(np.int64), self.starts[buckets + 1].astype(np.int64)
        frequent = ends - begins
        weights = np.log1p(len(self.sizes) / np.maximum(frequent, 1))
        weights[buckets == int(whole[0] >> np.uint32(32 - bits))] *= 2
        chosen = np.argsort(frequent, kind="stable")
        chosen = chosen[frequent[chosen] > 0][:_MOST_GRAMS]
        affordable = np.cumsum(frequent[chosen]) <= max(_BUDGET, len(self.sizes) // 3)
        affordable[:2] = True  # even where all are common
        chosen = chosen[affordable]
        if not len(chosen):
            return np.zeros(0, np.int64)
        lists = [self.numbers[begin:end] for begin, end in zip(begins[chosen], ends[chosen], strict=True)]
        shared = np.bincount(np.concatenate(lists), np.repeat(weights[chosen], frequent[chosen]), len(self.sizes))
        touched = np.flatnonzero(shared > _WEAK * shared.max())
        if len(touched) < count:
            touched = np.flatnonzero(shared > 0)
        other_size = np.abs(self.sizes[touched].astype(np.float64) - min(len(buckets), 255))
        rank = shared[touched] - _SIZE_WEIGHT * other_size
        if len(touched) > count:
            touched = touched[np.argpartition(rank, len(rank) - count)[-count:]]
        return touched


def bucket_bits(characters: int) -> int:
    """How many buckets values of so many characters get, as a power of two: about one for sixteen grams."""
    return min(_MOST_BITS, max(_LEAST_BITS, (characters // 16).bit_length()))


def build(lots: Iterable[Sequence[str]], values: int, bits: int) -> Postings:
    """The postings of all values, which come in lots of `LOT` (the last one may be shorter)."""
    keys: list[Numbers] = []
    sizes = np.zeros(values, np.uint8)
    counts = np.zeros(1 << bits, np.int64)
    for lot, texts in enumerate(lots):
        key = _keys(texts, bits)
        sizes[lot * LOT : lot * LOT + len(texts)] = np.minimum(
            np.bincount(key & np.uint32(LOT - 1), minlength=len(texts)), 255
        )
        counts += np.bincount(key >> np.uint32(_LOT_BITS), minlength=1 << bits)
        keys.append(key)
    starts = np.zeros((1 << bits) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return Postings(_narrow(starts), _placed(keys, starts), sizes)


def _keys(texts: Sequence[str], bits: int) -> Numbers:
    """Bucket and number in the lot, as one number each, sorted, no one twice."""
    found, owner, whole = grams(texts)
    own = np.flatnonzero(whole).astype(np.uint32)
    found, owner = np.concatenate([found, whole[own]]), np.concatenate([owner, own])
    keys: Numbers = ((found >> np.uint32(32 - bits)) << np.uint32(_LOT_BITS)) | owner
    keys.sort()
    return keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys


def _placed(keys: list[Numbers], starts: Array) -> Numbers:
    """The numbers of all lots, bucket by bucket. Each lot's keys are let go of once they are placed."""
    placed = np.empty(int(starts[-1]), np.uint32)
    free = starts[:-1].copy()
    keys.reverse()
    lot = 0
    while keys:
        key = keys.pop()
        bucket = (key >> np.uint32(_LOT_BITS)).astype(np.int64)
        counts = np.bincount(bucket, minlength=len(free))
        before = np.cumsum(counts) - counts
        placed[np.arange(len(key)) + (free - before)[bucket]] = (key & np.uint32(LOT - 1)) + np.uint32(lot * LOT)
        free += counts
        lot += 1
    return placed


def _narrow(numbers: Array) -> Array:
    return numbers.astype(np.uint32) if not len(numbers) or numbers[-1] < 1 << 32 else numbers
