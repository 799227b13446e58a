"""What cannot be said in pipes is refused by name: the reason, and the part of the query."""

from __future__ import annotations

from querywright.errors import NotDecompilable
from querywright.pipes.tree import Expression


def refused(reason: str, node: Expression | None = None, dialect: str = "") -> NotDecompilable:
    """The error to raise; the node is shown as SQL, cut where it is long."""
    if node is None:
        return NotDecompilable(reason)
    try:
        text = node.sql(dialect=dialect or None, comments=False)
    except (RecursionError, ValueError, TypeError, AttributeError):
        text = node.key
    return NotDecompilable(reason, text if len(text) <= 200 else text[:197] + "…")
