"""What stands for what was masked; the same in questions and in queries, so that the two can be compared."""

from __future__ import annotations

from typing import Final

NAME: Final = "<mask>"
"""A table or a column."""
VALUE: Final = "<unk>"
"""A value: a number, a quoted text, a text that the database holds."""
