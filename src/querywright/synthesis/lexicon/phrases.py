"""The noun phrase a person would use for a column or a table, from its name and its description."""

from __future__ import annotations

import re
from collections.abc import Sequence

from querywright.databases.schema import Column
from querywright.synthesis.lexicon.deeds import DEEDS, as_noun, dated
from querywright.synthesis.lexicon.inflection import PARTICIPLES, head, is_plural, plural_noun, singular_noun
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.nouns import EVENTS
from querywright.synthesis.lexicon.sayable import is_sayable
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
    if words[-1] in _PIECES:
        return ("piece", "of", *words)
    if len(words) > 1 and words[-1] == "history":
        words = [*words[:-1], "record"]  # `customer_address_history`
    return (*words, _ONE_OF[words[-1]]) if words[-1] in _ONE_OF else tuple(words)


_ONE_OF = {
    "inventory": "item", "maintenance": "job", "staff": "member", "faculty": "member", "personnel": "member",
    "crew": "member", "attendance": "record", "employment": "record", "management": "assignment", "weather": "record",
    "coverage": "record", "training": "session", "research": "project", "stock": "item", "history": "record",
    "temperature": "record", "ridership": "record", "traffic": "record", "acceptance": "record",
}  # fmt: skip
"""Nouns for the whole: what one row of them is."""
_PIECES = listed("equipment furniture luggage baggage software hardware advice clothing machinery evidence jewelry")


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
    if (
        words[-1] == "code"
        and len(words) > 1
        and re.match(r"(the )?(reason|cause)\b", (column.description or "").lower())
    ):
        words = words if "reason" in words else [*words[:-1], "reason"]
    return tuple(_without_entity(words, entity))


def _short_description(column: Column) -> list[str] | None:
    """A BIRD-style column name: a noun phrase of two to five plain words where the identifier is cryptic."""
    text = (column.description or "").strip().rstrip(".").split(";")[0]
    words = re.findall(r"[\w'-]+", text.lower())
    shown = split(column.name)
    measured = re.search(r"^(.+?) in [\w ]+$", text.lower())
    if measured and len(words) > 3 and "per" in shown:
        words = re.findall(r"[\w'-]+", measured[1])  # `fuel consumption in kilograms per hour`
    if not 1 < len(words) <= 5 or re.search(r"[(),;:=\[\]/]", text) or len(text.split()) > 8:
        return None
    if _TELLING & set(words) or words[0] == "is" or set(words) == set(shown):
        return None
    if len(shown) == 2 and shown[1] in ("on", "at") and (shown[0] in DEEDS or shown[0] == "held"):
        return None  # `finished_on` says it better than "day of completion"
    cryptic = any(len(p) <= 3 and not p.isdigit() for p in shown) or (len(shown) == 1 and len(words) <= 3)
    return words if cryptic and (set(words) & {"in", "per"} or is_sayable(" ".join(words))) else None


_TELLING = listed(
    "when how what where who whom which whose why whether if true the a an indicates foreign primary unique painted "
    "was is were are has have had be as it its this that used for"
)
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
    "full short name title description details status gender sex age email phone address price cost salary weight "
    "height color colour first last middle summary notes note comments comment"
)
"""After only a part of a compound table's name, these still speak of the row (`staff_name` in staff members)."""


def noun_phrase(words: Sequence[str], coded: bool = False, entity: Sequence[str] = ()) -> str:
    """Column words as a singular noun phrase: counts and dates are turned round as in speech.

    Args:
        words: as `column_words` gives them, the unit already taken off.
        coded: the column holds categories, so a closing `code` says nothing (`payment method code`).
        entity: the words of the table's noun, which a phrase need not repeat (`disposition of ship` in ships).
    """
    out = list(words)
    if coded and len(out) > 1 and out[-1] in ("code", "key"):
        out = out[:-1]
    if entity and len(out) > len(entity) + 1 and out[-len(entity) - 1 :] == ["of", *entity] and out[0] != "number":
        out = out[: -len(entity) - 1]
    out = _stamped(_dated(_counted(out), entity), entity)
    for turn in (_fronted, _agent, as_noun):
        out = turn(out)
    said = display(out)
    return _SAID_OTHERWISE.get(said, said)


_SAID_OTHERWISE = {
    "born": "date of birth", "zip code postcode": "postcode", "state province county": "state or county",
    "town city": "town or city",
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
        if words[-2].endswith("ed"):
            return ["number", *words[:-1]]  # `booked_count`
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


def _dated(words: list[str], entity: Sequence[str]) -> list[str]:
    """`date_from` → start date; `date_incident_start` → incident start date; `datetime_payment` → payment time."""
    if words[:2] == ["date", "time"]:
        words = words[1:]
    if len(words) == 3 and words[1] == "of" and words[2].endswith("ed"):
        return [words[0], words[2]]
    if len(words) < 2 or words[0] not in ("date", "time", "datetime", "year", "month") or words[1] == "of":
        return words
    rest, when = words[1:], "time" if words[0] == "datetime" else words[0]
    if rest[0] in ("joined", "left"):
        return ["joining" if rest[0] == "joined" else "leaving", when]
    if rest[0] == "became":
        return [*rest[1:], "start", when]
    if rest[0] in ("and", "zone", "slot", "period", "limit", "table", "per", "on", "at", "spent", "in"):
        return words
    if _is_participle(rest[-1]) and rest[-1] not in ("from", "to"):
        own = rest[: len(entity)] == list(entity) or rest[:1] == list(entity[-1:])
        about = rest[len(entity) if rest[: len(entity)] == list(entity) else 1 : -1] if own else rest[:-1]
        if about and rest[-1] in ("made", "held", "taken", "given"):
            return [*about, when]
        deed = dated(rest[-1], when, entity)
        return [*about, *deed] if deed else [when, *about, rest[-1]]
    if rest[0].endswith("ed") and rest[-1] not in ("from", "to"):
        return words
    if rest[-1] in _ENDS:
        rest = [*(_NOUN_OF.get(w, w) for w in rest[:-1]), _ENDS[rest[-1]]]
    return [*rest, when]


def _is_participle(word: str) -> bool:
    return word in DEEDS or word in PARTICIPLES or (word.endswith("ed") and len(word) > 4 and word != "speed")


def _stamped(words: list[str], entity: Sequence[str]) -> list[str]:
    """`delivered_on` → delivery date; `booked_at` → booking time; `retired_on` → retirement date."""
    if len(words) > 1 and words[-1] in ("date", "time") and words[-2] in (*DEEDS, "made", "held", "taken"):
        return (
            [*words[:-2], *(dated(words[-2], words[-1]) or words[-1:])]
            if len(words) > 2 or words[-2] in DEEDS
            else (dated(words[-2], words[-1], entity) or words)
        )
    if len(words) != 2 or words[1] not in ("on", "at"):
        return words
    when = "date" if words[1] == "on" else "time"
    return dated(words[0], when, entity) or ([when, words[0]] if _is_participle(words[0]) else words)


def _fronted(words: list[str]) -> list[str]:
    """`budget_total` → total budget; `GNPOld` → old GNP; `amount_payment` → payment amount."""
    if len(words) == 2 and words[0] == "amount" and words[1] in ("payment", "refund", "loan", "claim", "order", "tax"):
        return [words[1], words[0]]
    if len(words) > 1 and words[-1] in _FRONTED and "of" not in words:
        return [words[-1], *words[:-1]]
    return words
