"""What rows do or had done to them: participles for dates (`hired after 2019`) and predicates for flags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from querywright.synthesis.lexicon.inflection import plural
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.words import display, split

VERBS: dict[str, str] = {
    "hire": "hired", "hired": "hired", "birth": "born", "born": "born", "birthday": "born", "founded": "founded",
    "foundation": "founded", "founding": "founded", "established": "established", "establishment": "established",
    "opening": "opened", "opened": "opened", "open": "opened", "closed": "closed", "closing": "closed",
    "close": "closed", "order": "placed", "ordered": "placed", "placed": "placed", "release": "released",
    "released": "released", "publication": "published", "published": "published", "publish": "published",
    "created": "created", "creation": "created", "create": "created", "built": "built", "build": "built",
    "construction": "built", "constructed": "built", "completed": "completed", "completion": "completed",
    "complete": "completed", "joined": "joining", "shipped": "shipped", "ship": "shipped", "shipping": "shipped",
    "shipment": "shipped", "delivered": "delivered", "delivery": "delivered", "purchase": "purchased",
    "purchased": "purchased", "registration": "registered", "registered": "registered", "signup": "registered",
    "updated": "updated", "update": "updated", "modified": "updated", "issue": "issued", "issued": "issued",
    "sale": "sold", "sold": "sold", "invoice": "issued", "payment": "paid", "paid": "paid", "launch": "launched",
    "launched": "launched", "acquired": "acquired", "admission": "admitted", "admitted": "admitted",
    "discharge": "discharged", "discharged": "discharged", "enrollment": "enrolled", "enrolment": "enrolled",
    "enrolled": "enrolled", "returned": "returned", "return": "returned", "borrowed": "borrowed",
    "checkout": "checked out", "elected": "elected", "awarded": "awarded", "award": "awarded", "aired": "aired",
    "air": "aired", "posted": "posted", "sent": "sent", "received": "received", "cancelled": "cancelled",
    "canceled": "cancelled", "expiry": "expiring", "expiration": "expiring", "due": "due", "scheduled": "scheduled",
    "booking": "booked", "booked": "booked", "adopted": "adopted", "arrival": "arriving", "arrived": "arriving",
    "departure": "departing", "departed": "departing", "introduced": "introduced", "inspection": "inspected",
    "hosted": "hosted", "recorded": "recorded", "submission": "submitted", "submitted": "submitted",
    "renewal": "renewed", "renewed": "renewed", "termination": "terminated", "terminated": "terminated",
    "made": "made", "assigned": "assigned", "approved": "approved", "filed": "filed", "resolved": "resolved",
    "reported": "reported", "installation": "installed", "installed": "installed", "formed": "formed",
    "renovated": "renovated", "rented": "rented", "signed": "signed", "taken": "taken", "written": "written",
    "start": "starting", "started": "started", "begin": "starting", "end": "ending", "ended": "ended",
    "finish": "ending", "manufactured": "manufactured", "granted": "granted", "appointed": "appointed",
    "drafted": "drafted", "loaned": "made", "reserved": "made", "finished": "finished", "retired": "retired",
    "graduation": "graduating", "held": "held", "stored": "stored", "raised": "raised", "collected": "collected",
    "discontinued": "discontinued", "notified": "notified", "adoption": "adopted", "acquisition": "acquired",
}  # fmt: skip
"""A word of a date column's name → the participle that says the same of a row."""
OCCURRENCES: dict[str, str] = {
    "order": "placed", "payment": "made", "booking": "made", "reservation": "made", "appointment": "scheduled",
    "transaction": "made", "loan": "issued", "visit": "made", "invoice": "issued", "trip": "made", "flight": "flown",
    "rental": "made", "treatment": "performed", "event": "held", "match": "played", "game": "played", "race": "held",
    "meeting": "held", "election": "held", "debate": "held", "concert": "held", "exam": "taken", "review": "written",
    "post": "posted", "tweet": "posted", "sale": "made", "purchase": "made", "claim": "filed", "complaint": "filed",
    "shipment": "shipped", "competition": "held", "tournament": "held", "battle": "fought", "donation": "made",
    "enrollment": "made", "log": "recorded", "message": "sent", "email": "sent", "deposit": "made", "refund": "made",
    "withdrawal": "made", "incident": "recorded", "accident": "recorded", "inspection": "made", "ticket": "issued",
    "show": "held", "performance": "held", "exhibition": "held", "conference": "held", "auction": "held",
    "call": "made", "session": "held", "measurement": "taken", "observation": "made", "reading": "taken",
    "lesson": "given", "statement": "issued", "contract": "signed", "policy": "issued", "settlement": "made",
}  # fmt: skip
"""What one does with things that happen, for a bare `date` of theirs."""
_TIMES = listed("date year time datetime timestamp day at on the of")
_ADJECTIVE = re.compile(r"(ed|able|ible|ive|al|ent|ant|ful|ic|less|ary|-time|ous|ory|open|new|free|late|lost|male)$")
_KINDS = listed("reference sample demo gift backup trial test reserve replacement bonus transfer")
"""Nouns that say what kind of thing a row is, before its noun."""
_VERBED = listed(
    "allows accepts offers includes supports requires provides uses serves takes needs wants contains covers"
)


