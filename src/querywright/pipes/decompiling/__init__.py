"""Standard SQL to pipe SQL: small rules, in the order in which SQL evaluates its clauses."""

from querywright.pipes.decompiling.decompiling import decompile

__all__ = ["decompile"]
