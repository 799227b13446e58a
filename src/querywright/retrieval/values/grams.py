"""The parts of a text that are looked up: each letter with its two neighbours, as a 32-bit number.

A word's first and last letter have a space as their neighbour, whatever stands there, so the same words in another
order have the same grams. One gram more stands for all of them together: it finds a value by itself, however common
its parts are. An ideograph is a gram alone as well, because two of them are often a whole word. A text without letters
or digits (`+`, an emoji) is made of the signs it has. All of many texts at once, in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

from querywright.retrieval.values.folding import fold

Numbers: TypeAlias = npt.NDArray[np.uint32]

_SPACE = 32
_IDEOGRAPHS = 0x2E80


def grams(texts: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Every gram of every text, and which text (by number) it is of; then the gram for the whole of each text.

    A text of nothing but spaces has none, and 0 for its whole. Grams of one text may come twice.
    """
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        joined = "\0".join(text.replace("\0", " ") for text in texts)
    folded = fold(joined)
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), "<u4")
    letters = _table(folded, codes, str.isalnum)
    owners = np.cumsum(codes == 0, dtype=np.uint32)
    with_letters = np.bincount(owners[letters], minlength=len(texts))
    if not with_letters.all():
        letters |= (with_letters[owners] == 0) & _table(folded, codes, _is_visible)
    there = np.flatnonzero(letters)
    if not len(there):
        nothing = np.zeros(0, np.uint32)
        return nothing, nothing, _of_marks_alone(texts, np.zeros(len(texts), np.uint32))
    spaced = np.full(len(codes) + 2, _SPACE, np.uint32)
    spaced[1:-1][there] = codes[there]
    middle, owner = spaced[there + 1], owners[there]
    found = _mixed(spaced[there], middle, spaced[there + 2])
    whole = _wholes(found, owner, len(texts))
    if (alone := middle >= _IDEOGRAPHS).any():
        no_neighbour = np.zeros(int(alone.sum()), np.uint32)
        found = np.concatenate([found, _mixed(no_neighbour, middle[alone], no_neighbour)])
        owner = np.concatenate([owner, owner[alone]])
    return found, owner, whole if whole.all() else _of_marks_alone(texts, whole)


def _of_marks_alone(texts: Sequence[str], whole: Numbers) -> Numbers:
    """A whole for texts of which folding leaves nothing, such as an accent."""
    for number in np.flatnonzero(whole == 0).tolist():
        if text := texts[number].replace("\0", " ").strip():
            whole[number] = crc32(text.encode("utf-8", "surrogatepass")) | 1
    return whole


def _table(text: str, codes: Numbers, kind: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Whether each character is of this kind, asked once for each different one."""
    letters = set(text)
    table = np.zeros(max(map(ord, letters), default=0) + 1, np.bool_)
    table[[ord(letter) for letter in letters if kind(letter)]] = True
    return table[codes]


def _is_visible(letter: str) -> bool:
    return letter != "\0" and not letter.isspace()


def _mixed(before: Numbers, middle: Numbers, after: Numbers) -> Numbers:
    return _spread(before * np.uint32(0x9E3779B1) + middle * np.uint32(0x85EBCA6B) + after * np.uint32(0xC2B2AE35))


def _spread(numbers: Numbers) -> Numbers:
    """Other numbers, whose high bits depend on all bits (Prospector's lowbias32)."""
    numbers = numbers ^ (numbers >> np.uint32(16))
    numbers = numbers * np.uint32(0x7FEB352D)
    numbers ^= numbers >> np.uint32(15)
    numbers *= np.uint32(0x846CA68B)
    numbers ^= numbers >> np.uint32(16)
    return numbers


def _wholes(found: Numbers, owner: Numbers, texts: int) -> Numbers:
    """A sum does not mind the order."""
    whole = np.zeros(texts, np.uint32)
    starts = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
    sums = np.add.reduceat(found, starts, dtype=np.uint32)
    whole[owner[starts]] = _spread(sums ^ np.uint32(0x5BD1E995)) | np.uint32(1)  # never 0, which says there is none
    return whole
