"""What an engine's complaint about a query is about, in the kinds of `failures`: four engines, four wordings."""

from __future__ import annotations

import re
from typing import Final

from querywright.errors import QueryError, QueryRejected, QueryTimeout

__all__ = ["complaint"]


def complaint(error: QueryError) -> str:
    """The kind of failure that an error tells of; `execution` where its words say no more."""
    message = error.message
    if isinstance(error, QueryTimeout):
        return "timeout"
    if isinstance(error, QueryRejected):
        return _refusal(message)
    return next((kind for kind, pattern in _COMPLAINTS if pattern.search(message)), "execution")


def _refusal(message: str) -> str:
    if message.startswith("no statement"):
        return "missing"
    no_query = _NO_QUERY.match(message)
    if _UNREADABLE.match(message) or (no_query and no_query[1].upper() not in _STATEMENTS):
        return "syntax"
    return "refused"


_UNREADABLE: Final = re.compile("not valid SQL|not readable as")
"""How the parser's refusals begin; the guard's begin otherwise."""

_NO_QUERY: Final = re.compile(r"(\S+)(?s:.)* is not a query")
_STATEMENTS: Final = frozenset((
    "ALTER", "ANALYZE", "ATTACH", "BEGIN", "CALL", "COMMENT", "COMMIT", "COPY", "CREATE", "DELETE", "DESCRIBE",
    "DETACH", "DO", "DROP", "EXECUTE", "EXPLAIN", "EXPORT", "GRANT", "IMPORT", "INSERT", "INSTALL", "KILL", "LOAD",
    "LOCK", "MERGE", "PRAGMA", "PREPARE", "REINDEX", "RELEASE", "RENAME", "REPLACE", "RESET", "REVOKE", "ROLLBACK",
    "SAVEPOINT", "SET", "SHOW", "START", "TRUNCATE", "UNLOCK", "UPDATE", "USE", "VACUUM",
))  # fmt: skip
"""What begins a statement that is no query; any other text is no SQL."""

_COMPLAINTS: Final = tuple(
    (kind, re.compile("|".join(patterns), re.IGNORECASE))
    for kind, patterns in (
        (
            "function",
            (
                r"no such (window )?function",
                r"function .*does(n't| not) exist",
                r"function with name",
                r"no function matches",
                r"wrong number of arguments",
                r"incorrect parameter count",
                r"operator does not exist",
            ),
        ),
        (
            "aggregate",
            (
                r"misuse of (aggregate|window)",
                r"aggregates? (functions? )?(are|is) not allowed",
                r"cannot contain aggregates",
                r"aggregate function calls cannot",
                r"invalid use of group function",
            ),
        ),
        (
            "distinct/null/group",
            (
                r"must appear in the group by",
                r"isn't in group by",
                r"only_full_group_by",
                r"group by clause is required",
                r"having clause on a non-aggregate",
            ),
        ),
        (
            "nesting",
            (
                r"sub-?(select|query) (returns|must return|has)",
                r"more than (one|1) row",
                r"same number of (result )?columns",
                r"different number of columns",
                r"operand should contain",
                r"\d+ columns assigned|row value misused",
            ),
        ),
        ("order", (r"order by (term|expression|clause|must)", r"for select distinct, order by")),
        (
            "wrong column",
            (
                r"no such column",
                r"unknown column",
                r"ambiguous",
                r"column .*(does not exist|not found)",
                r"does not have a column",
            ),
        ),
        (
            "wrong table",
            (
                r"no such table",
                r"table .*(doesn't|does not) exist",
                r"relation .* does not exist",
                r"unknown table",
                r"missing from-clause entry",
                r"referenced table .* not found",
            ),
        ),
        (
            "syntax",
            (r"syntax error", r"error in your sql syntax", r"parser error", r"incomplete input", r"unrecognized token"),
        ),
    )
)
"""Kinds by what a message says, the narrower ones first."""
