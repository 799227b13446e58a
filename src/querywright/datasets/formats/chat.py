"""Chat messages for fine-tuning: `{"messages": [{"role": "user", …}, {"role": "assistant", …}]}`, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import orjson

from querywright.datasets.example import Example
from querywright.datasets.jsonl import replacing, write_rows
from querywright.errors import DatasetError


def write(path: Path, examples: Iterable[Example]) -> int:
    """Write one conversation a line; give their number. Raises DatasetError."""
    with replacing(path) as file:
        return write_rows(file, examples, _row)


def messages(example: Example, system: str | None = None) -> list[dict[str, str]]:
    """The conversation that teaches this example.

    The user says the prompt, or without one the question with its evidence; the assistant answers with the
    reasoning (which ends in the SQL), or without one with the SQL in a fenced block.
    """
    said = [{"role": "system", "content": system}] if system else []
    asked = example.prompt or "\n\n".join(text for text in (example.question, example.evidence) if text)
    answered = example.cot_reasoning or fenced(example.SQL)
    return [*said, {"role": "user", "content": asked}, {"role": "assistant", "content": answered}]


def fenced(sql: str) -> str:
    """The SQL in a Markdown block whose fence is longer than any run of backticks in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", sql)), default=0))
    return f"{fence}sql\n{sql}\n{fence}"


def _row(example: Example) -> bytes:
    try:
        return orjson.dumps({"messages": messages(example)}, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError as error:
        raise DatasetError(f"{example.db_id}: an example cannot be written as JSON: {error}") from error
