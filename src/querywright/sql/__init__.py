"""What a query says: parsing, the read-only guard, features, hardness, skeletons. Pure functions, no I/O."""

from querywright.sql.guard import guard
from querywright.sql.parsing import parse, render

__all__ = ["guard", "parse", "render"]
