"""Singular and plural of English nouns and noun phrases: rules and a table of irregulars, nothing loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence

from querywright.synthesis.lexicon.listing import listed

IRREGULAR = {
    "person": "people", "child": "children", "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth",
    "goose": "geese", "mouse": "mice", "datum": "data", "medium": "media", "criterion": "criteria",
    "phenomenon": "phenomena", "analysis": "analyses", "basis": "bases", "crisis": "crises", "thesis": "theses",
    "diagnosis": "diagnoses", "hypothesis": "hypotheses", "axis": "axes", "index": "indexes", "matrix": "matrices",
    "vertex": "vertices", "appendix": "appendices", "curriculum": "curricula", "alumnus": "alumni",
    "stimulus": "stimuli", "nucleus": "nuclei", "fungus": "fungi", "bacterium": "bacteria", "quiz": "quizzes",
    "leaf": "leaves", "life": "lives", "knife": "knives", "wife": "wives", "half": "halves", "shelf": "shelves",
    "self": "selves", "wolf": "wolves", "calf": "calves", "loaf": "loaves", "thief": "thieves", "elf": "elves",
    "scarf": "scarves", "potato": "potatoes", "tomato": "tomatoes", "hero": "heroes", "echo": "echoes",
    "veto": "vetoes", "cargo": "cargoes", "torpedo": "torpedoes", "bus": "buses", "gas": "gases", "ox": "oxen",
    "movie": "movies", "cookie": "cookies", "calorie": "calories", "specialty": "specialties", "tie": "ties",
    "cache": "caches", "axe": "axes", "niche": "niches", "passerby": "passersby", "lens": "lenses",
    "this": "these", "that": "those", "zombie": "zombies", "pie": "pies", "die": "dice", "genie": "genies",
    "selfie": "selfies", "smoothie": "smoothies", "rookie": "rookies", "hoodie": "hoodies", "database": "databases",
    "shoe": "shoes", "toe": "toes", "canoe": "canoes", "ache": "aches", "headache": "headaches", "psyche": "psyches",
    "release": "releases", "lease": "leases", "purchase": "purchases", "warehouse": "warehouses", "house": "houses",
    "license": "licenses", "course": "courses", "nurse": "nurses", "horse": "horses", "race": "races",
    "case": "cases", "phase": "phases", "base": "bases", "disease": "diseases", "response": "responses",
    "expense": "expenses", "cause": "causes", "clause": "clauses", "pause": "pauses", "phrase": "phrases",
    "showcase": "showcases", "franchise": "franchises", "exercise": "exercises", "enterprise": "enterprises",
    "prize": "prizes", "size": "sizes", "breeze": "breezes", "cruise": "cruises", "promise": "promises",
    "premise": "premises", "universe": "universes", "nose": "noses", "rose": "roses", "purpose": "purposes",
    "dose": "doses", "diagnose": "diagnoses", "use": "uses", "spouse": "spouses", "blouse": "blouses",
    "verse": "verses", "increase": "increases", "decrease": "decreases", "curve": "curves", "college": "colleges",
}  # fmt: skip
UNCHANGED = listed("""
    staff equipment series species aircraft information news software hardware furniture luggage money music
    weather knowledge research fish sheep deer moose traffic advice evidence feedback spacecraft homework
    headquarters merchandise mathematics physics politics economics athletics gymnastics statistics data police
    personnel livestock jewelry machinery baggage garbage sugar rice bread milk salmon trout bison means gallows
    offspring chassis corps rendezvous swine cattle poultry wildlife progress humidity visibility precipitation
    analytics logistics metadata middleware firmware malware stationery cutlery clothing footwear housing
    parking training trivia ridership attendance genetics ethics dynamics electronics graphics basics
""")
SINGULAR = {many: one for one, many in IRREGULAR.items()}
ENDS_IN_S = listed("""
    status bus gas lens address access process business class boss loss pass glass mass dress mattress congress
    princess actress waitress hostess success stress press express focus campus bonus virus census corpus genius
    chorus circus surplus opus radius apparatus consensus plus minus atlas canvas alias bias pancreas christmas
    texas kansas basis analysis tennis chess yes iris crisis diagnosis gross cross across us is was has
    wilderness fitness illness witness wellness mess guess kiss miss abyss compass premises cosmos chaos thermos
    pelvis arthritis hepatitis always perhaps less unless thus versus previous serious famous various species
    series olympics paris gps sms dns pos sos las los des
