"""The words of one database's tables and columns, as stems to be listened for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from querywright.synthesis.correspondence.cues import CUES
from querywright.synthesis.correspondence.heard import Heard, squeeze
from querywright.synthesis.correspondence.stems import EMPTY, plain, stem, stems
from querywright.synthesis.correspondence.synonyms import SYNONYMS
from querywright.synthesis.lexicon import ColumnFacts, Lexicon, Role
from querywright.synthesis.lexicon.listing import listed
from querywright.synthesis.lexicon.words import split

_ASKING = ("count", "sum", "average", "share", "high", "low", "late", "early", "vague", "distinct", "negation", "group")
_GENERIC = frozenset(stem(word) for word in listed("id ids code name number no key value info ref reference type"))
"""Words that too many columns bear to tell one from another."""


@dataclass(frozen=True)
class Words:
    """The words of one table or column: those of the lexicon, and those of its name."""

    said: tuple[str, ...]
    written: tuple[str, ...]

    def alluded(self, heard: Heard) -> float:
        """How much of it is said, in its words or everyday ones: 0 to 1; the better of its two wordings."""
        return max(_share(self.said, heard), _share(self.written, heard))

    def spoken(self, heard: Heard) -> bool:
        """Whether every word of it is there as it is."""
        telling = any(word not in _GENERIC for word in self.said)
        return telling and all(word in heard.stems for word in self.said)


def _share(said: tuple[str, ...], heard: Heard) -> float:
    telling = [word for word in said if word not in _GENERIC] or list(said)
    if not telling:
        return 0.0
    return sum(_alluded(word, heard) for word in telling) / len(telling)


def _alluded(word: str, heard: Heard) -> bool:
    return heard.has(word) or not heard.stems.isdisjoint(SYNONYMS.get(word, ()))


class Vocabulary:
    """The words of all tables and columns of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.tables: dict[str, Words] = {}
        self.columns: dict[str, dict[str, Words]] = {}
        self.roles: dict[str, tuple[Words, ...]] = {}
        """What rows of a table are to those that point at them: employees are doctors and managers."""
        self.facts: dict[str, tuple[ColumnFacts, ...]] = {}
        self._values: dict[str, frozenset[str]] = {}
        for table in lexicon.schema:
            entity = lexicon.entity(table.full_name)
            name = entity.table
            said = _content(stems(entity.singular))
            self.tables[name] = Words(said, _content(_written(table.name)))
            own = frozenset(said) | frozenset(self.tables[name].written)
            self.facts[name] = lexicon.columns(table.full_name)
            self.roles[name] = tuple(
                Words(role, role)
                for role in {_content(stems(reference.phrase)) for reference in lexicon.children(table.full_name)}
                if role != said
            )
            self.columns[name] = {facts.column: _column(facts, own) for facts in self.facts[name]}

    def value_in(self, table: str, heard: Heard) -> str:
        """A value of a table's text columns that stands in a question; empty if there is none."""
        if table not in self._values:
            self._values[table] = _held(self.facts[table])
        known = self._values[table]
        said = heard.squeezed.split()
        spans = (" ".join(said[at : at + long]) for long in (3, 2, 1) for at in range(len(said) - long + 1))
        return next((span for span in spans if span in known), "")

    def column(self, facts: ColumnFacts) -> Words:
        """The words of a column."""
        return self.columns[facts.table][facts.column]


@lru_cache(maxsize=256)
def vocabulary(lexicon: Lexicon) -> Vocabulary:
    """The vocabulary of a lexicon; those of the last few are kept, as a lexicon never changes."""
    return Vocabulary(lexicon)


def _column(facts: ColumnFacts, own: frozenset[str]) -> Words:
    said = _content((*stems(facts.phrase), *(stems(facts.verb) if facts.verb and facts.role is Role.YEAR else ())))
    return Words(_apart(_content(stems(facts.phrase)), own) or said, _apart(_content(_written(facts.column)), own))


def _held(columns: tuple[ColumnFacts, ...]) -> frozenset[str]:
    """Texts that the columns hold and that can hardly be anything else in a sentence."""
    found: set[str] = set()
    for facts in columns:
        if facts.role in (Role.CATEGORY, Role.NAME, Role.CODE):
            texts = (squeeze(plain(value)).strip() for value in facts.values if isinstance(value, str))
            found.update(text for text in texts if len(text) > 3 and not text.isdigit() and not _is_cue(text))
    return frozenset(found)


def _is_cue(text: str) -> bool:
    """Whether a value is also a word people ask with (`average`, `low`)."""
    return text in EMPTY or any(CUES[name].fullmatch(text) for name in _ASKING)


def _apart(said: tuple[str, ...], own: frozenset[str]) -> tuple[str, ...]:
    """Without the words of its table, which go without saying."""
    return tuple(word for word in said if word not in own) or said


def _written(name: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in split(name))


def _content(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in said if word not in EMPTY)) or said
