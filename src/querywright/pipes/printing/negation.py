"""`x NOT IN (…)`, `x IS NOT NULL`, `x NOT BETWEEN …`, as people write them; SQLGlot prints `NOT x IN (…)`."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.generator import Generator

_WORDS: Final = {exp.In: (" IN", " NOT IN"), exp.Is: (" IS", " IS NOT"), exp.Between: (" BETWEEN", " NOT BETWEEN")}


def negated(generator: Generator, tree: exp.Not) -> str:
    """The text of a NOT, read back as the same tree."""
    inner = tree.this
    words = _WORDS.get(type(inner))
    if words is None or not isinstance(inner.this, (exp.Column, exp.Paren, exp.Func)) or inner.this.find(exp.Query):
        return generator.not_sql(tree)
    before, whole = generator.sql(inner.this), generator.sql(inner)
    old, new = (before + word for word in words)
    return new + whole[len(old) :] if whole.startswith(old + " ") else generator.not_sql(tree)
