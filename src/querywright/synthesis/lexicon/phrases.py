"""The noun phrase a person would use for a column or a table, from its name and its description."""

from __future__ import annotations

import re
from collections.abc import Sequence

from querywright.databases.schema import Column
from querywright.synthesis.lexicon.inflection import PARTICIPLES, head, is_plural, plural_noun, singular_noun
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.nouns import EVENTS
from querywright.synthesis.lexicon.words import Speller, display, split

WRAPPERS = listed("tbl tb tab table dim fact ref lkp lookup lu stg vw view master data list info t reference all")
"""Words of a table's name that say nothing about its rows."""
_NOT_ALONE = listed(
    "id code number no date year year time datetime reference at on of from to by for in and or first last second max "
    "min maximum minimum average mean start end begin finish used line key"
)
"""After these a table's name is not dropped: `order date`, `room number`, `votes first`."""
_FRONTED = listed("old new current previous original total average maximum minimum mean estimated actual median")
_ENDS = {"from": "start", "to": "end", "start": "start", "end": "end", "begin": "start", "finish": "end"}
_TALLIED = listed("citation review comment vote view like follower visitor visit download")
_NOUN_OF = {"assigned": "assignment", "valid": "validity", "supplied": "supply", "employed": "employment"}
_UNCOUNTED = listed("audience staff people attendance personnel data money")


def entity_words(speller: Speller, table: str) -> tuple[str, ...]:
    """The words of a table's name without its wrapping (`tbl_customers`, `Ref_Colors`, `cars_data`), singular."""
    words = [w for w in speller.words(table) if not w.isdigit()] or [table.lower()]
    if len(words) > 1 and split(table)[0] == "dim":
        words = words[1:]
    while len(words) > 1 and words[0] in WRAPPERS:
        words = words[1:]
    while len(words) > 1 and words[-1] in WRAPPERS and words[-2:] != ["price", "list"]:
        words = words[:-1]
    words = _turned(words)
    at = head(words)
    if "and" in words:
        words = [singular_noun(w) for w in words]
    words[:at] = [speller.table_noun(w) or w for w in words[:at]]
    words[at] = singular_noun(words[at])
    return (*words, _ONE_OF[words[-1]]) if words[-1] in _ONE_OF else tuple(words)


_ONE_OF = {
    "inventory": "item",
    "maintenance": "job",
    "staff": "member",
    "faculty": "member",
    "personnel": "member",
    "crew": "member",
}
"""Nouns for the whole: what one row of them is."""


def _turned(words: list[str]) -> list[str]:
    """`Visits_Restaurant` → restaurant visits."""
    if len(words) == 2 and is_plural(words[0]) and singular_noun(words[0]) in EVENTS and not is_plural(words[1]):
        return [words[1], words[0]]
    return words


def column_words(speller: Speller, column: Column, table: str, entity: Sequence[str]) -> tuple[str, ...]:
    """The words of a column: of its name, or of its description where that is short and says more."""
    words = _short_description(column) or list(speller.words(column.name, table))
    words = _without_initials(words, column.name, entity)
    words = [w for w in words if w not in ("mf", "mfu")] or words
    return tuple(_without_entity(words, entity))


def _short_description(column: Column) -> list[str] | None:
    """A BIRD-style column name: two to five plain words where the identifier is cryptic."""
    text = (column.description or "").strip().rstrip(".")
    words = re.findall(r"[\w'-]+", text.lower())
    if not 1 < len(words) <= 5 or re.search(r"[(),;:=\[\]/]", text):
        return None
    if _TELLING & set(words) or words[0] == "is":
        return None
    shown = split(column.name)
    if set(words) == set(shown):
        return None
    cryptic = any(len(p) <= 3 and not p.isdigit() for p in shown) or (len(shown) == 1 and len(words) <= 3)
    return words if cryptic else None


_TELLING = listed("when how what where who which whether if true the a an indicates foreign primary unique painted")
"""Words of a description that explains rather than names."""


def _without_initials(words: list[str], name: str, entity: Sequence[str]) -> list[str]:
    """`cName` in college, `p_title` in product: a lone first letter stands for the table."""
    shown = split(name)
    if len(words) < 2 or len(shown[0]) != 1 or not shown[0].isalpha() or words[0] != shown[0]:
        return words
    initial = any(w.startswith(shown[0]) for w in entity)
    return words[1:] if initial or (len(words) == 2 and words[1] in ("name", "title", "type")) else words


