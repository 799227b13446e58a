"""The phrase a person would use for a column, its unit, and the participle that goes with a date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from querywright.databases.schema import Column
from querywright.synthesis.lexicon.abbreviations import UNITS
from querywright.synthesis.lexicon.inflection import plural_noun, singular_noun
from querywright.synthesis.lexicon.words import Speller, display, split

VERBS: dict[str, str] = {
    "hire": "hired", "hired": "hired", "birth": "born", "born": "born", "birthday": "born", "death": "deceased",
    "founded": "founded", "foundation": "founded", "founding": "founded", "established": "established",
    "establishment": "established", "opening": "opened", "opened": "opened", "open": "opened", "closed": "closed",
    "closing": "closed", "order": "placed", "ordered": "placed", "placed": "placed", "release": "released",
    "released": "released", "publication": "published", "published": "published", "publish": "published",
    "created": "created", "creation": "created", "create": "created", "built": "built", "build": "built",
    "construction": "built", "constructed": "built", "completed": "completed", "completion": "completed",
    "complete": "completed", "joined": "joined", "join": "joined", "shipped": "shipped", "ship": "shipped",
    "shipping": "shipped", "delivered": "delivered", "delivery": "delivered", "purchase": "purchased",
    "purchased": "purchased", "registration": "registered", "registered": "registered", "signup": "registered",
    "updated": "updated", "update": "updated", "modified": "updated", "issue": "issued", "issued": "issued",
    "sale": "sold", "sold": "sold", "invoice": "issued", "payment": "paid", "paid": "paid", "start": "started",
    "started": "started", "begin": "started", "end": "ended", "ended": "ended", "finish": "finished",
    "launch": "launched", "launched": "launched", "acquired": "acquired", "admission": "admitted",
    "admitted": "admitted", "discharge": "discharged", "enrollment": "enrolled", "enrolment": "enrolled",
    "enrolled": "enrolled", "graduation": "graduating", "return": "returned", "returned": "returned",
    "loan": "lent", "borrowed": "borrowed", "checkout": "checked out", "elected": "elected", "awarded": "awarded",
    "air": "aired", "aired": "aired", "posted": "posted", "sent": "sent", "received": "received",
    "cancelled": "cancelled", "canceled": "cancelled", "expiry": "expiring", "expiration": "expiring",
    "due": "due", "scheduled": "scheduled", "booking": "booked", "booked": "booked", "adopted": "adopted",
    "arrival": "arriving", "arrived": "arrived", "departure": "departing", "departed": "departed",
    "introduced": "introduced", "inspection": "inspected", "hosted": "hosted", "recorded": "recorded",
    "submission": "submitted", "submitted": "submitted", "renewal": "renewed", "termination": "terminated",
    "made": "made", "assigned": "assigned", "approved": "approved", "filed": "filed", "resolved": "resolved",
    "reported": "reported", "retired": "retired", "installation": "installed", "installed": "installed",
    "treatment": "performed", "visit": "made", "transaction": "made", "rental": "made",
}  # fmt: skip
WRAPPERS = frozenset(["tbl", "tb", "tab", "table", "dim", "fact", "ref", "lkp", "lookup", "lu", "stg", "vw", "view", "master", "data", "list", "info", "t"])
_TIMES = frozenset(["date", "year", "time", "datetime", "timestamp", "day", "at", "on"])
_KEEP_PREFIX = frozenset(
    ["id", "code", "number", "no", "date", "year", "time", "type", "name_code", "key", "reference", "status", "at", "on", "of", "from", "to", "by"]
)
_NUMBERS = frozenset(["number", "count", "total", "num"])


def entity_words(speller: Speller, table: str) -> tuple[str, ...]:
    """The words of a table's name without its wrapping (`tbl_customers`, `Ref_Colors`, `cars_data`), singular."""
    words = [w for w in speller.words(table) if not w.isdigit() or len(speller.words(table)) == 1] or [table.lower()]
    while len(words) > 1 and words[0] in WRAPPERS | {"reference"}:
        words = words[1:]
    while len(words) > 1 and words[-1] in WRAPPERS:
        words = words[:-1]
    return (*words[:-1], singular_noun(words[-1]))


def column_words(speller: Speller, column: Column, table: str, entity: Sequence[str]) -> tuple[str, ...]:
    """The words of a column: its name, or its description where that is short and says more."""
    described = _short_description(column)
    words = list(speller.words(column.name, table))
    if described:
        words = described
    words = _without_initials(words, column.name, entity)
    return tuple(_without_entity(words, entity))


def _short_description(column: Column) -> list[str] | None:
    """A BIRD-style column name: two to five plain words that the identifier does not already say."""
    text = (column.description or "").strip().rstrip(".")
    words = re.findall(r"[\w'-]+", text.lower())
    if not 1 < len(words) <= 5 or re.search(r"[(),;:=\[\]]", text) or words[0] in ("the", "a", "if", "whether", "is"):
        return None
    if "foreign" in words or "primary" in words or "unique" in words:
        return None
    shown = split(column.name)
    cryptic = any(len(p) <= 3 and not p.isdigit() for p in shown) or len(shown) == 1
    return words if cryptic and set(words) != set(shown) else None


