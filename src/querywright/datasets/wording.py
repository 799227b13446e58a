"""Questions as words: what two of them are compared by, blind to case, spaces and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+|[<>=%]")
"""Signs of comparison are words: `price > 5` and `price < 5` ask for different rows."""
_NUMBER: Final = re.compile(r"\d+")
_CLAUSES: Final = """
    all and any as asc between by case count cross desc distinct else end except exists from full group having if in
    inner intersect is join left like limit not null offset on or order outer over partition right select then union
    using when where with
"""
_SQL_WORDS: Final = frozenset(_CLAUSES.split())


def words(text: str) -> list[str]:
    """The words of a text, folded: `How many Books?` → `how`, `many`, `books`."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def numbers(text: str) -> tuple[str, ...]:
    """The runs of digits in a text, sorted."""
    return tuple(sorted(_NUMBER.findall(text)))


def ngrams(of: list[str], size: int) -> Iterator[str]:
    """Every `size` words that follow each other."""
    return (" ".join(of[at : at + size]) for at in range(len(of) - size + 1))


def masked(question: str, sql: str) -> str:
    """The question with `_` for what its SQL names: tables, columns, values; digits always.

    `How many singers are from France?` of `… FROM singer WHERE country = 'France'` is `how many _ are from _`.
    """
    named = {_stem(word) for word in words(sql.replace("_", " ")) if word not in _SQL_WORDS}
    said: list[str] = []
    for word in words(question):
        hidden = word.isdigit() or _stem(word) in named
        if not (hidden and said and said[-1] == "_"):
            said.append("_" if hidden else word)
    return " ".join(said)


def _stem(word: str) -> str:
    """The word without the ending of a plural, well enough to find a table's name in a question."""
    for ending, instead in (("ies", "y"), ("ses", "s"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word.removesuffix(ending) + instead
    return word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word
