"""Takes the final queries out of a reasoning trace."""

from __future__ import annotations

import re

_FENCED = re.compile(r"```(?:\w*sql\w*)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)


def final_sql(trace: str) -> str | None:
    """The content of the last fenced block; None if the trace has none, or an empty one."""
    blocks = _FENCED.findall(trace)
    return (blocks[-1].strip() or None) if blocks else None


_PIPED = re.compile(r"```pipesql[ \t]*\n(.*?)```", re.DOTALL)


def final_pipe(trace: str) -> str | None:
    """The content of the last block that is marked as a pipe query; None if the trace has none, or an empty one."""
    blocks = _PIPED.findall(trace)
    return (blocks[-1].strip() or None) if blocks else None
