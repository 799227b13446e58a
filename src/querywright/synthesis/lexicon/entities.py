"""What the rows of a table are: their noun, whether they are people or events, and what names one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from querywright.databases.schema import Table
from querywright.synthesis.lexicon.entries import ColumnFacts, Entity, Reference, Role
from querywright.synthesis.lexicon.inflection import plural
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.words import display, split

PEOPLE = listed("""
    person people customer student employee singer author member player patient staff user teacher instructor
    faculty artist actor actress director driver client guest owner manager doctor physician nurse professor
    pilot reviewer reader writer candidate voter worker friend child parent man woman boy girl engineer
    architect musician scientist researcher lawyer agent broker advisor chef host participant individual citizen
    resident tenant passenger volunteer donor applicant contact subscriber follower visitor professional
    salesperson salesman assistant editor judge wrestler swimmer climber gymnast bodybuilder perpetrator
    politician representative senator governor president mayor composer conductor coach referee entrepreneur
    technician therapist dentist veterinarian librarian borrower supervisor trainer trainee athlete cyclist
    skater golfer runner racer contestant poker_player high_schooler highschooler buyer seller shopkeeper
    dependent spouse kid adult victim suspect officer soldier captain commander farmer tutor pupil alumnus
    lecturer mechanic tourist traveler mother father inspector auditor personnel
""")
_NOT_PEOPLE = listed("""
    order number character computer container power tower water paper river weather center theater layer folder
    letter newspaper offer poster printer filter sensor motor factor color vector error sector floor door
    monitor calculator semester quarter chapter server router trailer transfer register counter meter matter
    newsletter supplier vendor manufacturer retailer publisher employer carrier provider operator career shelter
    partner sponsor distributor accelerator elevator refrigerator generator indicator processor harbor flavor
    author_list gender tender voucher cylinder list playlist checklist constructor competitor maker browser
    player_attribute header footer identifier parameter diameter cover answer user_group corner master dinner
    winter summer member_of minor major prior interior exterior helicopter buffer adapter controller scanner
    launcher spider tiger flower beer hammer wholesaler dealer bidder cluster timer trigger marker tracker
    thriller blockbuster fever cancer liver
""")
_EVENTS = listed("""
    order sale loan visit booking reservation payment transaction trip flight match game race appointment
    enrollment enrolment registration purchase rental invoice shipment delivery event session login log review
    rating vote treatment admission stay prescription accident incident call message tweet post comment exam
    attempt hire hiring performance debate election battle death tournament competition concert checkout checkin
    refund return ride donation inspection lesson complaint claim meeting maintenance fault ticket bid auction
    transfer deposit withdrawal reading measurement observation assignment attendance evaluation award
    nomination renewal
""")
_FIRST = ("first name", "given name", "forename", "personal name")
_LAST = ("last name", "surname", "family name")


def is_person(words: Sequence[str]) -> bool:
    """Whether a noun means people: a list, then the endings -er, -or, -ist, -ian with their exceptions."""
    noun = words[-1]
    if noun in PEOPLE or "_".join(words) in PEOPLE:
        return noun != "contact" or len(words) == 1
    if noun in _NOT_PEOPLE or noun in _EVENTS:
        return False
    return noun.endswith(("ologist", "ician", "arian", "ssor", "woman", "person", "tant_")) or (
        noun.endswith(("eer", "yer", "ster", "ator_")) and len(noun) > 5 and noun not in _NOT_PEOPLE
    )


def describe(
    table: Table, words: Sequence[str], facts: Mapping[str, ColumnFacts], references: Sequence[Reference]
) -> Entity:
    """The entity of a table, from its noun, its columns' roles and the tables it points at."""
    label = _label(table, facts)
    own = [f for f in facts.values() if f.role not in (Role.KEY,)]
    link = len({c for r in references for c in r.columns}) >= 2 and not own and len(references) >= 2
    lookup = not link and not references and len(table.columns) <= 4 and bool(label) and _coded(table, words)
    person = is_person(words) or _person_columns(facts)
    event = not person and not lookup and (words[-1] in _EVENTS or _happens(words, facts, references))
    return Entity(
        table=table.name, singular=display(words), plural=plural(display(words)), person=person, label=label,
        key=table.primary_key, link=link, lookup=lookup, event=event, description=table.description,
        rows=max((f.rows for f in facts.values() if f.rows is not None), default=table.row_count),
    )  # fmt: skip


def _coded(table: Table, words: Sequence[str]) -> bool:
    shown = split(table.name)
    return shown[0] in ("ref", "lkp", "lookup", "lu", "code") or words[-1] in (
        "type", "status", "category", "code", "genre", "kind", "method", "reason", "level",
    )  # fmt: skip


def _person_columns(facts: Mapping[str, ColumnFacts]) -> bool:
    phrases = {f.phrase for f in facts.values()}
    return (
        bool(phrases & set(_FIRST))
        and bool(phrases & set(_LAST))
        and bool(phrases & {"date of birth", "gender", "sex", "age", "birth date", "major"})
    )


def _happens(words: Sequence[str], facts: Mapping[str, ColumnFacts], references: Sequence[Reference]) -> bool:
    dated = any(f.role in (Role.DATE, Role.DATETIME) for f in facts.values())
    named = any(f.role is Role.NAME for f in facts.values())
    return dated and bool(references) and not named


def _label(table: Table, facts: Mapping[str, ColumnFacts]) -> tuple[str, ...]:
    """Columns that name a row: full name, first and last name, title, then any unique name."""
    by_phrase = {f.phrase: f.column for f in reversed(list(facts.values()))}
    for phrase in ("full name", "name"):
        if phrase in by_phrase and facts[by_phrase[phrase]].role is Role.NAME:
            return (by_phrase[phrase],)
    first = next((by_phrase[p] for p in _FIRST if p in by_phrase), None)
    last = next((by_phrase[p] for p in _LAST if p in by_phrase), None)
    if first and last:
        return (first, last)
    if "title" in by_phrase and facts[by_phrase["title"]].role is Role.NAME:
        return (by_phrase["title"],)
    names = [f for f in facts.values() if f.role is Role.NAME and f.kind == "text"]
    names.sort(key=lambda f: (not f.unique if f.distinct else False, not f.phrase.endswith(("name", "title"))))
    return (names[0].column,) if names and (names[0].unique or names[0].distinct is None) else ()
