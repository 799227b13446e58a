"""Taking the query out of what a model said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias

from querywright.answering.cleaning import plain_sql

Form: TypeAlias = Literal["sql", "pipe"]
"""What a model is asked to write: standard SQL of the database, or a pipe query."""
Completion: TypeAlias = str | Sequence[Mapping[str, object]]
"""What a model said: a text, or the messages of a chat."""

_FENCED: Final = re.compile(r"```(?:([\w+-]*)[ \t]*\r?\n|(sql|pipesql|sqlite|googlesql)[ \t]+)?(.*?)```", re.S | re.I)
"""A block with its label. What stands on the line of the fence is the label only where the query comes behind it."""

_LABELS: Final[Mapping[Form, tuple[tuple[str, ...], ...]]] = {
    "pipe": (("pipesql",), ("sql", "googlesql", "sqlite")),
    "sql": (("sql", "sqlite", "duckdb", "postgres", "postgresql", "mysql"),),
}
"""Labels of blocks that hold the query asked for, the surest first: a trace of pipes ends with a block of each form."""


def query_in(completion: Completion, form: Form = "sql") -> str:
    """The query in a completion: the last block labelled as one, else the last block, else all of the text.

    What was thought aloud, before `</think>`, is no answer. Prose without a block stays as it is, so that it cannot
    be read as a query; neither can a block that was never closed, because a completion that was cut off is none.

    >>> query_in("First I join.\\n```sql\\nSELECT name FROM singer;\\n```\\nThat is it.")
    'SELECT name FROM singer'
    """
    answer = text_of(completion).rpartition("</think>")[2]
    blocks = [((block[1] or block[2] or "").lower(), block[3]) for block in _FENCED.finditer(answer)]
    for labels in _LABELS[form]:
        labelled = [body for label, body in blocks if label in labels]
        if labelled:
            return plain_sql(labelled[-1])
    return plain_sql(blocks[-1][1] if blocks else answer)


def text_of(completion: Completion) -> str:
    """The text of a completion; of a chat the last thing that the model said, empty where it said nothing."""
    if isinstance(completion, str):
        return completion
    said = [message.get("content") for message in completion if message.get("role", "assistant") == "assistant"]
    return str(said[-1] or "") if said else ""
