"""What a model is asked to write about: drawn, so that a thousand queries are not the same ten."""

from __future__ import annotations

import random

from querywright.databases import Schema
from querywright.synthesis.grammar.trees import Shape


def focus(schema: Schema, rng: random.Random) -> str:
    """One or two tables, in words for a prompt."""
    names = [table.full_name for table in schema if table.columns]
    chosen = rng.sample(names, min(len(names), rng.choice((1, 1, 2))))
    return " and ".join(f"`{name}`" for name in chosen)


def features(shape: Shape) -> str:
    """The features of a draw, in words for a prompt."""
    wanted = [
        (shape.window, "a window function"),
        (shape.set_op, "a set operation"),
        (shape.subquery, "a subquery or a common table expression"),
        (shape.group_by, "a GROUP BY"),
        (shape.cases, "a CASE expression"),
        (shape.wheres == 1, "one condition"),
        (shape.wheres > 1, f"{shape.wheres} conditions"),
        (shape.joins == 1, "one join"),
        (shape.joins > 1, f"{shape.joins} joins"),
    ]
    return ", ".join(words for present, words in wanted if present) or "none in particular; keep it plain"
