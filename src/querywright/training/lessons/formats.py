"""What an example teaches: one function a format, by name in one dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from querywright.datasets.example import Example
from querywright.datasets.prompts import REASONING, SQL, filled
from querywright.errors import QuerywrightError
from querywright.pipes.trajectories import END, Task
from querywright.synthesis.pipe_trajectories import active_of
from querywright.synthesis.piping.columns import PIPE_DIALECT, PREFIXES
from querywright.training.lessons.lesson import Lesson


class CannotTeach(QuerywrightError):
    """An example lacks what a format teaches; the message is the reason it is left out for."""


Write: TypeAlias = Callable[[Example, str, str], tuple[Lesson, ...]]
"""Takes an example with its evidence complete, the schema as text, and the dialect. Where the format has pipes, the
example is one whose pipe query was checked. Raises CannotTeach."""


def reasoning(example: Example, schema: str, dialect: str) -> tuple[Lesson, ...]:
    """The question, then thoughts that end in the query (Text2SQL-Flow)."""
    if not example.cot_reasoning:
        raise CannotTeach("no reasoning")
    return (_plain(example, reasoning_prompt(example, schema, dialect), example.cot_reasoning),)


def sql(example: Example, schema: str, dialect: str) -> tuple[Lesson, ...]:
    """The question, then the query."""
    return (_plain(example, sql_prompt(example, schema, dialect), example.SQL),)


def pipe(example: Example, schema: str, dialect: str) -> tuple[Lesson, ...]:
    """The question, then the whole pipe query."""
    return _piped(example, schema, one_shot=True)


def pipe_steps(example: Example, schema: str, dialect: str) -> tuple[Lesson, ...]:
    """A lesson an operator, and one that says to stop (source 003, section 7)."""
    return _piped(example, schema, one_shot=False)


FORMATS: Mapping[str, Write] = {"reasoning": reasoning, "sql": sql, "pipe": pipe, "pipe-steps": pipe_steps}
PIPED: Final = frozenset({"pipe", "pipe-steps"})
"""The formats whose answers are pipes."""


def sql_prompt(example: Example, schema: str, dialect: str) -> str:
    """What is asked for a query and nothing else."""
    return filled(SQL, schema, example.question, example.evidence, dialect)


def reasoning_prompt(example: Example, schema: str, dialect: str) -> str:
    """What is asked for thoughts and a query."""
    return filled(REASONING, schema, example.question, example.evidence, dialect)


def _plain(example: Example, prompt: str, answer: str) -> Lesson:
    return Lesson(example.id or "", example.db_id, prompt, answer)


def _piped(example: Example, schema: str, *, one_shot: bool) -> tuple[Lesson, ...]:
    """The lessons of a checked pipe query, from the record that its check left: nothing is read again."""
    record = example.extra.get(PREFIXES)
    if not record:
        raise CannotTeach("no pipe query")
    task = Task(example.extra[PIPE_DIALECT], example.question, schema, example.evidence)
    lines = [step["operator"] for step in record]
    about = (example.id or "", example.db_id)
    if one_shot:
        system, user = task.whole()
        return (Lesson(*about, user, "\n".join(lines), system),)
    answers = [*lines, END]
    found = []
    for step, answer in enumerate(answers):
        system, user = task.next(lines[:step], active_of(record[step - 1]) if step else None)
        found.append(Lesson(*about, user, answer, system, step, len(answers)))
    return tuple(found)
