"""Values that a question may mean, told with it, as they are when a question is answered (CHESS, appendix B.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from querywright.answering.extracting import keywords_in
from querywright.answering.indexes import VALUES, Home
from querywright.databases import Catalog
from querywright.datasets.example import Example
from querywright.models.templates import as_data

if TYPE_CHECKING:
    from querywright.retrieval import ValueIndex

KEYWORDS: Final = 8
"""Of a question that are looked up."""
LEAST: Final = 0.6
"""What a value has to be like its keyword."""


class Told:
    """Looks up values in one database, in the index that answering uses; it is made when the first question comes."""

    def __init__(self, catalog: Catalog, db_id: str, most: int) -> None:
        self._catalog, self._db_id, self._most = catalog, db_id, most
        self._index: ValueIndex | None = None

    def with_values(self, example: Example) -> str:
        """The evidence of an example with the values that its question may mean. Raises RetrievalError."""
        if not self._most:
            return example.evidence
        found: dict[tuple[str, str, str], float] = {}
        for keyword in keywords_in([example.question], KEYWORDS):
            for match in self._values().search(keyword, self._most):
                if match.score >= LEAST:
                    found.setdefault((match.table, match.column, match.value), match.score)
        best = sorted(found, key=lambda each: -found[each])[: self._most]
        told = "; ".join(f"{table}.{column} has {as_data(value)}" for table, column, value in best)
        return "; ".join(filter(None, (example.evidence, told)))

    def _values(self) -> ValueIndex:
        if self._index is None:
            from querywright.retrieval import ValueIndex

            folder = Home.at(None).of(self._catalog, self._db_id) / VALUES
            self._index = ValueIndex.build(self._catalog[self._db_id], folder)
        return self._index
