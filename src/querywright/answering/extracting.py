"""Keywords by rule: what stands in quotes, names, numbers, and the words that are left when those that ask are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from querywright.answering.stop_words import UNSPACED_STOPS
from querywright.answering.words import Word, folded, words_of

_QUOTED = re.compile(
    r"\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|„([^“”\n]{1,200})[“”]|«([^»\n]{1,200})»|`([^`\n]{1,200})`"
    r"|「([^」\n]{1,200})」|『([^』\n]{1,200})』|《([^》\n]{1,200})》|(?<!\w)['‘]([^'’\n]{1,200})['’](?!\w)"
)
_SMALL = "of the de la le du da di van von der den del dos des al el bin ibn y"
_BINDING = frozenset(_SMALL.split())
"""Small words inside a name."""
_LONGEST_NAME = 6
"""Words of a name; a question in capitals is no name."""
_KINDS = re.compile(
    r"(?P<signs>[\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)|(?P<katakana>[\u30a0-\u30ff\uff66-\uff9d]+)"
    r"|(?P<hiragana>[\u3040-\u309f]+)|(?P<other>.+?(?=[\u3005-\u9fff\uf900-\ufaff\uff66-\uff9d]|$))"
)
_STOPS = re.compile(f"[{UNSPACED_STOPS}]+")


def keywords_in(texts: Sequence[str], most: int) -> tuple[str, ...]:
    """What may be looked up of some texts, the most telling first, each once.

    >>> keywords_in(["How many races did Lewis Hamilton win in '2008' at Spa?"], 6)
    ('2008', 'Lewis Hamilton', 'Spa', 'races', 'Lewis Hamilton win', 'Lewis')
    """
    words = [list(words_of(text)) for text in texts]
    found: list[str] = []
    for text in texts:
        found += [next(filter(None, match)).strip() for match in _QUOTED.findall(text)]
    for text, each in zip(texts, words, strict=True):
        found += _names(text, each)
    for each in words:
        found += [word.text for word in each if word.has_digit]
    for take in (_whole, _single, _pairs):
        for text, each in zip(texts, words, strict=True):
            for run in _runs(text, each):
                found += take(run)
    return _once(found, most)


def _once(found: Sequence[str], most: int) -> tuple[str, ...]:
    """Without what comes twice, whatever its case, and without what is nothing."""
    kept: dict[str, str] = {}
    for text in found:
        if text and len(kept) < most:
            kept.setdefault(folded(text), text)
    return tuple(kept.values())


def _names(text: str, words: Sequence[Word]) -> Iterator[str]:
    """Runs of words in capitals. The first word of a sentence counts unless it asks."""
    run: list[Word] = []
    for word in [*words, None]:
        if word is not None and run and _touches(text, run[-1], word) and _is_in_name(word, run):
            run.append(word)
            continue
        while run and run[-1].text in _BINDING:
            run.pop()
        if run:
            yield text[run[0].start : run[-1].end]
        run = [word] if word is not None and _is_capital(word) else []


def _is_in_name(word: Word, run: Sequence[Word]) -> bool:
    return word.text in _BINDING or (_is_capital(word) and len(run) < _LONGEST_NAME)


def _is_capital(word: Word) -> bool:
    return word.text[:1].isupper() and not word.is_stop


def _touches(text: str, before: Word, after: Word) -> bool:
    return text[before.end : after.start].isspace()


def _runs(text: str, words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words that stand together, none of which is a stop word; each run of a script without spaces by itself."""
    run: list[Word] = []
    for word in words:
        if run and (word.unspaced or word.is_stop or run[-1].unspaced or not _touches(text, run[-1], word)):
            yield run
            run = []
        if not word.is_stop:
            run.append(word)
    if run:
        yield run


def _whole(run: list[Word]) -> list[str]:
    if run[0].unspaced:
        return [part for part in _chunks(run[0].text) if len(part) <= 12]
    return [" ".join(word.text for word in run)] if len(run) <= 3 else []


def _single(run: list[Word]) -> list[str]:
    if run[0].unspaced:
        return [window for part in _chunks(run[0].text) for window in _windows(part, 4 if _is_signs(part) else 6)]
    return [word.text for word in run if len(word.text) > 1]


def _pairs(run: list[Word]) -> list[str]:
    if run[0].unspaced:
        return [window for part in _chunks(run[0].text) if _is_signs(part) for window in _windows(part, 2)]
    return [f"{one.text} {other.text}" for one, other in pairwise(run)]


def _windows(part: str, size: int) -> list[str]:
    """Pieces of a part that is longer than they are, each half over the next."""
    if len(part) <= size:
        return []
    return [part[at : at + size] for at in range(0, len(part) - size + 1, size // 2)]


def _is_signs(part: str) -> bool:
    found = _KINDS.match(part)
    return found is not None and found.lastgroup == "signs"


def _chunks(run: str) -> Iterator[str]:
    """Parts of a run of a script without spaces: signs between those that bind, katakana by itself, no hiragana."""
    for found in _KINDS.finditer(run):
        if found.lastgroup == "signs":
            yield from filter(None, _STOPS.split(found[0]))
        elif found.lastgroup != "hiragana":
            yield found[0]
