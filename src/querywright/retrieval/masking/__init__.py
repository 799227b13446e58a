"""Questions and queries with their databases' names and values masked: what is left is how something is asked."""

from querywright.retrieval.masking.queries import mask_sql
from querywright.retrieval.masking.questions import Masker, looks_like_a_name, mask_question
from querywright.retrieval.masking.tags import NAME, VALUE

__all__ = ["NAME", "VALUE", "Masker", "looks_like_a_name", "mask_question", "mask_sql"]
