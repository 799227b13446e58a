"""Pipe SQL to one standard statement of any dialect."""

from querywright.pipes.compiling.compile import compile, compile_plan  # noqa: A004 - pipes.compile reads as what it does

__all__ = ["compile", "compile_plan"]
