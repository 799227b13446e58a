"""Reads a query and asks for it in English, whoever wrote the query.

`scope` finds out what the aliases stand for, `nouns`, `terms` and `conditions` word its parts, `request` puts the parts
together and `styles` arranges them into a question.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from sqlglot import exp

from querywright.synthesis.english.reading import read
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.styles import STYLES
from querywright.synthesis.english.voice import CannotSay, Unfitting, Voice
from querywright.synthesis.lexicon import Lexicon

__all__ = ["STYLES", "CannotSay", "Question", "Request", "Unfitting", "Voice", "ask", "read"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what one must know beside it, its style and what kind of answer it wants."""

    text: str
    evidence: str
    style: str
    kind: str


def ask(tree: exp.Expr, lexicon: Lexicon, style: str | None, rng: random.Random) -> Question:
    """Words one query in one style.

    Args:
        tree: the query, parsed in the dialect of the lexicon's database.
        lexicon: what the tables and columns are called.
        style: a key of `STYLES`; None for any that fits, all equally likely to be tried first.
        rng: chooses between equivalent wordings.

    Raises:
        Unfitting: the query gives this style nothing to do; another style can say it.
        CannotSay: the query holds a construct there are no words for; the message names it.
    """
    if style is not None:
        return _worded(tree, lexicon, style, rng)
    for name in rng.sample(tuple(STYLES), len(STYLES)):
        try:
            return _worded(tree, lexicon, name, rng)
        except Unfitting:
            continue
    raise CannotSay("no style fits")


def _worded(tree: exp.Expr, lexicon: Lexicon, style: str, rng: random.Random) -> Question:
    voice = Voice(lexicon, rng, vague=style == "vague", figurative=style == "metaphorical")
    request = read(tree, voice)
    text = STYLES[style](request, voice)
    evidence = "; ".join(note[:1].upper() + note[1:] for note in voice.notes)
    return Question(text, f"{evidence}." if evidence else "", style, request.kind)
