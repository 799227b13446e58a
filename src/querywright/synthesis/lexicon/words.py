"""Identifiers into words: `hs_grad_yr` → high school graduation year, `countrylanguage` → country language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from querywright.synthesis.lexicon.abbreviations import ABBREVIATIONS, ACRONYMS, MONTHS, WEAK
from querywright.synthesis.lexicon.inflection import singular_noun
from querywright.synthesis.lexicon.listing import listed

_SYMBOLS = {"%": " percentage ", "#": " number ", "&": " and ", "$": " usd ", "+": " plus ", "@": " at "}
_ODD_CASE = {"WiFi": "Wifi", "MiB": "Mib", "KiB": "Kib", "GiB": "Gib", "PhD": "Phd", "YouTube": "Youtube",
             "FaceBook": "Facebook", "LinkedIn": "Linkedin", "PayPal": "Paypal", "iOS": "Ios"}  # fmt: skip
_KEYISH = listed("id ids code no num nr number name key")
_LETTERED = listed("id name title code no num number type date key desc")
_WITH_ID = listed("""
    paid said void solid valid acid aid bid grid android liquid hybrid fluid rapid kid mid rid covid amid avoid invalid
    unpaid prepaid orchid steroid asteroid pyramid humid raid maid laid bird skid squid
""")
_MONTHS = dict(
    zip(
        str.split("jan feb mar apr may jun jul aug sep oct nov dec"),
        str.split("january february March april May june july august september october november december"),
        strict=True,
    )
)
_PLAIN = listed("us it act sat er pin am pm era swift led lan wan uk_ dj_ pe pf wr qb")
"""Acronyms that are words in most schemas, or too rare to be sure: left in lower case."""


@lru_cache(maxsize=8192)
def split(identifier: str) -> tuple[str, ...]:
    """The parts an identifier shows by itself (case, underscores, digits, signs), in lower case; at least one."""
    text = identifier
    for odd, plain in _ODD_CASE.items():
        text = text.replace(odd, plain)
    for sign, word in _SYMBOLS.items():
        text = text.replace(sign, word)
    marked: list[str] = []
    for i, char in enumerate(text):
        if char == "'" and marked and marked[-1].isalpha():
            continue
        if not char.isalnum():
            marked.append(" ")
            continue
        before, after = text[i - 1] if i else " ", text[i + 1] if i + 1 < len(text) else " "
        if _starts_word(before, char, after):
            marked.append(" ")
        marked.append(char.lower())
    return _rejoined("".join(marked).split()) or ("unnamed",)


def _starts_word(before: str, char: str, after: str) -> bool:
    if before.isalpha() and char.isupper():
        plural_acronym = after == "s"  # `URLs`
        return before.islower() or (before.isupper() and after.islower() and not plural_acronym)
    if before.isdigit() and char.isalpha():
        ordinal = char + after in ("st", "nd", "rd", "th")
        return after.isalpha() and not ordinal
    return before.isalpha() and char.isdigit() and not (before in "qQ" and not after.isdigit())


def _rejoined(parts: Sequence[str]) -> tuple[str, ...]:
    """`L`, `Name` is one abbreviation."""
    out: list[str] = []
    for part in parts:
        if part == "name" and out and out[-1] in ("f", "l", "m"):
            out[-1] += part
        else:
            out.append(part)
    return tuple(out)


class Speller:
    """Turns identifiers of one schema into words; the schema's own words help to read its abbreviations.

    Args:
        tables: the columns of each table, by table name.
    """

    def __init__(self, tables: Mapping[str, Sequence[str]] | None = None) -> None:
        self._columns = dict(tables or {})
        self._known: dict[tuple[str, str], tuple[str, ...]] = {}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Whole words that appear in the schema's identifiers."""
        parts = {
            part for names in ((t, *cs) for t, cs in self._columns.items()) for name in names for part in split(name)
        }
        return frozenset(p for p in parts if len(p) > 3 and p not in ABBREVIATIONS and is_word(p))

    @cached_property
    def _table_words(self) -> tuple[str, ...]:
        """Nouns that tables are called, longest names last: what a short form most likely means."""
        names = sorted(self._columns, key=lambda t: len(split(t)))
        return tuple(dict.fromkeys(singular_noun(w) for t in names for w in split(t) if len(w) > 3))

    def table_noun(self, word: str) -> str | None:
        """The singular of a plural that also names a table (`customers` in `customers_cards`); None otherwise."""
        one = singular_noun(word)
        return (
            one
            if one != word and any(split(t)[-1] in (word, one) and len(split(t)) == 1 for t in self._columns)
            else None
        )

    def words(self, identifier: str, table: str = "") -> tuple[str, ...]:
        """The words of `identifier`, abbreviations expanded; `table` is where it stands, and its context."""
        key = (identifier, table)
        month = _MONTHS.get(identifier.lower())
        if month and sum(c.lower() in _MONTHS for c in self._columns.get(table, ())) > 5:
            self._known[key] = (month, *split(table)[-1:])  # twelve columns of figures: `January temperature`
        if key not in self._known:
            self._known[key] = tuple(self._read(self._shown(identifier, table), split(table)))
        return self._known[key]

    @cached_property
    def _house(self) -> str | None:
        """A mark that all tables bear (`sbCustomer`, `sbTicker`)."""
        return _shared_mark(list(self._columns))

    @cached_property
    def _marks(self) -> dict[str, str | None]:
        """The mark that the columns of a table bear (`DpOpen`, `DpClose`), the house's own taken off."""
        return {t: _shared_mark([" ".join(self._unmarked(c)) for c in cs]) for t, cs in self._columns.items()}

    def _unmarked(self, identifier: str) -> tuple[str, ...]:
        parts = split(identifier)
        return parts[1:] if len(parts) > 1 and parts[0] == self._house else parts

    def _shown(self, identifier: str, table: str) -> tuple[str, ...]:
        parts = self._unmarked(identifier)
        mark = self._marks.get(table)
        return parts[1:] if mark and len(parts) > 1 and parts[0] == mark else parts

    def _read(self, parts: tuple[str, ...], context: tuple[str, ...]) -> list[str]:
        out: list[str] = []
        for i, part in enumerate(parts):
            keyish = i + 1 < len(parts) and parts[i + 1] in _KEYISH
            out += self._word(part, context, alone=len(parts) == 1, keyish=keyish)
        return _tidy(out)

    def _word(self, part: str, context: tuple[str, ...], alone: bool, keyish: bool = False) -> list[str]:
        if part.isdigit() or part in ACRONYMS:
            return [part]
        glued = self._glued_key(part, context)
        if glued:
            return glued
        owner = self._owner(part, context, keyish)
        if owner:
            return [owner]
        if alone and part in WEAK:
            return [part]
        if part in ABBREVIATIONS:
            return ABBREVIATIONS[part].lower().split()
        if len(part) <= 3 or part in self.vocabulary or is_word(part):
            return [part]
        return self._unglue(part, context)

    def _glued_key(self, part: str, context: tuple[str, ...]) -> list[str] | None:
        """`stuid` → student ID, `cname` → name: a short form and what it is the key or name of."""
        if (part in ABBREVIATIONS and " " in ABBREVIATIONS[part]) or part in _WITH_ID:
            return None
        if len(part) > 2 and part[0].isalpha() and part[1:] in _LETTERED and not _frequent(part):
            owner = next((singular_noun(w) for w in context[:1] if w.startswith(part[0])), None)
            said = ABBREVIATIONS.get(part[1:], part[1:]).split()
            return [owner, *said] if owner and part[1:] != "name" else [part[0], *said] if part[1:] == "id" else said
        if part.endswith("id") and len(part) > 4 and not _frequent(part):
            stem = part[:-2]
            owner = self._owner(stem, context, keyish=True)
            if owner or stem in ABBREVIATIONS or is_word(stem):
                return [*([owner] if owner else ABBREVIATIONS.get(stem, stem).split()), "id"]
        return None

    def _owner(self, part: str, context: tuple[str, ...], keyish: bool) -> str | None:
        """`stu` in `student`, `sec` where there is a table `section`: a table's name begins with the short form."""
        if len(part) < 3 or (not keyish and part not in ABBREVIATIONS):
            return None
        if part in context or part in self._table_words:
            return None
        own = [singular_noun(w) for w in context]
        for whole in (*own, *(self._table_words if keyish else ())):
            if whole.startswith(part) and len(whole) > len(part) + 1 and singular_noun(part) != whole:
                return None if is_word(part) and len(part) > 4 else ABBREVIATIONS.get(whole, whole)
        return None

    def _unglue(self, part: str, context: tuple[str, ...]) -> list[str]:
        pieces = _segment(part, self.vocabulary | set(context))
        if pieces is None:
            return [part]
        out: list[str] = []
        for i, piece in enumerate(pieces):
            keyish = i + 1 < len(pieces) and pieces[i + 1] in _KEYISH
            out += [piece] if piece == part else self._word(piece, context, alone=False, keyish=keyish)
        return out


