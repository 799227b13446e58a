"""What people say instead of `whose COLUMN is VALUE`: `based in Oslo`, `priced above $5`, `in the Toys category`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from querywright.synthesis.english.voice import Noun

WITH_ARTICLE = (
    "Netherlands", "United States", "United Kingdom", "United Arab Emirates", "Czech Republic", "Philippines",
    "Dominican Republic", "Bahamas", "Maldives", "USA", "UK",
)  # fmt: skip


def _in(value: str) -> str:
    """`in Norway`, `in the Netherlands`."""
    return "in " + ", ".join(
        " or ".join(f"the {p}" if p in WITH_ARTICLE else p for p in part.split(" or ")) for part in value.split(", ")
    )


FROM = frozenset(("hometown", "home town", "birthplace", "place of birth", "birth place", "city of birth"))
BORN = frozenset(("country of birth", "birth country", "state of birth"))
WHERE = frozenset(
    ("city", "town", "country", "county", "state", "region", "province", "continent", "district", "village", "location")
)
IN_THE = frozenset(
    ("category", "genre", "department", "league", "division", "conference", "segment", "sector", "industry", "group")
)
BY = {
    "publisher": "published by", "manufacturer": "made by", "maker": "made by", "brand": "made by",
    "author": "written by", "director": "directed by", "composer": "composed by", "carrier": "carried by",
    "artist": "by", "owner": "owned by", "producer": "produced by",
}  # fmt: skip
WITH_VALUE = frozenset(("status", "blood type"))


@dataclass(frozen=True)
class Idiom:
    """The words behind a noun (`priced above $5`) and the same as a predicate (`are priced above $5`)."""

    text: str
    verb: str


def of_value(phrase: str, value: str, noun: Noun) -> Idiom | None:
    """How to say that a column has a value; None where there is no idiom."""
    if phrase in FROM:
        return Idiom(f"from {value}", f"are from {value}")
    if phrase in BORN and noun.person:
        return Idiom(f"born in {value}", f"were born in {value}")
    if phrase in WHERE:
        based = f"based {_in(value)}" if noun.person else _in(value)
        return Idiom(based, f"are {based}")
    if phrase in IN_THE:
        return Idiom(f"in the {value} {phrase}", f"are in the {value} {phrase}")
    if phrase == "language":
        return None if noun.person else Idiom(f"in {value}", f"are in {value}")
    if phrase in BY:
        return Idiom(f"{BY[phrase]} {value}", f"are {BY[phrase]} {value}")
    if phrase in ("type", "kind"):
        return Idiom(f"of type {value}", f"are of type {value}")
    if phrase in WITH_VALUE:
        return Idiom(f"with {phrase} {value}", f"have {phrase} {value}")
    if phrase in ("sex", "gender") and value in ("male", "female"):
        return Idiom(f"{noun.relative} are {value}", f"are {value}")
    return None


_MORE: dict[type[exp.Expr], str] = {
    exp.GT: "more than",
    exp.GTE: "at least",
    exp.LT: "less than",
    exp.LTE: "at most",
    exp.Between: "between",
}
_ABOVE: dict[type[exp.Expr], str] = {
    exp.GT: "above",
    exp.GTE: "at",
    exp.LT: "below",
    exp.LTE: "at",
    exp.Between: "between",
}
_VERBS = {"salary": ("earning", "earn"), "weight": ("weighing", "weigh"), "duration": ("lasting", "last")}
_PARTICIPLES = {"price": "priced", "rating": "rated", "stars": "rated"}
_LONGER: dict[type[exp.Expr], str] = {exp.GT: "longer than", exp.LT: "shorter than"}
_TALLER: dict[type[exp.Expr], str] = {exp.GT: "taller than", exp.LT: "shorter than"}


def of_number(phrase: str, value: str, kind: type[exp.Expr], noun: Noun) -> Idiom | None:
    """How to say that a number lies above, below or between; None where there is no idiom."""
    if phrase == "stars" and kind is exp.EQ:
        stars = f"{value} star{'' if value == '1' else 's'}"
        return Idiom(f"with {stars}", f"have {stars}")
    if phrase in _VERBS and kind in _MORE and (phrase != "salary" or noun.person):
        participle, verb = _VERBS[phrase]
        return Idiom(f"{participle} {_MORE[kind]} {value}", f"{verb} {_MORE[kind]} {value}")
    if phrase in _PARTICIPLES and kind in _ABOVE:
        said = f"{_PARTICIPLES[phrase]} {_ABOVE[kind]} {value}"
        said += " or above" if kind is exp.GTE else " or below" if kind is exp.LTE else ""
        return Idiom(said, f"are {said}")
    if phrase == "length" and kind in _LONGER:
        return Idiom(f"{_LONGER[kind]} {value}", f"are {_LONGER[kind]} {value}")
    if phrase == "height" and noun.person and kind in _TALLER:
        return Idiom(f"{_TALLER[kind]} {value}", f"are {_TALLER[kind]} {value}")
    if phrase == "population" and kind in _MORE and kind is not exp.Between:
        tail = f"{_MORE[kind].replace('less', 'fewer')} {value} inhabitants"
        return Idiom(f"with {tail}", f"have {tail}")
    if phrase == "age" and noun.person and kind is exp.Between:
        return Idiom(f"aged between {value}", f"are aged between {value}")
    return None
