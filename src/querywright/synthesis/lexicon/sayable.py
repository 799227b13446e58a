"""Whether a phrase is something a colleague would say: a plain noun phrase, without unexplained letters."""

from __future__ import annotations

import re

from querywright.synthesis.lexicon.abbreviations import ACRONYMS, MONTHS
from querywright.synthesis.lexicon.inflection import PARTICIPLES, PREPOSITIONS
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.words import is_word

_OPENERS = listed("""
    how when what where who whose which why whether if is are was were has have had do does did can will the a an
    not on in at by from to with for other no ever
""")
"""A phrase that begins with one of these is a sentence, or the end of one."""
_ALONE = listed("""
    highest lowest average maximum minimum mean median most least first last other old new gross regular
    details detail text data info information value values attribute thing things genre_is transfer init
    black white us opened created started ended launch move event_text low high limit
""")
"""Words that say nothing by themselves."""
_VERBS = listed("""
    oppose consider undergoes starts ends takes happens indicates contains returns agree says became piad
""")
"""Verbs that no noun phrase holds."""
_BOUNDS = re.compile(r"^(low|high|upper|lower) (limit|bound)$")
_SHORT = listed("""
    id vat sex job age sum tax fee lap set gas net ram cpu gpa gdp gnp usd eur vip iso day bed air sea bus car
    dna sku ad ip min max pin dob of in on at to per or and up wi-fi e-mail pet tv fax ph url isbn map art log
""")


def is_sayable(phrase: str) -> bool:
    """Whether `phrase` can be said aloud as the name of a property; pure, by its form alone.

    Refused: sentences (`how to get there`), dangling ends (`date in location from`), a participle as the head
    (`opened`), letters without a vowel or unknown short letters (`y card`, `ihsaa class`), digits, five words or more.
    """
    words = re.sub(r"\(.*?\)", "", phrase).split()
    if not words or len(words) > (6 if words[:2] == ["number", "of"] else 4) or any(c.isdigit() for c in phrase):
        return False
    low = [w.lower() for w in words]
    if low[0] in _OPENERS or low[-1] in PREPOSITIONS or low[-1] in _OPENERS or set(low) & _VERBS:
        return False
    if _BOUNDS.match(phrase) or (len(low) == 1 and (low[0] in _ALONE or _participle(low[0]))):
        return False
    if len(set(low)) < len(low) and "of" not in low:
        return False
    return all(_known(w) for w in words)


def is_sayable_flag(predicate: str) -> bool:
    """Whether what rows do can be said: `are hubs`, `have parking`; not `have a decision`, `have an on scholarship`."""
    words = re.sub(r"^(are|were|have|has|can|will) (a |an |no )?", "", predicate).lower().split()
    if not words or any(c.isdigit() for c in predicate) or len(words) > 5:
        return False
    vague = predicate.startswith("have a") and (words[-1] in _VAGUE_FLAGS or "paid" in words or words[0] in _OPENERS)
    return not vague and all(_known(w) or w in PREPOSITIONS for w in " ".join(words).replace("-", " ").split())


_VAGUE_FLAGS = listed("result decision outcome login transfer win flag value answer ppv")


def _participle(word: str) -> bool:
    return word in PARTICIPLES or (
        word.endswith("ed") and word not in ("bed", "speed", "feed", "breed", "seed", "need")
    )


def _known(word: str) -> bool:
    """A word, an acronym in capitals, or a name of a month: anything but bare letters."""
    low = word.lower().strip("'’.,&-").removesuffix("'s")
    if not low or low in _SHORT or low in ACRONYMS or low in MONTHS or not low.isascii() or not low.isalpha():
        return bool(low) and len(low) > 1
    if not re.search("[aeiouy]", low) or len(low) == 1:
        return False
    return len(low) > 4 or is_word(low)
