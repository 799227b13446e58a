"""Texts as they are compared: without case, accents, width or ligatures, so that `ŁÓDŹ` and `lodz` are the same."""

from __future__ import annotations

import re
import unicodedata

_STROKES = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
"""Letters that people write without their stroke, and that Unicode does not take apart."""
_GAPS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text without case and accents; of several texts joined by NUL, each one.

    >>> fold("Łódź, STRASSE Straße Ａ１ ﬁn"), fold("Кафе́")
    ('lodz, strasse strasse a1 fin', 'кафе')
    """
    if text.isascii():
        return text.lower()
    # Twice, because taking a letter apart may show one that has a case, and the other way round.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.casefold())
    for letter, plain in _STROKES.items():
        if letter in text:
            text = text.replace(letter, plain)
    marks = "".join(sorted(letter for letter in set(text) if unicodedata.combining(letter)))
    return re.sub(f"[{marks}]+", "", text) if marks else text


def plain(text: str) -> str:
    """The folded text with single spaces.

    >>> plain("  New\\n YORK ")
    'new york'
    """
    return " ".join(fold(text).split())


def sorted_words(folded: str) -> str:
    """The words of a folded text in the order of the alphabet, whatever stands between them.

    >>> sorted_words("smith, john f."), sorted_words("c++")
    ('f john smith', 'c')
    """
    return " ".join(sorted(_GAPS.sub(" ", folded).split()))
