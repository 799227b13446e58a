"""Signs of values: every literal that a query compares with is in the question, and every one of those in the query."""

from __future__ import annotations

import re
from collections.abc import Iterator

from querywright.synthesis.correspondence.demands import Demands, Value
from querywright.synthesis.correspondence.equivalents import EQUIVALENTS, MONTHS, WEEKDAYS
from querywright.synthesis.correspondence.finding import Sign
from querywright.synthesis.correspondence.heard import Heard, squeeze
from querywright.synthesis.correspondence.stems import EMPTY, plain, stem
from querywright.synthesis.correspondence.vocabulary import Vocabulary
from querywright.synthesis.lexicon import ColumnFacts, Role
from querywright.synthesis.lexicon.role_words import truth

NUMBER, TEXT, DATE, FLAG, UNTRUE, COMPUTED = 0.8, 0.7, 0.7, 0.15, 0.55, 0.3
OPPOSED, NAMED, HELD = 0.6, 0.55, 0.5
_DATE = re.compile(r"^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T]\d.*)?$")
_CALENDAR = frozenset((*MONTHS, *(m[:3] for m in MONTHS), *WEEKDAYS, *(f"{d}s" for d in WEEKDAYS), "sept"))
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::\d{2})?$")
_NO_NAMES = frozenset(
    ["not", "ids", "id", "north", "south", "east", "west", "least", "most", "never", "without", "usd", "sql"]
)
_YES_NO = frozenset({"y", "n", "yes", "no", "t", "f", "true", "false", "0", "1"})


def value_signs(needs: Demands, heard: Heard, words: Vocabulary) -> Iterator[Sign]:
    """For each literal of a condition, whether the question or the evidence says it."""
    for value in needs.values:
        weight, found = _sought(value, heard, words)
        if value.comparison not in ("between", "like") and value.comparison in _SIGNS:
            opposed = found and value.number is not None and _opposed(value, heard)
            yield Sign("value", f"{_SIGNS[value.comparison]} {value.text} is said the other way round", OPPOSED,
                       not opposed)  # fmt: skip
        yield Sign("value", f"the value {value.text!r} is not in the question", weight, found)


_SIGNS = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}


def _sought(value: Value, heard: Heard, words: Vocabulary) -> tuple[float, bool]:
    facts = value.facts
    meaning = facts.meanings.get(value.text, facts.meanings.get(value.number)) if facts is not None else None
    if meaning and _phrase(plain(meaning), heard):
        return TEXT, True
    flag = facts is not None and (facts.role is Role.FLAG or plain(value.text) in ("yes", "no", "y", "n", "t", "true"))
    if facts is not None and flag and facts.truths and not _is_true(value.text, facts):
        return UNTRUE, heard.cue("negation") or " false " in heard.squeezed or _phrase(plain(value.text), heard)
    if facts is not None and flag and plain(value.text) in _YES_NO:
        return FLAG, words.column(facts).alluded(heard) > 0 or _phrase(plain(value.text), heard)
    if value.number == 1 and value.ranked:
        return NUMBER, any(heard.cue(cue) for cue in ("high", "low", "late", "early", "vague", "ripe", "young"))
    if value.number is not None:
        return (COMPUTED if value.arithmetic and not value.counted else NUMBER), _number(value, heard)
    dated = _DATE.match(value.text)
    if dated:
        return DATE, _date(value, dated, heard) or _phrase(plain(value.text), heard)
    clock = _CLOCK.match(value.text)
    if clock:
        return DATE, _clock(int(clock[1]), int(clock[2]), heard) or _phrase(plain(value.text), heard)
    return TEXT, _text(value, heard)


def _is_true(text: str, facts: ColumnFacts) -> bool:
    """Whether a flag's value says yes, also where the query spells it unlike the column (`'Y'` for 1)."""
    return truth(text) is True or plain(text) in {plain(str(t)) for t in facts.truths}


def _clock(hour: int, minute: int, heard: Heard) -> bool:
    """`13:00:00` as 1 pm, 1:00 PM or noon."""
    numbers = {n.value for n in heard.numbers}
    half = "pm" if hour >= 12 else "am"
    said = float(hour % 12 or 12) in numbers and half in heard.text.replace(".", "")
    named = {0: "midnight", 12: "noon"}.get(hour, "?") in heard.text
    return (said and (minute == 0 or float(minute) in numbers)) or (named and minute == 0)