def _shared_mark(names: Sequence[str]) -> str | None:
    """A short first part that is no word and that nearly all names share; None if there is none."""
    firsts = [parts[0] for parts in map(split, names) if len(parts) > 1]
    mark = max(set(firsts), key=firsts.count, default="")
    meaningless = len(mark) <= 4 and mark not in ABBREVIATIONS and not _frequent(mark) and not mark.isdigit()
    return mark if meaningless and len(names) > 2 and firsts.count(mark) >= 0.8 * len(names) else None


def display(words: Iterable[str]) -> str:
    """Words as one phrase, acronyms in capitals."""
    return " ".join(_shown(w) for w in words)


def _shown(word: str) -> str:
    if word in ACRONYMS and word not in _PLAIN:
        return {"ph": "pH", "wifi": "Wi-Fi", "phd": "PhD", "kwh": "kWh", "nox": "NOx"}.get(word, word.upper())
    if word in MONTHS:
        return word.capitalize()
    return "IDs" if word == "ids" else word


def _tidy(words: list[str]) -> list[str]:
    """Drop a word said twice in a row (`zip code code`), and mend what belongs together."""
    if "h" in words and words[words.index("h") - 1] == "per":
        words = [*words[: words.index("h")], "hour", *words[words.index("h") + 1 :]]
    if words[:2] == ["no", "show"]:
        words = ["no-show", *words[2:]]
    out = words[:1]
    for before, word in pairwise(words):
        if word != before or word.isdigit():
            out.append(word)
    return out


