"""What a rewrite is: a function that is given a query of its own and gives back another one."""

from __future__ import annotations

import random
from collections.abc import Callable

from querywright.sql.parsing import exp
from querywright.synthesis.grammar.context import Context

Rewrite = Callable[[exp.Query, Context, random.Random], exp.Query | None]
"""(query, context, rng) → the rewritten query, or None where the rewrite does not apply.

The query is the rewrite's own copy: it may be changed and given back. It has no text in double quotes and no trailing
comments. Nothing but `rng` may decide between what is possible.
"""
