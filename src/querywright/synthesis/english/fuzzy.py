"""Vague and figurative words for thresholds; what they leave out goes into the evidence."""

from __future__ import annotations

from sqlglot import exp

from querywright.synthesis.english import conditions, nouns
from querywright.synthesis.english.scope import Block
from querywright.synthesis.english.values import literal
from querywright.synthesis.english.voice import Voice, many, some
from querywright.synthesis.lexicon import ColumnFacts, Role

HIGH, LOW, MIDDLE, NEW, OLD = "high", "low", "middle", "new", "old"
VAGUE = {
    HIGH: ("high", "fairly high"), LOW: ("low", "rather low"), MIDDLE: ("medium", "moderate"),
    NEW: ("recent", "fairly recent"), OLD: ("early", "rather early"),
}  # fmt: skip
FIGURES = {
    HIGH: ("tower over the rest in {0}", "are heavyweights when it comes to {0}", "stand high on the ladder of {0}"),
    LOW: ("are featherweights when it comes to {0}", "stand on the lowest rungs of {0}"),
    MIDDLE: ("keep to the middle of the road in {0}",),
    NEW: ("are fresh from the oven by {0}", "are the new kids on the block by {0}"),
    OLD: ("belong to the old guard by {0}", "have grey hair by {0}"),
}
BANDS: dict[type[exp.Expr], str] = {exp.GT: HIGH, exp.GTE: HIGH, exp.LT: LOW, exp.LTE: LOW, exp.Between: MIDDLE}
BOUNDS: dict[type[exp.Expr], str] = {exp.GT: "above", exp.GTE: "of at least", exp.LT: "below", exp.LTE: "of at most"}
TIMES: dict[type[exp.Expr], str] = {
    exp.GT: "after",
    exp.GTE: "on or after",
    exp.LT: "before",
    exp.LTE: "on or before",
}
MOST = 2
"""Thresholds loosened in one question: with more, nobody could follow."""


def fuzzy(
    phrase: str, right: exp.Expr, kind: type[exp.Expr], facts: ColumnFacts | None, block: Block, voice: Voice
) -> conditions.Restrictor | None:
    """A threshold in loose words, its meaning noted; None where the voice is exact or the value cannot be loosened."""
    if not (voice.vague or voice.figurative) or kind not in BANDS:
        return None
    if facts is not None and facts.role not in (Role.AMOUNT, Role.LEVEL, Role.DATE, Role.DATETIME, Role.YEAR):
        return None
    temporal = facts is not None and facts.temporal
    bound = _bound(right, kind, facts, temporal, voice)
    if bound is None or "'s " in phrase or (temporal and kind is exp.Between) or " (" in phrase or len(phrase) > 40:
        return None
    if (phrase, bound) not in voice.said and voice.loosened >= (1 if voice.figurative else MOST):
        return None
    if not _fits(right, kind, facts):
        return None
    band = {HIGH: NEW, LOW: OLD}.get(BANDS[kind], BANDS[kind]) if temporal else BANDS[kind]
    say = _figure if voice.figurative else _adjective
    return say(phrase, bound, band, nouns.rows_noun(block, voice).relative, voice)


def _fits(right: exp.Expr, kind: type[exp.Expr], facts: ColumnFacts | None) -> bool:
    """Whether a threshold deserves its adjective: what lies above a high one is the smaller part of the values."""
    values = [v for v in facts.values if isinstance(v, (int, float))] if facts else []
    if len(values) < 5 or not isinstance(right, exp.Literal) or right.is_string or kind is exp.Between:
        return True
    bound = float(right.this)
    above = sum(v > bound for v in values) / len(values)
    return above <= 0.55 if BANDS[kind] == HIGH else above >= 0.45


def _adjective(phrase: str, bound: str, band: str, relative: str, voice: Voice) -> conditions.Restrictor:
    word = _chosen(phrase, bound, VAGUE[band], voice)
    thing = some(f"{word} {phrase}")
    voice.note(f"{thing} {'mean' if many(phrase) else 'means'} {some(phrase)} {bound}")
    return conditions.holding(thing, "", f"the {phrase} is {word}")


def _figure(phrase: str, bound: str, band: str, relative: str, voice: Voice) -> conditions.Restrictor:
    verb = _chosen(phrase, bound, FIGURES[band], voice).format(phrase)
    infinitive = f"be {verb.removeprefix('are ')}" if verb.startswith("are ") else verb
    voice.note(f"to {infinitive} is to have {some(phrase)} {bound}")
    return conditions.Restrictor(f"{relative} {verb}", f"they {verb}", conditions.WHO, verb)


def _chosen(phrase: str, bound: str, options: tuple[str, ...], voice: Voice) -> str:
    """The words for this threshold; the same ones wherever the question mentions it."""
    if (phrase, bound) not in voice.said:
        voice.said[phrase, bound] = voice.pick(options)
        voice.loosened += 1
    return str(voice.said[phrase, bound])


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
