"""Pipe SQL to one standard statement of any dialect."""

from querywright.pipes.compiling.compile import compile, compile_plan

__all__ = ["compile", "compile_plan"]
