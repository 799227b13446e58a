"""Plans: what an engine's EXPLAIN says of a query, in three lines of plain words."""

from __future__ import annotations

from querywright.answering.plans.telling import plan_words

__all__ = ["plan_words"]
