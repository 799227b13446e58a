"""What a question says: its words, numbers and cues, taken apart once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from querywright.synthesis.correspondence.cues import CUES
from querywright.synthesis.correspondence.spoken_numbers import SpokenNumber, spoken_numbers, tokens
from querywright.synthesis.correspondence.stems import EMPTY, kin, plain, stem, words

_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|(?<![\w])'([^']+(?:'s [^']+)?)'(?![\w])")
_PROPER = re.compile(r"(?<![.?!:]\s)(?<!^)(?<![\w'\"“])[A-Z][\w&-]*(?:\.\w+)*(?: +[A-Z][\w&-]*(?:\.\w+)*)*")
_OTHER = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Heard:
    """A question, or a question with its evidence."""

    text: str
    """Plain."""
    asking: str
    """Plain, without what stands in quotes: where cues are looked for."""
    squeezed: str
    """Plain words between single spaces, with one at each end: where values are looked for."""
    stems: frozenset[str]
    kins: frozenset[str]
    tokens: tuple[str, ...]
    numbers: tuple[SpokenNumber, ...]
    names: tuple[str, ...]
    """What stands in quotes, and capitalised words inside a sentence: values, most likely."""
    _cues: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def cue(self, name: str) -> bool:
        """Whether the words of a cue are there."""
        if name not in self._cues:
            self._cues[name] = CUES[name].search(self.asking) is not None
        return self._cues[name]

    def has(self, stemmed: str) -> bool:
        """Whether a word of this stem, or of its family, is there."""
        return stemmed in self.stems or (len(stemmed) > 5 and kin(stemmed) in self.kins)


def hear(text: str) -> Heard:
    """Takes a text apart."""
    said = plain(text)
    found = tokens(said)
    stemmed = frozenset(stem(word) for word in words(said))
    return Heard(
        said,
        plain(_QUOTED.sub(" ", text)),
        squeeze(said),
        stemmed,
        frozenset(kin(s) for s in stemmed if len(s) > 5),
        tuple(found),
        tuple(spoken_numbers(found)),
        tuple(_names(text)),
    )


def squeeze(text: str) -> str:
    """A plain text's words between single spaces."""
    spaced = _OTHER.sub(" ", text.replace("'s", "")).strip()
    return f" {spaced} "


def _names(text: str) -> list[str]:
    quoted = [next(group for group in match.groups() if group) for match in _QUOTED.finditer(text)]
    rest = _QUOTED.sub(" x ", text)
    proper = [m.group() for m in _PROPER.finditer(rest) if not rest.startswith(" (", m.end())]  # `Chicago (ORD)`
    return quoted + [name for name in proper if name.casefold() not in EMPTY]