def _number(value: Value, heard: Heard) -> bool:
    number = value.number
    assert number is not None
    said = {spoken.value for spoken in heard.numbers}
    if number in said or squeeze(plain(value.text)) in heard.squeezed:
        return True
    if abs(number) < 1 and number and round(number * 100, 6) in said:
        return True
    next_to = {">": number + 1, "<": number - 1, ">=": number - 1, "<=": number + 1}.get(value.comparison)
    how = "inclusive" if value.comparison in (">", "<") else "exclusive"
    if next_to in said and number.is_integer() and heard.cue(how):
        return True  # `> 1` is at least two
    if number == 0:
        return heard.cue("none")
    if number == 1:
        return heard.cue("one")
    if number == 2:
        return value.counted and heard.cue("several")
    if -number in said:
        return True
    if value.arithmetic and 1 <= number <= 12 and (MONTHS[int(number) - 1] in heard.text):
        return True
    if value.arithmetic and 0 <= number <= 7 and number.is_integer():
        return WEEKDAYS[int(number) % 7] in heard.text or WEEKDAYS[(int(number) - 1) % 7] in heard.text
    return (
        value.facts is not None and 1 <= number <= 12 and number.is_integer() and MONTHS[int(number) - 1] in heard.text
    )


def _text(value: Value, heard: Heard) -> bool:
    said = plain(value.text.replace("%", " ") if value.comparison == "like" else value.text).strip()
    said = said.replace("*", " ").strip() if value.comparison == "like" else said
    if not said:
        return True
    if _phrase(said, heard):
        return True
    if any(f" {other} " in heard.squeezed for other in EQUIVALENTS.get(squeeze(said).strip(), ())):
        return True
    if value.comparison == "like" and (said.replace("_", " ").strip() in heard.text or _month_like(said, heard)):
        return True
    return _abbreviated(said, heard) or _nearly(said, heard)


def _phrase(said: str, heard: Heard) -> bool:
    """Whether the words of a value stand in the question, in a row or nearly all of them somewhere."""
    squeezed = squeeze(said)
    if squeezed.strip() == "":
        return said.strip() in heard.text
    if squeezed in heard.squeezed:
        return True
    parts = squeezed.split()
    if squeezed.strip().replace(" ", "") in heard.squeezed.replace(" ", "") and len(squeezed) > 6:
        return True
    telling = [stem(part) for part in parts if part not in EMPTY or len(parts) == 1] or [stem(part) for part in parts]
    hits = sum(heard.has(part) or _number_word(part, heard) for part in telling)
    return hits == len(telling) or (len(telling) > 3 and hits >= 0.75 * len(telling))


def _number_word(part: str, heard: Heard) -> bool:
    return part.isdigit() and len(part) < 16 and any(n.value == float(part) for n in heard.numbers)


def _abbreviated(said: str, heard: Heard) -> bool:
    """`Comp. Sci.` for computer science, `LA` for Los Angeles, `Aus` for Australia."""
    parts = squeeze(said).split()
    spoken = heard.squeezed.split()
    if len(parts) == 1 and 2 <= len(parts[0]) <= 5 and parts[0].isalpha():
        letters = parts[0]
        if any("".join(w[0] for w in spoken[i : i + len(letters)]) == letters for i in range(len(spoken))):
            return True
    if not all(part.isalpha() and len(part) > 2 for part in parts):
        return False
    return all(
        any(word.startswith(part) or (len(word) > 3 and part.startswith(word)) for word in spoken) for part in parts
    )


def _nearly(said: str, heard: Heard) -> bool:
    """Whether a long value stands there but for one letter."""
    parts = [p for p in squeeze(said).split() if p not in EMPTY]
    spoken = heard.squeezed.split()
    return bool(parts) and all(
        any(part == word or (len(part) > 4 and _one_apart(part, word)) for word in spoken) for part in parts
    )


def _one_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[at:], other[at:]
    swapped = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:] or swapped


def _month_like(said: str, heard: Heard) -> bool:
    match = re.fullmatch(r"(?:(\d{4}))?[-_/ ]*(\d{1,2})?[-_/ ]*", said)
    if not match or not any(match.groups()):
        return False
    year_said = match[1] is None or match[1] in heard.text
    month = int(match[2]) if match[2] else 0
    return year_said and (
        not 1 <= month <= 12 or MONTHS[month - 1] in heard.text or MONTHS[month - 1][:3] in heard.text
    )


def _date(value: Value, dated: re.Match[str], heard: Heard) -> bool:
    """A date in figures, in words, or left to the year or month it begins or ends."""
    year, month, day = int(dated[1]), int(dated[2]), int(dated[3] or 0)
    if _dated(year, month, day, heard):
        return True
    if day == 1 and month % 3 == 1 and "quarter" in heard.text and (_year(year, heard) or _year(year - 1, heard)):
        return True
    if _ends_quarter(month, day) and "quarter" in heard.text and _year(year, heard):
        return True
    if value.comparison in ("<", ">=") and day == 1:
        before = (year - 1, 12) if month == 1 else (year, month - 1)
        return _dated(*before, 0, heard) or (month == 1 and _year(year - 1, heard))
    return False


