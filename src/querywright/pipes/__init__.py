"""Pipe SQL: read, print, compile to standard SQL, decompile from it, verify, cut into steps.

from querywright import pipes

query = pipes.parse("FROM singer |> WHERE age > 30 |> AGGREGATE COUNT(*) AS n GROUP BY country")
print(pipes.compile(query, dialect="duckdb", schema=schema))
"""

from querywright.pipes.compiling import compile  # noqa: A004 - pipes.compile reads as what it does
from querywright.pipes.decompiling import decompile
from querywright.pipes.parsing import parse
from querywright.pipes.prefixes import Prefix, measure
from querywright.pipes.printing import render
from querywright.pipes.scope import Active, Finding, columns, lint
from querywright.pipes.trajectories import trajectory
from querywright.pipes.tree import PipeQuery
from querywright.pipes.verification import Quarantine, Verification, verify

__all__ = [
    "Active",
    "Finding",
    "PipeQuery",
    "Prefix",
    "Quarantine",
    "Verification",
    "columns",
    "compile",
    "decompile",
    "lint",
    "measure",
    "parse",
    "render",
    "trajectory",
    "verify",
]
