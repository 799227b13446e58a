"""Which words of a question name tables and columns: schema linking by runs of words, exact and partial."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from querywright.retrieval.identifiers import words_of

LONGEST: Final = 5
"""Words of the longest run that is looked up."""
FILLERS: Final = frozenset(
    str.split("""
    a an and any are as at be been being but by can could did do does doing done for from give given had has have having
    he her him his how i if in into is it its itself list me my no not of on or our out over please shall she should
    show so than that the their them then there these they this those to too under up us was we were what when where
    which while who whom whose why will with would you your find return tell display also only s t
    """)
)
"""Words that name nothing by themselves."""
MEASURES: Final = frozenset(
    str.split("""
    all amount average both count different distinct each every first greater greatest high higher highest largest last
    least less longest low lower lowest many maximum mean minimum more most much number oldest per percentage
    second shortest smaller smallest sum third top total unique youngest
    """)
)
"""Words that say what is computed. A name that merely has one of them in it is not meant by it."""


def stem(word: str) -> str:
    """What a word in lower case has in common with its plural; itself where it is short.

    >>> stem("movies") == stem("movie"), stem("courses") == stem("course"), stem("classes") == stem("class")
    (True, True, True)
    """
    if len(word) > 3:
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith("es"):
            word = word[:-2]
        elif word.endswith("s") and not word.endswith("ss"):
            word = word[:-1]
    if word.endswith("ie"):
        return word[:-2] + "y"
    return word[:-1] if len(word) > 2 and word.endswith("e") else word


class Names:
    """The names of one schema, as the stems of their words."""

    def __init__(self, names: Iterable[str]) -> None:
        self._whole: set[tuple[str, ...]] = set()
        self._parts: set[tuple[str, ...]] = set()
        for words in {words_of(name) for name in names}:
            stems = tuple(map(stem, words))
            if stems:
                self._whole |= {stems, ("".join(words),), (stem("".join(words)),)}
                self._parts |= {stems[at:end] for at, end in _runs(len(words)) if not says_nothing(words[at:end])}

    def linked(self, words: Sequence[str]) -> set[int]:
        """The places of those words (in lower case) that are part of a run which is a name, or a part of one."""
        stems = [stem(word) for word in words]
        found: set[int] = set()
        for at in range(len(stems)):
            for length in range(min(LONGEST, len(stems) - at), 0, -1):
                run = tuple(stems[at : at + length])
                said = words[at : at + length]
                in_part = run in self._parts and not says_nothing(said)
                if in_part or (run in self._whole and not FILLERS.issuperset(said)):
                    found.update(range(at, at + length))
                    break
        return found


def says_nothing(words: Iterable[str]) -> bool:
    """Whether all of these words (in lower case) are fillers and measures."""
    return all(word in FILLERS or word in MEASURES for word in words)


def _runs(length: int) -> Iterable[tuple[int, int]]:
    for at in range(length):
        for end in range(at + 1, min(length, at + LONGEST) + 1):
            yield at, end
