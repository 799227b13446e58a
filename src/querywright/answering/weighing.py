"""How much each table matters for a question: by values and descriptions found in it, and by its names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from querywright.answering.known import Known
from querywright.answering.words import alike, name_words, words_of
from querywright.databases.schema import Table

K = TypeVar("K")

WORDS = 100
"""Words of a question that are compared with names."""
_VALUE, _DESCRIPTION = 3.0, 1.5
_IN_COLUMN = 0.4
"""What a word in a column's name is worth, beside one in the table's."""


def hint_weights(known: Known) -> dict[str, float]:
    """What was found in each table: of each keyword its best value there, and its best description, by rank."""
    best: dict[tuple[str, str, bool], float] = {}
    ranks: dict[str, int] = defaultdict(int)
    for value in known.values:
        _raise(best, (value.table, value.keyword, True), _VALUE * value.score**2)
    for description in known.descriptions:
        ranks[description.keyword] += 1
        _raise(best, (description.table, description.keyword, False), _DESCRIPTION / ranks[description.keyword])
    weights: dict[str, float] = defaultdict(float)
    for (table, _, _), weight in best.items():
        weights[table] += weight
    return dict(weights)


def question_words(known: Known) -> list[str]:
    """The words of question, evidence and keywords that are looked for in names, each once."""
    texts = (known.question, known.evidence, *known.keywords)
    words = (part for text in texts for word in words_of(text) if not word.is_stop for part in name_words(word.text))
    return list(dict.fromkeys(words))[:WORDS]


def name_weights(tables: Sequence[Table], words: Sequence[str]) -> dict[str, float]:
    """How well the names of each table and its columns go with words; a word that is in few tables says more."""
    held: dict[str, dict[int, float]] = defaultdict(dict)
    for number, table in enumerate(tables):
        for column in table.columns:
            for word in name_words(column.name):
                held[word].setdefault(number, _IN_COLUMN)
        for word in name_words(table.name):
            held[word][number] = 1.0
    weights = [0.0] * len(tables)
    for meanings in alike(list(words), list(held)).values():
        best: dict[int, float] = {}
        for word, likeness in meanings.items():
            rarity = math.log(1 + len(tables) / len(held[word])) * likeness
            for number, place in held[word].items():
                _raise(best, number, place * rarity)
        for number, weight in best.items():
            weights[number] += weight
    return {table.full_name: weight for table, weight in zip(tables, weights, strict=True)}


def column_weights(table: Table, words: Sequence[str]) -> Mapping[str, float]:
    """How many of the words are in the name of each column."""
    meanings = alike(list(words), sorted({word for column in table.columns for word in name_words(column.name)}))
    return {column.name: _held(name_words(column.name), meanings.values()) for column in table.columns}


def _held(words: Sequence[str], meanings: Iterable[Mapping[str, float]]) -> float:
    return sum(max((each.get(word, 0.0) for word in words), default=0.0) for each in meanings)


def _raise(best: dict[K, float], key: K, weight: float) -> None:
    best[key] = max(best.get(key, 0.0), weight)
