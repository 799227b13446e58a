"""Numbers as people write them: digits with separators, words, ordinals, dozens and halves."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNDER_TWENTY = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: number for number, word in enumerate(_UNDER_TWENTY.split())}
_UNITS |= {word: 10 * (2 + place) for place, word in enumerate(_TENS.split())}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "k": 1000, "dozen": 12}
_FIRST_TEN = "first second third fourth fifth sixth seventh eighth ninth tenth"
_ORDINALS = {word: 1 + place for place, word in enumerate(_FIRST_TEN.split())}
_LOOSE = {
    "once": 1,
    "twice": 2,
    "single": 1,
    "half": 0.5,
    "both": 2,
    "couple": 2,
    "pair": 2,
    "thrice": 3,
    "quarter": 0.25,
}
_TOKEN = re.compile(r"(?<![\w.])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.])-?\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|%")


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number heard: its value, where among the tokens, and whether it can be nothing but a number."""

    value: float
    at: int
    firm: bool
    """`three` and `3` are; `one`, `first`, `both` may be something else."""
    until: int


def tokens(text: str) -> list[str]:
    """A plain text's words and numbers, in order."""
    return _TOKEN.findall(text)


def spoken_numbers(found: list[str]) -> list[SpokenNumber]:
    """The numbers among these tokens, words that belong together taken as one (`two hundred and five`)."""
    out: list[SpokenNumber] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token[0].isdigit() or token[0] in "-.":
            at = _digits(found, at, out)
        elif token in _UNITS or (token in _SCALES and len(token) > 1):
            at = _worded(found, at, out)
        else:
            loose = _ORDINALS.get(token) or _LOOSE.get(token)
            if loose is not None:
                out.append(SpokenNumber(float(loose), at, False, at + 1))
            at += 1
    return out


def _digits(found: list[str], at: int, out: list[SpokenNumber]) -> int:
    value, until = float(found[at].replace(",", "")), at + 1
    firm = value != 1  # `line 1`, `1 to 4`
    after = found[until] if until < len(found) else ""
    if after in _SCALES:
        value, until = value * _SCALES[after], until + 1
    elif after in ("st", "nd", "rd", "th"):
        firm = False
    out.append(SpokenNumber(value, at, firm, until))
    return until


def _worded(found: list[str], at: int, out: list[SpokenNumber]) -> int:
    total = current = 0.0
    until = at
    before = ""
    while until < len(found):
        token = found[until]
        if token in _UNITS:
            if before and not (before in _SCALES or (before in _UNITS and _UNITS[before] >= 20 and _UNITS[token] < 10)):
                break
            current += _UNITS[token]
        elif token in _SCALES and len(token) > 1:
            current = max(current, 1.0) * _SCALES[token]
            if _SCALES[token] >= 1000:
                total, current = total + current, 0.0
        elif not (token == "and" and before in _SCALES and until + 1 < len(found) and found[until + 1] in _UNITS):
            break
        before, until = (before if token == "and" else token), until + 1
    out.append(SpokenNumber(total + current, at, total + current > 1 and found[at] != "one", until))
    return until
