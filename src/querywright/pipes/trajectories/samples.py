"""`trajectory`: one pipe query becomes a sample for its head, one for each operator, and one that says to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from querywright.pipes.printing import operator_text, render
from querywright.pipes.scope import Active
from querywright.pipes.trajectories.wording import wording
from querywright.pipes.tree import Dialect, PipeQuery

END: Final = "<END>"
"""What is to be said when the query is complete: without it nobody would learn to stop."""

_SYNTAX: Mapping[Dialect, str] = {
    "googlesql": "GoogleSQL's pipe syntax",
    "spark": "Spark's pipe syntax",
    "sqlite": "pipe syntax with SQLite's functions",
    "duckdb": "pipe syntax with DuckDB's functions",
    "postgres": "pipe syntax with PostgreSQL's functions",
    "mysql": "pipe syntax with MySQL's functions",
}
_UNNAMED = "(no name)"


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing to learn: what is said to the model, and what it should answer."""

    step: int
    """0 is the head; the last one is the end."""
    steps: int
    """How many samples the trajectory has."""
    system: str
    user: str
    assistant: str


def trajectory(
    query: PipeQuery,
    question: str,
    schema: str,
    evidence: str = "",
    *,
    active: Sequence[Active] = (),
    one_shot: bool = False,
) -> tuple[Sample, ...]:
    """The samples of one pipe query.

    Args:
        query: the query; that its beginnings run is for the caller to have seen.
        question: what it answers.
        schema: the database's tables, as text.
        evidence: what one has to know beside the question.
        active: what is in force after the head and after each operator, columns and table aliases, to be told with the
            query so far; empty: it is not told.
        one_shot: a single sample, whose answer is the whole query.
    """
    task = Task(query.dialect, question, schema, evidence)
    if one_shot:
        return (Sample(0, 1, *task.whole(), render(query)),)
    head = render(replace(query, operators=()))
    answers = [head, *(operator_text(operator, query.dialect) for operator in query.operators), END]
    return tuple(
        Sample(step, len(answers), *task.next(answers[:step], active[step - 1] if active and step else None), answer)
        for step, answer in enumerate(answers)
    )


@dataclass(frozen=True, slots=True)
class Task:
    """What a pipe query is asked for: the same words when it is learnt and when it is written."""

    dialect: Dialect
    question: str
    schema: str
    """The database's tables, as text."""
    evidence: str = ""

    def whole(self) -> tuple[str, str]:
        """System and user message that ask for the whole query."""
        words, places = wording("whole"), self._places()
        return words.system.format(**places), words.user.format(**places)

    def next(self, lines: Sequence[str], active: Active | None = None) -> tuple[str, str]:
        """System and user message that ask for what comes after these lines, or for `END`.

        Args:
            lines: the head and the operators so far, one a line; none at the beginning.
            active: what is in force after them; None: it is not told.
        """
        words, places = wording("step"), self._places()
        return words.system.format(**places), words.user.format(**places, query=_so_far(lines, active))

    def _places(self) -> dict[str, str]:
        said = (("Question", self.question), ("Evidence", self.evidence))
        asked = "\n".join(f"{name}: {text}" for name, text in said if text)
        return {"syntax": _SYNTAX[self.dialect], "schema": self.schema, "question": asked, "end": END}


def _so_far(lines: Sequence[str], active: Active | None) -> str:
    if not lines:
        return "There is no query yet."
    told = "\n".join(["The query so far:", *lines])
    if active is None or not active.fields:
        return told
    columns = ", ".join(f"{column.name or _UNNAMED} {column.type}".strip() for column in active.fields)
    told = f"{told}\n\nIts columns: {columns}"
    if not active.aliases:
        return told
    aliases = ", ".join(
        f"{alias} ({', '.join(name or _UNNAMED for name in names)})" for alias, names in active.aliases.items()
    )
    return f"{told}\nIts table aliases: {aliases}"


def chat(sample: Sample) -> dict[str, Any]:
    """A sample as messages of three roles."""
    roles = (("system", sample.system), ("user", sample.user), ("assistant", sample.assistant))
    return {"messages": [{"role": role, "content": content} for role, content in roles]}


def completion(sample: Sample) -> dict[str, Any]:
    """A sample as one text and the text that follows it."""
    return {"prompt": f"{sample.system}\n\n{sample.user}\n\n", "completion": sample.assistant}


FORMATS: Mapping[str, Callable[[Sample], dict[str, Any]]] = {"chat": chat, "completion": completion}
"""How a sample can be written, by name."""
