"""Which columns are no place to look for what a question names: told by what they hold, never by what they are called.

A column is judged by some of its rows. Long texts, and values that nobody says in a question (digests, addresses,
points in time), are left out with the reason; everything else is looked up, however many values it has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 256
"""Characters of the longest value that is looked up; a longer one is left out alone."""
_MEAN_LENGTH = 100
"""Characters from which on the values of a column are texts, on average."""
_SENTENCES_LENGTH = 50
"""The same, where most of them are sentences and hardly one comes twice."""
_DISTINCT = 0.8
_SHARE = 0.9
"""How many of the values have to have a shape, for the column to have it."""
_NONE = "it holds no text"

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("UUIDs", re.compile(r"\{?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?", re.I)),
    ("digests", re.compile(r"(?:0x)?(?:[0-9a-f]{8}){4,}", re.I)),
    ("digests", re.compile(r"(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/_-]{20,}={0,2}")),
    ("web addresses", re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+", re.I)),
    ("e-mail addresses", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")),
    (
        "points in time",
        re.compile(
            r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
            r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?"
            r"|\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?"
        ),
    ),
    ("JSON or XML", re.compile(r"\s*(?:\{.*\}|\[.*\]|<.*>)\s*", re.DOTALL)),
)
_SENTENCE = re.compile(r"[.!?…。！？](?:\s|$)")


def reason_to_skip(values: Sequence[str]) -> str | None:
    """Why a column with these values in some of its rows is not looked up; None if it is.

    >>> reason_to_skip(["ada@x.org", "bo@y.com"]), reason_to_skip(["CA", "NY"])
    ('it holds e-mail addresses', None)
    """
    there = [value for value in values if value.strip()]
    if not there:
        return _NONE
    for name, shape in _SHAPES:
        if sum(1 for value in there if shape.fullmatch(value.strip())) >= _SHARE * len(there):
            return f"it holds {name}"
    length = sum(map(len, there)) / len(there)
    if length > _MEAN_LENGTH or (length > _SENTENCES_LENGTH and _are_sentences(there)):
        return f"it holds long texts, {length:.0f} characters on average"
    return None


def _are_sentences(values: Sequence[str]) -> bool:
    sentences = sum(1 for value in values if _SENTENCE.search(value))
    return 2 * sentences >= len(values) and len(set(values)) >= _DISTINCT * len(values)