def _without_initials(words: list[str], name: str, entity: Sequence[str]) -> list[str]:
    """`cName` in college, `p_title` in product: a lone first letter stands for the table."""
    shown = split(name)
    if len(words) > 1 and len(shown[0]) == 1 and shown[0].isalpha() and words[0] == shown[0]:
        if (entity and entity[0].startswith(shown[0])) or (len(words) == 2 and words[1] in ("name", "title", "type")):
            return words[1:]
    return words


def _without_entity(words: list[str], entity: Sequence[str]) -> list[str]:
    """`album_title` in album → title; kept where the rest would say too little (`room_number`, `order_date`)."""
    if not entity:
        return words
    for owner in (tuple(entity), tuple(entity[-1:])):
        size = len(owner)
        same = tuple(singular_noun(w) for w in words[:size]) == tuple(singular_noun(w) for w in owner)
        rest = words[size:]
        if same and rest and rest[0] not in _KEEP_PREFIX and not rest[0].isdigit():
            return rest
        if same and len(rest) == 1 and rest[0] in ("type", "status"):
            return rest
    return words


def noun_phrase(words: Sequence[str], *, coded: bool = False) -> str:
    """Column words as a singular noun phrase: counts are turned round, `min` and `is` read as speech.

    Args:
        words: as `column_words` gives them, the unit already taken off.
        coded: the column holds categories, so a closing `code` says nothing (`payment method code`).
    """
    out = list(words)
    if len(out) > 1 and out[0] in ("is", "has", "if", "was", "are"):
        out = out[1:]
    if coded and len(out) > 1 and out[-1] == "code":
        out = out[:-1]
    out = _counted(out)
    return display(out)


def _counted(words: list[str]) -> list[str]:
    """`num_employees`, `employee_count`, `no_of_staff` → number of employees."""
    if len(words) > 1 and words[0] in ("number", "no", "num", "count", "n"):
        rest = words[2:] if words[1] == "of" and len(words) > 2 else words[1:]
        if rest[0] not in ("in", "from", "id", "code"):
            return ["number", "of", *rest[:-1], plural_noun(rest[-1])] if "in" not in rest else ["number", "of", *rest]
    if len(words) > 1 and words[-1] == "count":
        return ["number", "of", *words[:-2], plural_noun(words[-2])]
    if words[-1] == "no" and len(words) > 1:
        return [*words[:-1], "number"]
    return words


def take_unit(words: Sequence[str], name: str, numeric: bool) -> tuple[tuple[str, ...], str | None]:
    """Split a closing unit off (`length_km` → length, km); a bare unit (`milliseconds`) stays the phrase too."""
    if not numeric:
        return tuple(words), None
    shown = split(name)
    last = shown[-1] if shown else ""
    unit = UNITS.get(last)
    if unit is None:
        if {"percentage", "percent"} & set(words):
            return tuple(words), "%"
        return tuple(words), None
    if len(shown) < 2:
        return tuple(words), unit if len(last) > 2 and last not in ("points", "min", "sec") else None
    if last in ("c", "f") and not {"temperature", "point", "temp"} & set(words):
        return tuple(words), None
    if (
        last in ("m", "g", "min", "years", "days", "hours", "months", "weeks", "points", "pts", "hour", "million")
        and last != shown[-1]
    ):
        return tuple(words), None
    if unit in ("points", "%") or shown[-2] in (
        "of",
        "per",
        "in",
        "number",
        "num",
        "no",
        "total",
        "num_of",
        "avg",
        "max",
    ):
        kept = list(words)
        if shown[-2] == "in" and len(words) > 2:
            return tuple(kept[:-2]), unit
        return tuple(words), unit if unit != "points" else None
    return tuple(words[:-1]), unit


def participle(words: Sequence[str], name: str) -> str | None:
    """What rows were done on this date: `hired` for hire date, `born` for date of birth; None if it says nothing."""
    shown = set(split(name)) | set(words)
    for word in (*words, *shown):
        if word in VERBS and word not in _TIMES:
            return VERBS[word]
    return None


def flag_predicates(words: Sequence[str], name: str) -> tuple[str, str]:
    """What rows do when the flag is up and when it is down, in the plural (`are official`, `are not official`)."""
    shown = split(name)
    rest = [w for w in words if w not in ("flag", "indicator", "yn", "bool", "status_flag")] or list(words)
    if rest[0] in ("is", "are", "was", "if") and len(rest) > 1:
        return f"are {display(rest[1:])}", f"are not {display(rest[1:])}"
    if rest[0] in ("has", "have") and len(rest) > 1:
        return f"have {display(rest[1:])}", f"do not have {display(rest[1:])}"
    if rest[0] in ("can", "will", "does", "allows", "accepts", "offers", "includes") and len(rest) > 1:
        stem = rest[0] if rest[0] in ("can", "will") else rest[0].rstrip("s")
        said = display(rest[1:])
        if stem in ("can", "will"):
            return f"{stem} {said}", f"{stem} not {said}".replace("can not", "cannot")
        return (said, f"do not {said}") if stem == "doe" else (f"{stem} {said}", f"do not {stem} {said}")
    phrase = display(rest)
    if re.search(r"(ed|able|ible|ive|al|ent|ant|ful|ic|less|ary|-time)$", rest[-1]) or shown[0] in ("is",):
        return f"are {phrase}", f"are not {phrase}"
    return f"have {phrase}", f"do not have {phrase}"
