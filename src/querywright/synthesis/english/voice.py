"""What is carried along while one question is worded: the choices made and what must go into the evidence."""

from __future__ import annotations

import random
import re
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.lexicon.inflection import is_plural


class CannotSay(ValueError):
    """The query holds something we have no words for; the message names it."""


class Unfitting(CannotSay):
    """The query gives this style nothing to do (no threshold to be vague about); another style will say it."""


@dataclass(frozen=True)
class Noun:
    """A thing's name. `person` chooses who over that."""

    singular: str
    plural: str
    person: bool = False

    @property
    def relative(self) -> str:
        return "who" if self.person else "that"


@dataclass
class Voice:
    """One question's words. `vague` makes thresholds and measures fuzzy and moves their meaning to the notes."""

    lexicon: Lexicon
    rng: random.Random
    notes: list[str] = field(default_factory=list)
    vague: bool = False
    figurative: bool = False
    loosened: int = 0
    """How many things have been said vaguely or in a figure."""
    said: dict[Hashable, Any] = field(default_factory=dict)
    """Wordings already chosen, so that the same thing is called the same throughout one question."""

    def pick(self, options: Sequence[str]) -> str:
        """One of several ways to say the same."""
        return options[self.rng.randrange(len(options))]

    @contextmanager
    def exact(self) -> Iterator[None]:
        """Within, nothing is made vague."""
        before = (self.vague, self.figurative)
        self.vague = self.figurative = False
        try:
            yield
        finally:
            self.vague, self.figurative = before

    def note(self, text: str) -> None:
        """Adds a sentence to the evidence, once."""
        if text not in self.notes:
            self.notes.append(text)


def the(phrase: str) -> str:
    """The phrase with its article, where it takes one."""
    bare = ("the ", "each ", "whether ", "how ", "a ", "an ", "every ", "all ", "their ", "its ", '"')
    return phrase if phrase.startswith(bare) or phrase[:1].isdigit() else f"the {phrase}"


def a(phrase: str) -> str:
    """The phrase with its indefinite article."""
    first = phrase.split(" ")[0].lower()
    vowel = first[:1] in "aeiou" and not first.startswith(("uni", "use", "eu", "one", "us "))
    spelled = len(first) > 1 and phrase.split(" ")[0].isupper() and first[0] in "aefhilmnorsx"
    silent = first.startswith(("hour", "honest", "honour", "honor", "heir"))
    return f"{'an' if (vowel and not phrase.split(' ')[0].isupper()) or spelled or silent else 'a'} {phrase}"


def many(phrase: str) -> bool:
    """Whether a noun phrase is plural: its head is (`pieces in stock`, `helpful votes`)."""
    head = re.split(r" (?:in|of|on|for|per|to|with|from|by|at) ", phrase, maxsplit=1)[0]
    if head.endswith("'s"):
        head = phrase  # `snapshot's in stock status`
    return is_plural(head.split(" ")[-1])


def some(phrase: str) -> str:
    """The phrase with its indefinite article, if it is singular."""
    return phrase if many(phrase) else a(phrase)


def listing(parts: Sequence[str], word: str = "and") -> str:
    """`x`, `x and y`, `x, y and z`."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
