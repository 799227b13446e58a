"""Columns and tables by what they are called and what is said of them."""

from querywright.retrieval.descriptions.index import DescriptionIndex
from querywright.retrieval.descriptions.match import DescriptionMatch

__all__ = ["DescriptionIndex", "DescriptionMatch"]
