"""Text to pipe query."""

from querywright.pipes.parsing.queries import parse

__all__ = ["parse"]