""")
O_TAKES_S = listed("oto eo io uo")
PREPOSITIONS = listed("""
    of in per at for to from by on with within after before since under over between until as against during
    that who
""")


def plural(phrase: str) -> str:
    """The plural of a noun phrase: its head noun is inflected (`date of birth` → `dates of birth`)."""
    words = phrase.split(" ")
    at = head(words)
    words[at] = _keep_case(words[at], plural_noun(words[at].lower()))
    return " ".join(words)


def singular(phrase: str) -> str:
    """The singular of a noun phrase; unchanged when it is singular already."""
    words = phrase.split(" ")
    at = head(words)
    words[at] = _keep_case(words[at], singular_noun(words[at].lower()))
    return " ".join(words)


def is_plural(noun: str) -> bool:
    """Whether one lower-case noun is a plural form and not also its own singular."""
    return singular_noun(noun) != noun


def plural_noun(noun: str) -> str:
    """Plural of one lower-case noun; a noun that is plural already stays."""
    if not noun or noun in UNCHANGED or noun in SINGULAR or not noun[-1].isalpha():
        return noun
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if is_plural(noun):
        return noun
    compound = _compound(noun, IRREGULAR)
    if compound:
        return compound
    if re.search(r"(s|x|z|ch|sh)$", noun):
        return noun + "es"
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + "s"


def singular_noun(noun: str) -> str:
    """Singular of one lower-case noun; a singular stays."""
    if noun in UNCHANGED or noun in IRREGULAR or noun in ENDS_IN_S or len(noun) < 3:
        return noun
    if noun in SINGULAR:
        return SINGULAR[noun]
    compound = _compound(noun, SINGULAR)
    if compound:
        return compound
    if not noun.endswith("s") or noun.endswith(("ss", "us", "is")):
        return noun
    if noun.endswith("ies"):
        return noun[:-3] + "y" if len(noun) > 4 else noun[:-1]
    if re.search(r"(ss|x|zz|ch|sh|us)es$", noun):
        return noun[:-2]
    return noun[:-1]


def _compound(noun: str, table: dict[str, str]) -> str | None:
    """`salesman`, `grandchildren`: the ending decides. Short endings are too often part of another word."""
    for ending in ("man", "men", "woman", "women", "person", "people", "child", "children", "foot", "feet", "shelf",
                   "shelves", "house", "houses"):  # fmt: skip
        if ending in table and noun.endswith(ending) and len(noun) > len(ending) + 2 and noun not in NOT_MEN:
            return noun[: -len(ending)] + table[ending]
    return None


NOT_MEN = listed("human german roman shaman specimen regimen abdomen talisman ottoman")


def head(words: Sequence[str]) -> int:
    """Index of the noun that carries number: the word before the first preposition, else the last."""
    for i, word in enumerate(words):
        if i and word.lower() in PREPOSITIONS:
            return i - 2 if i > 1 and _is_participle(words[i - 1].lower()) else i - 1
    at = len(words) - 1
    if at and _is_participle(words[at].lower()):
        return at - 1
    while at > 0 and (words[at].isdigit() or words[at].startswith("(")):
        at -= 1
    return at


def _is_participle(word: str) -> bool:
    """`year founded`, `sections taken`: the noun stands before."""
    return word in PARTICIPLES or (
        len(word) > 4 and word.endswith("ed") and not word.endswith("eed") and word not in ("shed", "sled")
    )


PARTICIPLES = listed("""
    taken taught written left built made sold sent born paid spoken held spent shown given won lost worn driven
    flown chosen grown known available outstanding payable remaining working abroad
""")


def _keep_case(before: str, after: str) -> str:
    """`ID` → `IDs`, `ISBN` → `ISBNs`; ordinary words are lower-case."""
    if len(before) > 1 and before.isupper() and after.startswith(before.lower()):
        return before + after[len(before) :]
    if len(before) > 2 and before[:-1].isupper() and after == before[:-1].lower():
        return before[:-1]
    return before if after == before.lower() else after
