"""Whether a question asks for what a query gives: every sign is looked for, and all are weighed together.

What a query demands is read once and kept for the next question about it, for questions come in several candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from querywright.sql.parsing import Tree
from querywright.synthesis.correspondence import shape_signs as shape
from querywright.synthesis.correspondence import value_signs as values
from querywright.synthesis.correspondence import word_signs
from querywright.synthesis.correspondence.demands import Demands
from querywright.synthesis.correspondence.finding import Finding, Sign, weighed
from querywright.synthesis.correspondence.heard import Heard, hear, squeeze
from querywright.synthesis.correspondence.reading import demands
from querywright.synthesis.correspondence.stems import EMPTY, plain, stem
from querywright.synthesis.correspondence.synonyms import SYNONYMS
from querywright.synthesis.correspondence.vocabulary import vocabulary
from querywright.synthesis.lexicon import Lexicon


@dataclass(frozen=True)
class _Read:
    """A query read: what it demands, the stems it accounts for, and its texts."""

    needs: Demands
    known: frozenset[str]
    family: frozenset[str]
    """The stems accounted for, and what people say for them."""
    texts: str


def check(question: str, evidence: str, tree: Tree, lexicon: Lexicon) -> Finding:
    """Whether `question`, with its evidence, asks for what the query gives. Deterministic, no model, no rows.

    Args:
        question: as a person asks it, in English.
        evidence: what one must know beside it; empty for nothing.
        tree: the query, parsed in the dialect of the lexicon's database; not changed.
        lexicon: what the tables and columns are called.
    """
    read = _read(tree, lexicon)
    own = hear(question)
    heard = hear(f"{question} {evidence}") if evidence else own
    return weighed(_signs(read, own, heard, lexicon), _closeness(read, own))


def _signs(read: _Read, own: Heard, heard: Heard, lexicon: Lexicon) -> list[Sign]:
    needs, known, words = read.needs, read.known, vocabulary(lexicon)
    return [
        *values.value_signs(needs, heard, words),
        *shape.direction_signs(needs, heard, own, known),
        *shape.limit_signs(needs, heard),
        *shape.negation_signs(needs, heard, own, known),
        *shape.aggregate_signs(needs, heard, own, known),
        *word_signs.column_signs(needs, heard, words, lexicon),
        *word_signs.table_signs(needs, heard, words, lexicon),
        *values.unasked_values(needs, own, known, read.texts, words),
        *word_signs.unasked_words(needs, own, read.family, words, lexicon),
        *shape.group_signs(needs, heard, own),
        *shape.set_signs(needs, heard, own),
    ]


@lru_cache(maxsize=64)
def _read(tree: Tree, lexicon: Lexicon) -> _Read:
    needs, words = demands(tree, lexicon), vocabulary(lexicon)
    known: set[str] = set()
    for table in needs.tables:
        known.update(words.tables[table].said, words.tables[table].written)
    for mention in needs.mentions:
        column = words.column(mention.facts)
        known.update(column.said, column.written)
    texts = " ".join(squeeze(plain(text)) for text in (*(value.text for value in needs.values), *needs.texts))
    meanings = (v.facts.meanings.get(v.text) for v in needs.values if v.facts is not None)
    texts += " ".join(squeeze(plain(meaning)) for meaning in meanings if meaning)
    known.update(stem(word) for word in texts.split())
    family = frozenset(known.union(*(SYNONYMS.get(word, ()) for word in known)))
    return _Read(needs, frozenset(known), family, texts)


def _closeness(read: _Read, own: Heard) -> float:
    """The share of the question's telling words that are the query's own, or its values."""
    said = {word for word in own.stems if word not in EMPTY}
    if not said:
        return 0.0
    return sum(word in read.known for word in said) / len(said)
