"""Pipe SQL: read, print, compile to standard SQL, decompile from it, verify, cut into steps.

from querywright import pipes

query = pipes.parse("FROM singer |> WHERE age > 30 |> AGGREGATE COUNT(*) AS n GROUP BY country")
print(pipes.compile(query, dialect="duckdb", schema=schema))
"""

from querywright.pipes.parsing import parse
from querywright.pipes.printing import render
from querywright.pipes.tree import PipeQuery

__all__ = ["PipeQuery", "parse", "render"]
