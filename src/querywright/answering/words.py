"""Words of questions and of names, as they are compared: in small letters without accents, whatever the script."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from querywright.answering.stop_words import STOP_WORDS

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003ffff"
)
"""Scripts that put no space between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PARTS = re.compile(rf"[{UNSPACED}]+|[^\W_0-9]+|[0-9]+")
_MEANT_ALIKE = 0.8
"""From this likeness on two words are taken for one: `student` and `studnets`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, or a run of a script without spaces."""

    text: str
    start: int
    end: int
    unspaced: bool

    @property
    def is_stop(self) -> bool:
        """Whether it says nothing."""
        return not self.unspaced and self.text.lower() in STOP_WORDS

    @property
    def has_digit(self) -> bool:
        return any(letter.isdigit() for letter in self.text)


def words_of(text: str) -> Iterator[Word]:
    """The words of a text in order, without the endings behind an apostrophe.

    >>> [word.text for word in words_of("Ada's 1,200 e-mails from AT&T, 北京2019")]
    ['Ada', '1,200', 'e-mails', 'from', 'AT&T', '北京', '2019']
    """
    for found in _pattern().finditer(text):
        word = re.sub(r"['’](?:s|S|t|re|ve|ll|d|m)$", "", found[0])
        yield Word(word, found.start(), found.start() + len(word), found.lastgroup == "unspaced")


@cache
def _pattern() -> re.Pattern[str]:
    """A word: letters, digits and the marks on them, with single signs between."""
    marks = "".join(chr(code) for code in range(0x300, 0x1CFF) if unicodedata.category(chr(code))[0] == "M")
    letter = rf"(?:(?![{UNSPACED}])[\w{marks}\u200c\u200d])"
    return re.compile(rf"(?P<unspaced>[{UNSPACED}]+)|{letter}+(?:(?:[-'’.:/@&+]|(?<=\d),(?=\d)){letter}+)*")


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """A text without case and accents.

    >>> folded("Łukasz É"), folded("Straße")
    ('łukasz e', 'strasse')
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not unicodedata.combining(letter)))


@lru_cache(maxsize=65_536)
def name_words(name: str) -> tuple[str, ...]:
    """The words in a name; of scripts without spaces each two signs that stand together.

    >>> name_words("fastestLapTime"), name_words("HTTP_status2"), name_words("学生姓名")
    (('fastest', 'lap', 'time'), ('http', 'status', '2'), ('学生', '生姓', '姓名'))
    """
    found: list[str] = []
    for part in _PARTS.findall(folded(_CAMEL.sub(" ", name))):
        if re.match(f"[{UNSPACED}]", part) and len(part) > 2:
            found += [sys.intern(part[at : at + 2]) for at in range(len(part) - 1)]
        else:
            found.append(sys.intern(part))
    return tuple(found)


def alike(wanted: list[str], known: list[str]) -> dict[str, dict[str, float]]:
    """For each wanted word those known ones that may mean the same, with how sure that is.

    A word means itself; a word of at least four letters also one that differs in a letter or an ending, and a longer
    one that has it inside, as `enrolment` is in `totalenrolment`.
    """
    import numpy as np
    from rapidfuzz import fuzz, process

    there = set(known)
    found: dict[str, dict[str, float]] = {word: {word: 1.0} if word in there else {} for word in wanted}
    long = [word for word in wanted if len(word) >= 4 and not word.isdigit()]
    candidates = [word for word in known if len(word) >= 4 and not word.isdigit()]
    if not long or not candidates:
        return found
    likeness = process.cdist(long, candidates, scorer=fuzz.ratio, score_cutoff=100 * _MEANT_ALIKE, dtype=np.uint8)
    for row, column in zip(*np.nonzero(likeness), strict=True):
        found[long[row]].setdefault(candidates[column], float(likeness[row, column]) / 100)
    for longer in candidates:
        if len(longer) >= 8:
            for word in long:
                if word in longer:
                    found[word].setdefault(longer, _MEANT_ALIKE)
    return found
