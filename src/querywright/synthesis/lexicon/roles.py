"""What a column is good for, from its name, its type and its values. Rules in order; the first that fits decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from querywright.databases.schema import Kind
from querywright.synthesis.lexicon.entries import Role
from querywright.synthesis.lexicon.observation import UNREAD, Observed


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

    @property
    def has(self) -> set[str]:
        return set(self.words)

    @property
    def last(self) -> str:
        return self.words[-1]

    @property
    def numeric(self) -> bool:
        return self.kind in ("integer", "real", "decimal")


_CONTACT = frozenset(
    ["email", "url", "homepage", "website", "phone", "fax", "telephone", "mobile", "link", "web", "uri", "webpage", "mail", "twitter", "facebook", "linkedin", "instagram", "skype"]
)
_ADDRESS = frozenset(["address", "street", "addresses"])
_POSTAL = frozenset(["zip", "postcode", "postal", "zipcode"])
_COORDINATES = frozenset(["latitude", "longitude", "coordinates", "coordinate", "geom", "geometry", "geo"])
_SECRETS = frozenset(["password", "hash", "token", "salt", "uuid", "guid", "checksum"])
_PROSE = frozenset(
    ["description", "comment", "comments", "note", "notes", "remarks", "remark", "abstract", "summary", "text", "details", "detail", "review", "body", "content", "biography", "bio", "message", "synopsis", "overview", "plot", "recommendations", "caption", "feedback"]
)
_AMOUNTS = frozenset(
    ["quantity", "amount", "total", "population", "duration", "count", "sales", "revenue", "cost", "costs", "budget", "votes", "attendance", "profit", "expense", "expenses", "points", "goals", "wins", "losses", "credits", "milliseconds", "seconds", "minutes", "hours", "days", "bytes", "stock", "units", "number", "profits", "passengers", "employees", "students", "members", "killed", "injured", "deaths", "cases", "balance", "shares", "downloads", "views", "likes", "followers", "gold", "silver", "bronze", "medals", "turnover", "visits", "payment", "value", "volume", "shipments", "laps", "funding", "fine", "fee", "fees", "tonnage", "assists", "rebounds", "runs", "hits", "caps", "matches", "appearances", "seats", "copies", "donations", "injuries", "investment", "deposits", "tax", "enrollment", "enrolment", "circulation", "spending", "usage", "orders", "tickets", "bonus", "output", "production", "yield", "area", "wickets", "touchdowns", "yards", "games", "area", "gnp", "gdp", "refund", "loan", "loss", "earnings", "audience", "stops", "docks", "bikes", "inventory"]
)
_LEVELS = frozenset(
    ["price", "rate", "rating", "score", "age", "height", "weight", "percentage", "percent", "capacity", "average", "salary", "temperature", "humidity", "speed", "level", "length", "width", "depth", "elevation", "altitude", "size", "distance", "density", "ratio", "gpa", "mpg", "horsepower", "acceleration", "wage", "minimum", "maximum", "index", "share", "pressure", "visibility", "latitude", "limit", "pay", "share", "discount", "margin", "interest", "wind", "income", "power", "displacement", "cylinders", "expectancy", "tenure", "experience", "stars", "grade", "mark", "marks", "overall", "potential", "penetration", "probability", "confidence", "frequency", "voltage", "mean", "median", "worth", "pages", "floors", "stories", "amplitude", "magnitude", "bmi", "radius", "diameter", "thickness", "range", "hardness", "ph", "purity", "viscosity", "strength", "quality", "popularity", "importance", "intensity", "difficulty", "latency", "bandwidth", "resolution"]
)
_RANKS = frozenset(
    ["rank", "ranking", "position", "place", "order", "sequence", "seq", "ordinal", "standing", "seed", "priority", "round", "lap", "grid", "series", "season", "episode", "line", "row", "version", "sort"]
)
_FLAGGED = frozenset(["is", "has", "if", "was", "are", "can", "flag", "yn", "does", "allows", "accepts", "indicator"])
_CATEGORY = frozenset(
    ["type", "status", "gender", "sex", "country", "city", "state", "nationality", "category", "class", "color", "colour", "region", "continent", "language", "genre", "party", "league", "division", "department", "major", "level", "method", "season", "month", "day", "weekday", "stage", "format", "brand", "make", "model", "mode", "group", "sector", "industry", "citizenship", "religion", "ethnicity", "race", "currency", "size", "shape", "material", "tier", "role", "position", "rank", "result", "outcome", "conference", "county", "province", "district", "location", "hometown", "branch", "venue", "place", "area", "channel", "team", "club", "grade", "occupation", "affiliation", "channel", "carrier", "operator", "manufacturer", "publisher"]
)
_CODES = frozenset(
    ["code", "isbn", "issn", "sku", "number", "symbol", "ticker", "iata", "icao", "iso", "abbreviation", "vin", "ssn", "upc", "ean", "barcode", "plate", "call", "npi", "cve", "passport", "license", "serial", "reference", "doi", "acronym", "ndc", "swift", "initials", "initial", "extension", "ip"]
)
YES = frozenset(["1", "y", "yes", "t", "true"])
NO = frozenset(["0", "n", "no", "f", "false"])


def decide(e: Evidence) -> Role:
    """The role of a column."""
    for rule in (_by_key, _by_kind, _by_flag, _by_contact, _by_time):
        role = rule(e)
        if role is not None:
            return role
    return _number(e) if e.numeric else _text(e)


def _by_key(e: Evidence) -> Role | None:
    if e.reference or (e.last in ("ID", "id", "ids", "key") and "name" not in e.has):
        if e.reference and not e.numeric and not e.primary and e.words[-1] in _CATEGORY and "id" not in e.has:
            return Role.KEY
        return Role.KEY
    if e.primary and e.numeric and not {"year", "date", "month"} & e.has:
        return Role.KEY
    return Role.OTHER if e.has & _SECRETS else None


def _by_kind(e: Evidence) -> Role | None:
    if e.kind in ("blob", "json", "other"):
        return Role.OTHER
    if e.has & _COORDINATES:
        return Role.OTHER
    return {"boolean": Role.FLAG, "date": Role.DATE, "datetime": Role.DATETIME, "time": Role.TIME}.get(e.kind) if (
        e.kind == "boolean" or not e.observed.values or e.date_format != "text"
    ) else Role.TEXT  # fmt: skip


def _by_flag(e: Evidence) -> Role | None:
    values = {str(v).strip().lower().removesuffix(".0") for v, _ in e.observed.top} - {""}
    if not values:
        return Role.FLAG if e.words[0] in ("is", "has") and len(e.words) > 1 else None
    if len(values) > 2 or not values <= YES | NO:
        return None
    if len(values) == 2 and values & YES and values & NO:
        counted = e.numeric and not e.has & _FLAGGED and (e.has & (_AMOUNTS | _LEVELS | _RANKS) or _sexed(e))
        return None if counted or _sexed(e) or ((e.observed.rows or 0) < 5 and not e.has & _FLAGGED) else Role.FLAG
    return Role.FLAG if e.has & _FLAGGED else None


def _sexed(e: Evidence) -> bool:
    return bool(e.has & {"gender", "sex"})


def _by_contact(e: Evidence) -> Role | None:
    if e.has & _CONTACT and not e.has & {"type", "number_of", "count"}:
        return Role.CONTACT
    if e.has & _ADDRESS and not e.numeric and not {"type", "id"} & e.has:
        return Role.CONTACT
    if e.words[0] == "line" and len(e.words) > 1 and not e.numeric:
        return Role.CONTACT
    if e.has & _POSTAL:
        return Role.CODE
    return None


def _by_time(e: Evidence) -> Role | None:
    low, high = e.observed.minimum, e.observed.maximum
    if e.kind == "integer" or (e.kind in ("real", "decimal") and _whole(e.observed.values)):
        if {"year", "years"} & e.has or e.last in ("founded", "established", "built", "opened"):
            if low is None or (isinstance(low, (int, float)) and low >= 1400 and high <= 2200):
                return Role.YEAR if "years" not in e.has or low else Role.LEVEL
    if e.date_format and e.date_format != "text":
        if e.date_format == "%Y":
            return Role.YEAR if {"year"} & e.has else None
        return {"%H": Role.TIME}.get(e.date_format[:2], Role.DATETIME if "%H" in e.date_format else Role.DATE)
    if e.kind == "text" and not e.observed.values and e.last in ("date",):
        return Role.DATE
    return None


def _number(e: Evidence) -> Role:
    if e.meanings and (e.observed.distinct or 99) <= 30:
        return Role.CATEGORY
    if (e.has & {"month", "weekday", "quarter", "week"} and (e.observed.distinct or 99) <= 53) or e.last == "day":
        return Role.RANK
    if _measured(e):
        return Role.AMOUNT if _summable(e) else Role.LEVEL
    if e.last in ("number", "no", "code") or (e.has & _CODES and "of" not in e.has):
        return Role.CODE
    if (e.has & _RANKS and e.kind == "integer") or e.has & {"rank", "ranking", "position"}:
        return Role.RANK
    if e.has & {"year", "date"}:
        return Role.OTHER
    if e.primary or e.key_part:
        return Role.KEY
    return Role.LEVEL


def _measured(e: Evidence) -> bool:
    if e.words[0] in ("total", "average", "mean", "minimum", "maximum", "number") and len(e.words) > 1:
        return True
    if {"rank", "ranking", "position"} & e.has or e.last in ("number", "no", "code"):
        return False
    return bool(e.has & (_AMOUNTS | _LEVELS))


def _summable(e: Evidence) -> bool:
    if e.has & {
        "average",
        "mean",
        "minimum",
        "maximum",
        "median",
        "per",
        "rate",
        "percentage",
        "price",
        "max",
        "min",
        "share",
        "ratio",
    }:
        return False
    if e.words[0] in ("total", "number"):
        return True
    return e.last in _AMOUNTS or not e.has & _LEVELS


def _text(e: Evidence) -> Role:
    o = e.observed
    if e.has & _PROSE and not {"type", "code", "name", "title"} & e.has:
        return Role.NAME if _label_like(e) else Role.TEXT
    if _numeric_text(o.values):
        return Role.CODE if e.has & (_CODES | {"id"}) else Role.TEXT
    if e.last in ("name", "title", "surname", "nickname") or e.words[-1:] == e.entity[-1:]:
        return Role.CATEGORY if "job" in e.has or (_repeated(o) and e.last == "title") else Role.NAME
    if e.date_format == "text":
        return Role.TEXT
    if e.has & _CODES and not _repeated(o):
        return Role.CODE
    if e.last in _CATEGORY or e.last == "code":
        return (
            Role.CATEGORY
            if o.distinct is None or _repeated(o) or not o.unique
            else Role.CODE
            if e.last == "code"
            else Role.CATEGORY
        )
    return _text_by_values(e)


def _text_by_values(e: Evidence) -> Role:
    o = e.observed
    texts = [v for v in o.values if isinstance(v, str)]
    if not texts:
        return Role.TEXT if o.rows else Role.CATEGORY
    mean = sum(map(len, texts)) / len(texts)
    if mean > 60:
        return Role.TEXT
    if _repeated(o):
        return Role.CATEGORY
    if o.unique and mean < 12 and all(re.fullmatch(r"[A-Z0-9/_.-]+", t) for t in texts):
        return Role.CODE
    return Role.NAME if mean <= 40 else Role.TEXT


def _label_like(e: Evidence) -> bool:
    """`address_type_description`: the short words of a code table."""
    o = e.observed
    texts = [v for v in o.values if isinstance(v, str)]
    return e.last == "description" and bool(texts) and max(map(len, texts)) <= 40 and bool(o.unique)


def _repeated(o: Observed) -> bool:
    return (
        bool(o.rows)
        and o.distinct is not None
        and o.distinct <= max(12, 0.5 * (o.rows or 0))
        and o.distinct < (o.rows or 0)
    )


def _whole(values: Sequence[Any]) -> bool:
    return bool(values) and all(isinstance(v, (int, float)) and float(v).is_integer() for v in values)


def _numeric_text(values: Sequence[Any]) -> bool:
    texts = [v for v in values if isinstance(v, str) and v.strip()]
    hits = sum(bool(re.match(r"^\s*[-+$€£]?\d[\d,.]*\s*(?:%|[a-zA-Z²]{0,6})\s*$", v)) for v in texts)
    return bool(texts) and hits >= 0.8 * len(texts)


FORMATS = (
    (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", "%Y-%m-%d %H:%M:%S"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+", "%Y-%m-%d %H:%M:%S.%f"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?", "%Y-%m-%dT%H:%M:%S"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", "%Y-%m-%d %H:%M"),
    (r"\d{4}/\d{2}/\d{2}", "%Y/%m/%d"),
    (r"\d{4}-\d{2}", "%Y-%m"),
    (r"\d{2}:\d{2}:\d{2}", "%H:%M:%S"),
    (r"\d{2}:\d{2}", "%H:%M"),
    (r"(1[5-9]|20)\d{2}", "%Y"),
)


def text_dates(values: Sequence[Any], dated: bool) -> str | None:
    """How a text column writes its dates: a sortable format, `text` for dates that do not sort, None for no dates.

    Args:
        values: distinct values of the column.
        dated: the name or declared type says it is a date.
    """
    texts = [v.strip() for v in values if isinstance(v, str) and v.strip()]
    if not texts:
        return None
    for pattern, form in FORMATS:
        if all(re.fullmatch(pattern, t) for t in texts):
            return form if _real(texts[:50], form) else None
    return "text" if dated else None


def _real(texts: Sequence[str], form: str) -> bool:
    if form in ("%Y-%m-%dT%H:%M:%S", "%Y"):
        return True
    try:
        for text in texts:
            if "-00" not in text:
                datetime.strptime(text, form)
    except ValueError:
        return False
    return True
