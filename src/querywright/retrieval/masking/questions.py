"""Questions masked: `<mask>` for what names a table or a column, `<unk>` for values.

As DAIL-SQL does it: runs of up to five words are linked to the schema, exactly or as a part of a name, and to the
database's values where somebody can look these up; numbers and quoted texts are values in any case. Unlike there,
neighbours that are masked alike become one mask, so that a name of three words is masked as one of one word is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from querywright.databases.schema import Schema
from querywright.retrieval.masking.linking import LONGEST, Names, says_nothing
from querywright.retrieval.masking.tags import NAME, VALUE

Lookup = Callable[[str], bool]
"""Whether a text is a value of the database."""

_TOKEN: Final = re.compile(
    r"""
    (?P<quoted>  "[^"]+" | “[^”]+” | «[^»]+» | `[^`]+` | (?<!\w)'[^']+'(?!\w) | (?<!\w)‘[^’]+’(?!\w) )
  | (?P<number>  \d+ (?:[-/:.,]\d+)* (?:st|nd|rd|th|%)? (?![^\W_]) )
  | (?P<word>    [^\W_]+ )
  | (?P<mark>    [^\w\s] )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def as_value(text: str) -> str:
    """What two spellings of one value have in common: case, spaces and the wildcards of LIKE do not count.

    >>> as_value("%New  York%") == as_value("new york")
    True
    """
    return " ".join(text.casefold().replace("%", " ").split())


def looks_like_a_name(text: str) -> bool:
    """Whether all words begin with a capital: what is a value where no database can be asked.

    On Spider it masks as well as knowing the values does; a first word says nothing (`How`), so it does no harm.
    """
    return all(word[:1].isupper() for word in text.split())


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def mask_question(question: str, schema: Schema, values: Lookup | None = None) -> str:
    """The question with its names and values masked.

    Args:
        question: any text.
        schema: of the database that it is asked of.
        values: says whether a run of the question's words is a value of the database; without it, only numbers and
            quoted texts are known to be values.
    """
    return Masker.of(schema).mask(question, values)


class Masker:
    """Masks questions to one schema, whose names are taken apart once."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` are those of tables and columns."""
        self._names = Names(names)

    @classmethod
    def of(cls, schema: Schema) -> Masker:
        """For the tables and columns of a schema."""
        return cls(name for table in schema for name in (table.name, *(column.name for column in table.columns)))

    def mask(self, question: str, values: Lookup | None = None) -> str:
        """As `mask_question`."""
        tokens = [_Token(str(m.lastgroup), m.group(), *m.span()) for m in _TOKEN.finditer(question)]
        said = [token.text for token in tokens]
        for stretch in _stretches(tokens):
            lowered = [tokens[place].text.lower() for place in stretch]
            named = {stretch[place] for place in self._names.linked(lowered)}
            if values is not None:
                for place in _held(question, tokens, stretch, values):
                    said[place] = VALUE
            for place in named:
                said[place] = NAME
        for place, token in enumerate(tokens):
            if token.kind in ("quoted", "number") and said[place] != NAME:
                said[place] = VALUE
        return _joined(said)


def _stretches(tokens: list[_Token]) -> Iterable[list[int]]:
    """The places of words and numbers between marks and quoted texts: no name goes across these."""
    stretch: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind in ("word", "number"):
            stretch.append(place)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _held(question: str, tokens: list[_Token], stretch: list[int], values: Lookup) -> Iterable[int]:
    """The places of the words that are values, longest runs first; a run of fillers is none."""
    still = [says_nothing([tokens[place].text.lower()]) for place in stretch]
    at = 0
    while at < len(stretch):
        for length in range(min(LONGEST, len(stretch) - at), 0, -1):
            run = stretch[at : at + length]
            empty = still[at] or still[at + length - 1]
            if not empty and values(question[tokens[run[0]].start : tokens[run[-1]].end]):
                yield from run
                at += length - 1
                break
        at += 1


def _joined(said: list[str]) -> str:
    kept = [text for place, text in enumerate(said) if text not in (NAME, VALUE) or said[place - 1 : place] != [text]]
    return " ".join(kept)