def _ends_quarter(month: int, day: int) -> bool:
    return (month, day) in ((3, 31), (6, 30), (9, 30), (12, 31))


def _dated(year: int, month: int, day: int, heard: Heard) -> bool:
    if not 1 <= month <= 12:
        return False
    numbers = {n.value for n in heard.numbers}
    has_month = MONTHS[month - 1] in heard.text or f" {MONTHS[month - 1][:3]} " in heard.squeezed
    edge = (month, day) in ((1, 1), (12, 31), (1, 0)) or (day in (0, 1, 28, 29, 30, 31) and has_month)
    has_day = day in numbers or any(token.startswith(str(day)) for token in heard.tokens)
    if not _year(year, heard) and not (has_month and has_day and day):
        return False
    return edge or ((has_month or month in numbers) and (has_day or day == 0))


def _year(year: int, heard: Heard) -> bool:
    return str(year) in heard.text or f"'{year % 100:02d}" in heard.text


def _opposed(value: Value, heard: Heard) -> bool:
    """Whether wherever the number stands, only words of the other direction stand beside it."""
    places = [n for n in heard.numbers if n.value == value.number and not (n.at and heard.tokens[n.at - 1] in MONTHS)]
    up = value.comparison in (">", ">=")
    verdicts = [_beside(heard, place.at, place.until) for place in places]
    return bool(verdicts) and all((down if up else above) and not (above if up else down) for above, down in verdicts)


_UP = re.compile(
    r"\b(?:more|greater|larger|over|above|exceed\w*|older|longer|higher|after|later|since|at least|minimum|bigger|"
    r"beyond|heavier|taller|past|newer|no (?:less|fewer|earlier)|not (?:less|below))\b"
)
_DOWN = re.compile(
    r"\b(?:less|fewer|under|below|younger|shorter|lower|before|earlier|until|at most|maximum|up to|smaller|lighter|"
    r"cheaper|within|prior|no (?:more|later|longer|older)|not (?:more|above|over|exceed\w*))\b"
)
_NEGATED = re.compile(
    r"\b(?:no|not|n't|never) (?:\w+ )?"
    r"(?:more|less|fewer|later|earlier|above|below|over|under|exceed\w*|longer|older)\b"
)


def _beside(heard: Heard, at: int, until: int) -> tuple[bool, bool]:
    """Whether words for above and for below stand beside a number."""
    before = " ".join(heard.tokens[max(0, at - 8) : at])
    after = " ".join(heard.tokens[until : until + 4])
    after = after if re.match(r"(?:\w+ )?(?:or|and) ", after) else ""
    if _NEGATED.search(before) or "between" in before:
        return True, True
    return bool(_UP.search(before) or _UP.search(after)), bool(_DOWN.search(before) or _DOWN.search(after))


def unasked_values(needs: Demands, own: Heard, known: frozenset[str], texts: str, words: Vocabulary) -> Iterator[Sign]:
    """Numbers and names that the question says and the query does not have."""
    for spoken in own.numbers:
        if spoken.firm and not _has_number(spoken.value, needs, texts) and f"{spoken.value:g}" not in known:
            yield Sign("unasked", f"the question says {spoken.value:g}, the query does not", 0.6, False)
            break
    for name in own.names:
        if not _has_name(name, known, texts):
            yield Sign("unasked", f"the question says {name!r}, the query does not", NAMED, False)
            return
    for table in needs.tables:
        found = words.value_in(table, own)
        if found and not _has_name(found, known, texts):
            yield Sign("unasked", f"the question says {found!r}, the query does not", HELD, False)
            return


def _has_number(number: float, needs: Demands, texts: str) -> bool:
    if number in needs.constants or number - 1 in needs.constants or number + 1 in needs.constants:
        return True
    if number / 100 in needs.constants or number * 100 in needs.constants or -number in needs.constants:
        return True
    said = f"{number:g}" if number < 1e15 else str(int(number))
    return (
        said in texts
        or squeeze(said).strip() in texts
        or (number >= 1e6 and str(int(number)) in texts)
        or (number == 2 and bool(needs.sets))
    )


def _has_name(name: str, known: frozenset[str], texts: str) -> bool:
    said = squeeze(plain(name)).split()
    return all(
        word in EMPTY
        or stem(word) in known
        or word.removesuffix("s") in known
        or word in texts
        or stem(word) in texts
        or word in _CALENDAR
        or word in _NO_NAMES
        or word[:-1] in EMPTY
        or any(f" {other} " in texts for other in EQUIVALENTS.get(word, ()))
        or len(word) < 3
        or word.isdigit()
        for word in said
    )
