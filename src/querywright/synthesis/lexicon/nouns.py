"""Nouns that name people, nouns that name things that happen, and tables named by a verb."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.synthesis.lexicon.listing import listed

PEOPLE = listed("""
    person people performer inpatient outpatient customer student employee singer author member player patient
    staff user teacher instructor faculty artist actor actress director driver client guest owner manager doctor
    physician nurse professor pilot reviewer reader writer candidate voter worker friend child parent man woman
    boy girl engineer architect musician scientist researcher lawyer agent broker advisor chef host participant
    individual citizen resident tenant passenger volunteer donor applicant contact subscriber follower visitor
    professional salesperson salesman assistant editor judge wrestler swimmer climber gymnast bodybuilder
    perpetrator politician representative senator governor president mayor composer conductor coach referee
    entrepreneur technician therapist dentist veterinarian librarian borrower supervisor trainer trainee athlete
    cyclist skater golfer runner racer contestant highschooler buyer seller shopkeeper dependent spouse kid
    adult victim suspect officer soldier captain commander farmer tutor pupil alumnus lecturer mechanic tourist
    traveler mother father inspector auditor personnel
""")
NOT_PEOPLE = listed("""
    order number character computer container power tower water paper river weather center theater layer folder
    letter newspaper offer poster printer filter sensor motor factor color vector error sector floor door
    monitor calculator semester quarter chapter server router trailer transfer register counter meter matter
    newsletter supplier vendor manufacturer retailer publisher employer carrier provider operator career shelter
    partner sponsor distributor accelerator elevator refrigerator generator indicator processor harbor flavor
    gender tender voucher cylinder list playlist checklist constructor competitor maker browser header footer
    identifier parameter diameter cover answer corner master dinner winter summer minor major prior interior
    exterior helicopter buffer adapter controller scanner launcher spider tiger flower beer hammer wholesaler
    dealer bidder cluster timer trigger marker tracker thriller coaster blockbuster fever cancer liver
""")
EVENTS = listed("""
    order sale loan visit booking reservation payment transaction trip flight match game race appointment
    enrollment enrolment registration purchase rental invoice shipment delivery event session login log review
    rating vote treatment admission stay prescription accident incident call message tweet post comment exam
    attempt hire hiring performance debate election battle death tournament competition concert checkout checkin
    refund return ride donation inspection lesson complaint claim meeting maintenance fault ticket bid auction
    transfer deposit withdrawal reading measurement observation assignment attendance evaluation award
    nomination renewal
""")

VERB_TABLES: dict[str, tuple[str, str]] = {
    "take": ("take", "{object} taken"), "teach": ("teach", "{object} taught"), "write": ("write", "{object} written"),
    "own": ("own", "{object} owned"), "has": ("have", "{subject} {object}"), "have": ("have", "{subject} {object}"),
    "like": ("like", "{subject} like"), "prescribe": ("prescribe", "prescription"), "treat": ("treat", "treatment"),
    "undergo": ("undergo", "{object} undergone"), "manage": ("manage", "{object} managed"),
    "follow": ("follow", "{object} followed"), "attend": ("attend", "{object} attended"),
    "produce": ("produce", "{object} produced"), "contain": ("contain", "{object} contained"),
    "cite": ("cite", "citation"), "serve": ("serve", "{object} served"), "live": ("live in", "{subject} residence"),
    "work": ("work on", "{subject} assignment"), "participate": ("participate in", "{subject} participation"),
    "enroll": ("enroll in", "{subject} enrollment"), "enrolled": ("enroll in", "{subject} enrollment"),
    "join": ("join", "{object} joined"), "made": ("make", "{object} made"), "written": ("write", "{object} written"),
    "speak": ("speak", "{object} spoken"), "borrow": ("borrow", "{object} borrowed"),
    "affiliated": ("belong to", "{subject} affiliation"), "trained": ("train in", "{object} trained in"),
    "supply": ("supply", "{object} supplied"), "member": ("belong to", "{object} membership"),
    "directed": ("direct", "{object} directed"), "minor": ("minor in", "{object} minor"),
}  # fmt: skip
"""First word of a table named by what its rows do → the verb, in the plural, and a noun for one such row."""


def is_person(words: Sequence[str]) -> bool:
    """Whether a noun means people: a list, then the endings -er, -or, -ist, -ian with their exceptions."""
    noun = words[-1]
    if noun in PEOPLE or "_".join(words) in PEOPLE:
        return noun != "contact" or len(words) == 1
    if noun in NOT_PEOPLE or noun in EVENTS:
        return False
    return noun.endswith(("ologist", "ician", "arian", "ssor", "woman", "person")) or (
        noun.endswith(("eer", "yer", "ster")) and len(noun) > 5 and noun not in NOT_PEOPLE
    )
