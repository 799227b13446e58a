"""Identifiers into words: `hs_grad_yr` → high school graduation year, `countrylanguage` → country language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from querywright.synthesis.lexicon.abbreviations import ABBREVIATIONS, ACRONYMS, WEAK
from querywright.synthesis.lexicon.inflection import singular_noun

_GLUED = frozenset(
    ["id", "ids", "no", "nr", "num", "name", "date", "code", "type", "of", "is", "in", "key", "year", "at", "by", "on", "to", "per", "and", "time", "desc", "qty", "amt"]
)
_SYMBOLS = {"%": " percentage ", "#": " number ", "&": " and ", "$": " usd ", "+": " plus ", "@": " at "}


def split(identifier: str) -> tuple[str, ...]:
    """The parts an identifier shows by itself (case, underscores, digits, signs), in lower case."""
    text = identifier
    for sign, word in _SYMBOLS.items():
        text = text.replace(sign, word)
    marked: list[str] = []
    for i, char in enumerate(text):
        if not char.isalnum():
            marked.append(" ")
            continue
        before, after = text[i - 1] if i else " ", text[i + 1] if i + 1 < len(text) else " "
        if _starts_word(before, char, after):
            marked.append(" ")
        marked.append(char.lower())
    return tuple("".join(marked).split())


def _starts_word(before: str, char: str, after: str) -> bool:
    if before.isalpha() and char.isupper():
        plural_acronym = after == "s"  # `URLs`
        return before.islower() or (before.isupper() and after.islower() and not plural_acronym)
    if before.isdigit() and char.isalpha():
        return not (after in "tdh" and char in "snrt") and char not in "dDkK"
    return before.isalpha() and char.isdigit() and not (before in "qQ" and after in " _")


class Speller:
    """Turns identifiers of one schema into words; the schema's own words help to read its abbreviations."""

    def __init__(self, identifiers: Iterable[str] = ()) -> None:
        self._identifiers = tuple(identifiers)
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Whole words that appear in the schema's identifiers."""
        parts = {part for name in self._identifiers for part in split(name)}
        return frozenset(p for p in parts if len(p) > 3 and p not in ABBREVIATIONS and _is_word(p))

    def words(self, identifier: str, table: str = "") -> tuple[str, ...]:
        """The words of `identifier`, abbreviations expanded; `table` is where it stands, and its context."""
        key = (identifier, table)
        if key not in self._known:
            self._known[key] = tuple(self._read(split(identifier), split(table)))
        return self._known[key]

    def _read(self, parts: tuple[str, ...], context: tuple[str, ...]) -> list[str]:
        out: list[str] = []
        for part in parts:
            out += self._word(part, context, alone=len(parts) == 1)
        if not out:
            return ["unnamed"]
        return _tidy(out)

    def _word(self, part: str, context: tuple[str, ...], alone: bool) -> list[str]:
        if part.isdigit() or part in ACRONYMS:
            return [part]
        if alone and part in WEAK:
            return [part]
        owner = self._owner(part, context)
        if owner:
            return [owner]
        if part in ABBREVIATIONS:
            return ABBREVIATIONS[part].lower().split()
        if len(part) <= 3 or part in self.vocabulary or _is_word(part):
            return [part]
        return self._unglue(part, context)

    def _owner(self, part: str, context: tuple[str, ...]) -> str | None:
        """`stu` in `student`, `emp` in `employees`: the table's own name begins with the short form."""
        if len(part) < 3 or (_is_word(part) and part not in ABBREVIATIONS):
            return None
        for word in context:
            whole = singular_noun(word)
            if whole.startswith(part) and len(whole) > len(part) + 1:
                return whole
        return None

    def _unglue(self, part: str, context: tuple[str, ...]) -> list[str]:
        pieces = _segment(part, self.vocabulary | set(context))
        if pieces is None:
            return [part]
        out: list[str] = []
        for piece in pieces:
            out += [piece] if piece == part else self._word(piece, context, alone=False)
        return out


def display(words: Iterable[str]) -> str:
    """Words as one phrase, acronyms in capitals."""
    return " ".join(_shown(w) for w in words)


def _shown(word: str) -> str:
    if word in ACRONYMS and word not in ("us", "it", "act", "sat", "er", "pin", "am", "pm", "era", "swift", "led"):
        return "pH" if word == "ph" else word.upper()
    if word == "ids":
        return "IDs"
    return word


def _tidy(words: list[str]) -> list[str]:
    """Drop a word said twice in a row (`zip code code`)."""
    out = words[:1]
    for before, word in zip(words, words[1:], strict=False):
        if word != before or word.isdigit():
            out.append(word)
    return out


@lru_cache(maxsize=1)
def _costs() -> dict[str, float]:
    import wordninja  # 0.1 s and 10 MB, for run-together names only

    costs: dict[str, float] = wordninja.DEFAULT_LANGUAGE_MODEL._wordcost
    return costs


COMMON = 13.2
"""Words costlier than this are so rare that a name is more likely two words written together."""


@lru_cache(maxsize=20_000)
def _is_word(part: str) -> bool:
    if not part.isascii() or not part.isalpha():
        return True
    limit = COMMON if len(part) > 6 else 12.5
    costs = _costs()
    return costs.get(part, 99.0) < limit or (len(part) > 4 and costs.get(singular_noun(part), 99.0) < limit)


def _segment(part: str, vocabulary: Iterable[str]) -> list[str] | None:
    """The cheapest reading of run-together letters as words; None when no reading is credible."""
    own, costs = set(vocabulary), _costs()

    def price(piece: str) -> float:
        if piece in own or (piece in _GLUED and len(piece) > 1):
            return 7.0 if len(piece) > 2 else 9.0
        if piece in ABBREVIATIONS and len(piece) > 2:
            return 10.5
        if len(piece) < 3:
            return 99.0
        cost = costs.get(piece, 99.0)
        return cost if cost < 12.5 else 99.0

    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(part) + 1):
        best.append(min((best[s][0] + price(part[s:end]), s) for s in range(max(0, end - 20), end)))
    if best[-1][0] >= 99.0:
        return None
    pieces: list[str] = []
    end = len(part)
    while end:
        start = best[end][1]
        pieces.append(part[start:end])
        end = start
    pieces.reverse()
    return pieces if all(re.fullmatch(r"[a-z0-9]+", p) for p in pieces) else None
