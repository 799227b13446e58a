"""What was left of the schema after each stage, as an evaluation reads it of a prediction (`stages`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from querywright.answering.trace import Record


def stages_of(trace: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Tables and columns by stage: what a selection left, and what a retrieval found.

    Args:
        trace: the records of an answer.

    Returns:
        `{"column-filter": {"tables": ["t"], "columns": [["t", "c"]]}}`, for the stages that have something to say of
        the schema, in their order.
    """
    found = {}
    for record in trace:
        places = _places(record.output)
        if places is not None:
            tables, columns = places
            found[record.stage] = {"tables": tables, "columns": [list(place) for place in columns]}
    return found


def _places(output: dict[str, Any]) -> tuple[list[str], list[tuple[str, str]]] | None:
    if "columns" in output:
        left = output["columns"]
        return list(left), [(table, column) for table, columns in left.items() for column in columns]
    for field in ("values", "descriptions"):
        if field in output:
            places = list(dict.fromkeys((hint["table"], hint["column"]) for hint in output[field]))
            return list(dict.fromkeys(table for table, _ in places)), [place for place in places if place[1]]
    return None
