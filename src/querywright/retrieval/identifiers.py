"""Names of tables and columns as words, as a question would say them: `countrylanguage` → country language."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_RUNS: Final = re.compile(r"[^\W_]+")
# Between `order` and `Date`, `URL` and `Name` (but not in `URLs`), `T` and `1`.
_SEAMS: Final = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?![A-Z]s(?![a-z]))|(?<=\D)(?=\d)|(?<=\d)(?=\D)"
)
_SHORT: Final = frozenset(str.split("age day end fee job key max min new num old pay sex sub sum tax top url zip"))
"""Words of three letters that names are glued together from; other pieces as short are chance."""
_LEAST: Final = 6
"""Letters below which a part is one word or an abbreviation."""


@lru_cache(maxsize=65_536)
def words_of(identifier: str) -> tuple[str, ...]:
    """The words of a name in lower case: parted where case, digits and signs do, and where two words were glued.

    >>> words_of("OrderDate"), words_of("hs_grad_yr"), words_of("countrylanguage"), words_of("custid")
    (('order', 'date'), ('hs', 'grad', 'yr'), ('country', 'language'), ('cust', 'id'))
    """
    found: list[str] = []
    for run in _RUNS.findall(identifier):
        for part in _SEAMS.split(run):
            found += _unglued(part.lower())
    return tuple(found)


def spoken(identifier: str) -> str:
    """The words of a name with spaces; the name itself where it has none."""
    return " ".join(words_of(identifier)) or identifier


def _unglued(part: str) -> list[str]:
    if len(part) < _LEAST or not part.isascii() or part.isdigit():
        return [part]
    import wordninja  # 0.1 s and 10 MB, for names that have long parts only

    pieces: list[str] = wordninja.split(part)
    if len(pieces) < 2:
        return [part]
    if part.endswith("id"):
        return [part[:-2], "id"]
    return pieces if all(len(piece) > 3 or piece in _SHORT for piece in pieces) else [part]