def _without_entity(words: list[str], entity: Sequence[str]) -> list[str]:
    """`album_title` in album → title; kept where the rest would say too little (`room_number`, `order_date`)."""
    for owner in (tuple(entity), tuple(entity[:1]), tuple(entity[-1:])):
        size = len(owner)
        same = size and tuple(map(singular_noun, words[:size])) == tuple(map(singular_noun, owner))
        rest = words[size:]
        if not same or not rest or rest[0].isdigit():
            continue
        bare = rest[0] in _NOT_ALONE and not (len(rest) > 1 and rest[-1] == "name")
        if not bare and (size == len(entity) or rest[0] in _OWN):
            return rest
    return words


_OWN = listed(
    "name title description details status gender sex age email phone address price cost salary weight height color "
    "colour first last middle summary notes note comments comment"
)
"""After only a part of a compound table's name, these still speak of the row (`staff_name` in staff members)."""


def noun_phrase(words: Sequence[str], coded: bool = False) -> str:
    """Column words as a singular noun phrase: counts and dates are turned round as in speech.

    Args:
        words: as `column_words` gives them, the unit already taken off.
        coded: the column holds categories, so a closing `code` says nothing (`payment method code`).
    """
    out = list(words)
    if coded and len(out) > 1 and out[-1] in ("code", "key"):
        out = out[:-1]
    for turn in (_counted, _dated, _stamped, _fronted, _agent):
        out = turn(out)
    said = display(out)
    return _SAID_OTHERWISE.get(said, said)


_SAID_OTHERWISE = {
    "zip code postcode": "postcode", "state province county": "state or county", "town city": "town or city",
    "state province": "state or province", "cell mobile number": "mobile number", "from": "starting point",
    "cell mobile phone number": "mobile phone number", "cell number": "cell phone number", "to": "destination",
    "line 1": "address line 1", "line 2": "address line 2", "line 3": "address line 3",
    "state county": "state or county", "city town": "city or town", "from year": "start year",
    "line 1 number building": "building number and street", "to year": "end year", "year from": "start year",
    "year to": "end year", "create date": "creation date", "created at": "creation time", "updated at": "update time",
    "signed up at": "sign-up time",
    "signed up on": "sign-up date", "valid from": "start of validity", "valid to": "end of validity",
    "valid until": "end of validity", "start from": "start date", "no": "number", "zip code code": "zip code",
}  # fmt: skip
AGENTS = {"created": "creator", "referred": "referrer",
          "updated": "editor", "modified": "editor", "approved": "approver",
          "reported": "reporter",
          "owned": "owner", "managed": "manager", "written": "author", "directed": "director", "posted": "poster",
          "sold": "seller", "made": "maker", "built": "builder", "published": "publisher", "produced": "producer",
          "taught": "teacher", "composed": "composer", "designed": "designer", "manufactured": "manufacturer",
          "voted": "voting body", "recorded": "recorder", "reviewed": "reviewer", "prepared": "preparer",
          "assigned": "assignee", "sponsored": "sponsor", "performed": "performer", "verified": "verifier"}  # fmt: skip


def _agent(words: list[str]) -> list[str]:
    """`directed_by` → director."""
    if len(words) == 2 and words[1] == "by" and (words[0] in AGENTS or words[0].endswith("ed")):
        return [AGENTS.get(words[0], words[0].removesuffix("ed") + "er")]
    return words


def _counted(words: list[str]) -> list[str]:
    """`num_employees`, `employee_count`, `no_of_staff` → number of employees."""
    if len(words) > 1 and words[-1] == "count":
        return ["number", "of", *words[:-2], _many(words[-2])]
    if len(words) == 2 and words[1] == "number" and words[0] in _TALLIED:
        return ["number", "of", plural_noun(words[0])]
    if len(words) > 1 and words[-1] == "no":
        return [*words[:-1], "number"]
    if len(words) < 2 or words[0] not in ("number", "no", "num", "count", "n"):
        return words
    rest = words[2:] if words[1] == "of" and len(words) > 2 else words[1:]
    if rest[0] in ("in", "from", "id", "code", "on"):
        return words
    if rest[:2] == ["cited", "by"]:
        return ["number", "of", "citations"]
    at = next((i for i, w in enumerate(rest) if i and w in ("in", "of", "per", "at", "for", "with", "by")), len(rest))
    if at > 1 and rest[at - 1].endswith("ed"):
        at -= 1
    return ["number", "of", *rest[: at - 1], _many(rest[at - 1]), *rest[at:]]


