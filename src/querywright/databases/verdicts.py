"""Remembering the guard's verdicts, so that a query and its siblings are parsed once.

Parsing costs more than many queries do. Two texts get one verdict when they differ only in numbers and strings that
stand directly behind a comparison, LIKE, LIMIT or OFFSET: what is compared there cannot make a query write or reach
outside. Every other difference, and every text with a construct that a plain scan could misread (comments,
backslashes, dollar quotes, brackets, backticks, unpaired quotes), is judged on its own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from querywright.errors import QueryRejected

_REMEMBERED = 4096
_LONGEST = 4000
_MISREADABLE = re.compile(r"[\\$\[\]`#?@\x00]|--|/\*|[^\x01-\x7f]")
_TOKEN = re.compile(
    r"""
    (?P<before> (?: (?<![-+*/<>=~!@%^&|:]) (?: <> | [<>!=]= | [<>=] ) | \b(?:LIKE|LIMIT|OFFSET) (?=[\s']) ) \s* )
        (?: \d+ (?:\.\d+)? (?![\w.]) | (?<![A-Za-z0-9_])'(?:[^']|'')*'(?!') )
    | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | (?P<stray> ['"] )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def shape(sql: str) -> str:
    """The text with compared values taken out: two texts of one shape get one verdict. The text itself when unsure."""
    return taken_apart(sql)[0]


def taken_apart(sql: str) -> tuple[str, tuple[str, ...]]:
    """A text's shape, in which `''` and `0` stand for compared values, and those values as they are written there."""
    if len(sql) > _LONGEST or _MISREADABLE.search(sql):
        return sql, ()
    stray = False
    values: list[str] = []

    def without_value(match: re.Match[str]) -> str:
        nonlocal stray
        stray = stray or match["stray"] is not None
        before = match["before"]
        if before is None:
            return match[0]
        values.append(match[0][len(before) :])
        return before + ("''" if values[-1].endswith("'") else "0")

    short = _TOKEN.sub(without_value, sql)
    return (sql, ()) if stray else (short, tuple(values))


class Verdicts:
    """The guard of one dialect, with a memory. Thread-safe."""

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._by_shape = lru_cache(maxsize=_REMEMBERED)(self._judge)
        self._by_text = lru_cache(maxsize=_REMEMBERED)(self._judge_shape)

    def refusal(self, sql: str) -> str | None:
        """Why the guard refuses `sql`; None if it does not."""
        return self._by_text(sql)

    def _judge_shape(self, sql: str) -> str | None:
        short = shape(sql)
        refusal = self._by_shape(short)
        return refusal if refusal is None or short is sql else self._judge(sql)

    def _judge(self, sql: str) -> str | None:
        from querywright.sql.guard import guard

        try:
            guard(sql, self._dialect)
        except QueryRejected as error:
            return error.message
        return None
