"""How near a value is to a keyword: edit distance, with the words in any order, and with words missing."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.retrieval.values.folding import plain, sorted_words

_SWAPPED = 0.98
"""What the same words in another order are worth."""
_PART = 0.35
"""What it counts that all words of one are in the other, against the whole text's likeness."""


def scores(keyword: str, values: Sequence[str]) -> list[float]:
    """A score from 0 to 1 for each value; 1 where nothing but case, accents and spaces differs."""
    if not values:
        return []
    from rapidfuzz import process
    from rapidfuzz.distance import OSA
    from rapidfuzz.fuzz import token_set_ratio

    wanted, folded = plain(keyword), [plain(value) for value in values]
    straight = process.cdist([wanted], folded, scorer=OSA.normalized_similarity)[0]
    swapped = process.cdist(
        [sorted_words(wanted)], [sorted_words(value) for value in folded], scorer=OSA.normalized_similarity
    )[0]
    partly = process.cdist([wanted], folded, scorer=token_set_ratio)[0]
    return [
        1.0 if value == wanted else (max(float(a), _SWAPPED * float(b)) + _PART * float(c) / 100) / (1 + _PART) * 0.999
        for value, a, b, c in zip(folded, straight, swapped, partly, strict=True)
    ]


def edit_similarity(keyword: str, value: str) -> float:
    """From 0 to 1: the share of letters that need not be changed, case, accents and the order of words aside.

    >>> edit_similarity("Jon Smith", "JOHN SMITH"), edit_similarity("Smith, Jon", "JOHN SMITH") > 0.85
    (0.9, True)
    """
    from rapidfuzz.distance import OSA

    wanted, found = plain(keyword), plain(value)
    swapped = OSA.normalized_similarity(sorted_words(wanted), sorted_words(found))
    return max(float(OSA.normalized_similarity(wanted, found)), _SWAPPED * float(swapped))
