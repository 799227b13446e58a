"""What a query says: parsing, the read-only guard, features, hardness, skeletons. Pure functions, no I/O."""

from querywright.sql.features import Features, features
from querywright.sql.guard import guard
from querywright.sql.hardness import hardness
from querywright.sql.parsing import parse, render
from querywright.sql.skeleton import skeleton

__all__ = ["Features", "features", "guard", "hardness", "parse", "render", "skeleton"]
