"""Tables that tie two others together, and the nouns for their rows: `club membership`, `concert appearance`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from querywright.databases.schema import Table
from querywright.synthesis.lexicon.deeds import DEEDS
from querywright.synthesis.lexicon.entries import ColumnFacts, Reference, Role
from querywright.synthesis.lexicon.inflection import PREPOSITIONS, singular_noun
from querywright.synthesis.lexicon.listing import listed, paired
from querywright.synthesis.lexicon.nouns import EVENTS, PEOPLE, is_person
from querywright.synthesis.lexicon.words import display, is_word

_HOLDING = (Role.AMOUNT, Role.DATE, Role.DATETIME, Role.YEAR, Role.TIME)
_STATES = paired("""
    author=authorship member=membership owner=ownership teacher=teaching instructor=teaching sponsor=sponsorship
    participant=participation attendee=attendance passenger=booking
""")
"""A person at the end of a link table's name → what the row records (`book_authors`: book authorship)."""
_VERBAL = paired("""
    arrange=arrangement manage=management manages=management
    enroll=enrollment enrol=enrolment assign=assignment register=registration attend=attendance
    hire=hiring hires=hiring participate=participation appear=appearance compete=participation
    undergoes=treatment prescribes=prescription booked=booking ordered=order rented=rental sold=sale
""")
"""A verb at the end of a table's name → its noun (`course_arrange`: course arrangement)."""
_OWNED = listed("pet dog cat car horse house vehicle boat card")
_TEACHERS = listed("teacher instructor professor lecturer tutor")
_TAUGHT = listed("course class section subject lesson")
_PLAIN_COMPOUNDS = listed("item line detail part member record job session assignment enrollment ticket")


def is_link(table: Table, facts: Mapping[str, ColumnFacts], references: Sequence[Reference]) -> bool:
    """Whether rows only tie two others together.

    The key is two foreign keys, or there are exactly two and at most two further columns, none a date or an amount.
    Columns that point at a calendar are dates, not ties.
    """
    ties = [r for r in references if not r.inferred or not table.is_view]
    tied = {c for r in ties for c in r.columns if facts[c].role not in (Role.DATE, Role.DATETIME)}
    if table.is_view or len(ties) < 2 or len(tied) < 2:
        return False
    key = set(table.primary_key)
    both = [r for r in ties if set(r.columns) <= key]
    if len(key) == 2 and len(both) == 2 and key == {c for r in both for c in r.columns}:
        return True
    rest = [f for f in facts.values() if f.column not in tied and f.role is not Role.KEY]
    own_key = bool(key) and not key <= tied
    return not rest or (len(ties) == 2 and not own_key and len(rest) <= 2 and not any(f.role in _HOLDING for f in rest))


def row_noun(
    words: Sequence[str],
    shown: Sequence[str],
    references: Sequence[Reference],
    nouns: Sequence[Sequence[str]],
    link: bool,
) -> tuple[str, bool]:
    """The noun of a row, and whether it reads badly all the same.

    Args:
        words: the words of the table's name, singular.
        shown: the parts of its name as they stand.
        references: its foreign keys.
        nouns: the nouns of the tables it points at.
        link: it only ties them together.
    """
    heads = {n[-1] for n in nouns}
    said = display(words)
    if len(words) == 3 and words[1] == "of" and words[0] in _STATES:
        return f"{words[2]} {_STATES[words[0]]}", False
    if len(references) >= 2 and words[-1] == "friend":
        return "friendship", False
    if len(words) == 2 and words[1] in PREPOSITIONS and words[0] in DEEDS:
        return DEEDS[words[0]], False  # `assigned_to`
    if len(references) >= 2 and len(words) > 2 and tuple(words[-2:]) in (("crew", "member"), ("team", "member")):
        return f"{display(words[:-1])} assignment", False
    if len(words) >= 3 and words[1] == "in" and len(references) >= 2:
        place = words[2:]
        if is_person(words[:1]) or words[0] in heads & PEOPLE or words[0] == "party":
            place = [*place[:-1], singular_noun(place[-1])]
            shows = place[-1] in ("concert", "show", "film", "movie", "episode")
            noun = "appearance" if shows else "participation" if place[-1] in EVENTS else "record"
            return f"{display(place)} {noun}", False
        return said, True
    if len(references) >= 2 and words[-1] in _VERBAL:
        if heads & _TEACHERS and heads & _TAUGHT:
            return "teaching assignment", False
        return f"{display(words[:-1])} {_VERBAL[words[-1]]}".strip(), False
    if _pairs(words, nouns):
        if words[-1] in _STATES:
            return f"{display(words[:-1])} {_STATES[words[-1]]}", False
        return said, is_person(words) or (link and words[-1] not in (*_PLAIN_COMPOUNDS, *EVENTS))
    return said, _reads_badly(words, shown)


def owned(singular: str, relation: str, subject: str) -> str:
    """`person pet` of a table called `has_pet` → pet ownership; other things had keep their compound."""
    last = singular.split(" ")[-1]
    return (
        f"{last} ownership" if relation == "have" and (last in _OWNED and is_person(subject.split(" "))) else singular
    )


def _pairs(words: Sequence[str], nouns: Sequence[Sequence[str]]) -> bool:
    """The name is one parent's noun after the other's: `mailshot customer`, `document functional area`."""
    if len(words) < 2 or len(nouns) < 2:
        return False
    ends = any(tuple(words[-len(n) :]) == tuple(n) and len(n) < len(words) for n in nouns)
    return ends and any(words[0] in n for n in nouns)


def _reads_badly(words: Sequence[str], shown: Sequence[str]) -> bool:
    """Verbs, participles and prepositions where a noun should be; four words and more; unknown letters."""
    last = words[-1]
    verbal = last.endswith("ed") and last not in ("bed", "speed", "breed", "seed", "feed")
    loose = bool(set(words) & (PREPOSITIONS - {"of"})) and words[0] != "student"
    strange = any(not is_word(w) and (len(w) < 4 or not set(w) & set("aeiouy")) for w in words)
    return verbal or loose or len(words) > 3 or strange or last in ("arrange", "likes", "follows", "structure")
