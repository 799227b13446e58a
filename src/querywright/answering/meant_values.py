"""Values that a question may mean, as lessons tell them and as who has learnt from lessons is told (CHESS, B.1)."""

from __future__ import annotations

from typing import Final

from querywright.answering.desk import Values
from querywright.answering.extracting import keywords_in
from querywright.answering.prompting import as_name
from querywright.models.templates import as_data

KEYWORDS: Final = 8
"""Of a question that are looked up."""
LEAST: Final = 0.6
"""What a value has to be like its keyword."""


def meant_values(question: str, index: Values, most: int) -> str:
    """At most so many values of an index with where they are, the likeliest first; may be empty.

    Raises RetrievalError: the index cannot be read.
    """
    found: dict[tuple[str, str, str], float] = {}
    for keyword in keywords_in([question], KEYWORDS):
        for match in index.search(keyword, most):
            if match.score >= LEAST:
                found.setdefault((match.table, match.column, match.value), match.score)
    best = sorted(found, key=lambda each: -found[each])[:most]
    return "; ".join(f"{as_name(f'{table}.{column}')} has {as_data(value)}" for table, column, value in best)