def _many(noun: str) -> str:
    return noun if noun in _UNCOUNTED else plural_noun(noun)


def _dated(words: list[str]) -> list[str]:
    """`date_from` → start date; `date_incident_start` → incident start date; `datetime_payment` → payment time."""
    if words[:2] == ["date", "time"]:
        words = words[1:]
    if len(words) == 3 and words[1] == "of" and words[2].endswith("ed"):
        return [words[0], words[2]]
    if len(words) < 2 or words[0] not in ("date", "time", "datetime", "year", "month") or words[1] == "of":
        return words
    rest = words[1:]
    if rest[0] in ("joined", "left"):
        return ["joining" if rest[0] == "joined" else "leaving", words[0]]
    if rest[0] == "became":
        return [*rest[1:], "start", words[0]]
    if (rest[0].endswith("ed") and rest[-1] not in ("from", "to")) or rest[0] in ("made", "built", "in"):
        return words
    if rest[0] in ("and", "zone", "slot", "period", "limit", "table", "per", "on", "at", "taken", "spent"):
        return words
    if len(rest) > 1 and rest[-1] in PARTICIPLES:
        return [*rest[:-1], words[0]]
    if rest[-1] in _ENDS:
        rest = [*(_NOUN_OF.get(w, w) for w in rest[:-1]), _ENDS[rest[-1]]]
    return [*rest, words[0]]


def _stamped(words: list[str]) -> list[str]:
    """`delivered_on` → delivery date; `booked_at` → booking time; `retired_on` → retirement date."""
    if len(words) > 1 and words[-1] in ("date", "time") and words[-2] in _DEEDS:
        return [*words[:-2], _DEEDS[words[-2]], words[-1]]
    if len(words) != 2 or words[1] not in ("on", "at"):
        return words
    when = "date" if words[1] == "on" else "time"
    noun = _DEEDS.get(words[0])
    if noun:
        return [noun, when]
    return [when, words[0]] if words[0].endswith("ed") or words[0] in ("held", "sent", "sold", "made") else words


_DEEDS = {
    "delivered": "delivery", "shipped": "shipping", "opened": "opening", "started": "start", "finished": "completion",
    "completed": "completion", "ended": "end", "retired": "retirement", "posted": "posting", "paid": "payment",
    "returned": "return", "issued": "issue", "due": "due", "booked": "booking", "registered": "registration",
    "loaned": "loan", "lent": "loan", "ordered": "order", "launched": "launch", "created": "creation",
    "updated": "update", "published": "publication", "hired": "hire", "enrolled": "enrollment", "joined": "joining",
    "reserved": "reservation", "scheduled": "scheduled", "admitted": "admission", "discharged": "discharge",
    "released": "release", "cancelled": "cancellation", "approved": "approval", "submitted": "submission",
    "purchased": "purchase", "founded": "founding", "closed": "closing", "acquired": "acquisition",
    "installed": "installation", "notified": "notification", "borrowed": "borrowing", "filed": "filing",
    "departed": "departure", "arrived": "arrival", "modified": "modification", "refunded": "refund",
    "reviewed": "review", "placed": "placement", "disposed": "disposal", "adopted": "adoption", "sold": "sale",
}  # fmt: skip
"""What was done → the noun that goes with its date."""


def _fronted(words: list[str]) -> list[str]:
    """`budget_total` → total budget; `GNPOld` → old GNP; `amount_payment` → payment amount."""
    if len(words) == 2 and words[0] == "amount" and words[1] in ("payment", "refund", "loan", "claim", "order", "tax"):
        return [words[1], words[0]]
    if len(words) > 1 and words[-1] in _FRONTED and "of" not in words:
        return [words[-1], *words[:-1]]
    return words
