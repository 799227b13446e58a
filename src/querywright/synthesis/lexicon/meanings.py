"""Words for coded values, from what somebody wrote beside a column: `M = male; F = female`, `1: active, 0: closed`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from querywright.synthesis.lexicon.names import CAPITAL

_QUOTES = "\"'“”‘’"
_SIGNS = r"\s*(?:=>|->|=|:|\bmeans\b|\bstands for\b|–|—|\s-\s)\s*"
_PAIR = re.compile(
    rf"^[{_QUOTES}(\s•*-]*(?P<code>[\w+./-]{{1,20}}(?: [\w+./-]{{1,20}}){{0,3}}?)[{_QUOTES})]*{_SIGNS}(?P<words>.+)$"
)
_INLINE = re.compile(
    rf"[{_QUOTES}]?(?P<code>[\w+./-]{{1,12}})[{_QUOTES}]?\s*(?:=>|->|=|:)\s*"
    r"(?P<words>[^;,=:\n]{2,60}?)(?=\s*(?:[;,\n.]|\band\b|$))"
)


_LEAD = re.compile(rf"^[A-Z][^:;=\n]*?:\s+(?=[{_QUOTES}]?[\w+./-]{{1,20}}[{_QUOTES}]?\s*=)")
"""`Frequent flyer tier: B = blue`: what stands before the first code."""


def read_meanings(text: str | None, values: Sequence[Any] = (), proper: bool = False) -> dict[Any, str]:
    """Coded value → words, from a description.

    Args:
        text: a value description; None gives nothing.
        values: values the column really has; a code is then given with the value's own type, and codes that the
            column never holds are dropped when at least one is held.
        proper: the words are names (countries, brands) and keep their capitals.
    """
    if not text:
        return {}
    pairs: dict[str, str] = {}
    for piece in re.split(r"[;\n]|,(?=\s*[\"'“]?[\w+-]{1,12}[\"'”]?\s*(?:=|:|->|means))", text):
        found = _PAIR.match(re.sub(_LEAD, "", piece.strip()))
        if found and _credible(found["code"], found["words"]):
            pairs.setdefault(found["code"], _clean(found["words"], proper))
    if len(pairs) < 2:
        for found in _INLINE.finditer(text):
            if _credible(found["code"], found["words"]):
                pairs.setdefault(found["code"], _clean(found["words"], proper))
    return _matched(pairs, values)


def _credible(code: str, words: str) -> bool:
    return 0 < len(words.strip()) <= 60 and code.lower() not in (
        "commonsense",
        "evidence",
        "note",
        "e",
        "i.e",
        "http",
        "https",
        "unit",
        "format",
    )


def _clean(words: str, proper: bool) -> str:
    words = words.strip().strip("\"'“”‘’.() ").strip()
    named = bool(set(re.findall(r"[\w-]+", words.lower())[:1]) & CAPITAL)
    sentence = len(words) > 1 and words[1:].islower() and not proper and not named
    return words[0].lower() + words[1:] if sentence else words


def _matched(pairs: Mapping[str, str], values: Sequence[Any]) -> dict[Any, str]:
    if not values:
        return {code: words for code, words in pairs.items() if words and " " not in code}
    own = {_code(value): value for value in values}
    return {own[code]: words for code, words in pairs.items() if code in own and words}


def _code(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
