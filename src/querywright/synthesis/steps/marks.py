"""What steps leave for each other in an example's `extra`; no example that is kept has any of it."""

from __future__ import annotations

MARK = "querywright:"
"""What their names begin with, so that they are nobody's columns."""
DRAW = f"{MARK}draw"
"""The number of an input that starts from nothing."""
PROBLEM = f"{MARK}problem"
"""Why a row of a seed file cannot be used, with its file and line."""
DIRECTION = f"{MARK}direction"
"""The number of a planned variant, and the question of its seed."""
JUDGED = f"{MARK}judged"
"""The question was held against the query."""
