"""Vague and figurative words for thresholds; what they leave out goes into the evidence."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import conditions, terms
from querywright.synthesis.english.scope import Block
from querywright.synthesis.english.values import literal
from querywright.synthesis.english.voice import Voice, many, some
from querywright.synthesis.lexicon import ColumnFacts, Role

HIGH, LOW, MIDDLE, NEW, OLD = "high", "low", "middle", "new", "old"
VAGUE = {
    HIGH: ("high", "considerable", "fairly large"),
    LOW: ("low", "modest", "rather small"),
    MIDDLE: ("medium", "moderate", "middling"),
    NEW: ("recent", "fairly recent"),
    OLD: ("early", "long-past"),
}
FIGURATIVE = {
    HIGH: ("sky-high", "towering", "mountain-sized"),
    LOW: ("rock-bottom", "featherweight", "pocket-sized"),
    MIDDLE: ("middle-of-the-road", "neither-hill-nor-valley"),
    NEW: ("freshly minted", "new-dawn"),
    OLD: ("vintage", "old-guard"),
}
BANDS: dict[type[exp.Expr], str] = {exp.GT: HIGH, exp.GTE: HIGH, exp.LT: LOW, exp.LTE: LOW, exp.Between: MIDDLE}
BOUNDS: dict[type[exp.Expr], str] = {exp.GT: "above", exp.GTE: "of at least", exp.LT: "below", exp.LTE: "of at most"}
TIMES: dict[type[exp.Expr], str] = {exp.GT: "after", exp.GTE: "on or after", exp.LT: "before", exp.LTE: "on or before"}


def fuzzy(
    left: exp.Expr, right: exp.Expr, kind: type[exp.Expr], facts: ColumnFacts | None, block: Block, voice: Voice
) -> conditions.Restrictor | None:
    """A threshold in loose words, its meaning noted; None where the voice is exact or the value cannot be loosened."""
    if not (voice.vague or voice.figurative) or kind not in BANDS or len(voice.notes) >= 3:
        return None
    if facts is not None and facts.role not in (Role.AMOUNT, Role.LEVEL, Role.DATE, Role.DATETIME, Role.YEAR):
        return None
    phrase = terms.term(left, block, voice)
    temporal = facts is not None and facts.temporal
    bound = _bound(right, kind, facts, temporal, voice)
    if bound is None or "'s " in phrase or (temporal and kind is exp.Between) or " (" in phrase or len(phrase) > 40:
        return None
    band = {HIGH: NEW, LOW: OLD}.get(BANDS[kind], BANDS[kind]) if temporal else BANDS[kind]
    word = voice.said.setdefault((phrase, bound), voice.pick((FIGURATIVE if voice.figurative else VAGUE)[band]))
    voice.note(f"{some(f'{word} {phrase}')} {'mean' if many(phrase) else 'means'} {some(phrase)} {bound}")
    return conditions.holding(some(f"{word} {phrase}"), "", f"the {phrase} is {word}")


def _bound(
    right: exp.Expr, kind: type[exp.Expr], facts: ColumnFacts | None, temporal: bool, voice: Voice
) -> str | None:
    if isinstance(right, exp.Between):
        low, high = (literal(right.args[k], facts, voice) for k in ("low", "high"))
        return f"between {low} and {high}" if low and high else None
    value = literal(right, facts, voice)
    if value is None:
        return None
    words = TIMES if temporal else BOUNDS
    said = (
        words[kind] if not (temporal and facts and facts.role is Role.YEAR) else words[kind].replace("on or", "in or")
    )
    return f"{said} {value}"
