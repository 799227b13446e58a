"""What a question speaks of, found in the database before anything is asked of a model."""

from querywright.retrieval.values.choosing import best_per_column
from querywright.retrieval.values.index import ValueIndex
from querywright.retrieval.values.match import Match

__all__ = ["Match", "ValueIndex", "best_per_column"]
