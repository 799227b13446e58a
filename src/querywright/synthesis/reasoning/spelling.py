"""SQL inside a trace: each piece spelled as the query spells it, and set off from the words around it."""

from __future__ import annotations

import re

from sqlglot import exp

from querywright.sql import render


def spelled(node: exp.Expr, dialect: str) -> str:
    """SQL as it stands in the query (SQLGlot prints `NOT x IS NULL`)."""
    return re.sub(r"\bNOT ((?:\"[^\"]*\"|`[^`]*`|[\w.])+) (IS NULL|IN|LIKE|BETWEEN)\b", _negated, render(node, dialect))


def code(text: str) -> str:
    """SQL set off from the words around it, also where it holds MySQL's own back quotes."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _negated(match: re.Match[str]) -> str:
    return f"{match[1]} {'IS NOT NULL' if match[2] == 'IS NULL' else f'NOT {match[2]}'}"


def as_written(text: str, sql: str) -> str:
    """Function names and casts spelled as the query spells them."""
    text = text.replace("FILTER(WHERE", "FILTER (WHERE") if "FILTER (WHERE" in sql else text
    if "::" in sql:
        text = _short_casts(text, sql)
    for name in set(re.findall(r"\b[A-Z][A-Z_]+(?=\()", text)):
        if f"{name}(" not in sql and f"{name.lower()}(" in sql:
            text = text.replace(f"{name}(", f"{name.lower()}(")
    return text


def _short_casts(text: str, sql: str) -> str:
    """`CAST(x AS DECIMAL)`, as SQLGlot prints it, as PostgreSQL's `x::numeric` where the query writes that."""
    start = text.rfind("CAST(")
    while start >= 0:  # from the last one, which holds no other
        end = _closing(text, start + len("CAST"))
        inner, _, type_ = text[start + len("CAST(") : end].rpartition(" AS ")
        names = (type_.lower(), *(["numeric"] if type_ == "DECIMAL" else []))
        short = next((f"{inner}::{n}" for n in names if f"{inner}::{n}" in sql), None)
        if short is not None:
            text = text[:start] + short + text[end + 1 :]
        start = text.rfind("CAST(", 0, start)
    return text


def _closing(text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return len(text)
