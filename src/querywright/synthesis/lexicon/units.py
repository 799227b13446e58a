"""What the numbers of a column are counted in, where its name says so (`length_km`, `price_in_euros`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from querywright.synthesis.lexicon.abbreviations import UNITS
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.words import split

SAID = {"$": "dollars", "€": "euros", "£": "pounds", "%": "percent", "billion": "billions", "million": "millions",
        "thousand": "thousands"}  # fmt: skip
"""How a unit's sign is spoken."""
_AREAS = {"square metres": "m²", "square meters": "m²", "square feet": "square feet", "square kilometers": "km²"}
_SCALES = ("billion", "million", "thousand")
_COUNTED = listed("of per number num no total avg average max min nb count n remaining elapsed")
_EDGES = listed("start end begin finish opening closing arrival departure open close used free")
_SHORT: dict[str, frozenset[str]] = {
    "c": listed("temperature point temp"),
    "f": listed("temperature point temp"),
    "m": listed("height length distance width depth altitude elevation size"),
    "g": listed("weight mass memory fat protein carbs sugar fiber amount"),
    "min": listed("duration time length runtime delay wait travel response session trip arrival late start end begin"),
    "sec": listed("duration time length"),
    "mi": listed("distance length"),
    "miles": listed("distance length range radius visibility altitude route journey trip commute run"),
    "hour": listed("duration rate"),
}
"""Units that are words of their own count only beside the measures they go with."""


def take_unit(words: Sequence[str], name: str, numeric: bool) -> tuple[tuple[str, ...], str | None]:
    """The words of a column without their closing unit, and the unit.

    A unit that is all there is to say (`milliseconds`, `number of days`) stays in the words; any other is said with
    the value only: a `budget` of 5 million, a `price` of €5.
    """
    said = tuple(words)
    shown = split(name)
    if not numeric or not shown:
        return said, None
    rated = _per(said, shown)
    if rated is not None:
        return rated
    told = next((i for i, w in enumerate(said) if i and w == "in"), None)
    if told is not None:  # a description said so: `discount in percent`
        unit = _AREAS.get(" ".join(said[told + 1 :])) or UNITS.get(" ".join(said[told + 1 :]))
        if unit is not None:
            return said[:told], unit
    if shown[-1] in ("2", "3") and shown[-2:-1] and f"{shown[-2]}{shown[-1]}" in UNITS:
        shown, said = (*shown[:-2], f"{shown[-2]}{shown[-1]}"), said[:-1]  # `area_km_2`
    unit = UNITS.get(shown[-1])
    if unit is None:
        return said, "%" if {"percentage", "percent"} & set(words) else None
    if len(shown) == 1:
        return said, unit if len(shown[0]) > 3 and unit not in ("points", *_SCALES) else None
    if not _goes_with(shown):
        return said, None
    if unit == "points":
        return said, None
    if (unit == "%" and shown[-2] != "in") or shown[-2] in _COUNTED:
        return said, unit
    if shown[-1] == "pounds" and {"price", "cost", "amount", "salary", "budget"} & set(shown):
        unit = "£"
    rest = _bare(said, shown)
    if not rest:
        return said, unit
    if len(rest) == 1 and rest[0] in _EDGES:
        return ((*rest, unit.removesuffix("s")), unit) if unit in ("hours", "minutes", "seconds") else (said, unit)
    return rest, unit


def _per(said: tuple[str, ...], shown: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """`fuel_kg_per_h` → fuel, in kg per hour; None unless the name ends in a unit per time."""
    if "per" not in shown[2:-1]:
        return None
    at = shown.index("per")
    unit, each = UNITS.get(shown[at - 1]), _EACH.get(shown[at + 1])
    if unit is None or each is None or at + 2 != len(shown):
        return None
    rest = said[: said.index("per") - 1] if "per" in said else said
    return (rest or said), f"{unit} per {each}"


_EACH = {"h": "hour", "hr": "hour", "hour": "hour", "min": "minute", "minute": "minute", "s": "second", "sec": "second",
         "second": "second", "day": "day", "week": "week", "month": "month", "year": "year"}  # fmt: skip


def described_unit(text: str | None) -> str | None:
    """The unit a description ends its first clause with: `gross yearly salary in euros; empty for the board`."""
    found = re.search(r"\bin (?:thousands of )?([a-z]+)$", (text or "").strip().rstrip(".").split(";")[0].lower())
    unit = UNITS.get(found[1]) if found and len(found[1]) > 3 and " in thousands of " not in found[0] else None
    return unit if unit is None or unit not in ("points", *_SCALES) else None


def _goes_with(shown: Sequence[str]) -> bool:
    """`min` after a duration is minutes, elsewhere a minimum; `c` after a temperature is °C."""
    if shown[-1] in ("years", "months", "weeks", "days", "hours", "points", "pts"):
        return shown[-2] in _COUNTED | {"in", "duration", "age", "length", "time", "term", "period", "tenure"}
    measures = _SHORT.get(shown[-1])
    return measures is None or bool(measures & set(shown[:-1])) or shown[-2] == "in"


def _bare(said: tuple[str, ...], shown: Sequence[str]) -> tuple[str, ...]:
    rest = list(said[:-1])
    while rest and rest[-1] in ("in", "millions", "million"):
        rest.pop()
    return tuple(rest)
