"""SQL as models write it: in fences, with a semicolon, behind a word."""

from __future__ import annotations

import re

_FENCE = re.compile(r"```[A-Za-z]*\s*\n?(.*?)```", re.DOTALL)
_WORD = re.compile(r"^\s*(?:sql|sqlite|query)\s*:\s*", re.IGNORECASE)


def plain_sql(text: str) -> str:
    """The query in what a model gave as one.

    >>> plain_sql("```sql\\nSELECT 1;\\n```"), plain_sql("SQL: SELECT 1")
    ('SELECT 1', 'SELECT 1')
    """
    fenced = _FENCE.findall(text)
    body = fenced[-1] if fenced else text
    return _WORD.sub("", body.strip()).strip().rstrip(";").rstrip()
