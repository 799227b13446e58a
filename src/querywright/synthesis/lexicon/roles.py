"""What a column is good for, from its name, its type and its values. Rules in order; the first that fits decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from querywright.databases.schema import Kind
from querywright.synthesis.lexicon import role_words as known
from querywright.synthesis.lexicon.entries import Role
from querywright.synthesis.lexicon.inflection import is_plural, singular_noun
from querywright.synthesis.lexicon.nouns import PEOPLE
from querywright.synthesis.lexicon.observation import NUMBER, UNREAD, Observed


@dataclass(frozen=True)
class Evidence:
    """All that is known about a column when its role is decided."""

    words: tuple[str, ...]
    kind: Kind
    observed: Observed = UNREAD
    meanings: Mapping[Any, str] = field(default_factory=dict, hash=False)
    primary: bool = False
    """The whole primary key, alone."""
    reference: bool = False
    """Part of a foreign key."""
    key_part: bool = False
    entity: tuple[str, ...] = ()
    date_format: str | None = None
    unit: str | None = None

    @property
    def has(self) -> set[str]:
        return set(self.words)

    @property
    def last(self) -> str:
        return self.words[-1]

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "real", "decimal")


def decide(e: Evidence) -> Role:
    """The role of a column."""
    for rule in (_by_key, _by_kind, _by_flag, _by_contact, _by_time):
        role = rule(e)
        if role is not None:
            return role
    return _number(e) if e.numeric else _text(e)


def _by_key(e: Evidence) -> Role | None:
    if e.reference:
        spoken = e.kind == "text" and e.last not in known.IDENTIFYING and not _coded(e.observed.values)
        return Role.CATEGORY if spoken else Role.KEY
    if e.last in ("id", "ids", "key", "guid", "uuid") or ("id" in e.has and "name" not in e.has):
        return Role.KEY
    if e.primary and e.numeric and not {"year", "date", "month", "round", "rank", "position", "week"} & e.has:
        return Role.KEY
    return Role.OTHER if e.has & known.SECRETS else None


def _coded(values: Sequence[Any]) -> bool:
    """Short marks rather than words: `USA`, `A-12`, `7`."""
    texts = [str(v) for v in values]
    return bool(texts) and sum(not re.search(r"[a-z]{3}", t) for t in texts) > 0.5 * len(texts)


def _by_kind(e: Evidence) -> Role | None:
    if e.kind == "boolean" and not any(
        isinstance(v, str) and v.lower() not in known.YES | known.NO for v in e.observed.values
    ):
        return Role.FLAG
    if e.kind in ("blob", "json") or (e.kind == "other" and not e.observed.values) or e.has & known.COORDINATES:
        return Role.OTHER
    if e.numeric and len(e.words) == 1 and (e.words[0] == "long" or len(e.words[0]) == 1):
        return Role.OTHER
    if e.date_format == "text" and e.kind != "time":
        return Role.TEXT
    if e.kind in ("date", "datetime") and e.observed.values and not e.date_format and _numbers(e.observed.values):
        return Role.YEAR if _years(e.observed) else Role.OTHER  # seconds since 1970, in a column declared as a date
    declared = {"date": Role.DATE, "datetime": Role.DATETIME, "time": Role.TIME}.get(e.kind)
    if declared and e.date_format:
        return Role.DATE if e.date_format in ("%Y-%m-%d", "%Y-%m") and declared is not Role.TIME else declared
    return declared


def _by_flag(e: Evidence) -> Role | None:
    values = {str(v).strip().lower().removesuffix(".0") for v, _ in e.observed.top} - {""}
    marked = (e.words[0] in ("is", "has", "if", "was", "are") and len(e.words) > 1) or bool(e.has & {"yn", "flag"})
    if not values:
        return Role.FLAG if marked and not e.observed.distinct else None
    if len(values) > 2 or not values <= known.YES | known.NO or e.has & {"gender", "sex", "grade"}:
        return None
    if marked:
        return Role.FLAG
    if not e.numeric and values <= {"yes", "no", "true", "false"}:
        return Role.FLAG
    if len(values) < 2 or not (values & known.YES and values & known.NO):
        return None
    counted = bool(e.has & (known.AMOUNTS | known.LEVELS | known.RANKS)) or e.key_part
    return None if counted or (e.observed.rows or 0) < 4 else Role.FLAG


def _by_contact(e: Evidence) -> Role | None:
    if e.has & known.CONTACT and not e.has & {
        "type",
        "number_of",
        "count",
        "status",
        "method",
        "of",
        "provider",
        "carrier",
    }:
        return Role.CONTACT if not e.numeric or e.has & {"phone", "fax", "telephone", "mobile"} else None
    if {"cell", "number"} <= e.has:
        return Role.CONTACT
    if e.has & known.ADDRESS and not e.numeric and not {"type", "id"} & e.has:
        return Role.CONTACT
    if e.words[0] == "line" and len(e.words) > 1 and not e.numeric:
        return Role.CONTACT
    return Role.CODE if e.has & known.POSTAL else None


def _by_time(e: Evidence) -> Role | None:
    if e.numeric and (_whole(e.observed.values) or e.kind == "integer"):
        dated = "year" in e.has or e.last in ("founded", "established", "built", "opened", "season", "creation")
        if (dated and "per" not in e.has and "of" not in e.has - {"year"}) or (dated and e.words[:1] == ("year",)):
            return Role.YEAR if _years(e.observed) else None
    if not e.date_format:
        return None
    if e.date_format == "%Y":
        return Role.YEAR if e.has & {"year", "founded", "opened", "season", "date", "creation", "established"} else None
    if e.date_format.startswith("%H"):
        return Role.TIME
    return Role.DATETIME if "%H" in e.date_format else Role.DATE


def _years(seen: Observed) -> bool:
    """Nearly all values are years of our era; with no values the name decides."""
    numbers = [v for v in seen.values if isinstance(v, NUMBER)]
    return not seen.values or sum(1400 <= v <= 2200 for v in numbers) >= 0.7 * len(seen.values)


def _number(e: Evidence) -> Role:
    few = (e.observed.distinct or 99) <= 30
    if e.meanings and few:
        return Role.CATEGORY
    if e.has & {"rank", "ranking", "position", "ordinal"} or e.words[:2] == ("number", "in"):
        return Role.RANK
    if e.has & {"month", "weekday", "quarter", "week", "day"} and len(e.words) < 3 and "per" not in e.has:
        return Role.RANK if e.kind == "integer" else Role.LEVEL
    if (
        e.last in known.CATEGORY - known.LEVELS - known.RANKS - known.AMOUNTS
        and "number" not in e.has
        and "per" not in e.has
    ):
        return Role.CODE
    if singular_noun(e.last) in PEOPLE and e.words[0] not in known.COUNTING:
        return Role.KEY if _whole(e.observed.values or (1,)) and not is_plural(e.last) else Role.AMOUNT
    if _measured(e):
        return Role.AMOUNT if _summable(e) else Role.LEVEL
    if e.last in ("number", "no", "code", "extension", "version") or (e.has & known.CODES and "of" not in e.has):
        return Role.CODE
    if e.has & known.RANKS and _whole(e.observed.values or (1,)):
        return Role.RANK
    if e.has & {"year", "date", "timestamp"} or e.key_part:
        return Role.OTHER
    if is_plural(e.last) and (e.kind == "integer" or _whole(e.observed.values)):
        return Role.AMOUNT
    return Role.OTHER if _identifying(e) and e.unit is None else Role.LEVEL


def _identifying(e: Evidence) -> bool:
    """Whole numbers, nearly all different, under a name that says nothing of a measure: somebody's key."""
    o = e.observed
    return (
        bool(o.rows)
        and _whole(o.values)
        and (o.distinct or 0) >= 0.95 * ((o.rows or 0) - (o.nulls or 0))
        and (o.distinct or 0) > 20
    )


