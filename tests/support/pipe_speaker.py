"""Models that write pipe queries step by step: one that says what it is told to, one that knows a query by heart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from querywright.pipes.printing import operator_text, render
from querywright.pipes.trajectories import END
from querywright.pipes.tree import PipeQuery

SO_FAR = "The query so far:\n"


class Speaker:
    """Says these answers one after another, and then always the last one."""

    def __init__(self, *answers: str) -> None:
        self._answers = answers
        self.heard: list[Sequence[Mapping[str, str]]] = []

    def __call__(self, messages: Sequence[Mapping[str, str]], schema: Any, sample: int) -> str:
        self.heard.append(messages)
        return self._answers[min(len(self.heard), len(self._answers)) - 1]

    @property
    def prompts(self) -> list[str]:
        """The first thing a person said, each time it was asked."""
        return [messages[1]["content"] for messages in self.heard]

    @property
    def last_said(self) -> list[str]:
        """The last thing a person said, each time it was asked."""
        return [messages[-1]["content"] for messages in self.heard]


class Knowing:
    """Knows the queries that answer questions, and says the line that comes next, or the end; as if it had learnt it.

    Where it is told that a line gives no rows it insists: the query is right.
    """

    def __init__(self, queries: Mapping[str, PipeQuery]) -> None:
        self._lines = {question: lines_of(query) for question, query in queries.items()}
        self.asked = 0

    def __call__(self, messages: Sequence[Mapping[str, str]], schema: Any, sample: int) -> str:
        self.asked += 1
        prompt = messages[1]["content"]
        question = prompt.rpartition("\nQuestion: ")[2].partition("\n")[0]
        lines = self._lines[question]
        _, begun, told = prompt.partition(SO_FAR)
        if not begun:
            return lines[0]
        so_far = told.partition("\n\nIts ")[0]
        for number in range(len(lines), 0, -1):
            if so_far == "\n".join(lines[:number]):
                return lines[number] if number < len(lines) else END
        raise AssertionError(f"this is no beginning of the query: {so_far}")


def lines_of(query: PipeQuery) -> list[str]:
    """Its head and its operators, as they are printed."""
    head, *_ = query.prefixes()
    return [render(head), *(operator_text(operator, query.dialect) for operator in query.operators)]
