"""Reasoning traces: built from the query's tree, checked by executing the query they end in."""

from querywright.synthesis.reasoning.extraction import final_pipe, final_sql
from querywright.synthesis.reasoning.piped import explain_pipe
from querywright.synthesis.reasoning.trace import explain

__all__ = ["explain", "explain_pipe", "final_pipe", "final_sql"]
