"""Pipe SQL: read, print, compile to standard SQL, decompile from it, verify, cut into steps.

from querywright import pipes

query = pipes.parse("FROM singer |> WHERE age > 30 |> AGGREGATE COUNT(*) AS n GROUP BY country")
print(pipes.compile(query, dialect="duckdb", schema=schema))
"""

from querywright.pipes.compiling import compile
from querywright.pipes.decompiling import decompile
from querywright.pipes.parsing import parse
from querywright.pipes.prefixes import Prefix, measure
from querywright.pipes.printing import render
from querywright.pipes.trajectories import trajectory
from querywright.pipes.tree import PipeQuery
from querywright.pipes.verification import Quarantine, Verification, verify

__all__ = [
    "PipeQuery",
    "Prefix",
    "Quarantine",
    "Verification",
    "compile",
    "decompile",
    "measure",
    "parse",
    "render",
    "trajectory",
    "verify",
]
