"""Words made comparable: case, accents, plurals and the common endings taken off."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from querywright.synthesis.lexicon.inflection import singular_noun
from querywright.synthesis.lexicon.listing import listed

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ers", "er", "ors", "or", "ed", "ly", "al", "e", "y")
_IRREGULAR = {
    "held": "hold", "taught": "teach", "bought": "buy", "sold": "sell", "made": "make", "sent": "send", "paid": "pay",
    "wrote": "writ", "written": "writ", "won": "win", "lost": "los", "took": "tak", "taken": "tak", "gave": "giv",
    "given": "giv", "left": "leav", "got": "get", "ran": "run", "began": "begin", "led": "lead", "met": "meet",
    "spent": "spend", "built": "build", "flew": "fly", "flown": "fly", "drove": "driv", "grew": "grow",
    "known": "know", "knew": "know", "shown": "show", "spoken": "speak", "speech": "speak", "spoke": "speak",
    "sang": "sing", "sung": "sing", "born": "birth", "dead": "death", "died": "death", "dies": "death",
    "high": "height", "long": "length", "wide": "width", "deep": "depth", "heavy": "weight", "weigh": "weight",
    "chose": "choos", "chosen": "choos", "fought": "fight", "became": "becom", "worn": "wear", "sale": "sell",
}  # fmt: skip
EMPTY = listed("""
    a an the of in on at by for to from with and or is are was were be been being do does did has have had having
    what which who whom whose when where why how that this these those there their its it they them he she his her
    find list show give return tell me us display get i we you your our my all any some each every as than then
    please can could would should will shall if so but into also only both either per s t out up about along
    together many much more most less least
""")


def plain(text: str) -> str:
    """Lower case, without accents; curly quotes straight."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return text.casefold()


def words(text: str) -> list[str]:
    """The words and numbers of a text that is already plain; possessive endings are taken off."""
    return [word.removesuffix("'s") for word in _WORD.findall(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The part of a plain word that its forms share (`registered`, `registrations` → `registr`)."""
    if len(word) < 4:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    one = singular_noun(word)
    one = _IRREGULAR.get(one, one)
    for ending in _ENDINGS:
        if one.endswith(ending) and len(one) - len(ending) >= 3:
            one = one[: -len(ending)]
            break
    if len(one) > 3 and one[-1] == one[-2] and one[-1] not in "sl":
        one = one[:-1]
    return one[:-1] + "y" if one.endswith("i") and len(one) > 3 else one


def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    return tuple(stem(word) for word in words(plain(text)))


@lru_cache(maxsize=20_000)
def kin(stemmed: str) -> str:
    """What longer words of one family share (`product`, `productivity`); short words stand alone."""
    return stemmed[:6]
