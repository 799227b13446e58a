"""Which values of a column can be said: words can, bare codes cannot until somebody explains them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.names import COUNTRIES, SPOKEN_CODES
from querywright.synthesis.lexicon.role_words import POSTAL
from querywright.synthesis.lexicon.words import is_word

_USED_AS_THEY_ARE = POSTAL | listed("""
    room classroom isbn issn sku ticker iata icao vin ssn upc ean barcode plate license passport flight tail
    grade blood size gate seat version extension platform suite currency rhesus month week weekday quarter season
    round year floor day number initial symbol abbreviation acronym chapter icd model make maker brand manufacturer
    company airline team publisher operator label channel station nickname
    rating rank ranking position
""")
"""Words of columns whose codes people say as they stand: room 12, blood type A, size M, flight LH400."""
_GENDER = {"m": "male", "f": "female"}
_ANSWERS = {"y": "yes", "n": "no", "t": "true", "f": "false"}


def is_coded(words: Collection[str]) -> bool:
    """Whether bare codes under this name need an explanation."""
    return not set(words) & _USED_AS_THEY_ARE


def is_spoken(value: Any) -> bool:
    """Whether a value is words rather than a code: `Swimming Pool` and `USA` are, `DEF`, `P`, `0` are not."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    if text in SPOKEN_CODES:
        return True
    runs = re.findall(r"[^\W\d_]+", text)
    longest = max(runs, key=len, default="")
    if len(longest) <= 3:
        if any(len(r) == 3 and not r.isupper() and is_word(r.lower()) for r in runs):
            return True
        return len(runs) == 1 and longest == text and not text.isupper() and len(text) > 1 and is_word(text.lower())
    if any(c.isdigit() for c in text) and len(text) < 8 and " " not in text:
        return False
    if longest.isupper() and " " not in text and len(text) < 6:
        return is_word(longest.lower())
    return bool(re.search("[aeiouyAEIOUY]|[^\x00-\x7f]", longest))


def well_known(words: Collection[str], values: Sequence[Any]) -> dict[Any, str]:
    """Meanings everybody knows: M and F of a gender, Y and N, two letters of a country."""
    texts = [v for v in values if isinstance(v, str) and v.strip()]
    codes = {v.strip() for v in texts}
    if {"gender", "sex"} & set(words):
        table: Mapping[str, str] = _GENDER
    elif codes and {c.lower() for c in codes} in ({"y", "n"}, {"t", "f"}):
        table = _ANSWERS
    elif {"country", "nation"} & set(words) and codes and all(re.fullmatch("[A-Z]{2}", c) for c in codes):
        return {v: COUNTRIES[v.strip()] for v in texts if v.strip() in COUNTRIES}
    else:
        return {}
    return {v: table[v.strip().lower()] for v in texts if v.strip().lower() in table}


def readable_share(top: Sequence[tuple[Any, int]], values: Sequence[Any], readable: Collection[Any]) -> float:
    """The share of rows (of values where rows were not counted) whose value can be said."""
    counted = [(v, n) for v, n in top if str(v).strip()] or tuple((v, 1) for v in values)
    total = sum(n for _, n in counted)
    return sum(n for v, n in counted if v in readable) / total if total else 1.0
