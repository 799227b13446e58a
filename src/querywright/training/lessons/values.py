"""Values that a question may mean, told with it, as they are when a question is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from querywright.answering.indexes import VALUES, Home
from querywright.answering.meant_values import meant_values
from querywright.answering.tasks import one_line
from querywright.databases import Catalog
from querywright.datasets.example import Example

if TYPE_CHECKING:
    from querywright.retrieval import ValueIndex


class Told:
    """Looks up values in one database, in the index that answering uses; it is made when the first question comes."""

    def __init__(self, catalog: Catalog, db_id: str, most: int) -> None:
        self._catalog, self._db_id, self._most = catalog, db_id, most
        self._index: ValueIndex | None = None

    def with_values(self, example: Example) -> str:
        """The evidence of an example with the values that its question may mean. Raises RetrievalError."""
        told = meant_values(example.question, self._values(), self._most) if self._most else ""
        return "; ".join(filter(None, (one_line(example.evidence), told)))

    def _values(self) -> ValueIndex:
        if self._index is None:
            from querywright.retrieval import ValueIndex

            folder = Home.at(None).of(self._catalog, self._db_id) / VALUES
            self._index = ValueIndex.build(self._catalog[self._db_id], folder)
        return self._index
