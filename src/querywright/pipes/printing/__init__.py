"""Pipe query to text: GoogleSQL's own form, Spark's subset of it, and pipes over a database's own expressions."""

from querywright.pipes.printing.queries import expression_text, head_text, operator_text, render

__all__ = ["expression_text", "head_text", "operator_text", "render"]