@lru_cache(maxsize=1)
def _costs() -> dict[str, float]:
    import wordninja  # 0.1 s and 10 MB, for run-together names only

    costs: dict[str, float] = wordninja.DEFAULT_LANGUAGE_MODEL._wordcost
    return costs


def is_word(part: str) -> bool:
    """Whether these lower-case letters are an English word (or not in our letters at all)."""
    if not part.isascii() or not part.isalpha():
        return True
    limit = 99.0 if len(part) > 4 else 12.8
    return _cost(part) < limit or _cost(singular_noun(part)) < limit


def _frequent(part: str) -> bool:
    return _cost(part) < 12.0


def _cost(part: str) -> float:
    return _costs().get(part, 99.0)


_GLUE = listed("id ids no nr num name date code type of is in key year at by on per and time qty amt")


@lru_cache(maxsize=4096)
def _segment(part: str, vocabulary: frozenset[str]) -> list[str] | None:
    """The cheapest reading of run-together letters as words; None when no reading is credible."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(part) + 1):
        best.append(min((best[s][0] + _price(part[s:end], vocabulary), s) for s in range(max(0, end - 20), end)))
    pieces: list[str] = []
    end = len(part)
    if best[end][0] >= 99.0:
        return None
    while end:
        start = best[end][1]
        pieces.append(part[start:end])
        end = start
    pieces.reverse()
    strange = len(pieces) > 3 or not re.fullmatch("[a-z0-9]+", part)
    return None if strange else pieces


def _price(piece: str, vocabulary: frozenset[str]) -> float:
    if piece in vocabulary or piece in _GLUE:
        return 7.0 if len(piece) > 2 else 9.0
    if piece in ABBREVIATIONS and len(piece) > 2:
        return 10.5
    if len(piece) < 3 or (len(piece) == 3 and _cost(piece) > 9.5):
        return 99.0
    cost = _cost(piece)
    return cost if cost < 12.5 else 99.0
