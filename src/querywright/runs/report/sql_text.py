"""SQL as coloured text, broken into lines before its clauses: only whitespace changes, never a token."""

from __future__ import annotations

import re
from collections.abc import Iterator

from querywright.runs.report.markup import Markup, join, tag

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<string>'(?:[^']|'')*'?)
      | (?P<name>"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\])
      | (?P<number>\b\d+(?:\.\d*)?(?:[eE][+-]?\d+)?\b)
      | (?P<word>[^\W\d]\w*)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
KEYWORDS = frozenset(
    [
        "ALL",
        "AND",
        "ANY",
        "AS",
        "ASC",
        "BETWEEN",
        "BY",
        "CASE",
        "CAST",
        "COLLATE",
        "CROSS",
        "CURRENT",
        "DATE",
        "DESC",
        "DISTINCT",
        "ELSE",
        "END",
        "ESCAPE",
        "EXCEPT",
        "EXISTS",
        "FALSE",
        "FETCH",
        "FILTER",
        "FIRST",
        "FOLLOWING",
        "FROM",
        "FULL",
        "GLOB",
        "GROUP",
        "HAVING",
        "ILIKE",
        "IN",
        "INNER",
        "INTERSECT",
        "INTERVAL",
        "IS",
        "JOIN",
        "LAST",
        "LATERAL",
        "LEFT",
        "LIKE",
        "LIMIT",
        "NATURAL",
        "NOT",
        "NULL",
        "NULLS",
        "OFFSET",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "OVER",
        "PARTITION",
        "PRECEDING",
        "QUALIFY",
        "RANGE",
        "RECURSIVE",
        "RIGHT",
        "ROW",
        "ROWS",
        "SELECT",
        "SIMILAR",
        "SOME",
        "THEN",
        "TIES",
        "TO",
        "TRUE",
        "UNBOUNDED",
        "UNION",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WINDOW",
        "WITH",
        "WITHIN",
    ]
)
_CLAUSES = frozenset(
    [
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "QUALIFY",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "UNION",
        "INTERSECT",
        "EXCEPT",
        "SELECT",
        "WINDOW",
    ]
)
_JOINS = frozenset(["LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "JOIN"])
_BEFORE_JOIN = frozenset(["LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL", "OUTER"])


def coloured(sql: str) -> Markup:
    """The statement as a `<pre>` with keywords, names, strings, numbers and comments marked by class."""
    text = sql if "\n" in sql.strip() else broken(sql)
    return tag("pre", tag("code", *(_spoken(kind, token) for kind, token in _tokens(text))), class_="sql")


def broken(sql: str) -> str:
    """A one-line statement with a line for each clause of each query in it."""
    tokens = list(_spaced(sql.strip()))
    out: list[str] = []
    queries: list[bool] = [True]  # for each open bracket: does it hold a query?
    previous = ""
    for at, (kind, text, spaced) in enumerate(tokens):
        word = text.upper() if kind == "word" else text
        starts = word in _CLAUSES or (word in _JOINS and previous not in _BEFORE_JOIN)
        if word == ")":
            held = queries.pop() if len(queries) > 1 else False
            out.append(_newline(queries) if held else "")
        elif at and kind == "word" and queries[-1] and starts:
            out.append(_newline(queries))
        elif spaced:
            out.append(" ")
        out.append(text)
        if word == "(":
            following = tokens[at + 1][1].upper() if at + 1 < len(tokens) else ""
            queries.append(following in ("SELECT", "WITH"))
        previous = word
    return "".join(out)


def _newline(queries: list[bool]) -> str:
    return "\n" + "    " * (sum(queries) - 1)


def _tokens(sql: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(sql):
        yield str(found.lastgroup), found[0]


def _spaced(sql: str) -> Iterator[tuple[str, str, bool]]:
    """Every token that is no space, and whether there is one before it."""
    pending = False
    for kind, text in _tokens(sql):
        if kind == "space":
            pending = True
        else:
            yield kind, text, pending
            pending = False


def _spoken(kind: str, text: str) -> Markup:
    if kind == "word" and text.upper() in KEYWORDS:
        return tag("b", text)
    if kind in ("string", "number", "comment"):
        return tag("span", text, class_=kind[0])
    return join(text)
