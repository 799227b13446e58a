"""Examples to show with a question: those of a dataset that are most like it, in one of several senses."""

from querywright.retrieval.examples.index import ExampleIndex, Found
from querywright.retrieval.examples.strategies import STRATEGIES

__all__ = ["STRATEGIES", "ExampleIndex", "Found"]