def _measured(e: Evidence) -> bool:
    if e.words[0] in known.COUNTING and len(e.words) > 1:
        return True
    if e.last in ("number", "no", "code", "id"):
        return False
    return bool(e.has & (known.AMOUNTS | known.LEVELS))


def _summable(e: Evidence) -> bool:
    if e.unit in ("%", "°C", "°F"):
        return False
    if e.has & known.NEVER_SUMMED:
        return False
    if e.words[0] in ("total", "number"):
        return True
    return e.last in known.AMOUNTS or not e.has & known.LEVELS


def _text(e: Evidence) -> Role:
    o = e.observed
    if e.has & known.PROSE and not {"type", "code", "name", "title"} & e.has:
        return Role.NAME if _label_like(e) else Role.TEXT
    if e.last in ("number", "no"):
        return Role.CODE
    if {"code", "abbreviation", "symbol"} & e.has:
        return Role.CATEGORY if _repeated(o) and not o.unique else Role.CODE
    if _numeric_text(o.values):
        if e.has & known.CODES and not {"of", "count"} & e.has:
            return Role.CODE
        return Role.CATEGORY if e.last in known.CATEGORY and _repeated(o) else Role.TEXT
    if e.has & (known.AMOUNTS | known.LEVELS) - known.CATEGORY and _digits_first(o.values):
        return Role.TEXT
    if e.last in ("name", "title", "surname", "nickname", "names", "username") or e.words == e.entity:
        return Role.CATEGORY if {"job", "position"} & e.has or _foreign_name(e) else Role.NAME
    if e.date_format == "text":
        return Role.TEXT
    if e.has & known.CODES and not _repeated(o):
        return Role.CODE
    return Role.CATEGORY if e.last in known.CATEGORY and not _long(o) else _text_by_values(e)


