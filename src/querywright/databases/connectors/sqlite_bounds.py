"""How large the values of one SQLite statement may be, so that the engine looks at the clock often enough.

SQLite notices an interrupt between rows, not inside a row's functions. So the work of one row is bounded instead: its
time grows with the length of the statement (how many calls) times the length of a value (how long each takes), and
for functions that search one text in another with the square of that length.
"""

from __future__ import annotations

import re
from math import isqrt

VALUE_BYTES = 1_000_000
"""The longest text or blob that any query may read or make."""
_SEARCHED_BYTES = 64_000
_SEARCHING = ("instr", "replace", "trim")
_MATCHED_BYTES = 2_000_000
_MATCHING = ("like", "glob")
_STRAIGHT = 2_500_000_000

_CALL = re.compile(r"(?:printf|format)[\"`\]]?(?:[\s\ufeff]|/\*.*?\*/|--[^\n]*\n)*\(", re.IGNORECASE | re.DOTALL)
_PLAIN_CALL = re.compile(r"(?:printf|format)\s*\(\s*'(?:[^'*0-9]|[0-9]{1,4}(?![0-9]))*'\s*(?=[,)])", re.IGNORECASE)


def value_bytes(sql: str) -> int:
    """The length limit for the values of this statement: `VALUE_BYTES` for all but long or search-heavy ones."""
    lower = sql.lower()
    bound = min(VALUE_BYTES, _STRAIGHT // (len(sql) + 1))
    searches = sum(map(lower.count, _SEARCHING))
    if searches:
        bound = min(bound, _SEARCHED_BYTES // isqrt(searches))
    matches = sum(map(lower.count, _MATCHING))
    return min(bound, _MATCHED_BYTES // matches) if matches else bound


def formats_plainly(sql: str) -> bool:
    """Whether every printf or format in the text has a literal format with small widths.

    `printf('%.*c', 1000000000, 'x')` counts to a billion inside one call, whatever the length limit says.
    """
    lower = sql.lower()
    if "printf" not in lower and "format" not in lower:
        return True
    return len(_CALL.findall(sql)) == len(_PLAIN_CALL.findall(sql))
