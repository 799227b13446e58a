"""Expressions of a database's own SQL, said in GoogleSQL with the same answer."""

from __future__ import annotations

from querywright.pipes.scope.standard import Reading
from querywright.pipes.tree import Expression


def to_googlesql(tree: Expression, reading: Reading, dialect: str) -> Expression:
    """The query with its expressions in GoogleSQL's language, changed in place."""
    return tree