def _foreign_name(e: Evidence) -> bool:
    """`country_name` in a table of cities, said again and again."""
    own = e.has & known.OWN_NAMES or e.words[0] in e.entity
    return e.last == "name" and len(e.words) > 1 and not own and _repeated(e.observed)


def _text_by_values(e: Evidence) -> Role:
    o = e.observed
    texts = [v for v in o.values if isinstance(v, str)]
    if not texts:
        return Role.TEXT if o.rows else Role.CATEGORY
    if _long(o):
        return Role.TEXT
    if _repeated(o):
        return Role.CATEGORY
    if o.unique and all(re.fullmatch(r"[A-Z0-9/_.-]{1,12}", t) for t in texts):
        return Role.CODE
    return Role.NAME if any(re.search("[a-z]{2}", t) for t in texts) else Role.TEXT


def _long(o: Observed) -> bool:
    texts = [v for v in o.values if isinstance(v, str)]
    return bool(texts) and sum(map(len, texts)) > 45 * len(texts)


def _label_like(e: Evidence) -> bool:
    """`address_type_description`: the short words of a code table."""
    o = e.observed
    texts = [v for v in o.values if isinstance(v, str)]
    return e.last == "description" and bool(texts) and max(map(len, texts)) <= 40 and o.unique


def _repeated(o: Observed) -> bool:
    """Values come back: at most half as many as rows, or a dozen in all."""
    rows = (o.rows or 0) - (o.nulls or 0)
    return bool(rows) and o.distinct is not None and o.distinct < rows and o.distinct <= max(12, 0.5 * rows)


def _numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(v, NUMBER) for v in values)


def _whole(values: Sequence[Any]) -> bool:
    return bool(values) and all(isinstance(v, NUMBER) and v == v and float(v).is_integer() for v in values)


def _digits_first(values: Sequence[Any]) -> bool:
    """Measures written out: `497 ft² (46.2 m²)`."""
    texts = [v for v in values if isinstance(v, str) and v.strip()]
    return bool(texts) and sum(v.lstrip("-+$€£~<> ")[:1].isdigit() for v in texts) >= 0.6 * len(texts)


def _numeric_text(values: Sequence[Any]) -> bool:
    texts = [v for v in values if isinstance(v, str) and v.strip()]
    hits = sum(bool(_QUANTITY.match(v)) for v in texts)
    return bool(texts) and hits >= 0.8 * len(texts)


_QUANTITY = re.compile(
    r"^\s*[-+$€£]?\d[\d,.]*\s*"
    r"(?:%|km|m|cm|mm|kg|g|mg|lbs?|oz|ft|in|miles?|mi|mins?|secs?|s|h|hrs?|hours?|years?|st|nd|rd|th)?\s*$",
    re.IGNORECASE,
)
"""A number kept as text, with or without its unit."""
