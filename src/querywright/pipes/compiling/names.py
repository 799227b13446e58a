"""Quoting the names of a compiled tree, where the engine would read them as something else."""

from __future__ import annotations

import re
from functools import cache

from sqlglot import exp

from querywright.databases.literals import quote
from querywright.sql.parsing import DIALECTS

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quoted(tree: exp.Expr, dialect: str) -> None:
    """Quote, in place, every identifier that needs it."""
    for identifier in tree.find_all(exp.Identifier):
        if not identifier.args.get("quoted") and _needs_quotes(identifier.name, dialect):
            identifier.set("quoted", True)


@cache
def _needs_quotes(name: str, dialect: str) -> bool:
    if dialect in DIALECTS:
        return quote(name, dialect) != name
    return not _PLAIN.fullmatch(name) or quote(name, "duckdb") != name