def participle(words: Sequence[str], name: str, entity: Sequence[str]) -> str | None:
    """What was done to rows on this date: `hired` for hire date, `born` for dob; None if nothing can be said."""
    told = [w for w in (*words, *split(name)) if w not in _TIMES]
    said = [w for w in told if w in VERBS and w not in entity] or [w for w in told if w in VERBS]
    others = [w for w in told if w not in VERBS and w not in entity and w in words]
    if {"signed", "up"} <= set(told):
        return "registered"
    if said and len(others) <= 1:
        noun = said[0]
        if noun == "scheduled" and len(set(said)) > 1:
            return None  # the day a flight is to depart is not the day it was scheduled
        if noun == entity[-1] and noun in OCCURRENCES:
            return OCCURRENCES[noun]
        verb = VERBS[noun]
        return verb if not others or others[0] in ("first", "original", "last") else None
    if not told or all(w in entity for w in told):
        return OCCURRENCES.get(entity[-1])
    return None


def flag_predicates(words: Sequence[str], name: str, entity: Sequence[str] = ()) -> tuple[str, str]:
    """What rows do when the flag is up and when it is down, in the plural (`are official`, `are not official`)."""
    shown = split(name)
    rest = [w for w in words if w not in ("flag", "indicator", "yn", "bool", "mf")] or list(words)
    rest = _hyphened(rest)
    rest = rest[1:] if rest[0] == "if" and len(rest) > 1 else rest
    first, tail = rest[0], display(rest[1:])
    if first in ("is", "are") and len(rest) == 2 and rest[1] in _KINDS and entity:
        things = f"{tail} {plural(display(entity))}"
        return f"are {things}", f"are not {things}"  # `is_reference`: reference copies
    if first in ("is", "are") and tail:
        tail = tail if _ADJECTIVE.search(tail) or len(rest) > 3 or rest[-1] in _POSTPOSED else plural(tail)
        return f"are {tail}", f"are not {tail}"
    if rest == ["no-show"]:
        return "are no-shows", "are not no-shows"
    if first == "was" and tail:
        return f"were {tail}", f"were not {tail}"
    if first in ("has", "have") and tail:
        if tail.endswith("ed"):
            return f"have {tail}", f"have not {tail}"
        return f"have {_article(tail)}{tail}", f"have no {tail}"
    if first in ("can", "will") and tail:
        return f"{first} {tail}", f"{'cannot' if first == 'can' else 'will not'} {tail}"
    if first in _VERBED and tail:
        return f"{first[:-1]} {tail}", f"do not {first[:-1]} {tail}"
    phrase = display(rest)
    if len(rest) == 2 and rest[1] in _DONE_TO:
        verb = _DONE_TO[rest[1]]
        return f"{verb} {rest[0]}", f"do not {verb} {rest[0]}"  # `pets_allowed`
    if len(rest) == 2 and rest[1] in ("approved", "certified", "accredited"):
        said = f"are {display(rest[:1])}-{rest[1]}"
        return said, said.replace("are ", "are not ", 1)
    if len(rest) == 2 and rest[0] in ("primary", "main", "default"):
        return f"are {plural(phrase)}", f"are not {plural(phrase)}"
    if rest[0] in ("on", "in") and len(rest) > 1:
        return f"are {phrase}", f"are not {phrase}"  # `on_scholarship`
    if rest == ["newsletter"]:
        return "receive the newsletter", "do not receive the newsletter"
    if len(rest) == 2 and rest[1].endswith("ing") and rest[0].endswith(("ary", "al")):
        adverb = rest[0][:-1] + "ily" if rest[0].endswith("y") else rest[0] + "ly"
        return f"are {adverb} {rest[1]}", f"are not {adverb} {rest[1]}"  # `temporary_acting`
    if (_ADJECTIVE.search(rest[-1]) and len(rest) < 3) or shown[0] == "is":
        if len(rest) == 2 and rest[-1].endswith("ed") and not rest[0].endswith(("ed", "ly")):
            return f"have {phrase}", f"do not have {phrase}"  # pets allowed
        return f"are {phrase}", f"are not {phrase}"
    return f"have {_article(phrase)}{phrase}", f"do not have {_article(phrase)}{phrase}"


_DONE_TO = {"allowed": "allow", "accepted": "accept", "included": "include", "required": "require",
            "offered": "offer", "provided": "provide", "supported": "support", "needed": "need"}  # fmt: skip
_POSTPOSED = listed("stock use season service progress sale duty line house")
"""`in stock`, `on duty`: no plural after these."""


def _article(noun: str) -> str:
    """`a ` before what can be counted: have a study room, have parking."""
    if plural(noun) == noun or noun.endswith(("ing", "age", "ance", "ment", "fi")):
        return ""
    return "an " if noun[0] in "aeiou" else "a "


def _hyphened(words: list[str]) -> list[str]:
    """`full time` → full-time."""
    if len(words) > 1 and words[-1] == "time" and words[-2] in ("full", "part"):
        return [*words[:-2], f"{words[-2]}-time"]
    return words


def flag_phrase(words: Sequence[str]) -> str:
    """A flag as a noun phrase, for grouping by it: `official status`, `parking`."""
    rest = [w for w in words if w not in ("flag", "indicator", "yn", "bool", "is", "has", "if", "was", "are", "mf")]
    if not rest:
        return display(words)
    rest = _hyphened(rest)
    if rest[0] == "needs" and len(rest) == 2:
        return display((rest[1], "requirement"))
    if rest == ["pets", "allowed"]:
        return "pet policy"
    adjective = words[0] in ("is", "are", "was") or (len(rest) < 3 and _ADJECTIVE.search(rest[-1]))
    return display((*rest, "status") if adjective and rest[-1] != "status" else rest)
