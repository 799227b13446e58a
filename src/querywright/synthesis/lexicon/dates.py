"""How a text column writes its dates, and whether text order is time order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

FORMATS = (
    (r"\d{4}-\d{2}-\d{2}", "%Y-%m-%d"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", "%Y-%m-%d %H:%M:%S"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d+", "%Y-%m-%d %H:%M:%S.%f"),
    (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?", "%Y-%m-%dT%H:%M:%S"),
    (r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", "%Y-%m-%d %H:%M"),
    (r"\d{4}/\d{2}/\d{2}", "%Y/%m/%d"),
    (r"(1[5-9]|20)\d{2}-(0[1-9]|1[0-2])", "%Y-%m"),
    (r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d", "%H:%M:%S"),
    (r"([01]\d|2[0-3]):[0-5]\d", "%H:%M"),
    (r"(1[5-9]|20)\d{2}", "%Y"),
)
"""Spellings that sort as time does."""


def text_dates(values: Sequence[Any], dated: bool) -> str | None:
    """A sortable format, `text` for dates that do not sort, None for no dates.

    Args:
        values: distinct values of the column.
        dated: the name or the declared type says it is a date.
    """
    texts = [v for v in values if isinstance(v, str) and v.strip()]
    if not texts:
        return None
    for pattern, form in FORMATS:
        if all(re.fullmatch(pattern, t) for t in texts):
            return form if _real(texts[:50], form) else None
    return "text" if dated else None


def _real(texts: Sequence[str], form: str) -> bool:
    """`2021-13-45` looks like a date and is none. Zero months and days are MySQL's way to leave one open."""
    if form == "%Y-%m-%dT%H:%M:%S":
        texts = [t.removesuffix("Z") for t in texts]
    try:
        for text in texts:
            if "-00" not in text:
                datetime.strptime(text, form)
    except ValueError:
        return False
    return True
